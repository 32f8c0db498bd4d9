import type { Utility } from '../metering/reading';
import type { CommandOrigin } from './resend';
import { isCut } from './resend';
import type { Protection, SupplyReason } from './supplyState';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Limits of switching (ms, operations per hour). */
export interface InterlockLimits {
  readonly minOffTimeMs: number;
  readonly minOnTimeMs: number;
  readonly relayOperationsPerHour: number;
  readonly restoreFreshnessMs: number;
  readonly mappingHoldMs: number;
}

export const DEFAULT_INTERLOCK_LIMITS: InterlockLimits = {
  minOffTimeMs: 30 * SECOND_MS,
  minOnTimeMs: 60 * SECOND_MS,
  relayOperationsPerHour: 6,
  restoreFreshnessMs: 5 * MINUTE_MS,
  mappingHoldMs: HOUR_MS,
};

export type SwitchOp = 'disconnect' | 'connect' | 'arm' | 'valve_close' | 'valve_open';

/** What is asked. `reason` is why a point is cut, or the reason whose clearing restores it. */
export interface InterlockRequest {
  readonly op: SwitchOp;
  readonly origin: CommandOrigin;
  readonly reason: SupplyReason;
  /** Opaque id of the person; null for the engine. */
  readonly actorId: string | null;
}

/** A live command of the same point. */
export interface LiveCommand {
  readonly id: string;
  readonly op: string;
  readonly reason: SupplyReason;
}

/** State of the point as read inside the transaction, before each send. Times in ms UTC; null = never or none. */
export interface InterlockContext {
  readonly utility: Utility;
  readonly protection: Protection;
  /** Every tag that hangs here: each person's own. */
  readonly maintenanceTags: readonly { readonly heldBy: string; readonly note: string }[];
  readonly meterOnline: boolean;
  readonly lastReadingAt: number | null;
  readonly intervalMs: number;
  /** The live command, not the one being sent. */
  readonly liveCommand: LiveCommand | null;
  readonly lastOpenedAt: number | null;
  readonly lastClosedAt: number | null;
  /** Relay operations of the last hour, any order. */
  readonly operationTimes: readonly number[];
  readonly gasAlarmOpen: boolean;
  /** When a person's change put this meter here, imports of a whole campus excepted; null too once somebody confirmed it. */
  readonly mappingChangedAt: number | null;
  readonly controlLease: { readonly heldBy: string; readonly until: number } | null;
}

export type InterlockReason =
  | 'LIFE_SAFETY'
  | 'GAS_NEVER_OPENED'
  | 'CREDIT_PROTECTED'
  | 'MAINTENANCE_TAG'
  | 'GAS_ALARM_OPEN'
  | 'OFFLINE'
  | 'STALE'
  | 'COMMAND_LIVE'
  | 'ARMED_BY_OTHER'
  | 'MAPPING_CHANGED'
  | 'MIN_OFF_TIME'
  | 'MIN_ON_TIME'
  | 'RELAY_RATE';

/** Values for the words of a refusal or warning. */
export type InterlockFacts = Readonly<Record<string, string | number | null>>;

/**
 * ALLOWED, perhaps with warnings to show and the live command that this one supersedes. ALREADY_LIVE: the same direction is
 * under way, here is its id. WAIT: allowed by itself at `until` (shown as "waiting n s"). REFUSED: with a named reason.
 */
export type InterlockVerdict =
  | {
      readonly verdict: 'ALLOWED';
      readonly supersedes: string | null;
      readonly warnings: readonly { readonly reason: InterlockReason; readonly facts: InterlockFacts }[];
    }
  | { readonly verdict: 'ALREADY_LIVE'; readonly commandId: string }
  | {
      readonly verdict: 'WAIT';
      readonly reason: InterlockReason;
      readonly until: number;
      readonly facts: InterlockFacts;
    }
  | { readonly verdict: 'REFUSED'; readonly reason: InterlockReason; readonly facts: InterlockFacts };

type Check = (
  request: InterlockRequest,
  context: InterlockContext,
  now: number,
  limits: InterlockLimits,
) => InterlockVerdict | null;

/**
 * Evaluates all interlocks in order; the first that bars decides. A cut for SAFETY passes everything but life safety and an
 * unreachable meter.
 */
export function evaluateInterlocks(
  request: InterlockRequest,
  context: InterlockContext,
  now: number,
  limits: InterlockLimits = DEFAULT_INTERLOCK_LIMITS,
): InterlockVerdict {
  const checks = isCut(request.op) ? cutChecks(request) : RESTORE_CHECKS;
  for (const check of checks) {
    const verdict = check(request, context, now, limits);
    if (verdict) return verdict;
  }
  return {
    verdict: 'ALLOWED',
    supersedes: context.liveCommand && isSwitch(context.liveCommand.op) ? context.liveCommand.id : null,
    warnings: staleWarning(request, context, now),
  };
}

const lifeSafety: Check = (_request, { protection }) =>
  protection === 'LIFE_SAFETY' ? refused('LIFE_SAFETY') : null;

const creditProtected: Check = ({ reason }, { protection }) =>
  reason === 'ARREARS' && protection === 'CREDIT' ? refused('CREDIT_PROTECTED') : null;

const gasNeverOpened: Check = ({ op }, { utility }) =>
  utility === 'GAS' && op !== 'arm' ? refused('GAS_NEVER_OPENED') : null;

/** The person who hung a tag may restore under it, to test; not while anybody else's hangs there too. */
const maintenanceTag: Check = ({ actorId }, { maintenanceTags }) => {
  const tag = maintenanceTags.find(({ heldBy }) => heldBy !== actorId);
  return tag ? refused('MAINTENANCE_TAG', { heldBy: tag.heldBy, note: tag.note }) : null;
};

const gasAlarmOpen: Check = (_request, context) => (context.gasAlarmOpen ? refused('GAS_ALARM_OPEN') : null);

const offline: Check = (_request, { meterOnline, lastReadingAt }) =>
  meterOnline ? null : refused('OFFLINE', { lastReadingAt });

const staleForAutomaticCut: Check = ({ origin }, context, now) =>
  origin === 'AUTOMATIC' && isOlderThan(context, now, 2 * context.intervalMs)
    ? refused('STALE', staleFacts(context, now))
    : null;

const staleForRestore: Check = (_request, context, now, limits) =>
  isOlderThan(context, now, Math.max(limits.restoreFreshnessMs, 2 * context.intervalMs))
    ? refused('STALE', staleFacts(context, now))
    : null;

/** Same direction: the live id. Opposite: superseded, unless the live command is a safety cut. */
const commandLive: Check = ({ op, reason }, { liveCommand: live }) => {
  if (!live || !isSwitch(live.op)) return null;
  const facts = { commandId: live.id, op: live.op };
  if (isCut(live.op) === isCut(op)) {
    const raisesToSafety = reason === 'SAFETY' && live.reason !== 'SAFETY';
    return raisesToSafety ? null : { verdict: 'ALREADY_LIVE', commandId: live.id };
  }
  return live.reason === 'SAFETY' && isCut(live.op) ? refused('COMMAND_LIVE', facts) : null;
};

const armedByOther: Check = ({ origin, actorId }, { controlLease: lease }, now) =>
  origin !== 'AUTOMATIC' && lease && lease.heldBy !== actorId && now < lease.until
    ? refused('ARMED_BY_OTHER', { heldBy: lease.heldBy, until: lease.until })
    : null;

const mappingChanged: Check = (_request, { mappingChangedAt }, now, limits) => {
  const until = mappingHeldUntil(mappingChangedAt, now, limits);
  return until === null ? null : refused('MAPPING_CHANGED', { changedAt: mappingChangedAt, until });
};

/** Until when a meter that was fitted at `changedAt` keeps its point from being switched, ms UTC; null: it does not, or no longer. */
export function mappingHeldUntil(
  changedAt: number | null,
  now: number,
  limits: Pick<InterlockLimits, 'mappingHoldMs'> = DEFAULT_INTERLOCK_LIMITS,
): number | null {
  if (changedAt === null) return null;
  const until = changedAt + limits.mappingHoldMs;
  return now < until ? until : null;
}

const minOffTime: Check = (_request, { lastOpenedAt }, now, limits) =>
  waiting('MIN_OFF_TIME', lastOpenedAt, limits.minOffTimeMs, now);

const minOnTime: Check = (_request, { lastClosedAt }, now, limits) =>
  waiting('MIN_ON_TIME', lastClosedAt, limits.minOnTimeMs, now);

const relayRate: Check = (_request, { operationTimes }, now, limits) => {
  const recent = operationTimes.filter((at) => now - at < HOUR_MS).sort((left, right) => left - right);
  const freesAt = recent.at(-limits.relayOperationsPerHour);
  return freesAt === undefined
    ? null
    : refused('RELAY_RATE', { operations: recent.length, until: freesAt + HOUR_MS });
};

const SAFETY_CUT_CHECKS: readonly Check[] = [lifeSafety, offline, commandLive];
const CUT_CHECKS: readonly Check[] = [
  lifeSafety,
  creditProtected,
  offline,
  staleForAutomaticCut,
  commandLive,
  armedByOther,
  mappingChanged,
  minOnTime,
  relayRate,
];
const RESTORE_CHECKS: readonly Check[] = [
  gasNeverOpened,
  maintenanceTag,
  gasAlarmOpen,
  offline,
  staleForRestore,
  commandLive,
  armedByOther,
  mappingChanged,
  minOffTime,
  relayRate,
];

function cutChecks({ reason }: InterlockRequest): readonly Check[] {
  return reason === 'SAFETY' ? SAFETY_CUT_CHECKS : CUT_CHECKS;
}

/** Nothing bars a switching, none in the other direction is under way, and the reading that tells where the contact stands is fresh. */
export const isUndoubted = (verdict: InterlockVerdict): boolean =>
  verdict.verdict === 'ALLOWED' && verdict.supersedes === null && verdict.warnings.length === 0;

function refused(reason: InterlockReason, facts: InterlockFacts = {}): InterlockVerdict {
  return { verdict: 'REFUSED', reason, facts };
}

function waiting(
  reason: InterlockReason,
  since: number | null,
  durationMs: number,
  now: number,
): InterlockVerdict | null {
  if (since === null || now >= since + durationMs) return null;
  const until = since + durationMs;
  return { verdict: 'WAIT', reason, until, facts: { waitMs: until - now } };
}

function isSwitch(op: string): boolean {
  return isCut(op) || op === 'connect' || op === 'arm' || op === 'valve_open';
}

function isOlderThan({ lastReadingAt }: InterlockContext, now: number, limitMs: number): boolean {
  return lastReadingAt === null || now - lastReadingAt > limitMs;
}

function staleFacts({ lastReadingAt }: InterlockContext, now: number): InterlockFacts {
  return { ageMs: lastReadingAt === null ? null : now - lastReadingAt };
}

/** A person's cut is warned of old data, never barred by it. */
function staleWarning(
  { op, origin }: InterlockRequest,
  context: InterlockContext,
  now: number,
): { reason: InterlockReason; facts: InterlockFacts }[] {
  const warn = isCut(op) && origin !== 'AUTOMATIC' && isOlderThan(context, now, 2 * context.intervalMs);
  return warn ? [{ reason: 'STALE', facts: staleFacts(context, now) }] : [];
}
