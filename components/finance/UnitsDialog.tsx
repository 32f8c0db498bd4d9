'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { UTILITIES, type Utility } from '../../domain/metering/reading';
import { ActDialog, FieldPair } from '../ui/ActDialog';
import { CheckField, Field, SelectField, TextField } from '../ui/Field';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import type { Fund } from './financeTypes';
import { FundFields, SpanFields } from './GrantFields';
import { useGrantSpan } from './useGrantSpan';

const QUANTITY = /^(?=.*[1-9])\d{1,9}(\.\d{1,6})?$/;

/** Drafts free units of each month for an account. Nothing is free until another person approves it. */
export function UnitsDialog({
  account,
  funds,
  onClose,
}: {
  account: string;
  funds: readonly Fund[];
  onClose: () => void;
}) {
  const t = useTranslations('accounts');
  const code = useCode();
  const act = useAct(['/quantity', '/from', '/to', '/expires']);
  const { span, instants, set } = useGrantSpan('F', funds);
  const [utility, setUtility] = useState<Utility>('ELECTRICITY');
  const [quantity, setQuantity] = useState('');
  const [perHead, setPerHead] = useState(false);
  const [carryOver, setCarryOver] = useState(false);
  const [advancesTier, setAdvancesTier] = useState(true);
  const [note, setNote] = useState('');
  const blockedBy = !QUANTITY.test(quantity.trim())
    ? t('quantityNeeded')
    : instants === null
      ? t('spanNeeded')
      : note.trim() === ''
        ? t('noteNeeded')
        : undefined;
  const send = async () => {
    if (instants === null) return;
    const done = await act.run((to) =>
      to.tariffs.draftUnits.mutate({
        ...instants,
        accountCode: account,
        utility,
        quantity: quantity.trim(),
        perHead,
        carryOver,
        advancesTier,
        note: note.trim(),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('newUnits')}
      eyebrow={account}
      description={t('secondPerson')}
      submit={t('draft')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="units-dialog"
    >
      <FieldPair>
        <SelectField
          label={t('utility')}
          value={utility}
          onChange={(event) => setUtility(event.target.value as Utility)}
        >
          {UTILITIES.map((one) => (
            <option key={one} value={one}>
              {code('utility', one)}
            </option>
          ))}
        </SelectField>
        <Field
          label={t('quantityEachMonth')}
          inputMode="decimal"
          autoComplete="off"
          suffix={utility === 'ELECTRICITY' ? 'kWh' : 'm³'}
          value={quantity}
          onChange={(event) => setQuantity(event.target.value)}
          error={act.errorAt('/quantity')}
        />
      </FieldPair>
      <CheckField
        label={t('perHead')}
        checked={perHead}
        onChange={(event) => setPerHead(event.target.checked)}
      />
      <CheckField
        label={t('rollsOver')}
        checked={carryOver}
        onChange={(event) => setCarryOver(event.target.checked)}
      />
      <CheckField
        label={t('advancesTier')}
        checked={advancesTier}
        onChange={(event) => setAdvancesTier(event.target.checked)}
      />
      <FundFields span={span} funds={funds} set={set} />
      <SpanFields span={span} set={set} errorAt={act.errorAt} />
      <TextField
        label={t('note')}
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.target.value)}
      />
    </ActDialog>
  );
}
