'use client';

import { useTranslations } from 'next-intl';
import { LONG_DASH } from '../ui/format';
import { useCode } from '../ui/useCode';
import { HORIZON_HOURS, useTimeLeftWords } from '../ui/useTimeLeftWords';
import { BandScale } from './BandScale';
import type { MyAccount } from './meData';
import styles from './TimeLeft.module.css';

/** How long the credit lasts, larger than anything else; then until when, and what stands before a cut. */
export function TimeLeft({ timeLeft }: { timeLeft: NonNullable<MyAccount['timeLeft']> }) {
  const t = useTranslations('me');
  const code = useCode();
  const { until, cut } = useTimeLeftWords()(timeLeft);
  const { hours, band } = timeLeft;
  return (
    <section aria-label={t('timeLeft')} data-testid="time-left" data-band={band.toLowerCase()}>
      <p>{t(hours !== null && hours >= HORIZON_HOURS ? 'lastsAtLeast' : 'stillLasts')}</p>
      <p className={styles.figure} data-testid="time-left-figure" data-hours={hours ?? undefined}>
        {hours === null ? (
          <span>{LONG_DASH}</span>
        ) : (
          partsOf(Math.min(hours, HORIZON_HOURS)).map(({ value, unit }) => (
            <span key={unit}>
              {value}
              <small>{t(`units.${value === 1 ? SINGULAR[unit] : unit}`)}</small>
            </span>
          ))
        )}
      </p>
      <p className={styles.words}>
        {until} {cut}
      </p>
      {hours !== null && <BandScale hours={hours} label={t('bandOf', { band: code('band', band) })} />}
    </section>
  );
}

type Unit = 'days' | 'hours' | 'minutes';
const SINGULAR = { days: 'day', hours: 'hour', minutes: 'minute' } as const;

/** Days and hours from a day on, hours and minutes under ten hours. */
export function partsOf(hours: number): { value: number; unit: Unit }[] {
  const whole = Math.floor(hours);
  if (whole >= 24) {
    const rest = whole % 24;
    const days = { value: Math.floor(whole / 24), unit: 'days' as const };
    return rest === 0 ? [days] : [days, { value: rest, unit: 'hours' }];
  }
  const minutes = Math.floor((hours - whole) * 60);
  if (whole >= 10) return [{ value: whole, unit: 'hours' }];
  if (whole === 0) return [{ value: minutes, unit: 'minutes' }];
  return minutes === 0
    ? [{ value: whole, unit: 'hours' }]
    : [
        { value: whole, unit: 'hours' },
        { value: minutes, unit: 'minutes' },
      ];
}
