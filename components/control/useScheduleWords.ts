'use client';

import { useTranslations } from 'next-intl';
import type { OffWindow } from '../../domain/supply/switchSchedule';
import type { ScheduleShown } from './controlTypes';
import { clockText } from './scheduleDraft';

/** Words for where a schedule switches and when. */
export function useScheduleWords() {
  const t = useTranslations('control');
  const place = (choice: ScheduleShown['choice']): string =>
    'codes' in choice
      ? t('schedules.list', { codes: choice.codes.slice(0, 4).join(t('comma')), n: choice.codes.length })
      : t(`schedules.at.${choice.kind}`, { code: choice.code });
  const times = ({ dayTypes, offMinute, onMinute }: OffWindow): string =>
    t('schedules.window', {
      days: dayTypes.map((type) => t(`schedules.dayTypes.${type}`)).join(t('comma')),
      off: clockText(offMinute),
      on: clockText(onMinute),
      next: onMinute <= offMinute ? 'yes' : 'no',
    });
  return { place, times };
}
