'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ActDialog } from '../ui/ActDialog';
import { TextField } from '../ui/Field';
import { isAmount, MoneyField } from '../ui/MoneyField';
import { useAct } from '../ui/useAct';

/** Drafts a gift of money. It is booked when another person approves it, used before cash and never refunded. */
export function GiftDialog({
  account,
  currency,
  onClose,
}: {
  account: string;
  currency: string;
  onClose: () => void;
}) {
  const t = useTranslations('accounts');
  const act = useAct(['/amount', '/reason']);
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const blockedBy = !isAmount(amount, 5)
    ? t('amountNeeded')
    : reason.trim() === ''
      ? t('noteNeeded')
      : undefined;
  const send = async () => {
    const done = await act.run((to) =>
      to.credit.draftGift.mutate({
        accountCode: account,
        amount: amount.trim(),
        paymentId: null,
        reason: reason.trim(),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('newGift')}
      eyebrow={account}
      description={t('giftWords')}
      submit={t('draft')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="gift-dialog"
    >
      <MoneyField
        label={t('amount')}
        currency={currency}
        value={amount}
        onText={setAmount}
        error={act.errorAt('/amount')}
      />
      <TextField
        label={t('note')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        error={act.errorAt('/reason')}
      />
    </ActDialog>
  );
}
