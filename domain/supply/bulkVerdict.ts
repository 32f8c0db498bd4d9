import type { Utility } from '../metering/reading';
import type { BulkDirection } from './bulkJob';
import { evaluateInterlocks, type InterlockContext, type InterlockFacts, type SwitchOp } from './interlocks';
import { isCut } from './resend';
import type { SupplyReason, SwitchPosition } from './supplyState';

/** A point as the dry run of a bulk job sees it. */
export interface BulkFacts {
  readonly utility: Utility;
  readonly hasMeter: boolean;
  readonly hasRelay: boolean;
  readonly observed: SwitchPosition;
  readonly reasons: readonly SupplyReason[];
  /** Everything the interlocks ask for. */
  readonly context: InterlockContext;
}

/** What would happen to the point if the job ran now. The same is read again, under lock, before each send. */
export interface BulkVerdict {
  readonly verdict: 'ELIGIBLE' | 'BLOCKED' | 'ALREADY';
  /** UPPER_SNAKE: what stands against it, or what to know about an eligible one (`waits`, `stays off`); null: nothing. */
  readonly reason: string | null;
  readonly facts: InterlockFacts;
}

/** A cut of what is off already: the job adds its own hold there, and switches nothing. */
export const HOLD_ADDED = 'HOLD_ADDED';

/** Whether a job takes a point in hand: it switches it, or adds a hold of its own where supply is off already. */
export function isTaken({ verdict, reason }: Pick<BulkVerdict, 'verdict' | 'reason'>): boolean {
  return verdict === 'ELIGIBLE' || reason === HOLD_ADDED;
}

/** Electricity has a relay; water and gas a valve. */
export function bulkOp(utility: Utility, direction: BulkDirection): SwitchOp {
  if (utility === 'ELECTRICITY') return direction === 'CUT' ? 'disconnect' : 'connect';
  return direction === 'CUT' ? 'valve_close' : 'valve_open';
}

/**
 * The reason besides the one that a bulk restore lifts (a person's hold, or a schedule's) that keeps a point off: only its own
 * way lifts it. The tag of a maintainer is none of them, the interlocks know it.
 */
export function keptOffBy(
  reasons: readonly SupplyReason[],
  lifted: 'MANUAL' | 'SCHEDULE' = 'MANUAL',
): SupplyReason | null {
  return reasons.find((reason) => reason !== lifted && reason !== 'LOCKOUT') ?? null;
}

/**
 * The verdict of the dry run, of a job and of a schedule. A bulk restore takes back a person's hold and nothing else: credit, trips
 * and safety have ways of their own.
 * @param actorId by which leases and tags know who asks
 * @param cause SCHEDULE where a clock would do it, with nobody there to be warned: old data bars it
 */
export function bulkVerdict(
  facts: BulkFacts,
  direction: BulkDirection,
  actorId: string | null,
  now: number,
  cause: 'MANUAL' | 'SCHEDULE' = 'MANUAL',
): BulkVerdict {
  const verdict = (kind: BulkVerdict['verdict'], reason: string | null): BulkVerdict => ({
    verdict: kind,
    reason,
    facts: {},
  });
  if (!facts.hasMeter) return verdict('BLOCKED', 'NO_METER');
  if (!facts.hasRelay) return verdict('BLOCKED', 'NO_RELAY');
  const held = facts.reasons.includes(cause);
  const other = keptOffBy(facts.reasons, cause);
  if (direction === 'RESTORE') {
    if (other !== null) return verdict(held ? 'ELIGIBLE' : 'BLOCKED', other);
    const { liveCommand } = facts.context;
    const cutting = liveCommand !== null && isCut(liveCommand.op);
    if (!held && !cutting && facts.observed !== 'OPEN') return verdict('ALREADY', 'ALREADY_CLOSED');
  } else if (held && facts.observed === 'OPEN') return verdict('ALREADY', 'ALREADY_OPEN');
  // A schedule's hold is asked nothing but this: it switches nothing, and ends by itself.
  else if (cause === 'SCHEDULE' && facts.observed === 'OPEN' && facts.context.protection !== 'LIFE_SAFETY')
    return verdict('ALREADY', HOLD_ADDED);
  const asked = evaluateInterlocks(
    {
      op: bulkOp(facts.utility, direction),
      origin: cause === 'SCHEDULE' ? 'AUTOMATIC' : 'OPERATOR',
      reason: cause,
      actorId: cause === 'SCHEDULE' ? null : actorId,
    },
    facts.context,
    now,
  );
  switch (asked.verdict) {
    case 'REFUSED':
      return { verdict: 'BLOCKED', reason: asked.reason, facts: asked.facts };
    case 'ALREADY_LIVE':
      // A cut for another reason is on its way; a person's hold would still come on top of it.
      return verdict(direction === 'CUT' && !held ? 'ELIGIBLE' : 'ALREADY', 'COMMAND_LIVE');
    case 'WAIT':
      return { verdict: 'ELIGIBLE', reason: asked.reason, facts: asked.facts };
    case 'ALLOWED': {
      const [warning] = asked.warnings;
      if (direction === 'RESTORE' && facts.observed === 'CLOSED' && facts.context.liveCommand === null)
        return verdict('ELIGIBLE', 'HOLD_ONLY');
      if (direction === 'CUT' && facts.observed === 'OPEN' && asked.supersedes === null && !warning)
        return verdict('ALREADY', HOLD_ADDED);
      return { verdict: 'ELIGIBLE', reason: warning?.reason ?? null, facts: warning?.facts ?? {} };
    }
  }
}
