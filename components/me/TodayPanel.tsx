'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { formatEnergy, formatEnergyNumber, formatNumber, formatRange } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import type { MyToday } from './meData';
import styles from './TodayPanel.module.css';

const REFRESH_MS = 60_000;
/** Coordinates of the drawing; it is stretched to the width at hand. */
const WIDTH = 340;
const HEIGHT = 120;

/** Electricity of the day so far, against the usual day of this weekday and against rooms like this one. */
export function TodayPanel({ initial }: { initial: MyToday | null }) {
  const trpc = useTRPC();
  const code = useCode();
  const { data, error, refetch } = useQuery(
    trpc.me.today.queryOptions({}, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  if (data) return <Today today={data} />;
  if (error)
    return <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />;
  return data === null ? null : <Skeleton height={176} onRetry={() => void refetch()} />;
}

function Today({ today }: { today: MyToday }) {
  const t = useTranslations('me');
  const common = useTranslations('common');
  const zone = useCampusZone();
  const { usual, similar, soFarMicro } = today;
  const now = Number(soFarMicro);
  const words =
    usual === null || (now >= usual.lowMicro && now <= usual.highMicro)
      ? 'usualNow'
      : now < usual.lowMicro
        ? 'usualBelow'
        : 'usualAbove';
  const number = (micro: number) => formatNumber(micro / 1e6, 1);
  return (
    <section aria-label={t('today')} data-testid="today" data-micro={soFarMicro.toString()}>
      <p className={styles.pair}>
        <span>
          {t('today')} <b>{formatEnergy(soFarMicro, 'room')}</b>
        </span>
        <span className="meta" data-testid="today-usual">
          {usual
            ? t(words, {
                median: number(usual.medianMicro),
                range: formatRange(number(usual.lowMicro), formatEnergyRange(usual.highMicro)),
              })
            : common('learningBand')}
        </span>
      </p>
      <Curve today={today} />
      {similar && (
        <p className="meta" data-testid="today-similar" data-rooms={similar.rooms}>
          {t('similarToday', {
            n: similar.rooms,
            energy: formatEnergy(similar.medianMicro, 'room'),
            time: formatTime(similar.untilMs, zone, false),
          })}
        </p>
      )}
    </section>
  );
}

function formatEnergyRange(micro: number): string {
  return formatEnergy(BigInt(Math.round(micro)), 'room');
}

function Curve({ today }: { today: MyToday }) {
  const t = useTranslations('me');
  const zone = useCampusZone();
  const { dayStartMs, dayEndMs, curve, usual } = today;
  const highest = Math.max(
    1_000_000,
    ...curve.map(([, y]) => y),
    ...(usual?.curve.map(([, , y]) => y) ?? []),
  );
  const top = roundUp(highest / 1e6);
  const x = (at: number) => ((at - dayStartMs) / (dayEndMs - dayStartMs)) * WIDTH;
  const y = (micro: number) => HEIGHT - (micro / 1e6 / top) * HEIGHT;
  const path = (points: readonly (readonly [number, number])[]) =>
    points.map(([at, micro]) => `${x(at).toFixed(1)} ${y(micro).toFixed(1)}`).join(' L');
  const band = usual && [
    ...usual.curve.map(([at, low]) => [at, low] as const),
    ...usual.curve.map(([at, , high]) => [at, high] as const).reverse(),
  ];
  const last = curve.at(-1)!;
  const clock = [0, 6, 12, 18, 24];
  return (
    <figure className={styles.chart}>
      <div
        className={styles.plot}
        role="img"
        aria-label={t('todayCurve', {
          energy: formatEnergy(today.soFarMicro, 'room'),
          time: formatTime(last[0], zone, false),
        })}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path className={styles.axis} d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
          {band && <path className={styles.band} d={`M${path(band)}z`} />}
          <path className={styles.line} d={`M${path(curve)}`} />
        </svg>
        <i
          className={styles.dot}
          style={{ left: `${(x(last[0]) / WIDTH) * 100}%`, top: `${(y(last[1]) / HEIGHT) * 100}%` }}
        />
        <small className={styles.top}>
          {formatEnergyNumber(BigInt(Math.round(top * 1e6)), 'building')} kWh
        </small>
        <small className={styles.middle}>{top / 2}</small>
      </div>
      <div className={styles.clock} aria-hidden="true">
        {clock.map((hour) => (
          <small key={hour}>{`${hour}:00`}</small>
        ))}
      </div>
    </figure>
  );
}

/** The next round number that halves well: 1, 2, 4, 6, 8, 10, 20 … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 2, 4, 6, 8, 10]) if (value <= step * power) return step * power;
  return 10 * power;
}
