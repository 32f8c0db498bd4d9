'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { ActDialog } from '../ui/ActDialog';
import { ErrorState, Skeleton } from '../ui/states';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { Assignee } from './alarmData';
import styles from './Dialogs.module.css';
import type { AlarmRow } from './incidents';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

/** Gives one alarm to somebody: who is on duty, for which place they answer, and what they have already. */
export function AssignDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms');
  const code = useCode();
  const trpc = useTRPC();
  const group = useId();
  const act = useAct();
  const id = Number(row.alarm.id);
  const { data, error, refetch } = useQuery(trpc.alarms.assignees.queryOptions({ id }, { staleTime: 0 }));
  const [to, setTo] = useState<string | null>(null);
  const chosen = data?.find((person) => person.code === to) ?? null;
  const submit = async () => {
    if (chosen && (await act.run((client) => client.alarms.assign.mutate({ id, to: chosen.code }))))
      onClose();
  };
  return (
    <ActDialog
      title={t('assignTitle')}
      description={`${useAlarmWords()(row).title}, ${usePlaceWords()(row).title}`}
      submit={chosen ? t('assignTo', { name: chosen.name }) : t('assign')}
      blockedBy={chosen ? undefined : t('assignNeeded')}
      act={act}
      onSubmit={() => void submit()}
      onClose={onClose}
      testId="assign-dialog"
    >
      {error ? (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={192} onRetry={() => void refetch()} />
      ) : (
        <fieldset className={styles.choices}>
          <legend>{t('assignWhom')}</legend>
          {data.map((person) => (
            <label key={person.code} className={styles.person}>
              <input
                type="radio"
                name={group}
                value={person.code}
                checked={to === person.code}
                onChange={() => setTo(person.code)}
              />
              <PersonWords person={person} />
            </label>
          ))}
        </fieldset>
      )}
      <p className="meta">{t('assignFoot')}</p>
    </ActDialog>
  );
}

function PersonWords({ person }: { person: Assignee }) {
  const t = useTranslations('alarms');
  const code = useCode();
  const lang = useLang();
  const { name, mine, roles, level, place, load } = person;
  const where = place === null ? t('wholeCampus') : lang === 'en' ? (place.nameEn ?? place.name) : place.name;
  return (
    <span>
      <b>{mine ? t('assignMe', { name }) : name}</b>{' '}
      <span className="quiet">
        {[
          ...(level === null ? [] : [t(`dutyLevels.${level}`)]),
          roles.map((role) => code('role', role)).join(t('comma')),
          where,
          t('assignLoad', { n: load }),
        ].join(t('comma'))}
      </span>
    </span>
  );
}
