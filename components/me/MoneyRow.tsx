'use client';

import { useTranslations } from 'next-intl';
import { useNewestMoney } from '../live/measured';
import { estimated, formatEnergy, formatMoney, formatUnitPrice, unitSign } from '../ui/format';
import styles from './MoneyRow.module.css';
import type { MyAccount, MyOutlook } from './meData';

/** The balance in money, in units at today's prices, and what is left free of charge or in the tier. */
export function MoneyRow({ account, outlook }: { account: MyAccount; outlook: MyOutlook | null }) {
  const t = useTranslations('me');
  const money = useNewestMoney(account) ?? account.money;
  const { currency, payCurrency } = account;
  const holdsUnits = currency !== payCurrency;
  const unit = holdsUnits ? unitSign(currency) : 'kWh';
  return (
    <section aria-label={t('balance')}>
      <dl className={styles.trio}>
        <div>
          <dt>{t('balance')}</dt>
          <dd data-testid="balance" data-micro={money.availableMicro}>
            {formatMoney(money.availableMicro, { currency })}
          </dd>
        </div>
        {account.unitsMicro !== null && (
          <div>
            <dt>{t('balanceBuys')}</dt>
            <dd data-testid="units-left">{estimated(formatEnergy(account.unitsMicro, 'room'))}</dd>
          </div>
        )}
        {account.free && (
          <div>
            <dt>{t('freeLeft')}</dt>
            <dd data-testid="free-left" data-micro={account.free.leftMicro.toString()}>
              {formatEnergy(account.free.leftMicro, 'room')}{' '}
              <span className="meta">
                {t('freeOfMonth', { energy: formatEnergy(account.free.totalMicro, 'room') })}
              </span>
            </dd>
          </div>
        )}
        {outlook?.tier && (
          <div>
            <dt>{t(holdsUnits ? 'leftToBuy' : 'leftInTier', { tier: outlook.tier.number })}</dt>
            <dd data-testid="tier-left">
              {holdsUnits
                ? formatMoney(outlook.tier.leftMicro, { currency })
                : formatEnergy(outlook.tier.leftMicro, 'room')}
            </dd>
          </div>
        )}
      </dl>
      {outlook?.tier && (
        <p className={styles.note}>
          {t('tierPrices', {
            price: formatUnitPrice(outlook.tier.priceMicro, unit, payCurrency),
            next: formatUnitPrice(outlook.tier.nextPriceMicro, unit, payCurrency),
          })}
        </p>
      )}
      <Parts account={account} />
    </section>
  );
}

/** What the balance is made of, where it is more than the resident's own money. */
function Parts({ account }: { account: MyAccount }) {
  const t = useTranslations('me');
  const pots = account.pots.filter(({ bucket }) => bucket !== 'CASH');
  if (pots.length === 0) return null;
  return (
    <ul className={styles.parts} data-testid="pots">
      {account.pots.map(({ bucket, balanceMicro }) => (
        <li key={bucket} data-pot={bucket.toLowerCase()}>
          {t(`pots.${bucket}`)} {formatMoney(balanceMicro, { currency: account.currency })}
        </li>
      ))}
    </ul>
  );
}
