'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { CampusFigures } from '../../contracts/liveEvents';
import { LoadTodayChart } from '../charts/LoadTodayChart';
import { todayData } from '../charts/todayData';
import { estimated, formatEnergy } from '../ui/format';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import type { LoadToday } from './overviewTypes';

const MINUTE_MS = 60_000;

/** Campus load of the day with yesterday, forecast, capacity and when alarms stood. */
export function LoadTodayPanel({ data, figures }: { data: LoadToday; figures: CampusFigures | null }) {
  const t = useTranslations('overview');
  const zone = useCampusZone();
  const loadW = figures?.supplyW ?? figures?.powerW ?? null;
  const liveMinute = Math.floor((figures?.loadAsOf ?? data.nowMs) / MINUTE_MS);
  const chart = useMemo(
    () => todayData(data, { powerW: loadW, asOfMs: liveMinute * MINUTE_MS }, zone),
    [data, zone, loadW, liveMinute],
  );
  const soFar = formatEnergy(figures?.energyTodayMicro ?? data.soFarMicro);
  const byMidnight = data.byMidnightMicro === null ? null : estimated(formatEnergy(data.byMidnightMicro));
  const yesterday = data.yesterdayMicro === null ? null : formatEnergy(data.yesterdayMicro);
  return (
    <Panel
      title={t('load.title')}
      testId="load-today"
      meta={
        yesterday === null
          ? t('load.metaFirst', { soFar })
          : byMidnight === null
            ? t('load.metaNoForecast', { soFar, yesterday })
            : t('load.meta', { soFar, byMidnight, yesterday })
      }
    >
      <LoadTodayChart data={chart} />
    </Panel>
  );
}
