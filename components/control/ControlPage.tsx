'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { useCommands } from '../live/hooks';
import { useLiveRoom } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { ButtonLink } from '../ui/Button';
import { PageHead } from '../ui/PageHead';
import { CommandsPanel } from './CommandsPanel';
import styles from './Control.module.css';
import type { ControlOverview } from './controlTypes';
import { JobsPanel } from './JobsPanel';
import { ProtectionPanel } from './ProtectionPanel';
import { SchedulesPanel } from './SchedulesPanel';
import { TagsPanel } from './TagsPanel';
import { WaitingPanel } from './WaitingPanel';

const REFRESH_MS = 5_000;

/** `/control`: what waits for a second person, bulk jobs, the cuts of the next day, tags, the protected list and every command of a day. */
export function ControlPage({ initial, cuts }: { initial: ControlOverview; cuts: ReactNode }) {
  const t = useTranslations('control');
  const trpc = useTRPC();
  const queries = useQueryClient();
  useLiveRoom('commands');
  const { data } = useQuery(
    trpc.control.overview.queryOptions(undefined, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  // A new command is asked for at once; the steps of a known one come by themselves.
  const newest = useCommands()[0]?.id ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when a command appears, not when a key object is made anew
  useEffect(() => {
    if (newest !== '') void queries.invalidateQueries({ queryKey: trpc.control.overview.queryKey() });
  }, [newest, queries]);
  const open = data.jobs.filter(({ finishedMs }) => finishedMs === null);
  const waiting = open.filter(({ state }) => state === 'PENDING_APPROVAL').length;
  return (
    <>
      <PageHead
        title={t('headline', { n: open.length - waiting, waiting })}
        words={t('words')}
        actions={
          <>
            {data.rights.replayPolicy && (
              <ButtonLink size="control" href="/control/policy">
                {t('replay.open')}
              </ButtonLink>
            )}
            {(data.rights.cut || data.rights.restore) && (
              <ButtonLink variant="primary" size="control" href="/control/new">
                {t('newJob')}
              </ButtonLink>
            )}
          </>
        }
      />
      <div className={styles.page}>
        <WaitingPanel />
        <JobsPanel jobs={data.jobs} />
        <div id="schedules">
          <SchedulesPanel />
        </div>
        {cuts}
        <div className={styles.pair}>
          <TagsPanel tags={data.tags} rights={data.rights} />
          <div id="protection">
            <ProtectionPanel data={data} />
          </div>
        </div>
        <CommandsPanel commands={data.commands} />
      </div>
    </>
  );
}
