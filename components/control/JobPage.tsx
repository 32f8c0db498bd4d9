'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useLiveRoom } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { Breadcrumb } from '../ui/Breadcrumb';
import { FactList } from '../ui/Dialog';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { Notice } from '../ui/states';
import { useActor } from '../ui/useActor';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import styles from './Control.module.css';
import type { BulkJobDetail } from './controlTypes';
import { JobActions } from './JobActions';
import { JobDryRun } from './JobDryRun';
import { JobMatrix } from './JobMatrix';
import { JobResults } from './JobResults';
import { useJobWords } from './useJobWords';
import { useLiveCells } from './useLiveCells';

const LIVE_MS = 2_000;
const ENDED_MS = 15_000;

/** `/control/[job]`: who asked and who consented, every point as a cell, and what did not come about. */
export function JobPage({ initial }: { initial: BulkJobDetail }) {
  const t = useTranslations('control');
  const trpc = useTRPC();
  const words = useJobWords();
  useLiveRoom('commands');
  const { data } = useQuery(
    trpc.control.job.queryOptions(
      { id: initial.job.id },
      {
        initialData: initial,
        refetchInterval: (query) =>
          query.state.data?.job.finishedMs === null || (query.state.data?.job.open ?? 0) > 0
            ? LIVE_MS
            : ENDED_MS,
      },
    ),
  );
  const cells = useLiveCells(data);
  const { job } = data;
  return (
    <>
      <PageHead
        breadcrumb={<Breadcrumb path={[{ label: t('title'), href: '/control' }]} />}
        title={words(job)}
        words={t(`state.${job.state}`)}
        actions={<JobActions detail={data} cells={cells} />}
      />
      <div className={styles.page} data-testid="job" data-job={job.id} data-state={job.state.toLowerCase()}>
        <Decision detail={data} />
        {data.dryRun && <JobDryRun dryRun={data.dryRun} direction={job.direction} />}
        <Panel padded>
          <Facts detail={data} />
        </Panel>
        <JobMatrix cells={cells} />
        <JobResults cells={cells} />
      </div>
    </>
  );
}

/** What a second person is asked, or what who asked waits for. */
function Decision({ detail: { job, cells, rights } }: { detail: BulkJobDetail }) {
  const t = useTranslations('control.job');
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  if (job.state !== 'PENDING_APPROVAL' || job.approvalDueMs === null) return null;
  return (
    <Notice strong testId="second-person-notice">
      {rights.decide
        ? t('secondWords', {
            name: actor(job.requestedBy),
            direction: job.direction,
            n: cells.filter(({ cell, reason }) => cell === 'approval' && reason === null).length,
          })
        : t('ownWords', { time: formatMoment(job.approvalDueMs, now, zone, lang) })}
    </Notice>
  );
}

function Facts({ detail: { job, places } }: { detail: BulkJobDetail }) {
  const t = useTranslations('control');
  const actor = useActor();
  const nameOf = useName();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const moment = (at: number) => formatMoment(at, now, zone, lang);
  const approved =
    job.approvedBy !== null && job.approvedMs !== null
      ? t('job.asked', { name: actor(job.approvedBy), time: moment(job.approvedMs) })
      : job.approvalDueMs === null
        ? t('job.notNeeded')
        : job.finishedMs !== null
          ? t('job.nobody')
          : t('job.waiting', { time: moment(job.approvalDueMs) });
  return (
    <FactList
      facts={[
        ...(places.length > 0
          ? [
              {
                term: t('job.where'),
                fact: (
                  <span data-testid="job-place">
                    {places.map(nameOf).join(job.scopeCode === null ? t('comma') : ' · ')}
                  </span>
                ),
              },
            ]
          : []),
        {
          term: t('job.askedBy'),
          fact: t('job.asked', { name: actor(job.requestedBy), time: moment(job.requestedMs) }),
        },
        { term: t('job.approvedBy'), fact: <span data-testid="approver">{approved}</span> },
        { term: t('job.reason'), fact: job.reason, note: job.note ?? undefined },
        ...(job.finishedMs !== null && job.endCause !== null
          ? [
              {
                term: t('job.ended'),
                fact: t('job.endedBy', {
                  cause: t(`cause.${job.endCause}`),
                  name: actor(job.endedBy),
                  time: moment(job.finishedMs),
                }),
              },
            ]
          : []),
      ]}
    />
  );
}
