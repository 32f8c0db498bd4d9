import { useTranslations } from 'next-intl';

/** What a kind of message is about. One that has no words yet shows as it is stored. */
export function useKindWords(): (kind: string) => string {
  const t = useTranslations('notices.kinds');
  return (kind) => (t.has(kind) ? t(kind) : kind);
}
