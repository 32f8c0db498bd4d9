'use client';

import { useTranslations } from 'next-intl';
import { LONG_DASH } from '../ui/format';
import { formatAge } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import type { Health } from './adminTypes';
import { formatDuration } from './checkWords';

type Job = Health['jobs'][number];

/** Newest run of each job; those that failed first. */
export function JobsPanel({ jobs }: { jobs: Health['jobs'] }) {
  const t = useTranslations('admin');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const rows = [...jobs].sort((a, b) => Number(b.error !== null) - Number(a.error !== null));
  const took = (job: Job) => (job.finishedMs === null ? null : job.finishedMs - job.startedMs);
  return (
    <div id="jobs">
      <Panel title={t('jobs.title')} meta={t('jobs.meta')} testId="jobs">
        {rows.length === 0 ? (
          <EmptyState title={t('jobs.none')}>{t('jobs.noneWords')}</EmptyState>
        ) : (
          <Table
            caption={t('jobs.title')}
            rows={rows}
            rowKey={(job) => job.job}
            rowProps={(job) => ({
              'data-testid': 'job-row',
              'data-failed': job.error === null ? 'false' : 'true',
            })}
            columns={[
              {
                key: 'job',
                header: t('jobs.job'),
                rowHeader: true,
                cell: (job) => (
                  <span title={job.error ?? undefined}>
                    {t.has(`job.${job.job}`) ? t(`job.${job.job}`) : job.job}
                    {job.error !== null && (
                      <small>
                        <b>{t('jobs.failed')}</b> {job.error}
                      </small>
                    )}
                  </span>
                ),
              },
              {
                key: 'last',
                header: t('jobs.last'),
                width: '88px',
                numeric: true,
                cell: (job) => formatAge(now - job.startedMs, lang, { at: job.startedMs, zone }),
              },
              {
                key: 'took',
                header: t('jobs.took'),
                width: '80px',
                numeric: true,
                cell: (job) => {
                  const ms = took(job);
                  return ms === null ? t('jobs.running') : ms < 0 ? LONG_DASH : formatDuration(ms);
                },
              },
            ]}
          />
        )}
      </Panel>
    </div>
  );
}
