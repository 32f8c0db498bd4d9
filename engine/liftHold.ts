import type { CommandRow, StoredReasons } from '../db/queries/supply';
import { DomainError } from '../domain/errors';
import type { SupplyReason } from '../domain/supply/supplyState';
import { refusedSwitch } from './refusedSwitch';
import type { PointEntry } from './registry';
import type { SupplyAnswer } from './supplyAnswer';
import type { SwitchAsk } from './supplyCommands';
import type { SupplyDesk } from './supplyDesk';

/** What a restore found at the point before it was asked for. */
export interface FoundHeld {
  /** The switch that lived then; null: none. */
  readonly waiting: CommandRow | null;
  /** The reasons that it took away. */
  readonly cleared: StoredReasons;
}

/**
 * Ends a restore for which nothing is to be switched, for the desk found supply to be on: what was about to end it is taken back,
 * or its hold is lifted. One person's restore and one of many go through here.
 * @throws DomainError as `liftHold` and `needsNoBar`; refused/COMMAND_LIVE, SAFETY_NOT_CUT where it is cut for safety
 */
export function endWithoutSwitching(
  desk: SupplyDesk,
  point: PointEntry,
  { waiting, cleared }: FoundHeld,
  ask: SwitchAsk,
): SupplyAnswer {
  const isTakenBack = waiting?.state === 'SUPERSEDED';
  if (isTakenBack && waiting.cause === 'SAFETY')
    throw refusedSwitch({ verdict: 'REFUSED', reason: 'COMMAND_LIVE', facts: { commandId: waiting.id } });
  needsNoSafetyCut(cleared);
  // Supply is on, and what was about to end it never goes out: that is what was asked for.
  if (isTakenBack) {
    needsNoBar(desk, point, { cause: waiting.cause, cleared }, ask);
    return { commandId: waiting.id, existing: true, waitUntilMs: null };
  }
  return liftHold(desk, point, cleared, ask);
}

/**
 * Ends a restore for which nothing is to be switched: its reasons are cleared at the desk already, and no attempt at the cut follows.
 * What bars a restore bars this as well, for whoever asks says that supply may stay on here.
 * @throws DomainError conflict/NOTHING_TO_DO where nothing was held; refused/POSITION_UNKNOWN where no reading says that supply is
 *   on, and each interlock by its name
 */
function liftHold(
  desk: SupplyDesk,
  { pointId, pointCode }: PointEntry,
  cleared: StoredReasons,
  ask: SwitchAsk,
): SupplyAnswer {
  const lifted = Object.keys(cleared) as SupplyReason[];
  if (lifted.length === 0)
    throw new DomainError('conflict', 'NOTHING_TO_DO', `${pointCode} is already as asked.`);
  if (desk.row(pointId).observed !== 'CLOSED')
    throw new DomainError('refused', 'POSITION_UNKNOWN', 'No reading says whether supply is on here.');
  const verdict = restoreVerdict(desk, pointId, ask);
  if (verdict.verdict === 'ALREADY_LIVE')
    return { commandId: verdict.commandId, existing: true, waitUntilMs: null };
  return { commandId: null, lifted };
}

/**
 * A cut that waits to go out is taken back as it came while it is all that there is; what bars a restore bars this as well where a tag
 * hangs here, or a hold for another cause stands and would be lifted along with it.
 * @throws DomainError refused, each interlock by its name
 */
function needsNoBar(
  desk: SupplyDesk,
  { pointId }: PointEntry,
  taken: { readonly cause: string; readonly cleared: StoredReasons },
  ask: SwitchAsk,
): void {
  const others = Object.keys(taken.cleared).filter((reason) => reason !== taken.cause);
  if (others.length > 0 || desk.row(pointId).tags.length > 0) restoreVerdict(desk, pointId, ask);
}

function restoreVerdict(desk: SupplyDesk, pointId: number, ask: SwitchAsk) {
  const verdict = desk.verdictOn(pointId, false, ask);
  if (verdict.verdict === 'REFUSED') throw refusedSwitch(verdict);
  return verdict;
}

/**
 * A cut for safety that has not come about is called off by nobody: the place is made safe first, and then restored.
 * @throws DomainError refused/SAFETY_NOT_CUT
 */
export function needsNoSafetyCut(cleared: StoredReasons): void {
  if (cleared.SAFETY)
    throw new DomainError(
      'refused',
      'SAFETY_NOT_CUT',
      'A cut for safety has not come about yet: it is not called off.',
    );
}
