'use client';

import { useTranslations } from 'next-intl';
import { useCode } from './useCode';

/** Last characters of a key's id, enough to tell keys apart on a page. */
const KEY_TAIL = 4;

/** Words for who did something: a person's name as it is; rules, the engine and keys by what they are. */
export function useActor(): (actor: string | null) => string {
  const t = useTranslations('codes.actor');
  const code = useCode();
  return (actor) => {
    if (actor === null) return '';
    if (actor === 'engine' || actor === 'resident') return t(actor);
    if (actor.startsWith('schedule:')) return t('schedule');
    if (actor.startsWith('rule:')) return t('rule', { rule: code('alarmRule', actor.slice('rule:'.length)) });
    if (actor.startsWith('key:')) return t('key', { name: `…${actor.slice(-KEY_TAIL)}` });
    return actor;
  };
}
