'use client';

import { useTranslations } from 'next-intl';
import type { BalanceBand } from '../../domain/tariffs/balanceBand';
import { BAND_ORDER, BandSwatch } from '../ui/BandCell';
import { formatNumber, formatPercent } from '../ui/format';
import { formatAge, formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import styles from './BandStrip.module.css';
import type { BalanceOverview } from './balanceTypes';

interface Props {
  overview: BalanceOverview;
  marked: BalanceBand | null;
  onMark: (band: BalanceBand | null) => void;
}

/** Rooms per band, from plenty to nearly out, then cut, no data and learning. Pressing one marks it in the grid. */
export function BandStrip({ overview, marked, onMark }: Props) {
  const t = useTranslations('balances');
  const codes = useTranslations('codes');
  const note = useBandNote(overview);
  return (
    <ul className={styles.strip} aria-label={t('bands')}>
      {BAND_ORDER.map((band) => (
        <li key={band}>
          <button
            type="button"
            aria-pressed={marked === band}
            aria-label={`${codes(`band.${band}`)}: ${overview.counts[band]}. ${t('showBand', { band: codes(`band.${band}`) })}`}
            onClick={() => onMark(marked === band ? null : band)}
            data-testid={`band-${band.toLowerCase()}`}
          >
            <span className={styles.name}>
              <BandSwatch band={band} />
              {codes(`band.${band}`)}
            </span>
            <span className={styles.count}>
              <b>{formatNumber(overview.counts[band])}</b>
              <small>{note(band)}</small>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The small words behind a count: share for the steps of the ramp, what is behind it for the others. */
function useBandNote(overview: BalanceOverview): (band: BalanceBand) => string {
  const t = useTranslations('balances');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { counts, rooms, newestCutMs, oldestReportMs } = overview;
  return (band) => {
    if (counts[band] === 0 && (band === 'CUT' || band === 'NO_DATA')) return '';
    switch (band) {
      case 'CUT':
        return newestCutMs === null
          ? ''
          : t('newestCut', { time: formatMoment(newestCutMs, now, zone, lang, false) });
      case 'NO_DATA':
        return oldestReportMs === null
          ? t('neverReported')
          : t('oldestReport', { age: formatAge(now - oldestReportMs, lang, { at: oldestReportMs, zone }) });
      case 'LEARNING':
        return t('learningDays');
      default:
        return rooms === 0 ? '' : formatPercent((counts[band] / rooms) * 100);
    }
  };
}
