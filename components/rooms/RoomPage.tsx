'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useCommands } from '../live/hooks';
import { useConnection, useLiveRoom } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { BulkLink } from '../supply/BulkLink';
import { useControl } from '../supply/control';
import { SupplyTrack } from '../supply/SupplyTrack';
import { useRefusalWords } from '../supply/useRefusalWords';
import { Breadcrumb } from '../ui/Breadcrumb';
import { Button } from '../ui/Button';
import { Glyph } from '../ui/glyphs';
import { MeterLink } from '../ui/MeterLink';
import { useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { SegmentedControl } from '../ui/SegmentedControl';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import { CashDesk } from './CashDesk';
import { ChargesPanel } from './ChargesPanel';
import { HistoryPanel } from './HistoryPanel';
import { LoadPanel } from './LoadPanel';
import { useNewestCommand } from './liveRoom';
import { RequestRestore } from './RequestRestore';
import { RestoreRequests } from './RestoreRequests';
import styles from './RoomPage.module.css';
import type { RoomData, RoomPoint } from './roomData';
import { SupplyFacts } from './SupplyFacts';
import { TagControl } from './TagControl';
import { TimeLeftPanel } from './TimeLeftPanel';
import { WeekPanel } from './WeekPanel';

const REFRESH_MS = 4_000;
/** A command that ended longer ago than this belongs to history. */
const TRACK_KEPT_MS = 10 * 60_000;

/** One room: supply as measured, wanted and blocked, its load, its credit with the proof of every charge, and its history. */
export function RoomPage({ code, initial }: { code: string; initial: RoomData }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  useLiveRoom(`room:${code}`);
  const { data } = useQuery(
    trpc.rooms.get.queryOptions(
      { code },
      { initialData: initial, refetchInterval: REFRESH_MS, staleTime: 0 },
    ),
  );
  const points = data.points.filter((point) => point.utility === 'ELECTRICITY' || point.hasRelay);
  const [chosen, setChosen] = useState<string | null>(null);
  const point = points.find((each) => each.code === chosen) ?? points[0] ?? null;

  // A step of a command changes reasons and blocks: those are asked for again at once, not with the next round.
  const newest = useCommands().find((command) => command.space === code);
  const moved = newest ? `${newest.id} ${newest.state}` : '';
  const key = trpc.rooms.get.queryKey({ code });
  const historyKey = trpc.rooms.history.queryKey({ code });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when a command moves, not when a key object is made anew
  useEffect(() => {
    if (moved === '') return;
    void queries.invalidateQueries({ queryKey: key });
    void queries.invalidateQueries({ queryKey: historyKey });
  }, [moved, queries]);

  return (
    <div className={styles.page} data-room={code}>
      <RoomHead data={data} point={point} />
      <RestoreRequests data={data} />
      {points.length > 1 && <MeterChoice points={points} value={point?.code ?? ''} onChange={setChosen} />}
      {point && <SupplyFacts key={point.code} data={data} point={point} />}
      {point && <Track data={data} point={point} />}
      <div className={styles.grid}>
        <div className={styles.wide}>
          <div className={styles.pair}>
            {point && data.rights.live && point.utility === 'ELECTRICITY' && (
              <LoadPanel code={code} point={point} />
            )}
            {data.account && <TimeLeftPanel account={data.account} point={point} rights={data.rights} />}
          </div>
          {point?.meterCode && data.rights.live && point.utility === 'ELECTRICITY' && (
            <WeekPanel code={code} point={point} accountCode={data.account?.code ?? null} />
          )}
          {data.rights.money && data.account && (
            <ChargesPanel accountCode={data.account.code} title={code} currency={data.account.currency} />
          )}
        </div>
        <div className={styles.side}>
          {data.rights.cashDesk && data.account && (
            <CashDesk account={data.account} off={point?.observed === 'OPEN'} />
          )}
          <HistoryPanel code={code} currency={data.account?.currency} />
        </div>
      </div>
    </div>
  );
}

function RoomHead({ data, point }: { data: RoomData; point: RoomPoint | null }) {
  const t = useTranslations('rooms');
  const common = useTranslations('common');
  const lang = useLang();
  const nameOf = (step: RoomData['path'][number]) => (lang === 'en' ? (step.nameEn ?? step.name) : step.name);
  const steps = data.path.filter((step) => step.kind !== 'CAMPUS');
  const room = steps.at(-1);
  return (
    <PageHead
      breadcrumb={
        <Breadcrumb
          path={[
            { label: common('campus'), href: '/map' },
            ...steps.map((step) => ({
              label: nameOf(step),
              href:
                step.kind === 'BUILDING' ? `/balances?building=${encodeURIComponent(step.code)}` : undefined,
            })),
          ]}
        />
      }
      title={room ? nameOf(room) : t('room', { code: data.code })}
      words={point?.meterCode && <MeterLink code={point.meterCode} />}
      actions={point && <Controls data={data} point={point} />}
    />
  );
}

/** The panel itself asks for what is still to be confirmed. */
const OPENS_PANEL: ReadonlySet<string> = new Set(['ALLOWED', 'WAIT', 'CONFIRM']);

/** Cut and Restore: two verbs, never a toggle. What a role never does is hidden; what is blocked now says why. */
function Controls({ data, point }: { data: RoomData; point: RoomPoint }) {
  const t = useTranslations('rooms');
  const live = useTranslations('live');
  const words = useRefusalWords();
  const { arm } = useControl();
  const { state: connection } = useConnection();
  const { rights } = data;
  const locked = point.protection === 'LIFE_SAFETY';
  if (locked && (point.role === 'FEEDER' || !point.hasRelay)) return <Locked point={point} />;
  // A feeder is switched by two persons, with all that hangs below it.
  if (point.role === 'FEEDER')
    return rights.cutFeeder ? <BulkLink kind="FEEDER" code={point.code} size="control" /> : null;
  if (!point.hasRelay) return null;
  const offline = connection === 'offline' ? live('controlOffline') : null;
  // What is proven off and held by a person already has nothing to cut.
  const isHeldOff = point.observed === 'OPEN' && point.checks.cut.verdict === 'NOTHING_TO_DO';
  const mayCut = rights.cut && !locked && !isHeldOff;
  // Nobody cuts what is protected for life safety; what was off before it was protected is switched on like any other.
  const mayRestore =
    (rights.restore || (rights.restoreOwnTag && point.tags.some(({ mine }) => mine))) &&
    (!locked || point.observed === 'OPEN');
  if (!locked && !mayCut && !isHeldOff && !mayRestore && !rights.requestRestore && !rights.placeTag)
    return null;
  const reasonOf = (check: RoomPoint['checks']['cut']): string | null =>
    offline ?? (OPENS_PANEL.has(check.verdict) ? null : words(check.reason ?? '', check.facts));
  const cutBlocked = reasonOf(point.checks.cut);
  const restoreBlocked = reasonOf(point.checks.restore);
  const request = { pointCode: point.code, roomCode: data.code };
  const note =
    point.lease && !point.lease.mine
      ? t('armedBy', { name: point.lease.by })
      : (offline ?? (mayCut && point.observed !== 'OPEN' ? cutBlocked : mayRestore ? restoreBlocked : null));
  return (
    <div className={styles.controls} data-testid="controls">
      {locked && <Locked point={point} />}
      {note && <span className="quiet">{note}</span>}
      {mayCut && (
        <Button
          size="control"
          variant={point.observed === 'CLOSED' && cutBlocked === null ? 'primary' : 'plain'}
          breaker="open"
          disabled={cutBlocked !== null}
          title={cutBlocked ?? undefined}
          onClick={() => arm({ ...request, direction: 'CUT' })}
          data-testid="cut"
        >
          {t(point.checks.cut.warnings.includes('HOLD_ADDED') ? 'holdOff' : 'cut')}
        </Button>
      )}
      {mayRestore && (
        <Button
          size="control"
          variant={point.observed === 'OPEN' && restoreBlocked === null ? 'primary' : 'plain'}
          breaker="closed"
          disabled={restoreBlocked !== null}
          title={restoreBlocked ?? undefined}
          onClick={() => arm({ ...request, direction: 'RESTORE' })}
          data-testid="restore"
        >
          {t('restore')}
        </Button>
      )}
      {!mayRestore && rights.requestRestore && point.observed === 'OPEN' && (
        <RequestRestore roomCode={data.code} pointCode={point.code} />
      )}
      {rights.placeTag && <TagControl roomCode={data.code} point={point} />}
      {rights.cutFeeder && !locked && point.feeder && <BulkLink kind="FEEDER" code={point.feeder} />}
    </div>
  );
}

/** A point that nobody may cut: a lock, who answers for it, and the number to call. No button. */
function Locked({ point }: { point: RoomPoint }) {
  const t = useTranslations('rooms');
  const code = useCode();
  return (
    <p className={styles.locked} data-testid="locked">
      <Glyph name="lock" />
      <b>{code('protection', point.protection)}</b>
      {point.protectionOwner && <span>{point.protectionOwner}</span>}
      {point.protectionPhone && <a href={`tel:${point.protectionPhone}`}>{point.protectionPhone}</a>}
      {!point.protectionOwner && !point.protectionPhone && <span>{t('noOwner')}</span>}
    </p>
  );
}

function MeterChoice({
  points,
  value,
  onChange,
}: {
  points: readonly RoomPoint[];
  value: string;
  onChange: (code: string) => void;
}) {
  const t = useTranslations('rooms');
  const nameOf = useName();
  return (
    <div className={styles.choice}>
      <SegmentedControl
        label={t('meters')}
        options={points.map((point) => ({
          value: point.code,
          label: point.name === null ? point.code : nameOf({ name: point.name, nameEn: point.nameEn }),
        }))}
        value={value}
        onChange={onChange}
      />
    </div>
  );
}

function Track({ data, point }: { data: RoomData; point: RoomPoint }) {
  const t = useTranslations('rooms');
  const now = useNow();
  const command = useNewestCommand(point);
  if (!command) return null;
  const ended = command.steps.at(-1)?.at ?? command.changedAt;
  if (isOver(command.state) && now - ended > TRACK_KEPT_MS) return null;
  return (
    <Panel label={t('track')} testId="track">
      <SupplyTrack
        command={command}
        mayRead={data.rights.readNow}
        again={
          data.rights.cut || data.rights.restore
            ? {
                pointCode: point.code,
                roomCode: data.code,
                direction: command.action === 'CONNECT' ? 'RESTORE' : 'CUT',
              }
            : null
        }
      />
    </Panel>
  );
}

const OVER = new Set([
  'VERIFIED',
  'UNVERIFIED',
  'FAILED',
  'FAILED_TIMEOUT',
  'EXPIRED',
  'CANCELLED',
  'SUPERSEDED',
]);

function isOver(state: string): boolean {
  return OVER.has(state);
}
