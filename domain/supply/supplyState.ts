/** Why a point is without supply, or may not get it back. LOCKOUT (maintenance tag) blocks connecting only. */
export const SUPPLY_REASONS = [
  'ARREARS',
  'SAFETY',
  'LOCAL_TRIP',
  'LOCKOUT',
  'MANUAL',
  'SCHEDULE',
  'LOADSHED',
  'QUOTA',
] as const;
export type SupplyReason = (typeof SUPPLY_REASONS)[number];

/** What lies behind SAFETY or LOCAL_TRIP. */
export const TRIP_CAUSES = [
  'OVERLOAD',
  'FORBIDDEN_LOAD',
  'GAS_LEAK',
  'LEAKAGE',
  'TAMPER',
  'FIRE',
  'WATER_BURST',
  'UNKNOWN',
] as const;
export type TripCause = (typeof TRIP_CAUSES)[number];

/** What lies behind a reason: of a trip, or of ARREARS where supply tripped early and waits for the resident's word. */
export type ReasonCause = TripCause | 'EARLY_TRIP';

/** A reason in force at a point. `since` in ms UTC; `heldBy` is the opaque id of the person or rule. */
export interface HeldReason {
  readonly reason: SupplyReason;
  readonly cause: ReasonCause | null;
  readonly since: number;
  readonly heldBy: string | null;
  readonly note: string | null;
}

/** Each stronger than the one before: CREDIT bars a disconnect for credit; LIFE_SAFETY bars every disconnect, whoever asks. */
export const PROTECTIONS = ['NONE', 'CREDIT', 'LIFE_SAFETY'] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** Position of relay or valve as last measured: CLOSED means supply flows through a relay, OPEN that it is cut. */
export const SWITCH_POSITIONS = ['CLOSED', 'OPEN', 'UNKNOWN'] as const;
export type SwitchPosition = (typeof SWITCH_POSITIONS)[number];

export type DesiredSupply = 'CONNECTED' | 'DISCONNECTED';

/** What a meter measured about supply, and the time of the reading that shows it (ms UTC); null if never shown. */
export interface ObservedSupply {
  readonly position: SwitchPosition;
  readonly measuredAt: number | null;
}

export const NEVER_OBSERVED: ObservedSupply = { position: 'UNKNOWN', measuredAt: null };

/** Supply is wanted only while no reason but LOCKOUT is held. */
export function desiredSupply(reasons: Iterable<SupplyReason>): DesiredSupply {
  for (const reason of reasons) if (reason !== 'LOCKOUT') return 'DISCONNECTED';
  return 'CONNECTED';
}

/**
 * The observation after one reading; a reading that is older than the observation, or says nothing of the switch, changes
 * nothing. `valve` as on the wire (0 closed, 1 open, 2 moving, 3 fault): an open valve is supply, so it reads as CLOSED.
 */
export function observeSupply(
  observed: ObservedSupply,
  reading: { readonly at: number; readonly relay?: number | null; readonly valve?: number | null },
): ObservedSupply {
  if (observed.measuredAt !== null && reading.at < observed.measuredAt) return observed;
  const position = positionOf(reading);
  return position === null ? observed : { position, measuredAt: reading.at };
}

function positionOf(reading: { relay?: number | null; valve?: number | null }): SwitchPosition | null {
  if (typeof reading.relay === 'number') return reading.relay === 1 ? 'CLOSED' : 'OPEN';
  if (typeof reading.valve !== 'number') return null;
  if (reading.valve > 1) return 'UNKNOWN';
  return reading.valve === 1 ? 'CLOSED' : 'OPEN';
}

/**
 * The command that closes the difference between wanted and measured, if one is due. An unknown position is never connected
 * on suspicion, and a lock-out keeps an open point open without being a reason to open it.
 */
export function supplyDifference(
  reasons: readonly SupplyReason[],
  observed: ObservedSupply,
): 'disconnect' | 'connect' | null {
  if (desiredSupply(reasons) === 'DISCONNECTED') return observed.position === 'OPEN' ? null : 'disconnect';
  if (observed.position !== 'OPEN' || reasons.includes('LOCKOUT')) return null;
  return 'connect';
}

/** True when a switch opened without a command of ours: the meter tripped by itself, which adds LOCAL_TRIP. */
export function isLocalTrip(
  before: ObservedSupply,
  after: ObservedSupply,
  disconnectPublishedSinceClosed: boolean,
): boolean {
  return before.position === 'CLOSED' && after.position === 'OPEN' && !disconnectPublishedSinceClosed;
}

/** The three facts of a point that screens and REST show side by side. */
export interface SupplyFacts {
  readonly measured: {
    readonly position: SwitchPosition;
    readonly measuredAt: number | null;
    readonly ageMs: number | null;
  };
  /** Only while a command lives. */
  readonly wanted: { readonly supply: DesiredSupply; readonly commandId: string } | null;
  /** Reasons, locks and protections in force. */
  readonly blocks: readonly SupplyBlock[];
}

export type SupplyBlock =
  | { readonly kind: 'REASON'; readonly held: HeldReason }
  | { readonly kind: 'PROTECTION'; readonly protection: 'CREDIT' | 'LIFE_SAFETY' };

/** Builds the facts at `now`; `liveCommand` is the one command of the point that is not yet terminal. */
export function supplyFacts(
  observed: ObservedSupply,
  held: readonly HeldReason[],
  protection: Protection,
  liveCommand: { readonly id: string; readonly op: string } | null,
  now: number,
): SupplyFacts {
  const ageMs = observed.measuredAt === null ? null : Math.max(0, now - observed.measuredAt);
  const wanted: DesiredSupply | null = liveCommand ? wantedOf(liveCommand.op) : null;
  return {
    measured: { ...observed, ageMs },
    wanted: liveCommand && wanted ? { supply: wanted, commandId: liveCommand.id } : null,
    blocks: [
      ...held.map((one): SupplyBlock => ({ kind: 'REASON', held: one })),
      ...(protection === 'NONE' ? [] : [{ kind: 'PROTECTION' as const, protection }]),
    ],
  };
}

function wantedOf(op: string): DesiredSupply | null {
  if (op === 'disconnect' || op === 'valve_close') return 'DISCONNECTED';
  return op === 'connect' || op === 'valve_open' || op === 'arm' ? 'CONNECTED' : null;
}
