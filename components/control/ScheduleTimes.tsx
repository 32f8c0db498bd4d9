'use client';

import { useTranslations } from 'next-intl';
import { DAY_TYPES, WINDOWS_MAX } from '../../domain/supply/switchSchedule';
import { FieldPair } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { CheckField, Field } from '../ui/Field';
import styles from './Control.module.css';
import { FIRST_WINDOW, isTime, type WindowText } from './scheduleDraft';

/** The times of a schedule: on which days it begins, when it switches off, and when on again. */
export function ScheduleTimes({
  windows,
  onChange,
}: {
  windows: readonly WindowText[];
  onChange: (windows: WindowText[]) => void;
}) {
  const t = useTranslations('control.schedules.form');
  const days = useTranslations('control.schedules.dayTypes');
  const set = (at: number, part: Partial<WindowText>) =>
    onChange(windows.map((window, i) => (i === at ? { ...window, ...part } : window)));
  return (
    <>
      {windows.map((window, at) => (
        <fieldset key={at} className={styles.form} data-testid="schedule-window">
          <legend>{t('time', { n: at + 1 })}</legend>
          <span className={styles.checks}>
            {DAY_TYPES.map((type) => (
              <CheckField
                key={type}
                label={days(type)}
                checked={window.dayTypes.includes(type)}
                onChange={(event) =>
                  set(at, {
                    dayTypes: event.target.checked
                      ? [...window.dayTypes, type]
                      : window.dayTypes.filter((one) => one !== type),
                  })
                }
              />
            ))}
          </span>
          <FieldPair>
            {(['off', 'on'] as const).map((edge) => (
              // A browser's own field for times would show them by its own habit, not by the campus's 24 hours.
              <Field
                key={edge}
                label={t(edge)}
                value={window[edge]}
                placeholder="00:00"
                maxLength={5}
                error={isTime(window[edge]) ? undefined : t('timeForm')}
                onChange={(event) => set(at, { [edge]: event.target.value })}
              />
            ))}
          </FieldPair>
        </fieldset>
      ))}
      <span className={styles.acts}>
        {windows.length < WINDOWS_MAX && (
          <Button size="small" onClick={() => onChange([...windows, FIRST_WINDOW])}>
            {t('moreTimes')}
          </Button>
        )}
        {windows.length > 1 && (
          <Button size="small" onClick={() => onChange(windows.slice(0, -1))}>
            {t('fewerTimes')}
          </Button>
        )}
      </span>
    </>
  );
}
