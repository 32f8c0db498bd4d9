'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { useAlarm } from '../../live/hooks';
import { refusalOf } from '../../live/refusal';
import { useTRPC } from '../../live/trpc';
import { Panel } from '../../ui/Panel';
import { ErrorState, Skeleton } from '../../ui/states';
import { useCode } from '../../ui/useCode';
import { AlarmEvidence } from '../AlarmEvidence';
import { AlarmVerdict } from '../AlarmVerdict';
import { FindingCourse } from './FindingCourse';
import styles from './Findings.module.css';
import type { Finding } from './findingTypes';

/** The evidence of a finding: the hours around it, the rule's own figures, and the buttons by which people judge it. */
export function FindingPane({ finding }: { finding: Finding }) {
  const t = useTranslations('findings');
  const code = useCode();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const id = Number(finding.id);
  const detail = useQuery(trpc.alarms.detail.queryOptions({ id }, { staleTime: 0 }));
  const streamed = useAlarm(finding.id);
  const changed = streamed?.changedAt ?? 0;
  const key = trpc.alarms.detail.queryKey({ id });
  const listKey = trpc.findings.list.queryKey();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the alarm changes, not when a key is made anew
  useEffect(() => {
    if (changed === 0) return;
    void queries.invalidateQueries({ queryKey: key });
    void queries.invalidateQueries({ queryKey: listKey });
  }, [changed]);
  return (
    <Panel
      title={code('alarmRule', finding.rule)}
      meta={
        <Link className={styles.link} href={`/alarms/${finding.id}`}>
          {t('toAlarm')}
        </Link>
      }
      testId="finding-pane"
    >
      <div className={styles.chart}>
        <FindingCourse id={finding.id} rule={finding.rule} meter={detail.data?.meter?.code ?? null} />
      </div>
      {detail.data ? (
        <>
          <AlarmEvidence detail={detail.data} />
          <AlarmVerdict detail={detail.data} mayJudge={detail.data.context.rights.judge} />
        </>
      ) : detail.error ? (
        <ErrorState
          cause={code('refusal', refusalOf(detail.error).reason)}
          onRetry={() => void detail.refetch()}
        />
      ) : (
        <Skeleton height={168} onRetry={() => void detail.refetch()} />
      )}
    </Panel>
  );
}
