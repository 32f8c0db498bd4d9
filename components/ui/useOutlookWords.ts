import { useTranslations } from 'next-intl';
import type { LoadOutlook } from '../../domain/network/loadOutlook';
import { formatPercent } from './format';
import { formatTime } from './formatTime';
import { useCampusZone } from './now';

/** What the coming hours hold for a feeder, in one sentence. */
export function useOutlookWords(): (outlook: LoadOutlook, ratingW: number | null, nowMs: number) => string {
  const t = useTranslations('grid');
  const zone = useCampusZone();
  return (outlook, ratingW, nowMs) => {
    if (outlook.kind === 'NO_RATING') return t('outlook.noRating');
    if (outlook.kind === 'LEARNING') return t('outlook.learning');
    const time = (ms: number) => (ms <= nowMs ? t('outlook.now') : formatTime(ms, zone, false));
    const peak = formatPercent((outlook.peakW / ratingW!) * 100);
    const at = time(outlook.peakMs);
    const { warnMs, overMs } = outlook;
    if (warnMs === null) return t('outlook.calm', { peak, at });
    if (overMs === null) return t('outlook.warn', { warn: time(warnMs), peak, at });
    return t('outlook.over', { warn: time(warnMs), over: time(overMs), peak, at });
  };
}
