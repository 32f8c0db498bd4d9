'use client';

import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import { useCampusZone } from '../ui/now';
import { LossChart } from './LossChart';

/** A feeder's losses of some hours, as shares of its supply. Times in ms UTC. */
interface FeederLosses {
  readonly hours: readonly {
    readonly fromMs: number;
    /** Why it is not known; null: it is. */
    readonly unknown: string | null;
    readonly share: number | null;
    readonly read: number;
    readonly children: number;
  }[];
  readonly band: { readonly share: number; readonly low: number; readonly high: number } | null;
}

/** How many of the hours are known, in words. */
export function useLossSummary(): (losses: Pick<FeederLosses, 'hours'>) => string {
  const t = useTranslations('grid.loss');
  return ({ hours }) =>
    t('summary', { known: hours.filter(({ unknown }) => unknown === null).length, n: hours.length });
}

/** A feeder's loss by hour, over what its rule expects. */
export function FeederLossChart({ losses }: { losses: FeederLosses }) {
  const t = useTranslations('grid.loss');
  const zone = useCampusZone();
  const summary = useLossSummary()(losses);
  const { hours, band } = losses;
  const chart = useMemo(
    () => ({
      from: hours[0]?.fromMs ?? 0,
      to: (hours.at(-1)?.fromMs ?? 0) + 3_600_000,
      zone,
      hours: hours.map(({ fromMs, share }) => ({ at: fromMs, percent: share === null ? null : share * 100 })),
      band: band && { low: band.low * 100, expected: band.share * 100, high: band.high * 100 },
    }),
    [hours, band, zone],
  );
  const reasonAt = useCallback(
    (at: number) => {
      const hour = hours.find(({ fromMs }) => fromMs === at);
      return hour?.unknown ? t(`unknown.${hour.unknown}`, { read: hour.read, n: hour.children }) : '';
    },
    [hours, t],
  );
  return <LossChart data={chart} description={`${t('title')}: ${summary}`} reasonAt={reasonAt} />;
}
