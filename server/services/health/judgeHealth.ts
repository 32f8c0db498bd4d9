import type { CommandCount, GatewayHealth, LedgerHealth, WallHealth } from '../../../db/queries/healthViews';
import type { JobRunRow } from '../../../db/queries/jobs';

/** What is checked, in the order of the way of a reading: from the broker to the money and the screens. */
export const CHECK_CODES = [
  'BROKER',
  'BRIDGE',
  'LAG',
  'INGEST',
  'CAPTURE',
  'GATEWAYS',
  'QUARANTINE',
  'COMMANDS',
  'TOP_UP',
  'LEDGER',
  'CHECKPOINT',
  'JOBS',
  'WALLS',
] as const;
export type CheckCode = (typeof CHECK_CODES)[number];

/** NONE: there is nothing to judge yet. */
export type CheckState = 'FAILING' | 'OK' | 'NONE';

/** A bridge publishes at least this often, readings or not. */
const BRIDGE_SILENT_MS = 60_000;
/** Budget from a reading to the screen. */
const LAG_MAX_MS = 2_000;
/** Below this share of the readings that should have come in the last minute, meters fell silent together. */
const INGEST_MIN_SHARE = 0.95;
/** The promise of remote reading. */
export const CAPTURE_PROMISE = 0.999;
/** A wall reports every 30 s; three missed reports are silence. */
export const WALL_SILENT_MS = 90_000;
/** Checkpoints come every 10 min. */
const CHECKPOINT_LATE_MS = 20 * 60_000;
/** From the accepted payment to the relay's acknowledgement, 95th percentile. */
export const TOP_UP_PROMISE_MS = 1_000;
const FAILED_STATES: readonly string[] = ['UNVERIFIED', 'FAILED', 'FAILED_TIMEOUT'];

/** Value below which `share` (0..1) of the samples lie, nearest rank; null without samples. */
export function nearestRank(samples: readonly number[], share: number): number | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

/** Whether a wall has said nothing for too long. One that was paired a moment ago has time to come. */
export function isSilentWall(wall: WallHealth, nowMs: number): boolean {
  return nowMs - (wall.lastHeartbeatMs ?? wall.pairedMs) > WALL_SILENT_MS;
}

/** Everything that a verdict is made of. */
export interface HealthFacts {
  readonly nowMs: number;
  readonly brokerConnected: boolean;
  readonly lastFrameMs: number | null;
  readonly ingestLagMs: number | null;
  readonly ingest: { readonly lastMinute: number; readonly expectedPerMinute: number };
  readonly capture: { readonly expected: number; readonly received: number };
  readonly gateways: readonly GatewayHealth[];
  /** Refused within the last hour. */
  readonly quarantinedLately: number;
  readonly commands: readonly CommandCount[];
  readonly toAckMs: readonly number[];
  readonly ledger: LedgerHealth;
  readonly jobs: readonly JobRunRow[];
  readonly walls: readonly WallHealth[];
}

/** The state of each check. What fails comes first, otherwise the order is that of `CHECK_CODES`. */
export function judgeHealth(facts: HealthFacts): { code: CheckCode; state: CheckState }[] {
  const states = statesOf(facts);
  const rank = (code: CheckCode) => (states[code] === 'FAILING' ? 0 : 1);
  return [...CHECK_CODES]
    .sort((left, right) => rank(left) - rank(right))
    .map((code) => ({ code, state: states[code] }));
}

function statesOf(facts: HealthFacts): Record<CheckCode, CheckState> {
  const { nowMs, ingest, capture, gateways, commands, ledger, jobs, walls } = facts;
  const p95 = nearestRank(facts.toAckMs, 0.95);
  const frameAgeMs = facts.lastFrameMs === null ? null : nowMs - facts.lastFrameMs;
  return {
    BROKER: fails(!facts.brokerConnected),
    BRIDGE: fails(frameAgeMs === null || frameAgeMs > BRIDGE_SILENT_MS),
    LAG: facts.ingestLagMs === null ? 'NONE' : fails(facts.ingestLagMs > LAG_MAX_MS),
    INGEST:
      ingest.expectedPerMinute === 0
        ? 'NONE'
        : fails(ingest.lastMinute < INGEST_MIN_SHARE * ingest.expectedPerMinute),
    CAPTURE: capture.expected === 0 ? 'NONE' : fails(capture.received < CAPTURE_PROMISE * capture.expected),
    GATEWAYS: gateways.length === 0 ? 'NONE' : fails(gateways.some(({ online }) => online === false)),
    QUARANTINE: fails(facts.quarantinedLately > 0),
    COMMANDS:
      commands.length === 0
        ? 'NONE'
        : fails(commands.some(({ state, lately }) => lately > 0 && FAILED_STATES.includes(state))),
    TOP_UP: p95 === null ? 'NONE' : fails(p95 > TOP_UP_PROMISE_MS),
    LEDGER: fails(ledger.invalidSinceMs !== null),
    CHECKPOINT:
      ledger.oldestUnsealedMs === null && ledger.checkpointMs === null
        ? 'NONE'
        : fails(
            ledger.unsealed > 0 &&
              nowMs - (ledger.checkpointMs ?? ledger.oldestUnsealedMs!) > CHECKPOINT_LATE_MS,
          ),
    JOBS: jobs.length === 0 ? 'NONE' : fails(jobs.some(({ error }) => error !== null)),
    WALLS: walls.length === 0 ? 'NONE' : fails(walls.some((wall) => isSilentWall(wall, nowMs))),
  };
}

function fails(failing: boolean): CheckState {
  return failing ? 'FAILING' : 'OK';
}
