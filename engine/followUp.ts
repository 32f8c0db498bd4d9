import type { CommandRow } from '../db/queries/supply';
import { FAILED_COMMAND_STATES, newAttemptDelayMs } from '../domain/supply/commandMachine';
import { isSwitch } from '../domain/supply/resend';
import { raiseUnproven } from './observeSupply';
import type { SupplyDesk } from './supplyDesk';

/**
 * What an end without success leads to. A command that was published and not proven raises its alarm; one that expired raises
 * it only where somebody's safety hangs on it. Either way the difference stays open, so another attempt is planned: a paid
 * room must not stay dark because the broker was away, nor a cut be forgotten.
 */
export async function followUp(desk: SupplyDesk, command: CommandRow): Promise<void> {
  const failed = FAILED_COMMAND_STATES.includes(command.state);
  const expired = command.state === 'EXPIRED' && isSwitch(command.op);
  if (!failed && !expired) return;
  if (failed || command.cause === 'SAFETY') await raiseUnproven(desk, command);
  planAnother(desk, command);
}

/** The reconciler makes a new command later, with interlocks read again; an operator's restore is never repeated. */
export function planAnother(desk: SupplyDesk, command: CommandRow): void {
  const row = desk.touch(command.pointId);
  const wantsOff = Object.keys(row.reasons).length > 0;
  if (!command.automatic && !wantsOff) return;
  row.attempts += 1;
  row.retryDueMs = desk.now + newAttemptDelayMs(row.attempts);
}
