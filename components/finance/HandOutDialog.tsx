'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ActDialog } from '../ui/ActDialog';
import { Field } from '../ui/Field';
import { formatMoney } from '../ui/format';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import type { RefundLine } from './financeTypes';

/** A refund that no provider takes back: a person has given it, and says under which number. */
export function HandOutDialog({
  refund,
  currency,
  onClose,
}: {
  refund: RefundLine;
  currency: string;
  onClose: () => void;
}) {
  const t = useTranslations('payments');
  const code = useCode();
  const act = useAct(['/reference']);
  const [reference, setReference] = useState('');
  const send = async () => {
    const done = await act.run((to) =>
      to.payments.handOutRefund.mutate({ refundNo: refund.refundNo, reference: reference.trim() }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('handOutTitle', { amount: formatMoney(refund.amountMicro, { currency }) })}
      description={t(refund.channel === 'bank' ? 'handOutByBank' : 'handOutByDesk', {
        room: refund.spaceCode ?? refund.accountCode,
        channel: code('channel', refund.paidBy.toUpperCase()),
      })}
      submit={t('handOut')}
      blockedBy={reference.trim() === '' ? t('referenceNeeded') : undefined}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="hand-out-dialog"
    >
      <Field
        label={t('reference')}
        hint={t('referenceHint')}
        autoComplete="off"
        maxLength={64}
        value={reference}
        onChange={(event) => setReference(event.target.value)}
        error={act.errorAt('/reference')}
      />
    </ActDialog>
  );
}
