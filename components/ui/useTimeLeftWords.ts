'use client';

import { useTranslations } from 'next-intl';
import type { CutForecast } from '../../domain/supply/cutForecast';
import { formatDateTime } from './formatTime';
import { useCampusZone } from './now';
import { useCode } from './useCode';
import { useLang } from './useLang';

/** The forecast walks no further than 30 days. */
export const HORIZON_HOURS = 720;
export const LEARNING_DAYS = 7;

interface Left {
  /** Null while learning. */
  readonly hours: number | null;
  readonly learnedDays: number;
  readonly runsOutMs: number | null;
  readonly cut: CutForecast | null;
}

/** Until when the credit lasts, and until when nothing is cut whatever it says: two sentences, either may be empty. */
export function useTimeLeftWords(): (timeLeft: Left) => { until: string; cut: string } {
  const t = useTranslations('rooms');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const stamp = (at: number) => formatDateTime(at, zone, lang, { weekday: true });
  return ({ hours, runsOutMs, cut, learnedDays }) => ({
    until:
      hours === null
        ? t('learning', { days: Math.floor(learnedDays), needed: LEARNING_DAYS })
        : hours >= HORIZON_HOURS
          ? t('beyond')
          : runsOutMs === null
            ? ''
            : t('until', { time: stamp(runsOutMs) }),
    cut:
      cut === null
        ? ''
        : cut.rule === 'LIFE_SAFETY' || cut.rule === 'PROTECTED_CREDIT'
          ? t('neverCut', {
              protection: code('protection', cut.rule === 'LIFE_SAFETY' ? 'LIFE_SAFETY' : 'CREDIT'),
            })
          : cut.rule === 'STALE' || cut.rule === 'LOCKOUT' || cut.rule === 'CREDIT_USED_UP'
            ? t(`cutWaits.${cut.rule}`)
            : cut.notBeforeMs === null
              ? cut.rule === 'POSTPAID' || cut.rule === 'GRACE'
                ? t(`cutWaits.${cut.rule}`)
                : ''
              : t('noCutBefore', { time: stamp(cut.notBeforeMs) }),
  });
}
