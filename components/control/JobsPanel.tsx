'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { PhoneFold } from '../ui/PhoneFold';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useActor } from '../ui/useActor';
import { useLang } from '../ui/useLang';
import type { BulkJobShown } from './controlTypes';
import { useJobWords } from './useJobWords';

/** Bulk jobs, those with failures first. */
export function JobsPanel({ jobs }: { jobs: readonly BulkJobShown[] }) {
  const t = useTranslations('control');
  const words = useJobWords();
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return (
    <Panel title={t('jobs.title')} meta={t('jobs.meta')} testId="bulk-jobs">
      {jobs.length === 0 ? (
        <EmptyState title={t('jobs.none')}>{t('jobs.noneWords')}</EmptyState>
      ) : (
        <PhoneFold n={jobs.length}>
          <Table
            caption={t('jobs.title')}
            rows={jobs}
            rowKey={({ id }) => id}
            density="roomy"
            cards
            rowProps={(job) => ({
              'data-testid': 'bulk-job',
              'data-state': job.state.toLowerCase(),
              'data-failed': job.failed,
            })}
            columns={[
              {
                key: 'what',
                header: t('jobs.what'),
                rowHeader: true,
                cell: (job) => (
                  <>
                    <Link href={`/control/${job.id}`}>{words(job)}</Link>
                    <small>{job.reason}</small>
                    {job.scheduleId !== null && <small>{t('jobs.bySchedule')}</small>}
                  </>
                ),
              },
              {
                key: 'state',
                header: t('jobs.state'),
                width: '190px',
                cell: (job) => (
                  <>
                    {t(`state.${job.state}`)}
                    {job.failed > 0 && <small>{t('jobs.failed', { n: job.failed })}</small>}
                  </>
                ),
              },
              {
                key: 'points',
                header: t('jobs.points'),
                width: '170px',
                cell: (job) => t('jobs.proven', { n: job.cells.verified ?? 0, total: job.selected }),
              },
              {
                key: 'who',
                header: t('jobs.who'),
                width: '200px',
                cell: (job) =>
                  [actor(job.requestedBy), job.approvedBy && actor(job.approvedBy)]
                    .filter(Boolean)
                    .join(t('comma')),
              },
              {
                key: 'when',
                header: t('jobs.when'),
                width: '150px',
                cell: (job) => formatMoment(job.requestedMs, now, zone, lang, false),
              },
            ]}
          />
        </PhoneFold>
      )}
    </Panel>
  );
}
