import type { LiveCommand } from '../../contracts/liveEvents';
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

/** The proven state of the supply, or how far a command has come; null: nothing to say, as supply is on as ever. */
export function rowSupply({ command, point }: Supply): RowSupply | null {
  const closed = point?.closed ?? null;
  if (command !== null && !isTerminal(command.state)) return { kind: 'under-way', command };
  const off = command?.action === 'DISCONNECT' || command?.action === 'CLOSE_VALVE';
  // A contact that reports closed again contradicts what was proven once.
  if (command?.state === 'VERIFIED' && off && closed !== true) return { kind: 'cut', command };
  if (closed === false) return { kind: 'off' };
  if (command === null || command.state === 'CANCELLED' || command.state === 'SUPERSEDED') return null;
  if (command.state !== 'VERIFIED') return { kind: 'failed', command };
  return off ? null : { kind: 'restored', command };
}
