'use client';

import { useTranslations } from 'next-intl';
import { formatDate } from '../ui/formatTime';
import { useLang } from '../ui/useLang';
import styles from './InspectionPanel.module.css';
import type { MeterInspections } from './meterData';

type Night = MeterInspections['nights'][number];

/** Failed nights that are named; the strip shows them all. */
const NAMED = 5;
const RESULTS = ['PASS', 'FAIL', 'UNKNOWN', 'NONE'] as const;

/**
 * The nights as a strip: a night that passed is low, one that failed is as high as the strip, an unknown one is hatched, and where
 * there was none the ground is bare. So height and pattern tell them apart, in grey as well.
 */
export function InspectionStrip({ nights }: { nights: readonly Night[] }) {
  const t = useTranslations('inspection');
  const dateOf = useDate();
  const count = (result: Night['result']) => nights.filter((night) => night.result === result).length;
  const failed = nights.filter(({ result }) => result === 'FAIL').slice(-NAMED);
  const [first, last] = [nights[0], nights.at(-1)];
  if (!first || !last) return null;
  return (
    <div className={styles.history}>
      <h3>{t('history', { days: nights.length })}</h3>
      <ol className={styles.strip} aria-hidden="true">
        {nights.map(({ day, result }) => (
          <li
            key={day}
            data-testid="night"
            data-day={day}
            data-result={result.toLowerCase()}
            title={`${dateOf(day)} ${t(`night.${result}`)}`}
          >
            <i />
          </li>
        ))}
      </ol>
      <div className={styles.axis} aria-hidden="true">
        <span>{dateOf(first.day)}</span>
        <span>{dateOf(last.day)}</span>
      </div>
      <ul className={styles.legend} data-testid="nights-counted">
        {RESULTS.map((result) => (
          <li key={result} data-result={result.toLowerCase()}>
            <span className={styles.swatch} data-result={result.toLowerCase()} aria-hidden="true">
              <i />
            </span>
            {t('counted', { night: t(`night.${result}`), n: count(result) })}
          </li>
        ))}
      </ul>
      {failed.length > 0 && (
        <ul className={styles.failures} aria-label={t('failures')}>
          {failed.map((night) => (
            <li key={night.day} data-testid="failed-night">
              <span>{dateOf(night.day)}</span>
              <b>{night.failed.map((code) => t(`check.${code}`)).join(t('and'))}</b>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A local day in few words. It is a date and no instant: read and written in one zone it stays what it is. */
function useDate(): (day: string) => string {
  const lang = useLang();
  return (day) => formatDate(Date.parse(`${day}T00:00:00Z`), 'UTC', lang);
}
