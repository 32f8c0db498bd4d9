'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refundNeedsSecond } from '../../domain/payments/secondPerson';
import { ActDialog } from '../ui/ActDialog';
import { FactList } from '../ui/Dialog';
import { TextField } from '../ui/Field';
import { formatMoney } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { isNamed, NOBODY, SecondPerson } from '../ui/SecondPerson';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { LedgerRow } from './financeTypes';

/** Gives a charge back by a reversal: the charge stays, both lead to each other. */
export function ReverseDialog({
  row,
  amountMicro,
  currency,
  onClose,
}: {
  row: LedgerRow;
  /** Of the whole transaction, as far as its entries are on screen. */
  amountMicro: bigint;
  currency: string;
  onClose: () => void;
}) {
  const t = useTranslations('finance');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const act = useAct();
  const [reason, setReason] = useState('');
  const [second, setSecond] = useState(NOBODY);
  // What else was reversed today counts, too, and what units are worth: the server alone knows it.
  const needsSecond =
    (row.unit === null && refundNeedsSecond(amountMicro < 0n ? -amountMicro : amountMicro, 0n)) ||
    act.reason === 'SECOND_PERSON' ||
    act.reason === 'SECOND_PERSON_WRONG' ||
    isNamed(second);
  const txId = row.txId.toString();
  const blockedBy =
    reason.trim() === ''
      ? code('refusal', 'REASON')
      : needsSecond && !isNamed(second)
        ? code('refusal', 'SECOND_PERSON')
        : undefined;
  const send = async () => {
    const done = await act.run((to) =>
      to.finance.reverse.mutate({ txId, reason: reason.trim(), ...(needsSecond ? { second } : {}) }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('reverseTitle', { id: txId })}
      description={t('reverseWords')}
      submit={t('reverse')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="reverse-dialog"
    >
      <FactList
        facts={[
          { term: t('room'), fact: row.spaceCode ?? row.accountCode },
          { term: t('time'), fact: formatDateTime(row.tMs, zone, lang) },
          { term: t('amount'), fact: formatMoney(amountMicro, { currency, decimals: 6 }) },
        ]}
      />
      <TextField
        label={t('reverseReason')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        data-testid="reverse-reason"
      />
      {needsSecond && (
        <SecondPerson words={code('refusal', 'SECOND_PERSON')} second={second} onChange={setSecond} />
      )}
    </ActDialog>
  );
}
