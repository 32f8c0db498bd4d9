import type { CommandState } from './commandMachine';

const SECOND_MS = 1_000;

/** Lifetime of a command from its creation (ms): both directions 120 s, load shedding 60 s. */
export const COMMAND_LIFE_MS = 120 * SECOND_MS;
export const SHED_COMMAND_LIFE_MS = 60 * SECOND_MS;

/** After the first publish, when the same signed command goes out again (ms). */
export const RESEND_AFTER_MS: readonly number[] = [10 * SECOND_MS, 30 * SECOND_MS];

export type CommandOrigin = 'OPERATOR' | 'RESIDENT' | 'AUTOMATIC';

/** What a resend decision looks at. Times in ms UTC; `sends` counts publishes, the first included. */
export interface SentCommand {
  readonly state: CommandState;
  readonly op: string;
  readonly origin: CommandOrigin;
  readonly firstSentAt: number | null;
  readonly sends: number;
  readonly expiresAt: number;
  /** False for a foreign meter that knows neither signature nor expiry: never resent. */
  readonly meterChecksExpiry: boolean;
}

export type SendStep =
  | { readonly step: 'WAIT'; readonly until: number }
  | { readonly step: 'RESEND' }
  | { readonly step: 'TIMEOUT' }
  | { readonly step: 'NONE' };

/** Cuts and automatic restores go out again with the same id; an operator's or resident's restore never does. */
export function mayResend(command: Pick<SentCommand, 'op' | 'origin' | 'meterChecksExpiry'>): boolean {
  if (!command.meterChecksExpiry) return false;
  return isCut(command.op) || (command.op === 'connect' && command.origin === 'AUTOMATIC');
}

export function isCut(op: string): boolean {
  return op === 'disconnect' || op === 'valve_close';
}

/** Whether a command moves a relay or a valve; the others read or set something. */
export function isSwitch(op: string): boolean {
  return isCut(op) || op === 'connect' || op === 'arm' || op === 'valve_open';
}

/** What to do at `now` with a published command that has no final answer: resend, wait until an instant, or give up at expiry. */
export function nextSendStep(command: SentCommand, now: number): SendStep {
  const { state, firstSentAt, sends, expiresAt } = command;
  if ((state !== 'SENT' && state !== 'ACCEPTED') || firstSentAt === null) return { step: 'NONE' };
  if (now >= expiresAt) return { step: 'TIMEOUT' };
  const afterMs = mayResend(command) ? RESEND_AFTER_MS[sends - 1] : undefined;
  if (afterMs === undefined) return { step: 'WAIT', until: expiresAt };
  const resendAt = firstSentAt + afterMs;
  if (now >= resendAt) return { step: 'RESEND' };
  return { step: 'WAIT', until: Math.min(resendAt, expiresAt) };
}
