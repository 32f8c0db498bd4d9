'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { TextField } from '../ui/Field';
import { FormDialog } from '../ui/FormDialog';
import { isNamed, NOBODY, SecondPerson, TAKES_TWO } from '../ui/SecondPerson';
import { useCode } from '../ui/useCode';
import styles from './Dialogs.module.css';
import type { AlarmRow } from './incidents';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

const DECISIONS = ['RELEASE', 'REJECT'] as const;
type Decision = (typeof DECISIONS)[number];

/** Decides about a held charge: it is taken, or never charged; and says what was found of tariff, ratio and readings. */
export function HeldChargeDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms.heldCharge');
  const code = useCode();
  const trpc = useTRPC();
  const group = useId();
  const [decision, setDecision] = useState<Decision>('RELEASE');
  const [note, setNote] = useState('');
  const [second, setSecond] = useState(NOBODY);
  const release = useMutation(trpc.alarms.releaseCharge.mutationOptions({ onSuccess: onClose }));
  const reject = useMutation(trpc.alarms.rejectCharge.mutationOptions({ onSuccess: onClose }));
  const rejects = decision === 'REJECT';
  const asked = rejects ? reject : release;
  const refusal = asked.error && refusalOf(asked.error).reason;
  // What it would have cost the server alone knows.
  const needsSecond = rejects && (isNamed(second) || TAKES_TWO.includes(refusal ?? ''));
  const found = note.trim();
  const submit = () => {
    if (found === '') return;
    const id = Number(row.alarm.id);
    if (rejects) reject.mutate({ id, reason: found, ...(isNamed(second) ? { second } : {}) });
    else release.mutate({ id, note: found });
  };
  return (
    <FormDialog
      title={t('title')}
      description={`${useAlarmWords()(row).title}, ${usePlaceWords()(row).title}`}
      submit={t(`submit.${decision}`)}
      disabled={asked.isPending || found === '' || (needsSecond && !isNamed(second))}
      onSubmit={submit}
      onClose={onClose}
      testId="release-charge-dialog"
    >
      <fieldset className={styles.choices}>
        <legend>{t('decision')}</legend>
        {DECISIONS.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name={group}
              value={each}
              checked={decision === each}
              onChange={() => setDecision(each)}
            />
            {t(`decisions.${each}`)}
          </label>
        ))}
      </fieldset>
      <TextField
        label={t('found')}
        hint={t(`hint.${decision}`)}
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.target.value)}
        error={refusal ? code('refusal', refusal) : undefined}
      />
      {needsSecond && (
        <SecondPerson words={code('refusal', 'SECOND_PERSON')} second={second} onChange={setSecond} />
      )}
    </FormDialog>
  );
}
