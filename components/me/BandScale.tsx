'use client';

import { useTranslations } from 'next-intl';
import { useLang } from '../ui/useLang';
import styles from './BandScale.module.css';

/** Upper edges of the bands in hours, from nearly out to plenty; the last one ends where the forecast does. */
const EDGES = [6, 24, 72, 168, 336, 720] as const;

/** Where a number of hours stands on the scale of six bands of equal width, as a share of its width. */
export function placeOnScale(hours: number): number {
  let from = 0;
  for (const [at, to] of EDGES.entries()) {
    if (hours < to) return (at + (hours - from) / (to - from)) / EDGES.length;
    from = to;
  }
  return 1;
}

/** The six bands of the balance map as a strip, with a tick where the credit stands. */
export function BandScale({ hours, label }: { hours: number; label: string }) {
  const t = useTranslations('me');
  const lang = useLang();
  const edge = (value: number) =>
    value < 72 ? t('scaleHours', { n: value }) : t('scaleDays', { n: value / 24 });
  return (
    <div className={styles.scale} role="img" aria-label={label} lang={lang}>
      <span className={styles.strip}>
        {EDGES.map((value, at) => (
          <i key={value} style={{ background: `var(--bal-${EDGES.length - at})` }} />
        ))}
      </span>
      <i className={styles.tick} style={{ left: `${placeOnScale(hours) * 100}%` }} />
      {EDGES.slice(0, -1).map((value, at) => (
        <small key={value} style={{ left: `${((at + 1) / EDGES.length) * 100}%` }}>
          {edge(value)}
        </small>
      ))}
    </div>
  );
}
