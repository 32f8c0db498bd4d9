'use client';

import { useTranslations } from 'next-intl';
import type { OffWindow } from '../../domain/supply/switchSchedule';
import { useName } from '../ui/useName';
import type { ScheduleShown } from './controlTypes';
import { clockText } from './scheduleDraft';

/** Words for where a schedule switches and when. */
export function useScheduleWords() {
  const t = useTranslations('control');
  const name = useName();
  const place = ({
    choice,
    place: names,
    rooms,
  }: Pick<ScheduleShown, 'choice' | 'place' | 'rooms'>): string => {
    if (choice.kind === 'POINTS')
      return t('schedules.rooms', {
        rooms: [...new Set(rooms ?? choice.codes.slice(0, 4))].join(t('comma')),
        n: choice.codes.length,
      });
    if (choice.kind === 'ROOMS')
      return t('schedules.list', {
        codes: choice.codes.slice(0, 4).join(t('comma')),
        n: choice.codes.length,
      });
    return t(`schedules.at.${choice.kind}`, {
      place: names ? names.map(name).join(' › ') : choice.code,
    });
  };
  const times = ({ dayTypes, offMinute, onMinute }: OffWindow): string =>
    t('schedules.window', {
      days: dayTypes.map((type) => t(`schedules.dayTypes.${type}`)).join(t('comma')),
      off: clockText(offMinute),
      on: clockText(onMinute),
      next: onMinute <= offMinute ? 'yes' : 'no',
    });
  return { place, times };
}
