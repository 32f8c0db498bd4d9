'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { useLiveRoom } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { Breadcrumb } from '../ui/Breadcrumb';
import { PageHead } from '../ui/PageHead';
import { useCode } from '../ui/useCode';
import { useName } from '../ui/useName';
import { CommsPanel } from './CommsPanel';
import { EpochsPanel } from './EpochsPanel';
import { FeederPanels } from './FeederPanels';
import { IdentityPanel } from './IdentityPanel';
import { InspectionPanel } from './InspectionPanel';
import { InstallsPanel } from './InstallsPanel';
import { MeterFacts } from './MeterFacts';
import { MeterLoadPanel } from './MeterLoadPanel';
import { MeterLogPanel } from './MeterLogPanel';
import styles from './MeterPage.module.css';
import type { MeterData } from './meterData';
import { ReadNow, ReadTrack, useNewestReading } from './ReadNow';
import { RegistersPanel } from './RegistersPanel';

const REFRESH_MS = 4_000;
const DAY_REFRESH_MS = 30_000;

/** `/meters/[id]`: why a meter misbehaves. What it is, what it said last and when, how it reports, and who stood here before. */
export function MeterPage({ code, initial }: { code: string; initial: MeterData }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  useLiveRoom(initial.liveRoom);
  const { data } = useQuery(
    trpc.meters.get.queryOptions(
      { code },
      { initialData: initial, refetchInterval: REFRESH_MS, staleTime: 0 },
    ),
  );
  const day = useQuery(
    trpc.meters.day.queryOptions({ code }, { refetchInterval: DAY_REFRESH_MS, staleTime: 0 }),
  );
  // What was asked of the meter changes its facts and its log: both are asked for again at once, not with the next round.
  const key = trpc.meters.get.queryKey({ code });
  const logKey = trpc.meters.log.queryKey({ code });
  const askAgain = () => {
    void queries.invalidateQueries({ queryKey: key });
    void queries.invalidateQueries({ queryKey: logKey });
  };
  const newest = useNewestReading(data);
  const moved = newest ? `${newest.id} ${newest.state}` : '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the request moves, not when the function is made anew
  useEffect(() => {
    if (moved !== '') askAgain();
  }, [moved]);
  return (
    <div className={styles.page} data-meter={code}>
      <MeterHead data={data} onAsked={askAgain} />
      <MeterFacts data={data} day={day.data ?? null} />
      {data.rights.commands && <ReadTrack data={data} />}
      <div className={styles.grid}>
        <div className={styles.wide}>
          {data.point.role === 'FEEDER' && data.utility === 'ELECTRICITY' && data.removedMs === null && (
            <FeederPanels data={data} />
          )}
          <CommsPanel
            data={data}
            day={day.data ?? null}
            error={day.error}
            onRetry={() => void day.refetch()}
          />
          {data.rights.values && data.utility === 'ELECTRICITY' && (
            <MeterLoadPanel data={data} day={day.data ?? null} />
          )}
          <InspectionPanel code={code} />
          <InstallsPanel data={data} />
          <EpochsPanel data={data} />
        </div>
        <div className={styles.side}>
          <IdentityPanel data={data} />
          <RegistersPanel data={data} />
          <MeterLogPanel data={data} />
        </div>
      </div>
    </div>
  );
}

function MeterHead({ data, onAsked }: { data: MeterData; onAsked: () => void }) {
  const t = useTranslations('meter');
  const common = useTranslations('common');
  const code = useCode();
  const nameOf = useName();
  const steps = data.path.filter((step) => step.kind !== 'CAMPUS');
  const hrefOf = (step: (typeof steps)[number]) => {
    if (step.kind === 'ROOM') return `/rooms/${encodeURIComponent(step.code)}`;
    return step.kind === 'BUILDING' ? `/balances?building=${encodeURIComponent(step.code)}` : undefined;
  };
  return (
    <PageHead
      breadcrumb={
        <Breadcrumb
          path={[
            { label: common('campus'), href: '/map' },
            ...steps.map((step) => ({ label: nameOf(step), href: hrefOf(step) })),
            { label: t('meter') },
          ]}
        />
      }
      title={t('title', { code: data.code })}
      words={t('words', {
        utility: code('utility', data.utility),
        serial: data.serial,
        point:
          data.point.name === null
            ? data.point.code
            : nameOf({ name: data.point.name, nameEn: data.point.nameEn }),
      })}
      actions={data.rights.readNow && data.removedMs === null && <ReadNow data={data} onAsked={onAsked} />}
    />
  );
}
