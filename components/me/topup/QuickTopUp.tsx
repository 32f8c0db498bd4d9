'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { formatMoneyText } from '../../ui/format';
import { Glyph } from '../../ui/glyphs';
import type { MyOutlook } from '../meData';
import { AmountChips } from './AmountChips';
import { PayButton } from './PayButton';
import { presetChosen, presetsWith } from './presets';
import styles from './QuickTopUp.module.css';
import { lastPaid, type OrderSummary, type PaymentMethods, underWay } from './topUpData';
import { useLasts } from './useLasts';
import { topUpPath } from './usePay';

interface Props {
  room: string;
  accountCode: string;
  /** What the account holds: money, or KWH or M3. */
  unit: string;
  methods: PaymentMethods;
  orders: readonly OrderSummary[];
  /** As the page was read, with these amounts. */
  outlook: MyOutlook;
}

/** Amounts and Pay on the first page: with the wallet's own confirmation that makes three taps. */
export function QuickTopUp({ room, accountCode, unit, methods, orders, outlook }: Props) {
  const t = useTranslations('topup');
  const last = lastPaid(orders);
  const open = underWay(orders);
  const presets = presetsWith(last?.amount ?? null);
  const [amount, setAmount] = useState(presetChosen(last?.amount ?? null));
  const lasts = useLasts(room, presets, outlook);
  const method =
    methods.methods.find(({ channel }) => channel === last?.channel) ?? methods.methods[0] ?? null;
  return (
    <section className={styles.topUp} aria-label={t('title')} data-testid="quick-top-up">
      {open && (
        <Link className={styles.open} href={topUpPath(open.orderNo)} data-testid="order-under-way">
          <span>
            {t(`underWay.${open.state === 'PAID' ? 'PAID' : 'CREATED'}`, {
              amount: formatMoneyText(open.amount, { currency: open.currency }),
            })}
          </span>
          <Glyph name="next" />
        </Link>
      )}
      <AmountChips
        amounts={presets}
        value={amount}
        onChange={setAmount}
        currency={methods.currency}
        lasts={lasts}
        unit={unit}
        last={last?.amount ?? null}
      >
        <Link
          className={styles.other}
          href={`/me/topup?new=1&amount=${encodeURIComponent(amount)}`}
          data-testid="other-amount"
        >
          <b>{t('other')}</b>
          <span>{t('otherWords')}</span>
        </Link>
      </AmountChips>
      <div className={styles.pay}>
        <PayButton accountCode={accountCode} amount={amount} method={method} currency={methods.currency} />
      </div>
    </section>
  );
}
