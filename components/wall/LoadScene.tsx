'use client';

import { useMemo } from 'react';
import type { CampusFigures } from '../../contracts/liveEvents';
import { LoadTodayChart } from '../charts/LoadTodayChart';
import { todayData } from '../charts/todayData';
import type { Locale } from '../i18n/locale';
import { classNames } from '../ui/classNames';
import { formatPowerNumber, powerUnitFor } from '../ui/format';
import { useCampusZone } from '../ui/now';
import styles from './LoadScene.module.css';
import { energyFigure } from './MapScene';
import { WallFigure } from './WallFigure';
import { useWallWords } from './wallText';
import type { WallDay } from './wallTypes';

const MINUTE_MS = 60_000;

interface Props {
  day: WallDay;
  figures: CampusFigures | null;
  swapped: boolean;
  lang: Locale;
}

/** Scene B: the load of the day against yesterday, what is expected, and the rating. */
export function LoadScene({ day, figures, swapped, lang }: Props) {
  const { t, o } = useWallWords();
  const zone = useCampusZone();
  const loadW = figures?.supplyW ?? figures?.powerW ?? null;
  const liveMinute = Math.floor((figures?.loadAsOf ?? day.nowMs) / MINUTE_MS);
  const chart = useMemo(
    () => todayData(day, { powerW: loadW, asOfMs: liveMinute * MINUTE_MS }, zone),
    [day, loadW, liveMinute, zone],
  );
  const unit = powerUnitFor(Math.max(loadW ?? 0, day.capacityW ?? 0));
  const soFar = energyFigure(figures?.energyTodayMicro ?? day.soFarMicro, lang);
  const byMidnight = energyFigure(day.byMidnightMicro, lang);
  const yesterday = energyFigure(day.yesterdayMicro, lang);
  const stamp = { asOf: figures?.loadAsOf ?? null, intervalMs: 2 * MINUTE_MS };
  const dayStamp = { asOf: day.nowMs, intervalMs: 2 * MINUTE_MS };
  return (
    <div className={styles.scene}>
      <section className={styles.chart}>
        <LoadTodayChart data={chart} height="100%" wall />
      </section>
      <section className={classNames(styles.figures, swapped && styles.swapped)}>
        <WallFigure
          {...stamp}
          label={t('load.now')}
          other={o('load.now')}
          figure={loadW === null ? null : formatPowerNumber(loadW, unit)}
          unit={unit}
        />
        <WallFigure {...stamp} label={t('load.soFar')} other={o('load.soFar')} {...soFar} />
        <WallFigure
          {...dayStamp}
          label={t('load.byMidnight')}
          other={o('load.byMidnight')}
          figure={byMidnight.figure === null ? null : `≈${byMidnight.figure}`}
          unit={byMidnight.unit}
        />
        <WallFigure {...dayStamp} label={t('load.yesterday')} other={o('load.yesterday')} {...yesterday} />
      </section>
    </div>
  );
}
