import type { PointView } from '../../../db/queries/pointViews';
import type { RoomPointRow } from '../../../db/queries/rooms';
import type { CommandState } from '../../../domain/supply/commandMachine';
import {
  evaluateInterlocks,
  type InterlockContext,
  type InterlockVerdict,
  type SwitchOp,
} from '../../../domain/supply/interlocks';
import { isCut } from '../../../domain/supply/resend';
import type { SupplyReason } from '../../../domain/supply/supplyState';

/** What would happen if the point were switched now; the engine reads the same interlocks again before it acts. */
export interface SwitchCheck {
  /** CONFIRM: allowed once the person confirms what `reason` asks about. */
  readonly verdict: 'ALLOWED' | 'WAIT' | 'CONFIRM' | 'ALREADY_LIVE' | 'REFUSED' | 'NOTHING_TO_DO';
  /** UPPER_SNAKE reason of a refusal, a wait or a warning; null where nothing stands against it. */
  readonly reason: string | null;
  /** Values for the words of the reason. */
  readonly facts: Readonly<Record<string, string | number | null>>;
  /** Reasons to show beside a button that works. */
  readonly warnings: readonly string[];
}

export interface LiveSwitch {
  readonly id: string;
  readonly op: string;
  readonly cause: string;
  readonly state: CommandState;
}

export interface SwitchChecks {
  readonly cut: SwitchCheck;
  readonly restore: SwitchCheck;
}

const CLEAR = { facts: {}, warnings: [] } as const;

/**
 * Interlocks of both directions as they stand now, for an operator.
 *
 * @param actorId by which leases and tags know the viewer
 * @param credit whether the payer has credit; null where nobody pays
 */
export function switchChecks(
  point: PointView,
  extra: RoomPointRow,
  live: LiveSwitch | null,
  actorId: string | null,
  credit: boolean | null,
  nowMs: number,
): SwitchChecks {
  const context = contextOf(point, extra, live);
  const verdictOf = (op: SwitchOp, seen: InterlockContext): SwitchCheck =>
    checkOf(evaluateInterlocks({ op, origin: 'OPERATOR', reason: 'MANUAL', actorId }, seen, nowMs));
  const check = (op: SwitchOp): SwitchCheck => {
    const now = verdictOf(op, context);
    if (now.reason !== 'MAPPING_CHANGED') return now;
    const confirmed = verdictOf(op, { ...context, mappingChangedAt: null });
    return confirmed.verdict === 'REFUSED' ? confirmed : { ...now, verdict: 'CONFIRM' };
  };
  const electric = point.utility === 'ELECTRICITY';
  return {
    cut: cutCheck(point, extra, live, check(electric ? 'disconnect' : 'valve_close')),
    restore: restoreCheck(point, extra, live, credit, check(electric ? 'connect' : 'valve_open')),
  };
}

function cutCheck(
  point: PointView,
  extra: RoomPointRow,
  live: LiveSwitch | null,
  check: SwitchCheck,
): SwitchCheck {
  if (!extra.hasRelay) return { ...CLEAR, verdict: 'REFUSED', reason: 'NO_RELAY' };
  if (check.verdict === 'REFUSED') return check;
  if (point.observed !== 'OPEN' || restores(live)) return check;
  // What is dark for another reason, or by itself, can still be held off: no top-up brings it back then.
  if (point.reasons.MANUAL) return { ...CLEAR, verdict: 'NOTHING_TO_DO', reason: 'ALREADY_OPEN' };
  const isProven = check.verdict === 'ALLOWED' && check.warnings.length === 0 && live === null;
  return { ...check, warnings: [...check.warnings, isProven ? 'HOLD_ADDED' : 'ALREADY_OPEN'] };
}

function restoreCheck(
  point: PointView,
  extra: RoomPointRow,
  live: LiveSwitch | null,
  credit: boolean | null,
  check: SwitchCheck,
): SwitchCheck {
  if (!extra.hasRelay) return { ...CLEAR, verdict: 'REFUSED', reason: 'NO_RELAY' };
  if (check.verdict === 'REFUSED') return check;
  if (point.reasons.ARREARS && credit === false) return { ...CLEAR, verdict: 'REFUSED', reason: 'ARREARS' };
  const held = Object.keys(point.reasons).length > 0;
  if (point.observed === 'OPEN' || (live !== null && isCut(live.op))) return check;
  if (!held && point.observed === 'CLOSED')
    return { ...CLEAR, verdict: 'NOTHING_TO_DO', reason: 'ALREADY_CLOSED' };
  if (!held) return check;
  // A cut that has not come about: what holds the point can be lifted, and nothing is switched.
  if (point.reasons.SAFETY) return { ...CLEAR, verdict: 'REFUSED', reason: 'SAFETY_NOT_CUT' };
  if (point.observed === 'UNKNOWN') return { ...CLEAR, verdict: 'REFUSED', reason: 'POSITION_UNKNOWN' };
  return { ...check, warnings: [...check.warnings, 'HOLD_ONLY'] };
}

const restores = (live: LiveSwitch | null): boolean => live !== null && !isCut(live.op);

function checkOf(verdict: InterlockVerdict): SwitchCheck {
  switch (verdict.verdict) {
    case 'ALLOWED':
      return { ...CLEAR, verdict: 'ALLOWED', reason: null, warnings: verdict.warnings.map((w) => w.reason) };
    case 'ALREADY_LIVE':
      return { ...CLEAR, verdict: 'ALREADY_LIVE', reason: 'COMMAND_LIVE' };
    case 'WAIT':
      return { verdict: 'WAIT', reason: verdict.reason, facts: verdict.facts, warnings: [] };
    case 'REFUSED':
      return { verdict: 'REFUSED', reason: verdict.reason, facts: verdict.facts, warnings: [] };
  }
}

function contextOf(point: PointView, extra: RoomPointRow, live: LiveSwitch | null): InterlockContext {
  return {
    utility: point.utility,
    protection: point.protection,
    maintenanceTags: point.tags.map(({ by, note }) => ({ heldBy: by, note })),
    meterOnline: extra.online !== false,
    lastReadingAt: point.lastMs,
    intervalMs: extra.intervalMs,
    liveCommand: live && { id: live.id, op: live.op, reason: live.cause as SupplyReason },
    lastOpenedAt: point.observed === 'OPEN' ? extra.changedMs : null,
    lastClosedAt: point.observed === 'CLOSED' ? extra.changedMs : null,
    operationTimes: [],
    gasAlarmOpen: false,
    mappingChangedAt: extra.mappedMs,
    controlLease:
      extra.leaseUserId !== null && extra.leaseUntilMs !== null
        ? { heldBy: String(extra.leaseUserId), until: extra.leaseUntilMs }
        : null,
  };
}
