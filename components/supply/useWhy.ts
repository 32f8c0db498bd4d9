'use client';

import { useTranslations } from 'next-intl';
import type { LiveTrip } from '../../contracts/liveEvents';
import { useCode } from '../ui/useCode';
import { useTripWords } from '../ui/useTripWords';

/**
 * Words of what a person gave as the reason of a command: the chosen reason, or the alarm with what it measured, then what they wrote;
 * '' for none.
 */
export function useWhy(): (command: { why: string | null; trip: LiveTrip | null }) => string {
  const t = useTranslations('supply');
  const code = useCode();
  const tripWords = useTripWords();
  return ({ why, trip }) => {
    if (!why) return '';
    const [chosen = '', ...own] = why.split(': ');
    const key = `reasons.${chosen}`;
    const words =
      trip && trip.rule === chosen ? tripWords(trip) : t.has(key) ? t(key) : code('alarmRule', chosen);
    return [words, ...own].join(t('comma'));
  };
}
