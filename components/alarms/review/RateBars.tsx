'use client';

import { useTranslations } from 'next-intl';
import { formatDateTime } from '../../ui/formatTime';
import { useCampusZone } from '../../ui/now';
import { useLang } from '../../ui/useLang';
import { barsOf } from './bars';
import styles from './Review.module.css';
import type { Performance } from './reviewTypes';

const LINE = 10;
const HEIGHT = 96;

/** Announcements by ten minutes as bars against the line of a flood; a long span shows the worst ten minutes of each bar. */
export function RateBars({ data }: { data: Performance }) {
  const t = useTranslations('alarmReview');
  const lang = useLang();
  const zone = useCampusZone();
  const bars = barsOf(data);
  const top = Math.max(LINE * 1.2, ...bars.map(({ announced }) => announced));
  const worst = bars.reduce((a, b) => (b.announced > a.announced ? b : a), bars[0]!);
  return (
    <figure className={styles.rate}>
      <svg
        viewBox={`0 0 ${bars.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('rateLabel', { n: worst.announced, time: formatDateTime(worst.at, zone, lang) })}
      >
        {bars.map(({ at, announced }, index) => (
          <rect
            key={at}
            x={index + 0.1}
            width={0.8}
            y={HEIGHT - (announced / top) * HEIGHT}
            height={(announced / top) * HEIGHT}
          />
        ))}
        <line
          x1={0}
          x2={bars.length}
          y1={HEIGHT - (LINE / top) * HEIGHT}
          y2={HEIGHT - (LINE / top) * HEIGHT}
        />
      </svg>
      <figcaption>
        <span>{formatDateTime(data.fromMs, zone, lang)}</span>
        <span>{t('rateCaption', { n: worst.announced, time: formatDateTime(worst.at, zone, lang) })}</span>
        <span>{formatDateTime(data.toMs, zone, lang)}</span>
      </figcaption>
    </figure>
  );
}
