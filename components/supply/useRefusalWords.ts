'use client';

import { useTranslations } from 'next-intl';
import { formatAge, formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';

type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** Words of a refusal or warning with what it names: whose tag, until when, how old. One line, no raw code. */
export function useRefusalWords(): (reason: string, facts?: Facts) => string {
  const t = useTranslations('supply');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  return (reason, facts = {}) => {
    const words = code('refusal', reason);
    const { heldBy, note, until, ageMs, waitMs } = facts;
    if (reason === 'MAINTENANCE_TAG' && typeof heldBy === 'string')
      return t('tagOf', { name: heldBy, note: typeof note === 'string' ? note : '' });
    if (reason === 'ARMED_BY_OTHER' && typeof heldBy === 'string') return t('armedBy', { name: heldBy });
    if (typeof ageMs === 'number') return t('withAge', { words, age: formatAge(ageMs, lang) });
    if (typeof waitMs === 'number') return t('withWait', { words, seconds: Math.ceil(waitMs / 1_000) });
    if (typeof until === 'number') return t('withUntil', { words, time: formatTime(until, zone) });
    return words;
  };
}
