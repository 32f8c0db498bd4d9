'use client';

import { useTranslations } from 'next-intl';
import { useCode } from '../ui/useCode';

/** Words of what a person gave as the reason of a command: the chosen reason or alarm, then what they wrote; '' for none. */
export function useWhy(): (why: string | null) => string {
  const t = useTranslations('supply');
  const code = useCode();
  return (why) => {
    if (!why) return '';
    const [chosen = '', ...own] = why.split(': ');
    const key = `reasons.${chosen}`;
    return [t.has(key) ? t(key) : code('alarmRule', chosen), ...own].join(t('comma'));
  };
}
