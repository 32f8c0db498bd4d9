'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ActDialog } from '../ui/ActDialog';
import { CheckField, TextField } from '../ui/Field';
import { isAmount, MoneyField } from '../ui/MoneyField';
import { useAct } from '../ui/useAct';
import type { Fund } from './financeTypes';
import { FundFields, SpanFields } from './GrantFields';
import { useGrantSpan } from './useGrantSpan';

/** Drafts money of a fund for an account, once or each month. Nothing is granted until another person approves it. */
export function SubsidyDialog({
  account,
  currency,
  funds,
  onClose,
}: {
  account: string;
  currency: string;
  funds: readonly Fund[];
  onClose: () => void;
}) {
  const t = useTranslations('accounts');
  const act = useAct(['/amount', '/from', '/to', '/expires']);
  const { span, instants, set } = useGrantSpan('S', funds);
  const [amount, setAmount] = useState('');
  const [monthly, setMonthly] = useState(false);
  const [carryOver, setCarryOver] = useState(false);
  const [note, setNote] = useState('');
  const blockedBy = !isAmount(amount, 7)
    ? t('amountNeeded')
    : instants === null
      ? t('spanNeeded')
      : note.trim() === ''
        ? t('noteNeeded')
        : undefined;
  const send = async () => {
    if (instants === null) return;
    const done = await act.run((to) =>
      to.credit.draftSubsidy.mutate({
        ...instants,
        accountCode: account,
        amount: amount.trim(),
        monthly,
        carryOver: monthly && carryOver,
        note: note.trim(),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('newSubsidy')}
      eyebrow={account}
      description={t('secondPerson')}
      submit={t('draft')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="subsidy-dialog"
    >
      <MoneyField
        label={t('amount')}
        currency={currency}
        value={amount}
        onText={setAmount}
        error={act.errorAt('/amount')}
        data-testid="grant-amount"
      />
      <CheckField
        label={t('eachMonth')}
        checked={monthly}
        onChange={(event) => setMonthly(event.target.checked)}
      />
      {monthly && (
        <CheckField
          label={t('rollsOver')}
          checked={carryOver}
          onChange={(event) => setCarryOver(event.target.checked)}
        />
      )}
      <FundFields span={span} funds={funds} set={set} />
      <SpanFields span={span} set={set} errorAt={act.errorAt} />
      <TextField
        label={t('note')}
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.target.value)}
        data-testid="grant-note"
      />
    </ActDialog>
  );
}
