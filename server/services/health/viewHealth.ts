import { type Capture, countReadings, readCapture } from '../../../db/queries/captureViews';
import {
  type CommandCount,
  countCommands,
  countQuarantine,
  type GatewayHealth,
  type IngestHealth,
  ingestHealth,
  type LedgerHealth,
  ledgerHealth,
  listGatewayHealth,
  listTopUpLatencies,
  listWallHealth,
  type QuarantineCount,
  type TopUpLatency,
  type WallHealth,
} from '../../../db/queries/healthViews';
import { type JobRunRow, listJobRuns } from '../../../db/queries/jobs';
import type { ScopeFilter } from '../../../db/queries/scope';
import { campusZone } from '../../../domain/time/campusTime';
import type { LiveAccess, LiveHealth } from '../../live/liveAccess';
import type { ReadDeps } from '../deps';
import { heldByScope } from '../heldByScope';
import {
  type CheckCode,
  type CheckState,
  isSilentWall,
  judgeHealth,
  nearestRank,
  TOP_UP_PROMISE_MS,
} from './judgeHealth';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SAMPLES_MAX = 2_000;
const GAPS_MAX = 50;

/** The rate of a day hardly moves in a minute, and counting it reads a row per meter and hour. */
const recentCapture = heldByScope(60_000, (reader, scope, nowMs) =>
  readCapture(reader, scope, { fromMs: floorHour(nowMs) - DAY_MS + HOUR_MS, nowMs }, GAPS_MAX),
);

/** Percentiles of lengths in ms; null without samples. */
export interface Spread {
  readonly samplesMs: readonly number[];
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Whether the product does its work, with the figures behind each verdict. Times in ms UTC. */
export interface HealthView {
  /** When all of this was read: the age of the last check. */
  readonly nowMs: number;
  readonly checks: readonly { code: CheckCode; state: CheckState }[];
  readonly live: LiveHealth;
  readonly ingest: IngestHealth;
  readonly readingsToday: number;
  readonly capture: Capture;
  readonly gateways: readonly GatewayHealth[];
  readonly jobs: readonly JobRunRow[];
  readonly commands: readonly CommandCount[];
  readonly walls: readonly (WallHealth & { readonly silent: boolean })[];
  readonly quarantine: readonly QuarantineCount[];
  readonly ledger: LedgerHealth;
  /** Top-ups of the last 24 h that had to bring supply back. */
  readonly topUps: {
    readonly promiseMs: number;
    readonly measured: number;
    readonly newestMs: number | null;
    /** Accepted payment to the relay's acknowledgement, and to current proven by telemetry. */
    readonly toAck: Spread;
    readonly toProof: Spread;
  };
}

/** The health of the installation as far as `scope` reaches. @param timeZone IANA zone of the campus */
export async function viewHealth(
  deps: ReadDeps & { readonly host: { readonly live: LiveAccess } },
  scope: ScopeFilter,
  timeZone: string,
): Promise<HealthView> {
  const { reader } = deps;
  const nowMs = deps.engine.clock.now();
  const dayStartMs = campusZone(timeZone).localDayStart(nowMs);
  const [
    ingest,
    readingsToday,
    { value: capture },
    gateways,
    jobs,
    commands,
    walls,
    quarantine,
    lately,
    ledger,
    latencies,
  ] = await Promise.all([
    ingestHealth(reader, scope, nowMs),
    countReadings(reader, scope, { fromMs: floorHour(dayStartMs), nowMs }),
    recentCapture(reader, scope, nowMs),
    listGatewayHealth(reader, scope),
    listJobRuns(reader),
    countCommands(reader, scope, nowMs - DAY_MS, nowMs - HOUR_MS),
    listWallHealth(reader, scope.campusId),
    countQuarantine(reader, scope, nowMs - DAY_MS),
    countQuarantine(reader, scope, nowMs - HOUR_MS),
    ledgerHealth(reader.wholeCampus(), scope.campusId, dayStartMs),
    listTopUpLatencies(reader, scope, nowMs - DAY_MS, SAMPLES_MAX),
  ]);
  const live = deps.host.live.health();
  const toAckMs = latencies.flatMap(({ toAckMs: ms }) => ms ?? []);
  return {
    nowMs,
    checks: judgeHealth({
      ...live,
      nowMs,
      ingest,
      capture,
      gateways,
      // A word of a meter that no rule listens to is kept to be read; nothing is uncharged or in danger by it.
      quarantinedLately: lately
        .filter(({ reason }) => reason !== 'EVENT_WITHOUT_RULE')
        .reduce((sum, { count }) => sum + count, 0),
      commands,
      toAckMs,
      ledger,
      jobs,
      walls,
    }),
    live,
    ingest,
    readingsToday,
    capture,
    gateways,
    jobs,
    commands,
    walls: walls.map((wall) => ({ ...wall, silent: isSilentWall(wall, nowMs) })),
    quarantine,
    ledger,
    topUps: topUpsOf(latencies, toAckMs),
  };
}

function topUpsOf(latencies: readonly TopUpLatency[], toAckMs: readonly number[]): HealthView['topUps'] {
  return {
    promiseMs: TOP_UP_PROMISE_MS,
    measured: latencies.length,
    newestMs: latencies[0]?.acceptedMs ?? null,
    toAck: spreadOf(toAckMs),
    toProof: spreadOf(latencies.flatMap(({ toProofMs }) => toProofMs ?? [])),
  };
}

function spreadOf(samplesMs: readonly number[]): Spread {
  return {
    samplesMs,
    p50: nearestRank(samplesMs, 0.5),
    p95: nearestRank(samplesMs, 0.95),
    p99: nearestRank(samplesMs, 0.99),
  };
}

function floorHour(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}
