'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refundNeedsSecond } from '../../domain/payments/secondPerson';
import { microFromText } from '../../domain/units';
import { ActDialog } from '../ui/ActDialog';
import { FactList } from '../ui/Dialog';
import { TextField } from '../ui/Field';
import { formatMoneyText } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { isNamed, NOBODY, SecondPerson, TAKES_TWO } from '../ui/SecondPerson';
import { SegmentedControl } from '../ui/SegmentedControl';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { AccountField } from './AccountField';
import type { SuspenseItem } from './financeTypes';

type Kind = 'CREDIT' | 'RETURN';

/** Finds the place of money in suspense: an account, or back to where it came from. */
export function SuspenseDialog({
  item,
  currency,
  onClose,
}: {
  item: SuspenseItem;
  /** The campus's own. */
  currency: string;
  onClose: () => void;
}) {
  const t = useTranslations('payments');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const act = useAct(['/accountCode', '/decision/accountCode']);
  const foreign = item.currency !== currency;
  const [kind, setKind] = useState<Kind>(foreign ? 'RETURN' : 'CREDIT');
  const [account, setAccount] = useState(item.orderNo === null ? '' : (item.accountCode ?? ''));
  const [note, setNote] = useState('');
  const [second, setSecond] = useState(NOBODY);
  // What else found its place today counts, too, and the server alone knows it.
  const needsSecond =
    foreign ||
    refundNeedsSecond(microFromText(item.amount) ?? 0n, 0n) ||
    TAKES_TWO.includes(act.reason ?? '') ||
    isNamed(second);
  const takesTwo = code('refusal', act.reason === 'DESK_DAY' ? 'DESK_DAY' : 'SECOND_PERSON');
  const blockedBy =
    kind === 'CREDIT' && foreign
      ? code('refusal', 'SUSPENSE_CURRENCY')
      : kind === 'CREDIT' && account.trim() === ''
        ? t('accountNeeded')
        : note.trim() === ''
          ? t('noteNeeded')
          : needsSecond && !isNamed(second)
            ? takesTwo
            : undefined;
  const send = async () => {
    const decision =
      kind === 'CREDIT'
        ? { kind: 'CREDIT' as const, accountCode: account.trim() }
        : { kind: 'RETURN' as const };
    const done = await act.run((to) =>
      to.payments.resolveSuspense.mutate({
        id: item.id,
        decision,
        note: note.trim(),
        ...(needsSecond ? { second } : {}),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={formatMoneyText(item.amount, { currency: item.currency })}
      description={code('suspenseReason', item.reason)}
      submit={t(kind === 'CREDIT' ? 'creditIt' : 'returnIt')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="suspense-dialog"
    >
      <FactList
        facts={[
          { term: t('channel'), fact: code('channel', item.channel.toUpperCase()), note: item.providerTxn },
          {
            term: t('payer'),
            fact: item.spaceCode ?? item.accountCode ?? t('unnamed'),
            note: item.orderNo ?? undefined,
          },
          { term: t('received'), fact: formatDateTime(Date.parse(item.receivedAt), zone, lang) },
        ]}
      />
      <SegmentedControl<Kind>
        label={t('place')}
        options={(['CREDIT', 'RETURN'] as const).map((value) => ({ value, label: t(`places.${value}`) }))}
        value={kind}
        onChange={setKind}
      />
      {kind === 'CREDIT' ? (
        <AccountField
          value={account}
          onChange={setAccount}
          error={act.errorAt('/accountCode') ?? act.errorAt('/decision/accountCode')}
          testId="suspense-account"
        />
      ) : (
        <p className="quiet">{t('returnWords')}</p>
      )}
      <TextField
        label={t(kind === 'CREDIT' ? 'noteCredit' : 'noteReturn')}
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.target.value)}
        data-testid="suspense-note"
      />
      {needsSecond && <SecondPerson words={takesTwo} second={second} onChange={setSecond} />}
    </ActDialog>
  );
}
