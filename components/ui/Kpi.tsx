'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Children, type CSSProperties, type ReactNode } from 'react';
import { classNames } from './classNames';
import { formatRange, LONG_DASH } from './format';
import { formatAge } from './formatTime';
import { against, Gauge, type GaugeScale } from './Gauge';
import styles from './Kpi.module.css';
import { type LiveStamp, useLiveAttributes } from './LiveValue';
import { useCampusZone } from './now';
import { Sparkline } from './Sparkline';
import { useLang } from './useLang';
import { useOpens } from './useOpens';

export interface KpiProps extends LiveStamp {
  label: ReactNode;
  /** Formatted figure without its unit; null is missing. */
  figure: string | null;
  /** Unit or "/ 1,300" behind the figure. */
  unit?: ReactNode;
  /** The figure as a number on the gauge's scale. */
  now: number | null;
  scale: GaugeScale;
  /** Formatter of the usual band and of the limit, without unit. */
  format: (value: number) => string;
  /** Word before the limit, default "limit". */
  limitWord?: string;
  /** Last hours, oldest first. */
  trend?: readonly (number | null)[];
  /** False where the trend is in another unit than the usual band (hourly energy beside the day's sum). */
  trendInBand?: boolean;
  /** Why the figure is missing. */
  reason?: string;
  /** "n of m meters" or similar under a total that lost some. */
  note?: ReactNode;
  href?: string;
  testId?: string;
}

/** Key figure in its context: value, age, trend, usual band, limit, and in words whether it is above or below. */
export function Kpi(props: KpiProps) {
  const {
    label,
    figure,
    unit,
    now,
    scale,
    format,
    limitWord,
    trend,
    trendInBand = true,
    reason,
    note,
    href,
    testId,
    asOf,
    intervalMs,
  } = props;
  const t = useTranslations('common');
  const lang = useLang();
  const zone = useCampusZone();
  const opens = useOpens();
  const { ageMs, fresh, attributes } = useLiveAttributes({ asOf, intervalMs });
  // As printed: a figure that reads the same as the edge of its band is not beyond it.
  const { usual } = scale;
  const atEdge = now !== null && usual && [usual.low, usual.high].map(format).includes(format(now));
  const place = atEdge ? 'usual' : against(now, usual);
  const band = scale.usual && formatRange(format(scale.usual.low), format(scale.usual.high));
  const gone = figure === null || fresh === 'lost';
  const old = fresh === 'stale' || fresh === 'lost';
  const content = (
    <>
      <p className={styles.top}>
        <span className={styles.label}>{label}</span>
        <span className="quiet">
          {ageMs === null || asOf === null ? LONG_DASH : formatAge(ageMs, lang, { at: asOf, zone })}
        </span>
      </p>
      <p className={styles.figure}>
        <b className={classNames(old && styles.old)}>
          {gone ? LONG_DASH : figure}
          {!gone && unit && <small>{unit}</small>}
        </b>
        {trend && <Sparkline values={trend} usual={trendInBand ? scale.usual : undefined} />}
      </p>
      <Gauge {...scale} now={gone ? null : now} />
      <p className={styles.note}>
        {gone ? (
          <span>{reason ?? t('noReading')}</span>
        ) : (
          <span>
            {place === 'above' && <b>▲ {t('above')}</b>}
            {place === 'below' && <b>▼ {t('below')}</b>}
            {place === 'usual' && t('usual')}
            {place === null && (note ?? t('learningBand'))}
            {band && ` ${band}`}
            {place !== null && note && <> · {note}</>}
          </span>
        )}
        {scale.limit !== undefined && (
          <span>
            {limitWord ?? t('limit')} {format(scale.limit)}
          </span>
        )}
      </p>
    </>
  );
  const shared = {
    className: styles.kpi,
    'data-testid': testId ?? 'kpi',
    'data-against': place ?? undefined,
    ...attributes,
  };
  return href && opens(href) ? (
    <Link href={href} {...shared}>
      {content}
    </Link>
  ) : (
    <article {...shared}>{content}</article>
  );
}

/** Key figures side by side in one panel with hairlines between. */
export function KpiRow({ label, children }: { label: string; children: ReactNode }) {
  const columns: CSSProperties & { '--columns': number } = { '--columns': Children.toArray(children).length };
  return (
    <section className={styles.row} style={columns} aria-label={label}>
      {children}
    </section>
  );
}
