'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { refusalOf } from '../../live/refusal';
import { useTRPC, useTRPCClient } from '../../live/trpc';
import { Button } from '../../ui/Button';
import { Chip, ChipRow } from '../../ui/Chip';
import { formatDateTime } from '../../ui/formatTime';
import { useCampusZone } from '../../ui/now';
import { Panel } from '../../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states';
import { useActor } from '../../ui/useActor';
import { useCode } from '../../ui/useCode';
import { useLang } from '../../ui/useLang';
import { setUrlValues, useUrlValue } from '../../ui/useUrlValue';
import { useAlarmEventWords } from '../useAlarmEventWords';
import styles from './Review.module.css';
import { type JournalLine, priorityFrom, type Span } from './reviewTypes';

const PAGE = 100;
const REFRESH_MS = 10_000;

/** Everything that happened to alarms, newest first; the file holds the same lines. */
export function JournalPanel({ span }: { span: Span }) {
  const t = useTranslations('alarmReview');
  const code = useCode();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const priority = priorityFrom(useUrlValue('priority')[0]);
  const announcedOnly = useUrlValue('announced')[0] === '1';
  const query = { span, priority, announcedOnly };
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: trpc.alarms.journal.queryKey({ ...query, beforeId: null, limit: PAGE }),
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => client.alarms.journal.query({ ...query, beforeId: pageParam, limit: PAGE }),
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)!.id),
    refetchInterval: REFRESH_MS,
  });
  const lines = data?.pages.flat();
  const search = new URLSearchParams({
    span,
    ...(priority === null ? {} : { priority: String(priority) }),
    ...(announcedOnly ? { announced: '1' } : {}),
  });
  return (
    <Panel
      title={t('tabs.journal')}
      meta={t('journalWords')}
      actions={
        <a
          className={styles.download}
          href={`/alarms/review/csv?${search}`}
          download
          data-testid="journal-csv"
        >
          {t('csv')}
        </a>
      }
      testId="journal"
    >
      <div className={styles.chips}>
        <ChipRow label={t('filters')}>
          {([1, 2, 3, 4] as const).map((one) => (
            <Chip
              key={one}
              pressed={priority === one}
              onPress={() => setUrlValues({ priority: priority === one ? null : String(one) })}
            >
              {`P${one}`}
            </Chip>
          ))}
          <Chip
            pressed={announcedOnly}
            onPress={() => setUrlValues({ announced: announcedOnly ? null : '1' })}
          >
            {t('announcedOnly')}
          </Chip>
        </ChipRow>
      </div>
      {error ? (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      ) : !lines ? (
        <Skeleton height={400} onRetry={() => void refetch()} />
      ) : lines.length === 0 ? (
        <EmptyState title={t('noLines')}>{t('noLinesWords')}</EmptyState>
      ) : (
        <ol className={styles.lines} aria-label={t('tabs.journal')}>
          {lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <div className={styles.more}>
          <Button size="small" onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
            {t('older')}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Line({ line }: { line: JournalLine }) {
  const t = useTranslations('alarmReview');
  const code = useCode();
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const words = useAlarmEventWords();
  return (
    <li
      data-testid="journal-line"
      data-line={line.id}
      data-event={line.event}
      data-announced={line.announced}
    >
      <time>{formatDateTime(line.atMs, zone, lang)}</time>
      <Link href={`/alarms/${line.alarmId}`}>{`P${line.priority} ${code('alarmRule', line.rule)}`}</Link>
      <span>{[line.subjectCode, ...line.placePath].filter(Boolean).join(t('comma'))}</span>
      <span>{words(line, line.rule)}</span>
      <span className="quiet">{actor(line.actor)}</span>
    </li>
  );
}
