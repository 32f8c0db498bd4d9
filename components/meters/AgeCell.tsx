'use client';

import { LONG_DASH } from '../ui/format';
import { formatAge } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';

/** Age of a report, counted on each second. @param rxMs arrival, ms UTC; null: never heard */
export function AgeCell({ rxMs }: { rxMs: number | null }) {
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return rxMs === null ? LONG_DASH : formatAge(now - rxMs, lang, { at: rxMs, zone });
}
