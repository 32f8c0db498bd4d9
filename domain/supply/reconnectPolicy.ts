import type { Utility } from '../metering/reading';
import type { ReasonCause, SupplyReason, SwitchPosition } from './supplyState';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How supply comes back once a reason's cause is gone. ON_SITE: by hand at the meter, never from afar. */
export type ReconnectMode = 'AUTO' | 'CONFIRM_APP' | 'STAFF' | 'ON_SITE';

/** Why this mode. */
export type ReconnectRule =
  | 'CREDIT_RESTORED'
  | 'OFF_OVER_24H'
  | 'EARLY_TRIP'
  | 'AFTER_TRIP'
  | 'TRIP_REFUTED'
  | 'TRIP_LIMIT_REACHED'
  | 'INSPECTION'
  | 'UNKNOWN_TRIP'
  | 'MANUAL_RELEASE'
  | 'TAG_HOLDER'
  | 'SCHEDULE_END'
  | 'QUOTA_DECISION'
  | 'GAS_BY_HAND';

export interface ReconnectPolicy {
  /** Off for longer than this, arrears need the resident's confirmation. */
  readonly confirmAfterOffMs: number;
  /** Least time between a trip and the resident's confirmation. */
  readonly confirmDelayMs: number;
  readonly confirmationsPerDay: number;
}

export const DEFAULT_RECONNECT_POLICY: ReconnectPolicy = {
  confirmAfterOffMs: 24 * HOUR_MS,
  confirmDelayMs: 5 * MINUTE_MS,
  confirmationsPerDay: 3,
};

export interface ReconnectFacts {
  readonly reason: SupplyReason;
  readonly cause: ReasonCause | null;
  readonly utility: Utility;
  /** When supply was measured off (ms UTC); null if it still is on. */
  readonly offSince: number | null;
  /** When the trip happened; the confirmation waits from here. */
  readonly trippedAt: number | null;
  /** Credit stands above the level of an early trip, which then ends by itself. */
  readonly aboveAlarmLevel?: boolean;
  /** The resident's confirmations of this local day. */
  readonly confirmationsToday: number;
  /** The rule that tripped it leaves the release to staff. */
  readonly staffOnly?: boolean;
  /** Staff found that what tripped it was wrong. */
  readonly refuted?: boolean;
}

export interface ReconnectDecision {
  readonly mode: ReconnectMode;
  readonly rule: ReconnectRule;
  /** For CONFIRM_APP: from when the resident may confirm (ms UTC); null = at once. */
  readonly confirmFrom: number | null;
}

/** How one reason is cleared, once its cause is gone. With several reasons each must be cleared in its own way. */
export function decideReconnect(
  facts: ReconnectFacts,
  now: number,
  policy: ReconnectPolicy = DEFAULT_RECONNECT_POLICY,
): ReconnectDecision {
  switch (facts.reason) {
    case 'ARREARS':
      // Credit stands above the limit: the resident's word alone is missing.
      if (facts.cause === 'EARLY_TRIP' && !facts.aboveAlarmLevel)
        return by(facts, 'CONFIRM_APP', 'EARLY_TRIP');
      return offTooLong(facts, now, policy)
        ? { mode: 'CONFIRM_APP', rule: 'OFF_OVER_24H', confirmFrom: null }
        : by(facts, 'AUTO', 'CREDIT_RESTORED');
    case 'SAFETY':
    case 'LOCAL_TRIP':
      return afterTrip(facts, policy);
    case 'MANUAL':
      return by(facts, 'STAFF', 'MANUAL_RELEASE');
    case 'LOCKOUT':
      return by(facts, 'STAFF', 'TAG_HOLDER');
    case 'SCHEDULE':
    case 'LOADSHED':
      return by(facts, 'AUTO', 'SCHEDULE_END');
    case 'QUOTA':
      return by(facts, 'STAFF', 'QUOTA_DECISION');
  }
}

function offTooLong(facts: ReconnectFacts, now: number, policy: ReconnectPolicy): boolean {
  return facts.offSince !== null && now - facts.offSince > policy.confirmAfterOffMs;
}

/** Nothing closes unattended after a trip: the resident confirms after 5 min, at most 3 a day, then staff. */
function afterTrip(facts: ReconnectFacts, policy: ReconnectPolicy): ReconnectDecision {
  if (facts.utility === 'GAS') return { mode: 'ON_SITE', rule: 'GAS_BY_HAND', confirmFrom: null };
  switch (facts.cause) {
    case 'OVERLOAD':
    case 'FORBIDDEN_LOAD': {
      // Nothing is to be waited for and nothing counts, yet what hangs on the sockets is known to who lives there alone.
      if (facts.refuted) return by(facts, 'CONFIRM_APP', 'TRIP_REFUTED');
      if (facts.staffOnly || facts.confirmationsToday >= policy.confirmationsPerDay)
        return by(facts, 'STAFF', 'TRIP_LIMIT_REACHED');
      const confirmFrom = facts.trippedAt === null ? null : facts.trippedAt + policy.confirmDelayMs;
      return { mode: 'CONFIRM_APP', rule: 'AFTER_TRIP', confirmFrom };
    }
    case 'GAS_LEAK':
    case 'LEAKAGE':
    case 'TAMPER':
    case 'FIRE':
    case 'WATER_BURST':
      return by(facts, 'STAFF', 'INSPECTION');
    case 'UNKNOWN':
    case 'EARLY_TRIP':
    case null:
      return by(facts, 'STAFF', 'UNKNOWN_TRIP');
  }
}

/** Who may end it: load 1, an unknown cause 2, a hazard that staff inspects 3. */
function gravity(cause: ReasonCause | null): number {
  switch (cause) {
    case 'OVERLOAD':
    case 'FORBIDDEN_LOAD':
    case 'EARLY_TRIP':
      return 1;
    case 'UNKNOWN':
    case null:
      return 2;
    case 'GAS_LEAK':
    case 'LEAKAGE':
    case 'TAMPER':
    case 'FIRE':
    case 'WATER_BURST':
      return 3;
  }
}

/** Whether a trip that is held asks more of whoever ends it than one that comes on top of it: a leak stays a leak. */
export function outweighs(held: ReasonCause | null, added: ReasonCause | null): boolean {
  return gravity(held) > gravity(added);
}

/**
 * Since when a point that a reason keeps off is without supply, ms UTC: as measured, or since the reason is held where no reading
 * tells (a new meter does not know); null while it is measured on.
 */
export function offSince(position: SwitchPosition, changedMs: number | null, heldMs: number): number | null {
  return position === 'CLOSED' ? null : (changedMs ?? heldMs);
}

/** Gas valves are opened by hand only, whatever closed them. */
function by(facts: ReconnectFacts, mode: ReconnectMode, rule: ReconnectRule): ReconnectDecision {
  return facts.utility === 'GAS'
    ? { mode: 'ON_SITE', rule: 'GAS_BY_HAND', confirmFrom: null }
    : { mode, rule, confirmFrom: null };
}

/** Who asks to clear a reason. */
export type ClearingParty = 'ENGINE' | 'RESIDENT' | 'STAFF';
export type ClearRefusal =
  | 'CONFIRMATION_NEEDED'
  | 'TOO_EARLY'
  | 'STAFF_NEEDED'
  | 'ENDS_BY_ITSELF'
  | 'ON_SITE_ONLY';

/** Whether `party` may clear the reason at `now` under a decision; roles within STAFF are the caller's to check. */
export function mayClear(
  { mode, rule, confirmFrom }: ReconnectDecision,
  party: ClearingParty,
  now: number,
): { readonly allowed: true } | { readonly allowed: false; readonly reason: ClearRefusal } {
  if (mode === 'ON_SITE') return { allowed: false, reason: 'ON_SITE_ONLY' };
  // A calendar's end is nobody's word: a resident who confirms something else does not end it along the way.
  if (rule === 'SCHEDULE_END' && party === 'RESIDENT') return { allowed: false, reason: 'ENDS_BY_ITSELF' };
  if (mode === 'AUTO' || party === 'STAFF') return { allowed: true };
  if (mode === 'STAFF') return { allowed: false, reason: 'STAFF_NEEDED' };
  if (party === 'ENGINE') return { allowed: false, reason: 'CONFIRMATION_NEEDED' };
  return confirmFrom !== null && now < confirmFrom
    ? { allowed: false, reason: 'TOO_EARLY' }
    : { allowed: true };
}
