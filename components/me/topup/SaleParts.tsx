'use client';

import { useTranslations } from 'next-intl';
import { formatMoney, formatUnitPrice, unitSign } from '../../ui/format';
import styles from './TopUpForm.module.css';
import type { Reach } from './useLasts';

/** How many units the money buys, tier by tier, before it is paid. */
export function SaleParts({
  sale,
  unit,
  currency,
}: {
  sale: NonNullable<Reach['sale']>;
  unit: string;
  currency: string;
}) {
  const t = useTranslations('topup');
  const units = (micro: bigint) => formatMoney(micro, { currency: unit });
  return (
    <section
      className={styles.sale}
      aria-label={t('sale')}
      data-testid="sale"
      data-micro={sale.quantityMicro.toString()}
    >
      <p>{t('saleBuys', { quantity: units(sale.quantityMicro) })}</p>
      <ul>
        {sale.parts.map(({ tier, quantityMicro, priceMicro }) => (
          <li key={tier} className="meta" data-tier={tier} data-micro={quantityMicro.toString()}>
            {t('salePart', {
              tier,
              quantity: units(quantityMicro),
              price: formatUnitPrice(priceMicro, unitSign(unit), currency),
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}
