'use client';

import { useTranslations } from 'next-intl';
import { useCode } from './useCode';

/** Words for who did something: a person's name as it is; rules, the engine and keys by what they are. */
export function useActor(): (actor: string | null) => string {
  const t = useTranslations('codes.actor');
  const code = useCode();
  return (actor) => {
    if (actor === null) return '';
    if (actor === 'engine') return t('engine');
    if (actor.startsWith('rule:')) return t('rule', { rule: code('alarmRule', actor.slice('rule:'.length)) });
    if (actor.startsWith('key:')) return t('key', { name: actor.slice('key:'.length) });
    return actor;
  };
}
