'use client';

import { useTranslations } from 'next-intl';
import { useDeferredValue, useState } from 'react';

import { Field } from '../../ui/Field';
import { currencySymbol, formatMoneyText } from '../../ui/format';
import { useCode } from '../../ui/useCode';
import { AmountChips, lastsWords } from './AmountChips';
import { PayButton } from './PayButton';
import { presetChosen, presetsWith } from './presets';
import { SaleParts } from './SaleParts';
import styles from './TopUpForm.module.css';
import { lastPaid, type OrderSummary, type PaymentMethods } from './topUpData';
import { useLasts } from './useLasts';

interface Props {
  room: string;
  accountCode: string;
  /** What the account holds: money, or KWH or M3. */
  unit: string;
  methods: PaymentMethods;
  orders: readonly OrderSummary[];
  /** Chosen on the page before. */
  amount: string | null;
}

/** Any amount and every method: what the chips of the first page have no room for. */
export function TopUpForm({ room, accountCode, unit, methods, orders, amount }: Props) {
  const t = useTranslations('topup');
  const code = useCode();
  const last = lastPaid(orders);
  const presets = presetsWith(last?.amount ?? null);
  const [typed, setTyped] = useState(amount ?? presetChosen(last?.amount ?? null));
  const [channel, setChannel] = useState(
    methods.methods.find((method) => method.channel === last?.channel)?.channel ??
      methods.methods[0]?.channel ??
      null,
  );
  const { currency } = methods;
  const fault = faultOf(typed, methods);
  const shown = useDeferredValue(fault === null ? typed : null);
  const lasts = useLasts(room, shown !== null && !presets.includes(shown) ? [...presets, shown] : presets);
  const reach = fault === null ? lasts.get(typed) : undefined;
  const hours = reach?.hours ?? null;
  const faultWords = () =>
    fault === 'FORM' || fault === null
      ? t('amountForm')
      : t(fault === 'LOW' ? 'amountLow' : 'amountHigh', {
          limit: formatMoneyText(fault === 'LOW' ? methods.minAmount : methods.maxAmount, { currency }),
        });
  return (
    <>
      <AmountChips
        amounts={presets}
        value={typed}
        onChange={setTyped}
        currency={currency}
        lasts={lasts}
        unit={unit}
        last={last?.amount ?? null}
      />
      <Field
        label={t('otherAmount', { symbol: currencySymbol(currency).trim() })}
        value={typed}
        inputMode="decimal"
        autoComplete="off"
        maxLength={10}
        onChange={(event) => setTyped(event.target.value.trim())}
        error={fault === null || typed === '' ? undefined : faultWords()}
        data-testid="amount"
      />
      {reach?.sale && <SaleParts sale={reach.sale} unit={unit} currency={currency} />}
      <p className={styles.lasts} role="status" data-testid="lasts">
        {hours === null ? '' : t('lastsAfter', { time: lastsWords(hours, t) })}
      </p>
      <fieldset className={styles.methods} data-testid="methods">
        <legend>{t('method')}</legend>
        {methods.methods.map((method) => (
          <label key={method.channel} data-channel={method.channel}>
            <input
              type="radio"
              name="method"
              value={method.channel}
              checked={channel === method.channel}
              onChange={() => setChannel(method.channel)}
            />
            <span>{code('channel', method.channel.toUpperCase())}</span>
            {method.sandbox && <small className="meta">{t('sandboxShort')}</small>}
          </label>
        ))}
        {methods.methods.length === 0 && <p className="meta">{t('noMethodWords')}</p>}
      </fieldset>
      <PayButton
        accountCode={accountCode}
        amount={fault === null ? typed : null}
        method={methods.methods.find((method) => method.channel === channel) ?? null}
        currency={currency}
      />
    </>
  );
}

/** What keeps an amount from being ordered; null: nothing. */
export function faultOf(
  amount: string,
  { minAmount, maxAmount }: Pick<PaymentMethods, 'minAmount' | 'maxAmount'>,
): 'FORM' | 'LOW' | 'HIGH' | null {
  if (!/^\d{1,7}(\.\d{1,2})?$/.test(amount)) return 'FORM';
  if (Number(amount) < Number(minAmount)) return 'LOW';
  return Number(amount) > Number(maxAmount) ? 'HIGH' : null;
}
