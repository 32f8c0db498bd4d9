import type { LiveAlarm, LiveCommand } from '../../contracts/liveEvents';
import { isTerminal } from '../../domain/supply/commandMachine';
import type { AlarmContext } from './alarmData';

/** What an alarm's row says of the supply at its point. */
export type RowSupply =
  /** A command lives: nothing is proven yet. */
  | { readonly kind: 'under-way' | 'failed'; readonly command: LiveCommand }
  /** A report after the command showed what was wanted. */
  | { readonly kind: 'cut' | 'restored'; readonly command: LiveCommand }
  /** Measured off, by no command of ours that is proven. */
  | { readonly kind: 'off' };

type Supply = Pick<AlarmContext, 'command'> & { readonly point: { readonly closed: boolean | null } | null };
type Raised = Pick<LiveAlarm, 'raisedAt' | 'returnedAt'>;

/**
 * The command that may stand beside an alarm: one that lives, or one that came about after the alarm was raised. A restore counts
 * from its order, as one that was ordered before answered something else; a cut and a failure count from their end, for an alarm
 * may be raised by the very command that failed.
 */
export function commandSince({ raisedAt }: Pick<Raised, 'raisedAt'>, command: LiveCommand | null) {
  if (command === null || !isTerminal(command.state)) return command;
  const restores = command.state === 'VERIFIED' && !isOff(command);
  return (restores ? command.createdAt : command.changedAt) >= raisedAt ? command : null;
}

/** Whether supply was proven back on while the alarm's condition still stands: a fact, and no success. */
export function isBackAmidst(
  { returnedAt }: Pick<Raised, 'returnedAt'>,
  command: LiveCommand | null,
): boolean {
  return returnedAt === null && command?.state === 'VERIFIED' && !isOff(command);
}

/** The proven state of the supply, or how far a command has come; null: nothing to say, as supply is on as ever. */
export function rowSupply(alarm: Raised, { command, point }: Supply): RowSupply | null {
  return supplyNow({ command: commandSince(alarm, command), point });
}

/** The same of the newest command, whenever it came about: what is so of the supply now. */
export function supplyNow({ command, point }: Supply): RowSupply | null {
  const closed = point?.closed ?? null;
  if (command !== null && !isTerminal(command.state)) return { kind: 'under-way', command };
  const off = command !== null && isOff(command);
  // A contact that reports closed again contradicts what was proven once.
  if (command?.state === 'VERIFIED' && off && closed !== true) return { kind: 'cut', command };
  if (closed === false) return { kind: 'off' };
  if (command === null || command.state === 'CANCELLED' || command.state === 'SUPERSEDED') return null;
  if (command.state !== 'VERIFIED') return { kind: 'failed', command };
  return off ? null : { kind: 'restored', command };
}

function isOff({ action }: LiveCommand): boolean {
  return action === 'DISCONNECT' || action === 'CLOSE_VALVE';
}
