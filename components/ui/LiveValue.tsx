'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { classNames } from './classNames';
import { LONG_DASH } from './format';
import { formatAge, formatIso } from './formatTime';
import { freshnessOf } from './freshness';
import styles from './LiveValue.module.css';
import { useCampusZone, useNow } from './now';
import { useLang } from './useLang';

export interface LiveStamp {
  /** When the report reached us, ms UTC; null when none ever did. Ages count from arrival, not from a change of value. */
  asOf: number | null;
  /** The meter's own reporting interval in ms, or the period at which the figure is renewed. */
  intervalMs: number;
}

/** Attributes that every live figure carries, so that tests and screen readers see its age. */
export function useLiveAttributes({ asOf, intervalMs }: LiveStamp) {
  const now = useNow();
  const zone = useCampusZone();
  const ageMs = asOf === null ? null : Math.max(0, now - asOf);
  const fresh = freshnessOf(ageMs, intervalMs);
  return {
    ageMs,
    fresh,
    attributes: {
      'data-live': '',
      'data-fresh': fresh,
      'data-age-s': ageMs === null ? undefined : Math.floor(ageMs / 1_000),
      'data-asof': asOf === null ? undefined : formatIso(asOf, zone),
    },
  };
}

interface Props extends LiveStamp {
  /** The figure with its unit; null is missing. */
  children: ReactNode;
  /** Why it is missing, in words. */
  reason?: string;
  /** Shows the age even while fresh. */
  withAge?: boolean;
  className?: string;
  testId?: string;
}

/** A live figure that looks its age: late shows it, stale is grey with dashes under it, lost is a long dash and the reason. */
export function LiveValue({ asOf, intervalMs, children, reason, withAge, className, testId }: Props) {
  const t = useTranslations('common');
  const lang = useLang();
  const zone = useCampusZone();
  const { ageMs, fresh, attributes } = useLiveAttributes({ asOf, intervalMs });
  const gone = children === null || children === undefined || fresh === 'lost';
  const age = ageMs === null ? null : formatAge(ageMs, lang, asOf === null ? undefined : { at: asOf, zone });
  const words = reason ?? (age === null ? t('neverHeard') : t('noReadingFor', { age }));
  return (
    <span className={classNames(styles.value, styles[fresh], className)} data-testid={testId} {...attributes}>
      {gone ? LONG_DASH : <span className={styles.figure}>{children}</span>}
      {gone ? (
        <small className={styles.age}> ({words})</small>
      ) : (
        age !== null && (withAge || fresh !== 'fresh') && <small className={styles.age}> {age}</small>
      )}
    </span>
  );
}

/** Age alone, e.g. in a corner: `3 s`. */
export function LiveAge({ asOf, intervalMs, className }: LiveStamp & { className?: string }) {
  const lang = useLang();
  const zone = useCampusZone();
  const { ageMs, attributes } = useLiveAttributes({ asOf, intervalMs });
  return (
    <span className={classNames('quiet', className)} {...attributes}>
      {ageMs === null || asOf === null ? LONG_DASH : formatAge(ageMs, lang, { at: asOf, zone })}
    </span>
  );
}
