'use client';

import { useTranslations } from 'next-intl';
import type { LiveTrip } from '../../contracts/liveEvents';
import { TRIP_CAUSES } from '../../domain/supply/supplyState';
import { formatPower } from './format';
import { useCode } from './useCode';

/** Rules that are themselves the cause of a cut have words for it that fit into a sentence. */
const isCause = (rule: string): boolean => TRIP_CAUSES.some((cause) => cause === rule);

/** What a cut for safety was for: the alarm, what it measured and the limit, as far as it has them. */
export function useTripWords(): (trip: LiveTrip) => string {
  const t = useTranslations('commands');
  const code = useCode();
  return ({ rule, powerW, limitW }) => {
    const what = isCause(rule) ? code('cause', rule) : code('alarmRule', rule);
    if (powerW === null) return what;
    const power = formatPower(powerW, 'room');
    return limitW === null
      ? t('tripPower', { what, power })
      : t('tripOver', { what, power, limit: formatPower(limitW, 'room') });
  };
}
