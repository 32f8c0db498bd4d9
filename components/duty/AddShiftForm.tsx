'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { campusZone } from '../../domain/time/campusTime';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Field, SelectField } from '../ui/Field';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { useCode } from '../ui/useCode';
import styles from './Roster.module.css';
import type { Roster } from './RosterPage';

const LEVELS = ['ON_DUTY', 'SHIFT_LEAD', 'DUTY_MANAGER'] as const;
const DAYS_MAX = 31;

/** Puts somebody on duty, for one day or several in a row. */
export function AddShiftForm({ candidates, asOfMs }: { candidates: Roster['candidates']; asOfMs: number }) {
  const t = useTranslations('duty');
  const code = useCode();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [shift, setShift] = useState(() => ({
    user: candidates[0]?.code ?? '',
    level: 'ON_DUTY' as (typeof LEVELS)[number],
    space: '',
    date: campusZone(zone).dateKey(asOfMs),
    from: '08:00',
    to: '20:00',
    days: 7,
  }));
  const add = useMutation(
    trpc.duty.add.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.duty.roster.queryKey() }),
    }),
  );
  const refusal = add.error ? refusalOf(add.error).reason : null;
  const change = (part: Partial<typeof shift>) => {
    add.reset();
    setShift({ ...shift, ...part });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ ...shift, space: shift.space.trim() === '' ? null : shift.space.trim() });
  };
  return (
    <Panel title={t('add')} padded>
      <form className={styles.form} onSubmit={submit} data-testid="shift-form">
        <SelectField
          label={t('who')}
          value={shift.user}
          onChange={(event) => change({ user: event.target.value })}
        >
          {candidates.map((one) => (
            <option key={one.code} value={one.code}>
              {t('candidate', {
                name: one.name,
                roles: one.roles.map((role) => code('role', role)).join(t('comma')),
                places: one.places.length === 0 ? '' : ` (${one.places.join(t('comma'))})`,
              })}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('levelHead')}
          value={shift.level}
          onChange={(event) => change({ level: event.target.value as (typeof LEVELS)[number] })}
        >
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {t(`level.${level}`)}
            </option>
          ))}
        </SelectField>
        <Field
          label={t('zone')}
          hint={t('zoneHint')}
          maxLength={32}
          value={shift.space}
          onChange={(event) => change({ space: event.target.value })}
        />
        <Field
          label={t('date')}
          type="date"
          required
          value={shift.date}
          onChange={(event) => change({ date: event.target.value })}
        />
        <div className={styles.times}>
          <Field
            label={t('from')}
            type="time"
            required
            value={shift.from}
            onChange={(event) => change({ from: event.target.value })}
          />
          <Field
            label={t('to')}
            type="time"
            required
            value={shift.to}
            onChange={(event) => change({ to: event.target.value })}
          />
        </div>
        <Field
          label={t('days')}
          hint={t('daysHint')}
          type="number"
          min={1}
          max={DAYS_MAX}
          required
          value={shift.days}
          onChange={(event) => change({ days: event.target.valueAsNumber || 1 })}
          error={refusal === null ? undefined : code('refusal', refusal)}
        />
        <Button type="submit" variant="primary" size="control" disabled={add.isPending || shift.user === ''}>
          {t('addButton')}
        </Button>
      </form>
    </Panel>
  );
}
