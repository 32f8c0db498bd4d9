'use client';

import type { ReactNode } from 'react';
import { classNames } from '../ui/classNames';
import { LONG_DASH } from '../ui/format';
import { against, Gauge, type GaugeScale } from '../ui/Gauge';
import { type LiveStamp, useLiveAttributes } from '../ui/LiveValue';
import { ageWords } from './ageWords';
import styles from './WallFigure.module.css';
import { Other, useWallWords } from './wallText';

interface Props extends LiveStamp {
  label: string;
  other: string;
  /** Formatted figure without unit; null is missing. */
  figure: string | null;
  unit?: ReactNode;
  /** The figure as a number on the scale; without a scale there is no gauge. */
  now?: number | null;
  scale?: GaugeScale;
  /** The campus's one hero figure. */
  hero?: boolean;
  testId?: string;
}

/** A figure to be read across a hall, with its age, what is usual, its limit, and in words whether it is above or below. */
export function WallFigure(props: Props) {
  const { label, other, figure, unit, now = null, scale, hero, testId, asOf, intervalMs } = props;
  const { t } = useWallWords();
  const { ageMs, attributes } = useLiveAttributes({ asOf, intervalMs });
  const place = scale ? against(now, scale.usual) : null;
  const odd = place === 'above' || place === 'below';
  return (
    <div className={classNames(styles.figure, hero && styles.hero)} data-testid={testId} {...attributes}>
      <p className={styles.label}>{label}</p>
      <p className={styles.second}>
        {odd ? <Standing place={place} /> : <Other>{other}</Other>}
        <small className={styles.age}>{ageMs === null ? LONG_DASH : ageWords(ageMs, t)}</small>
      </p>
      <p className={styles.value} data-figure>
        {figure ?? LONG_DASH}
        {figure !== null && unit && <small>{unit}</small>}
      </p>
      {scale && <Gauge {...scale} now={now} wall />}
    </div>
  );
}

/** Above or below usual, in both languages. */
function Standing({ place }: { place: 'above' | 'below' }) {
  const { t, o } = useWallWords();
  return (
    <span className={styles.standing}>
      {place === 'above' ? '▲' : '▼'} {t(place)} <Other>{o(place)}</Other>
    </span>
  );
}
