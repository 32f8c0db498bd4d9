'use client';

import { useTranslations } from 'next-intl';
import { formatAge } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';

/** Age of the newest and of the oldest value on the map. */
export function MapAges({ newestMs, oldestMs }: { newestMs: number | null; oldestMs: number | null }) {
  const t = useTranslations('map');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  if (newestMs === null || oldestMs === null) return t('noData');
  const age = (at: number) => formatAge(now - at, lang, { at, zone });
  return t('ages', { newest: age(newestMs), oldest: age(oldestMs) });
}
