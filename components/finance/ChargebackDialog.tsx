'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { PAYMENT_CHANNELS, type PaymentChannel } from '../../domain/credit/posting';
import { ActDialog } from '../ui/ActDialog';
import { Field, SelectField } from '../ui/Field';
import { MoneyField } from '../ui/MoneyField';
import { SegmentedControl } from '../ui/SegmentedControl';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';

const STEPS = ['TAKEN', 'RETURNED'] as const;
type Step = (typeof STEPS)[number];

/** A chargeback that came by letter or on a list: which payment, how much, and whether it was taken or came back. */
export function ChargebackDialog({ currency, onClose }: { currency: string; onClose: () => void }) {
  const t = useTranslations('payments');
  const code = useCode();
  const act = useAct(['/amount']);
  const [step, setStep] = useState<Step>('TAKEN');
  const [channel, setChannel] = useState<PaymentChannel>('wechat');
  const [payment, setPayment] = useState('');
  const [reference, setReference] = useState('');
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const fields = { payment, reference, amount, reason };
  const missing = Object.values(fields).some((text) => text.trim() === '');
  const send = async () => {
    const done = await act.run((to) =>
      to.payments.enterChargeback.mutate({
        channel,
        step,
        payment: payment.trim(),
        reference: reference.trim(),
        amount: amount.trim(),
        reason: reason.trim(),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('chargebackTitle')}
      description={t('chargebackWords')}
      submit={t('bookIt')}
      blockedBy={missing ? t('fieldsNeeded') : undefined}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="chargeback-dialog"
    >
      <SegmentedControl<Step>
        label={t('chargebackStep')}
        options={STEPS.map((value) => ({ value, label: t(`chargebackSteps.${value}`) }))}
        value={step}
        onChange={setStep}
      />
      <SelectField
        label={t('channel')}
        value={channel}
        onChange={(event) => setChannel(event.target.value as PaymentChannel)}
      >
        {PAYMENT_CHANNELS.map((value) => (
          <option key={value} value={value}>
            {code('channel', value.toUpperCase())}
          </option>
        ))}
      </SelectField>
      <Field
        label={t('paymentNumber')}
        hint={t('paymentNumberHint')}
        autoComplete="off"
        maxLength={64}
        value={payment}
        onChange={(event) => setPayment(event.target.value)}
      />
      <Field
        label={t('chargebackNumber')}
        hint={t('chargebackNumberHint')}
        autoComplete="off"
        maxLength={64}
        value={reference}
        onChange={(event) => setReference(event.target.value)}
      />
      <MoneyField
        label={t('amount')}
        currency={currency}
        value={amount}
        onText={setAmount}
        error={act.errorAt('/amount')}
      />
      <Field
        label={t('reason')}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </ActDialog>
  );
}
