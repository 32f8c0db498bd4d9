'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { FAILED_CELLS, isHeldByCut } from '../../domain/supply/bulkJob';
import { useConnection } from '../live/LiveProvider';
import { Button, ButtonLink } from '../ui/Button';
import { useAct } from '../ui/useAct';
import styles from './Control.module.css';
import type { BulkCell, BulkJobDetail } from './controlTypes';

/** So many points fit into a link. */
const LINK_MAX = 300;

/** What can be done about a job now: consent, hold, stop, or ask anew for what failed. */
export function JobActions({ detail, cells }: { detail: BulkJobDetail; cells: readonly BulkCell[] }) {
  const t = useTranslations('control.job');
  const live = useTranslations('live');
  const { state: connection } = useConnection();
  const router = useRouter();
  const act = useAct();
  const { job, rights } = detail;
  const offline = connection === 'offline';
  const steer = (event: 'PAUSE' | 'RESUME' | 'STOP' | 'WITHDRAW') =>
    void act.run((client) => client.control.steer.mutate({ jobId: job.id, event }));
  const decide = (approve: boolean) =>
    void act.run((client) => client.control.decide.mutate({ jobId: job.id, approve }));
  const busy = act.busy || offline;
  const retryFiring = async () => {
    let again = '';
    const done = await act.run(async (client) => {
      again = (await client.control.retryFiring.mutate({ jobId: job.id })).id;
    });
    if (done) router.push(`/control/${again}`);
  };
  const failed = cells.filter(({ cell }) => FAILED_CELLS.includes(cell)).slice(0, LINK_MAX);
  const held = cells.filter(isHeldByCut).slice(0, LINK_MAX);
  const again = (direction: string, points: readonly BulkCell[]) =>
    `/control/new?${new URLSearchParams({
      kind: 'POINTS',
      code: points.map(({ pointCode }) => pointCode).join(' '),
      direction,
      utility: job.utility,
    })}`;
  return (
    <span className={styles.acts}>
      {act.refused && (
        <span role="alert" className={styles.refused} data-testid="refused">
          {act.refused}
        </span>
      )}
      {offline && <span className="quiet">{live('controlOffline')}</span>}
      {rights.decide && (
        <>
          <Button
            variant="primary"
            size="control"
            breaker={job.direction === 'CUT' ? 'open' : 'closed'}
            disabled={busy}
            onClick={() => decide(true)}
            data-testid="approve"
          >
            {t('approve')}
          </Button>
          <Button size="control" disabled={busy} onClick={() => decide(false)} data-testid="reject">
            {t('reject')}
          </Button>
        </>
      )}
      {rights.withdraw && (
        <Button size="control" disabled={busy} onClick={() => steer('WITHDRAW')}>
          {t('withdraw')}
        </Button>
      )}
      {rights.steer && (
        <>
          <Button
            variant="primary"
            size="control"
            disabled={busy}
            title={t('confirmStop')}
            onClick={() => steer('STOP')}
            data-testid="stop"
          >
            {t('stop')}
          </Button>
          <Button
            size="control"
            disabled={busy}
            onClick={() => steer(job.state === 'PAUSED' ? 'RESUME' : 'PAUSE')}
            data-testid="pause"
          >
            {t(job.state === 'PAUSED' ? 'resume' : 'pause')}
          </Button>
        </>
      )}
      {rights.retryFiring && failed.length > 0 && (
        <Button size="control" disabled={busy} onClick={() => void retryFiring()} data-testid="retry-firing">
          {t('retryFiring')}
        </Button>
      )}
      {job.scheduleId === null && job.finishedMs !== null && failed.length > 0 && (
        <ButtonLink size="control" href={again(job.direction, failed)}>
          {t('retry')}
        </ButtonLink>
      )}
      {rights.restore &&
        job.scheduleId === null &&
        job.direction === 'CUT' &&
        job.finishedMs !== null &&
        held.length > 0 && (
          <ButtonLink size="control" href={again('RESTORE', held)} data-testid="restore-cut">
            {t('restoreCut', { n: held.length })}
          </ButtonLink>
        )}
      <a href={`/control/${job.id}/csv`} download data-testid="job-csv">
        {t('csv')}
      </a>
    </span>
  );
}
