'use client';

import { useTranslations } from 'next-intl';
import { BulletBar } from '../ui/BulletBar';
import { formatPercent, formatRange } from '../ui/format';
import styles from './QuotaBullet.module.css';
import { percentOf, type QuotaUnit } from './quotaUnit';

interface Props {
  unit: QuotaUnit;
  limitMicro: bigint;
  /** Parts from left to right; their words are ready. */
  used: readonly { micro: bigint; label: string; tone: 'first' | 'second' }[];
  ticks: readonly { percent: number; date?: string }[];
  /** Even pace at this instant; null outside the month. */
  paceMicro: bigint | null;
  forecast: { totalMicro: bigint; lowMicro: bigint | null; highMicro: bigint | null } | null;
}

/** The bullet bar of one department or of the campus, with all its words. */
export function QuotaBullet({ unit, limitMicro, used, ticks, paceMicro, forecast }: Props) {
  const t = useTranslations('quota');
  const usedMicro = used.reduce((sum, { micro }) => sum + micro, 0n);
  const leftMicro = limitMicro - usedMicro;
  const low = forecast ? (forecast.lowMicro ?? forecast.totalMicro) : 0n;
  const high = forecast ? (forecast.highMicro ?? forecast.totalMicro) : 0n;
  const max = Math.max(unit.value(limitMicro), unit.value(high), unit.value(usedMicro)) * 1.03;
  const percent = formatPercent(percentOf(usedMicro, limitMicro));
  const sentence = [
    t('barDescription', { used: unit.text(usedMicro), limit: unit.text(limitMicro), percent }),
    forecast &&
      t('barForecast', {
        value: unit.text(forecast.totalMicro),
        percent: formatPercent(percentOf(forecast.totalMicro, limitMicro)),
      }),
    forecast && low !== high && t('barRange', { low: unit.number(low), high: unit.number(high) }),
  ];
  return (
    <div className={styles.bullet}>
      <BulletBar
        max={max}
        quota={unit.value(limitMicro)}
        used={used.map(({ micro, label, tone }) => ({ value: unit.value(micro), label, tone }))}
        left={leftMicro > 0n && t('left', { value: unit.number(leftMicro) })}
        pace={
          paceMicro === null
            ? undefined
            : { at: unit.value(paceMicro), label: t('evenPace', { value: unit.number(paceMicro) }) }
        }
        ticks={ticks.map(({ percent: tick, date }) => ({
          at: (unit.value(limitMicro) * tick) / 100,
          above: formatPercent(tick),
          below: date,
          strong: tick === 100,
        }))}
        forecast={
          forecast
            ? {
                at: unit.value(forecast.totalMicro),
                low: unit.value(low),
                high: unit.value(high),
                label: t('forecastWord', { value: unit.number(forecast.totalMicro) }),
                range: low === high ? undefined : formatRange(unit.number(low), unit.number(high)),
              }
            : undefined
        }
        description={sentence.filter(Boolean).join(', ')}
      />
    </div>
  );
}

/** Even pace of a month at an instant, µ; null before and after it. */
export function evenPaceMicro(limitMicro: bigint, fromMs: number, toMs: number, now: number): bigint | null {
  if (now < fromMs || now >= toMs) return null;
  return (limitMicro * BigInt(Math.round(now - fromMs))) / BigInt(toMs - fromMs);
}
