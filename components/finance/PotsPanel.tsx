'use client';

import { useTranslations } from 'next-intl';
import { exactMicro } from '../ui/exact';
import { formatMoney, withUnit } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './AccountPage.module.css';
import type { AccountData } from './financeTypes';

interface Pot {
  readonly key: string;
  readonly pot: string;
  /** Fund and end of a subsidy, bounds of emergency credit. */
  readonly words: string;
  readonly amountMicro: string;
}

/** Whether emergency credit is lent: before, what is left of it says nothing. */
const isTaken = (state: string): boolean => state === 'ACTIVE' || state === 'EXHAUSTED';

/** Every pot of an account in the order in which use is paid from them, and what they come to. */
export function PotsPanel({ data, currency }: { data: AccountData; currency: string }) {
  const t = useTranslations('accounts');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const { balance, emergencyCredit: ec } = data.standing;
  const money = (micro: string) => formatMoney(micro, { currency });
  const pots: Pot[] = [
    ...balance.subsidies.map(({ grant, balanceMicro, expiresMs }) => ({
      key: `subsidy ${grant}`,
      pot: code('pot', 'subsidy'),
      words: [
        data.funds[grant] ?? '',
        grant,
        expiresMs === null
          ? t('noEnd')
          : t('lapses', { time: formatDateTime(expiresMs, zone, lang, { year: true }) }),
      ]
        .filter(Boolean)
        .join(' · '),
      amountMicro: balanceMicro,
    })),
    { key: 'gift', pot: code('pot', 'gift'), words: t('notRefundable'), amountMicro: balance.giftMicro },
    { key: 'cash', pot: code('pot', 'cash'), words: t('refundable'), amountMicro: balance.cashMicro },
    {
      key: 'ec',
      pot: code('pot', 'ec'),
      words: ec
        ? t(isTaken(ec.state) ? 'ecWords' : 'ecFree', {
            state: code('emergencyCredit', ec.state),
            left: money(ec.headroomMicro),
            limit: money(ec.limitMicro),
          })
        : t('ecNone'),
      amountMicro: ec ? (-BigInt(ec.owedMicro)).toString() : '0',
    },
    { key: 'arrears', pot: code('pot', 'arrears'), words: '', amountMicro: balance.arrearsMicro },
    {
      key: 'unposted',
      pot: t('unposted'),
      words: t('unpostedWords'),
      amountMicro: (-BigInt(balance.unpostedMicro)).toString(),
    },
  ];
  return (
    <Panel title={t('pots')} testId="pots">
      <Table
        caption={t('pots')}
        rows={pots}
        density="tall"
        rowKey={(row) => row.key}
        rowProps={(row) => ({ 'data-pot': row.key, 'data-micro': row.amountMicro })}
        columns={[
          {
            key: 'pot',
            header: t('pot'),
            rowHeader: true,
            cell: (row) => (
              <>
                {row.pot}
                {row.words !== '' && <small title={row.words}>{row.words}</small>}
              </>
            ),
            foot: t('available'),
          },
          {
            key: 'amount',
            header: t('amount'),
            width: '34%',
            numeric: true,
            cell: (row) => formatMoney(BigInt(row.amountMicro), { currency, decimals: 6 }),
            foot: money(balance.availableMicro),
          },
        ]}
      />
      {data.free.map(({ utility, leftMicro, totalMicro }) => {
        const unit = utility === 'ELECTRICITY' ? 'kWh' : 'm³';
        return (
          <p key={utility} className={styles.free} data-testid="free-units">
            {t('freeLeft', {
              utility: code('utility', utility),
              left: withUnit(exactMicro(leftMicro), unit),
              total: withUnit(exactMicro(totalMicro), unit),
            })}
          </p>
        );
      })}
    </Panel>
  );
}
