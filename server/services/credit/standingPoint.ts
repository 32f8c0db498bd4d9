import type { CreditPointRow } from '../../../db/queries/creditViews';
import type { CreditPolicy } from '../../../db/queries/storedPolicy';
import type { CreditStanding } from '../../../domain/credit/arrears';
import { type CreditTerms, disconnectFactsOf } from '../../../domain/supply/creditTerms';
import { decideDisconnect, NEVER_CUT_RULES } from '../../../domain/supply/disconnectPolicy';
import { mappingHeldUntil } from '../../../domain/supply/interlocks';
import { type NextStep, nextStep } from '../../../domain/supply/nextStep';
import { offSince } from '../../../domain/supply/reconnectPolicy';
import type { ReasonCause, SupplyReason } from '../../../domain/supply/supplyState';
import type { CampusZone } from '../../../domain/time/campusTime';
import { measuredSupply } from '../supply/measuredSupply';

/** A point as its payer's credit sees it: why it is off, what to do, and what would cut it. Times in ms UTC. */
export interface StandingPoint {
  readonly code: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly utility: CreditPointRow['utility'];
  readonly protection: CreditPointRow['protection'];
  readonly position: 'CLOSED' | 'OPEN' | 'UNKNOWN';
  readonly positionMs: number | null;
  readonly reasons: readonly {
    readonly reason: string;
    readonly cause: string | null;
    readonly sinceMs: number;
    /** Rule that decided, for ARREARS; null where a person or a meter did. */
    readonly rule: string | null;
  }[];
  readonly tagged: boolean;
  readonly command: {
    readonly id: string;
    readonly op: string;
    readonly state: string;
    readonly createdMs: number;
    readonly notBeforeMs: number;
  } | null;
  readonly next: Omit<NextStep, 'amountMicro' | 'from'> & {
    readonly amountMicro: string | null;
    readonly fromMs: number | null;
    /** Confirmations of trips that are left today. */
    readonly confirmationsLeft: number;
  };
  /** What the policy would do for credit now, and by which rule: also where it does not cut. */
  readonly decision: {
    readonly act: string;
    readonly rule: string;
    readonly untilMs: number | null;
    readonly noCutKind: string | null;
  };
}

/** What credit decides about a point of an account, and the next step that brings its supply back. */
export function standingPointOf(
  point: CreditPointRow,
  account: {
    readonly terms: CreditTerms;
    readonly standing: CreditStanding;
    readonly policy: CreditPolicy;
    readonly freeLeft: boolean;
  },
  zone: CampusZone,
  nowMs: number,
): StandingPoint {
  const { terms, standing, policy } = account;
  const measured = measuredSupply(point);
  const held = Object.entries(point.reasons).map(([reason, one]) => ({
    reason: reason as SupplyReason,
    cause: (one.cause ?? null) as ReasonCause | null,
    since: one.sinceMs,
    rule: reason === 'ARREARS' ? (one.note ?? null) : null,
    staffOnly: one.staffOnly ?? false,
    refuted: one.refuted ?? false,
  }));
  const decision = decideDisconnect(
    disconnectFactsOf(
      terms,
      standing,
      {
        utility: point.utility,
        protection: point.protection,
        lockedOut: point.tagged,
        trippedEarly: point.reasons.ARREARS?.cause === 'EARLY_TRIP',
        entitlementLeft: account.freeLeft,
        lastReadingMs: point.lastMs,
        intervalMs: point.intervalMs,
        outage: point.outage,
      },
      policy.earlyTripAtMicro,
      nowMs,
    ),
    policy.disconnect,
    zone,
    nowMs,
  );
  const step = nextStep(
    {
      reasons: held,
      utility: point.utility,
      offSince: offSince(measured.position, point.changedMs, point.reasons.ARREARS?.sinceMs ?? nowMs),
      confirmationsToday: point.confirmations,
      restoreFailed:
        point.restoreFailed && measured.position === 'OPEN' && point.utility !== 'GAS' && !point.tagged,
      mappingUntil: mappingHeldUntil(point.mappedMs, nowMs),
      restoreHeld: point.refusedFor === 'MAPPING_CHANGED' && measured.position === 'OPEN',
      restoring: point.command?.op === 'connect' || point.command?.op === 'valve_open',
      standing,
      neverCut: NEVER_CUT_RULES.has(decision.rule),
    },
    policy,
    nowMs,
  );
  return {
    code: point.code,
    name: point.name,
    nameEn: point.nameEn,
    utility: point.utility,
    protection: point.protection,
    position: measured.position,
    positionMs: measured.measuredAt,
    reasons: held.map(({ reason, cause, since, rule }) => ({ reason, cause, sinceMs: since, rule })),
    tagged: point.tagged,
    command: point.command,
    next: {
      act: step.act,
      reason: step.reason,
      rule: step.rule,
      amountMicro: step.amountMicro?.toString() ?? null,
      fromMs: step.from,
      confirmationsLeft: Math.max(0, policy.reconnect.confirmationsPerDay - point.confirmations),
    },
    decision: {
      act: decision.act,
      rule: decision.rule,
      untilMs: decision.until,
      noCutKind: decision.noCutKind,
    },
  };
}
