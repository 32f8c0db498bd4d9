'use client';

import { skipToken, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { ActDialog } from '../ui/ActDialog';
import { TextField } from '../ui/Field';
import { formatMoney } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { MoneyField } from '../ui/MoneyField';
import { useCampusZone } from '../ui/now';
import { isNamed, NOBODY, SecondPerson } from '../ui/SecondPerson';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { AccountField } from './AccountField';
import type { RefundPreview } from './financeTypes';
import styles from './PaymentsPage.module.css';

const AMOUNT = /^(?=.*[1-9])\d{1,7}(\.\d{1,2})?$/;
const CODE = /^[A-Za-z0-9_-]{1,64}$/;

/** Starts a refund: where each part of it goes back is shown before it is booked, and whether a second person must consent. */
export function RefundDialog({
  account,
  currency,
  onClose,
}: {
  /** To begin with. */
  account: string;
  currency: string;
  onClose: () => void;
}) {
  const t = useTranslations('payments');
  const code = useCode();
  const trpc = useTRPC();
  const act = useAct(['/accountCode', '/amount']);
  const [accountCode, setAccount] = useState(account);
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [second, setSecond] = useState(NOBODY);
  const typed = amount.trim();
  const wellFormed = typed === '' || AMOUNT.test(typed);
  const asked = CODE.test(accountCode.trim()) && wellFormed;
  const preview = useQuery(
    trpc.payments.refundPreview.queryOptions(
      asked ? { accountCode: accountCode.trim(), amount: typed === '' ? null : typed } : skipToken,
      { retry: false, staleTime: 0, placeholderData: (old) => old },
    ),
  );
  const plan = asked && !preview.isError ? preview.data : undefined;
  const money = (micro: bigint) => formatMoney(micro, { currency });
  const needsSecond = plan?.needsSecond === true && plan.parts.length > 0;
  const blockedBy = !wellFormed
    ? code('refusal', 'REFUND_AMOUNT')
    : !plan || preview.isPlaceholderData
      ? t(preview.isFetching ? 'planning' : 'accountNeeded')
      : plan.tooMuch
        ? code('refusal', 'REFUND_LIMIT')
        : plan.parts.length === 0
          ? code('refusal', 'NOTHING_TO_REFUND')
          : reason.trim() === ''
            ? t('reasonNeeded')
            : needsSecond && !isNamed(second)
              ? code('refusal', 'SECOND_PERSON')
              : undefined;
  const send = async () => {
    const done = await act.run((to) =>
      to.payments.refund.mutate({
        accountCode: accountCode.trim(),
        amount: typed === '' ? null : typed,
        reason: reason.trim(),
        ...(needsSecond ? { second } : {}),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('newRefund')}
      description={t('refundWords')}
      submit={
        plan && plan.parts.length > 0 ? t('refundIt', { amount: money(plan.amountMicro) }) : t('refund')
      }
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="refund-dialog"
    >
      <AccountField
        value={accountCode}
        onChange={setAccount}
        error={
          act.errorAt('/accountCode') ??
          (asked && preview.error ? code('refusal', refusalOf(preview.error).reason) : undefined)
        }
        testId="refund-account"
      />
      <MoneyField
        label={t('refundAmount')}
        hint={plan && t('atMost', { amount: money(plan.mostMicro) })}
        currency={currency}
        value={amount}
        onText={setAmount}
        error={act.errorAt('/amount')}
        data-testid="refund-amount"
      />
      {plan && plan.parts.length > 0 && <Parts parts={plan.parts} money={money} unit={plan.unit} />}
      <TextField
        label={t('reason')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        data-testid="refund-reason"
      />
      {needsSecond && (
        <SecondPerson words={code('refusal', 'SECOND_PERSON')} second={second} onChange={setSecond} />
      )}
    </ActDialog>
  );
}

/** Payments that the refund goes back to, in that order. */
function Parts({
  parts,
  money,
  unit,
}: Pick<RefundPreview, 'parts' | 'unit'> & { money: (micro: bigint) => string }) {
  const t = useTranslations('payments');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  return (
    <section aria-label={t('parts')} data-testid="refund-parts">
      <h3>{t('parts')}</h3>
      <ol className={styles.parts}>
        {parts.map((part) => (
          <li key={part.paymentId} data-how={part.how.toLowerCase()}>
            <span>
              {t('paymentOf', {
                channel: code('channel', part.channel.toUpperCase()),
                time: formatDateTime(part.paidMs, zone, lang),
              })}
            </span>
            <b>{money(part.amountMicro)}</b>
            <small>
              {t('ofAmount', { amount: money(part.paidMicro), reference: part.reference })} ·{' '}
              {t(`how.${part.how}`)}
              {part.unitsMicro !== null &&
                unit !== null &&
                ` · ${t('unitsBack', { quantity: formatMoney(part.unitsMicro, { currency: unit }) })}`}
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}
