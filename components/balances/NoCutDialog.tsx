'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { campusZone } from '../../domain/time/campusTime';
import { ActDialog, FieldPair } from '../ui/ActDialog';
import { dateTimeMs, dateTimeText } from '../ui/dateInput';
import { Field, SelectField, TextField } from '../ui/Field';
import { useCampusZone, useNow } from '../ui/now';
import { useAct } from '../ui/useAct';
import { useName } from '../ui/useName';

const KINDS = ['HEAT', 'COLD', 'PAYMENT_OUTAGE'] as const;
type Kind = (typeof KINDS)[number];
const DAY_MS = 86_400_000;

/** Declares a time without cuts for credit: what for, where, until when and why. It always has an end. */
export function NoCutDialog({
  policies,
  onClose,
}: {
  policies: readonly { code: string; name: string; nameEn: string | null }[];
  onClose: () => void;
}) {
  const t = useTranslations('balances');
  const nameOf = useName();
  const now = useNow();
  const iana = useCampusZone();
  const zone = campusZone(iana);
  const act = useAct(['/from', '/to', '/reason']);
  const [kind, setKind] = useState<Kind>('HEAT');
  const [policy, setPolicy] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState(() => dateTimeText(now + DAY_MS, iana));
  const [reason, setReason] = useState('');
  const fromMs = from === '' ? now : dateTimeMs(from, zone);
  const toMs = dateTimeMs(to, zone);
  const blockedBy =
    fromMs === null || toMs === null
      ? t('endNeeded')
      : toMs <= fromMs
        ? t('endAfter')
        : reason.trim() === ''
          ? t('reasonNeeded')
          : undefined;
  const send = async () => {
    if (fromMs === null || toMs === null) return;
    const done = await act.run((server) =>
      server.credit.declareNoCut.mutate({
        policyCode: policy === '' ? null : policy,
        kind,
        fromMs: Math.floor(fromMs),
        toMs,
        reason: reason.trim(),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('declare')}
      description={t('declareWords')}
      submit={t('declareIt')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="declare-dialog"
    >
      <FieldPair>
        <SelectField
          label={t('declaredFor')}
          value={kind}
          onChange={(event) => setKind(event.target.value as Kind)}
        >
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {t(`noCut.${one}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('panel.policy')}
          value={policy}
          onChange={(event) => setPolicy(event.target.value)}
        >
          <option value="">{t('noCutAll')}</option>
          {policies.map((one) => (
            <option key={one.code} value={one.code}>
              {nameOf(one)}
            </option>
          ))}
        </SelectField>
      </FieldPair>
      <Field
        label={t('begins')}
        hint={t('beginsHint')}
        type="datetime-local"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        error={act.errorAt('/from')}
      />
      <Field
        label={t('ends')}
        hint={t('endsHint')}
        type="datetime-local"
        value={to}
        onChange={(event) => setTo(event.target.value)}
        error={act.errorAt('/to')}
      />
      <TextField
        label={t('reason')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        error={act.errorAt('/reason')}
        data-testid="declare-reason"
      />
    </ActDialog>
  );
}
