'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { FEEDER_WARNING_SHARE } from '../../domain/detection/feederOverload';
import { useTRPC } from '../live/trpc';
import { formatPercent, formatPower, powerUnitFor } from '../ui/format';
import { LiveValue } from '../ui/LiveValue';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { EmptyState, Notice } from '../ui/states';
import { Table } from '../ui/Table';
import { useName } from '../ui/useName';
import { useOpens } from '../ui/useOpens';
import { useOutlookWords } from '../ui/useOutlookWords';
import styles from './Grid.module.css';
import type { GridFeeder, GridView } from './gridTypes';

const REFRESH_MS = 5_000;
/** The scale reaches beyond the rating, so that a load over it is seen as such. */
const SCALE = 1.2;

/** `/grid`: every feeder and transformer against its rating, the one nearest to its limit first. */
export function GridPage({ initial }: { initial: GridView }) {
  const t = useTranslations('grid');
  const trpc = useTRPC();
  const { data, isError } = useQuery(
    trpc.grid.view.queryOptions(undefined, {
      initialData: initial,
      refetchInterval: REFRESH_MS,
      staleTime: 0,
    }),
  );
  const { feeders } = data;
  const warned = feeders.filter(({ share }) => share !== null && share >= FEEDER_WARNING_SHARE).length;
  const expected = feeders.filter(
    ({ share, outlook }) => outlook.kind === 'BREACH' && (share === null || share < FEEDER_WARNING_SHARE),
  ).length;
  const learning = feeders.filter(({ outlook }) => outlook.kind === 'LEARNING').length;
  return (
    <>
      <PageHead
        title={t(warned + expected === 0 ? 'headline.calm' : 'headline.pressed', {
          ...{ n: feeders.length, warned, expected },
        })}
        words={t('words', { learning, silent: feeders.filter(({ nowW }) => nowW === null).length })}
      />
      {isError && <Notice strong>{t('unreachable')}</Notice>}
      <Panel title={t('list', { n: feeders.length })} testId="grid-list">
        {feeders.length === 0 ? (
          <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
        ) : (
          <Feeders view={data} />
        )}
      </Panel>
    </>
  );
}

function Feeders({ view: { feeders, nowMs } }: { view: GridView }) {
  const t = useTranslations('grid');
  const nameOf = useName();
  const opens = useOpens();
  const outlookWords = useOutlookWords();
  const unit = powerUnitFor(
    Math.max(0, ...feeders.map(({ ratingW, nowW }) => Math.max(ratingW ?? 0, nowW ?? 0))),
  );
  const power = (powerW: number) => formatPower(powerW, 'campus', unit);
  return (
    <Table<GridFeeder>
      caption={t('list', { n: feeders.length })}
      rows={feeders}
      rowKey={({ code }) => code}
      rowProps={({ code, share, outlook }) => ({
        'data-testid': 'grid-row',
        'data-code': code,
        'data-share': share === null ? 'unknown' : share.toFixed(3),
        'data-outlook': outlook.kind.toLowerCase(),
      })}
      density="tall"
      cards
      columns={[
        {
          key: 'feeder',
          header: t('feeder'),
          rowHeader: true,
          cell: ({ code, meter, isIncomer, spaceName, spaceNameEn }) => (
            <>
              {opens('/meters') ? (
                <Link className={styles.link} href={`/meters/${encodeURIComponent(meter)}`}>
                  {code}
                </Link>
              ) : (
                <b>{code}</b>
              )}
              <small>
                {t(isIncomer ? 'transformerAt' : 'feederAt', {
                  place: nameOf({ name: spaceName, nameEn: spaceNameEn }),
                })}
              </small>
            </>
          ),
        },
        {
          key: 'now',
          header: t('load.now'),
          width: '128px',
          numeric: true,
          cell: ({ nowW, rxMs, intervalMs, open, withheld }) => (
            <LiveValue asOf={rxMs} intervalMs={intervalMs} reason={t(withheld ? 'fewRooms' : 'silent')}>
              {open && nowW === null ? t('off') : nowW === null ? null : power(nowW)}
            </LiveValue>
          ),
        },
        {
          key: 'share',
          header: t('ofRating'),
          width: '160px',
          cell: ({ share }) => <Share share={share} />,
        },
        {
          key: 'rating',
          header: t('rating'),
          width: '96px',
          numeric: true,
          cell: ({ ratingW }) => (ratingW === null ? t('noRating') : power(ratingW)),
        },
        {
          key: 'headroom',
          header: t('load.headroom'),
          width: '104px',
          numeric: true,
          cell: ({ ratingW, nowW }) =>
            ratingW === null || nowW === null ? t('load.unknown') : power(ratingW - nowW),
        },
        {
          key: 'outlook',
          header: t('load.expected'),
          width: '32%',
          wideCard: true,
          cell: ({ outlook, ratingW, withheld }) =>
            withheld ? t('fewRooms') : outlookWords(outlook, ratingW, nowMs),
        },
      ]}
    />
  );
}

/** Share of the rating as a bar with ticks at 80 % and at the rating, and in figures and a word. */
function Share({ share }: { share: number | null }) {
  const t = useTranslations('grid');
  if (share === null) return <>{t('load.unknown')}</>;
  const at = (value: number) => `${(Math.min(SCALE, Math.max(0, value)) / SCALE) * 100}%`;
  const level = share >= 1 ? 'over' : share >= FEEDER_WARNING_SHARE ? 'warn' : null;
  return (
    <>
      <b>{formatPercent(share * 100)}</b>{' '}
      {level && <small className={styles.level}>{t(`level.${level}`)}</small>}
      <span className={styles.bar} aria-hidden="true">
        <i style={{ width: at(share) }} />
        <u style={{ left: at(FEEDER_WARNING_SHARE) }} />
        <u style={{ left: at(1) }} />
      </span>
    </>
  );
}
