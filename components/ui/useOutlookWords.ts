import { useTranslations } from 'next-intl';
import type { LoadOutlook } from '../../domain/network/loadOutlook';
import { formatPercent } from './format';
import { formatTime } from './formatTime';
import { useCampusZone } from './now';
import { outlookCase } from './outlookCase';

/** What the coming hours hold for a feeder, in one sentence. */
export function useOutlookWords(): (outlook: LoadOutlook, ratingW: number | null, nowMs: number) => string {
  const t = useTranslations('grid');
  const zone = useCampusZone();
  return (outlook, ratingW, nowMs) => {
    if (outlook.kind === 'NO_RATING') return t('outlook.noRating');
    if (outlook.kind === 'LEARNING') return t('outlook.learning');
    const { warnMs, overMs, peakMs, peakW } = outlook;
    const time = (ms: number | null) => (ms === null ? '' : formatTime(ms, zone, false));
    return t(`outlook.${outlookCase(warnMs, overMs, nowMs)}`, {
      warn: time(warnMs),
      over: time(overMs),
      peak: formatPercent((peakW / ratingW!) * 100),
      at: peakMs <= nowMs ? t('outlook.now') : time(peakMs),
    });
  };
}
