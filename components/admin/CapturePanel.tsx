'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { formatNumber, LONG_DASH } from '../ui/format';
import { formatAge, formatTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import type { Health } from './adminTypes';
import styles from './CapturePanel.module.css';
import { formatCapture } from './checkWords';

/** Readings received of those expected by each meter's own interval, hour by hour, and the meters with gaps. */
export function CapturePanel({ capture }: { capture: Health['capture'] }) {
  const t = useTranslations('admin');
  return (
    <div id="capture">
      <Panel
        title={t('capture.title')}
        meta={t('capture.meta', {
          received: formatNumber(capture.received),
          expected: formatNumber(capture.expected),
          meters: formatNumber(capture.meters),
        })}
        testId="capture"
      >
        <div className={styles.columns}>
          <div className={styles.rate}>
            <b data-testid="capture-rate">{formatCapture(capture.received, capture.expected)}</b>
            <span className="meta">{t('capture.promise')}</span>
            <Hours hours={capture.hours} />
          </div>
          {capture.gaps.length === 0 ? (
            <EmptyState title={t(capture.expected === 0 ? 'capture.nothing' : 'capture.noGaps')}>
              {t('capture.noGapsWords')}
            </EmptyState>
          ) : (
            <Gaps capture={capture} />
          )}
        </div>
      </Panel>
    </div>
  );
}

/** A column per hour: filled as far as readings came, hatched where they are missing, empty where none was due. */
function Hours({ hours }: { hours: Health['capture']['hours'] }) {
  const t = useTranslations('admin');
  const zone = useCampusZone();
  return (
    <ol className={styles.hours} aria-label={t('capture.byHour')}>
      {hours.map(({ hourMs, expected, received }, index) => {
        const time = formatTime(hourMs, zone, false);
        const words =
          expected === 0
            ? t('capture.hourEmpty', { time })
            : t('capture.hour', {
                time,
                share: formatCapture(received, expected),
                missing: formatNumber(expected - received),
              });
        return (
          <li key={hourMs} title={words}>
            <span className="visually-hidden">{words}</span>
            <span className={expected === 0 ? styles.none : styles.column} aria-hidden="true">
              {expected > 0 && <i style={{ height: `${(received / expected) * 100}%` }} />}
            </span>
            <span className={styles.tick} aria-hidden="true">
              {index % 6 === 0 ? time : ''}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Gaps({ capture }: { capture: Health['capture'] }) {
  const t = useTranslations('admin');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const age = (at: number | null) => (at === null ? LONG_DASH : formatAge(now - at, lang, { at, zone }));
  return (
    <div className={styles.gaps}>
      <p className={styles.words}>
        {t('capture.gaps', { n: capture.metersWithGaps, shown: capture.gaps.length })}
      </p>
      <Table
        caption={t('capture.gapsCaption')}
        rows={capture.gaps}
        rowKey={(gap) => gap.meter}
        rowProps={() => ({ 'data-testid': 'gap-row' })}
        columns={[
          {
            key: 'meter',
            header: t('meter'),
            rowHeader: true,
            cell: (gap) => <Link href={`/admin/meters?q=${encodeURIComponent(gap.meter)}`}>{gap.meter}</Link>,
          },
          { key: 'space', header: t('place'), cell: (gap) => gap.space },
          { key: 'gateway', header: t('gateway'), width: '96px', cell: (gap) => gap.gateway ?? LONG_DASH },
          {
            key: 'missing',
            header: t('capture.missing'),
            width: '88px',
            numeric: true,
            cell: (gap) => formatNumber(gap.expected - gap.received),
          },
          {
            key: 'share',
            header: t('capture.share'),
            width: '88px',
            numeric: true,
            cell: (gap) => formatCapture(gap.received, gap.expected),
          },
          {
            key: 'last',
            header: t('lastHeard'),
            width: '112px',
            numeric: true,
            cell: (gap) => age(gap.lastRxMs),
          },
        ]}
      />
    </div>
  );
}
