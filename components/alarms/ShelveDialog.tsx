'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { shelveLimitMs } from '../../domain/alarms/alarmMachine';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Field } from '../ui/Field';
import { FormDialog } from '../ui/FormDialog';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { NOBODY, SecondPerson } from '../ui/SecondPerson';
import { SegmentedControl } from '../ui/SegmentedControl';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './Dialogs.module.css';
import type { AlarmRow } from './incidents';
import { type ShelveSpan, shelveSpans } from './shelveSpans';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

const REASONS = ['KNOWN_FAULT', 'WORKS', 'NUISANCE', 'TESTING', 'OTHER'] as const;
type Reason = (typeof REASONS)[number];

/** Shelves one alarm: a reason from the list, a time within the limit of its priority, for P1 a second person. */
export function ShelveDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const trpc = useTRPC();
  const group = useId();
  const words = useAlarmWords()(row);
  const place = usePlaceWords()(row);
  const { alarm } = row;
  const spans = shelveSpans(now, zone, shelveLimitMs(`P${alarm.priority}`));
  const [reason, setReason] = useState<Reason | null>(null);
  const [note, setNote] = useState('');
  const [span, setSpan] = useState<ShelveSpan['key']>(spans[0]!.key);
  const [second, setSecond] = useState(NOBODY);
  const [asked, setAsked] = useState(false);
  const shelve = useMutation(trpc.alarms.shelve.mutationOptions({ onSuccess: onClose }));
  const chosen = spans.find(({ key }) => key === span) ?? spans[0]!;
  const needsSecond = alarm.priority === 1;
  const missing = reason === null ? 'reason' : reason === 'OTHER' && note.trim() === '' ? 'note' : null;
  const submit = () => {
    setAsked(true);
    if (missing !== null || reason === null) return;
    shelve.mutate({
      id: Number(alarm.id),
      reason,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      forMs: chosen.forMs,
      ...(needsSecond ? { second } : {}),
    });
  };
  return (
    <FormDialog
      title={t('shelveTitle')}
      description={`${words.title}, ${place.title}`}
      submit={t('shelveUntil', { time: formatMoment(now + chosen.forMs, now, zone, lang, false) })}
      disabled={shelve.isPending}
      onSubmit={submit}
      onClose={onClose}
      testId="shelve-dialog"
    >
      <fieldset className={styles.choices} aria-describedby={`${group}-error`}>
        <legend>{t('shelveReason')}</legend>
        {REASONS.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name={group}
              value={each}
              checked={reason === each}
              onChange={() => setReason(each)}
            />
            {code('shelveReason', each)}
          </label>
        ))}
        {asked && missing === 'reason' && (
          <p id={`${group}-error`} role="alert" className={styles.error} data-testid="reason-missing">
            {t('reasonNeeded')}
          </p>
        )}
      </fieldset>
      {reason === 'OTHER' && (
        <Field
          label={t('inWords')}
          value={note}
          maxLength={200}
          onChange={(event) => setNote(event.target.value)}
          error={asked && missing === 'note' ? t('noteNeeded') : undefined}
        />
      )}
      <div className={styles.span}>
        <span>{t('shelveFor')}</span>
        <SegmentedControl<ShelveSpan['key']>
          label={t('shelveFor')}
          options={spans.map(({ key }) => ({ value: key, label: t(`spans.${key}`) }))}
          value={chosen.key}
          onChange={setSpan}
        />
      </div>
      {needsSecond && <SecondPerson legend={t('secondPerson')} second={second} onChange={setSecond} />}
      {shelve.error && (
        <p role="alert" className={styles.error}>
          {code('refusal', refusalOf(shelve.error).reason)}
        </p>
      )}
      <p className="meta">{t('shelveFoot')}</p>
    </FormDialog>
  );
}
