import type { CommandRow } from '../db/queries/supply';
import { FAILED_COMMAND_STATES, newAttemptDelayMs } from '../domain/supply/commandMachine';
import { isCut, isSwitch } from '../domain/supply/resend';
import { raiseUnproven } from './observeSupply';
import type { SupplyDesk } from './supplyDesk';

/**
 * What an end without success leads to. A command that went out and is not proven raises its alarm, and so does a restore that
 * never went out, for nobody else would tell of a dark room; a cut that expired unsent raises it only for safety. Either way
 * the difference stays open, so another attempt is planned: a paid room must not stay dark because the broker was away, nor a
 * cut be forgotten. A relay that was closed and reads open has tripped: nothing closes it again unattended.
 */
export async function followUp(desk: SupplyDesk, command: CommandRow): Promise<void> {
  // A warning that was not heard, or a reading that did not come, leaves supply as it is.
  if (!isSwitch(command.op)) return;
  const failed = FAILED_COMMAND_STATES.includes(command.state);
  const expired = command.state === 'EXPIRED';
  if (!failed && !expired) return;
  const wasOut = command.issuedMs !== null;
  if (!wasOut && releaseUnsent(desk, command)) return;
  if (failed || wasOut || !isCut(command.op) || command.cause === 'SAFETY')
    await raiseUnproven(desk, command);
  const { observed, observedMs } = desk.row(command.pointId);
  const closedMs = command.op === 'connect' && command.state === 'UNVERIFIED' ? command.executedMs : null;
  if (closedMs !== null && observed === 'OPEN' && (observedMs ?? 0) > closedMs)
    desk.addReason(command.pointId, 'LOCAL_TRIP', 'meter', { cause: 'UNKNOWN' });
  planAnother(desk, command);
}

/**
 * A cut of a bulk job that never went out holds its point no longer: whoever asked sees it in the job and may ask again, but
 * nothing cuts the point an hour later.
 * @returns whether it was one
 */
export function releaseUnsent(desk: SupplyDesk, command: CommandRow): boolean {
  if (!isCut(command.op) || !command.originId?.startsWith('bulk:')) return false;
  const { reasons } = desk.row(command.pointId);
  for (const reason of ['MANUAL', 'SCHEDULE'] as const)
    if (command.cause === reason && reasons[reason]?.sinceMs === command.createdMs)
      desk.clearReason(command.pointId, reason);
  // What was under way before may have been taken back for it, and another reason may hold the point.
  desk.touch(command.pointId).retryDueMs ??= desk.now;
  return true;
}

/** The reconciler makes a new command later, with interlocks read again; an operator's restore is never repeated. */
export function planAnother(desk: SupplyDesk, command: CommandRow): void {
  const row = desk.touch(command.pointId);
  const wantsOff = Object.keys(row.reasons).length > 0;
  if (!command.automatic && !wantsOff) return;
  row.attempts += 1;
  row.retryDueMs = desk.now + newAttemptDelayMs(row.attempts);
}
