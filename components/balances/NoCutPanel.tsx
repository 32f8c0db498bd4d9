'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Notice, Skeleton } from '../ui/states';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import { NoCutDialog } from './NoCutDialog';
import styles from './NoCutPanel.module.css';

const REFRESH_MS = 15_000;

/** Times without cuts that an energy manager declared: what runs or is to come, why, and its end. */
export function NoCutPanel() {
  const t = useTranslations('balances');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const nameOf = useName();
  const trpc = useTRPC();
  const act = useAct();
  const [declaring, setDeclaring] = useState(false);
  const { data, error, refetch } = useQuery(
    trpc.credit.noCutTimes.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  const policyName = (policy: string | null) => {
    const known = data?.policies.find((one) => one.code === policy);
    return policy === null ? t('noCutAll') : known ? nameOf(known) : policy;
  };
  const time = (ms: number) => formatDateTime(ms, zone, lang);
  return (
    <Panel
      title={t('declared')}
      testId="declared"
      actions={
        <Button size="small" onClick={() => setDeclaring(true)} disabled={!data} data-testid="declare">
          {t('declare')}
        </Button>
      }
    >
      {error ? (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={96} onRetry={() => void refetch()} />
      ) : data.times.length === 0 ? (
        <EmptyState title={t('noneDeclared')}>{t('noneDeclaredWords')}</EmptyState>
      ) : (
        <ul className={styles.times}>
          {data.times.map((one) => (
            <li key={one.id} data-testid="declared-time" data-kind={one.kind.toLowerCase()}>
              <div>
                <b>{t(`noCut.${one.kind}`)}</b>{' '}
                {t(one.fromMs <= now ? 'runsUntil' : 'beginsAt', {
                  time: time(one.fromMs <= now ? one.toMs : one.fromMs),
                })}
                <small>
                  {policyName(one.policyCode)} · {time(one.fromMs)} – {time(one.toMs)} · {one.declaredByName}
                </small>
                <p>{one.reason}</p>
              </div>
              <Button
                size="small"
                disabled={act.busy}
                onClick={() => void act.run((to) => to.credit.endNoCut.mutate({ id: one.id }))}
                data-testid="end-declared"
              >
                {t(one.fromMs <= now ? 'endNow' : 'takeBack')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {act.refused && <Notice strong>{act.refused}</Notice>}
      {declaring && data && <NoCutDialog policies={data.policies} onClose={() => setDeclaring(false)} />}
    </Panel>
  );
}
