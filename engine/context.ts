import { hash } from 'node:crypto';
import type { Tx } from '../db/client';
import type { Sha256 } from '../domain/credit/sha256';
import type { Clock } from '../domain/time/clock';

/** What every act is given besides the database. */
export interface EngineContext {
  readonly clock: Clock;
  readonly log: EngineLog;
}

export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For tests and scripts that print elsewhere. */
export const silentLog: EngineLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The platform's SHA-256, many times faster than the portable one. */
export const nodeSha256: Sha256 = Object.assign(
  (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer'),
  { hex: (text: string): string => hash('sha256', text, 'hex') },
);

/**
 * What the caller of an act adds at the end of its transaction: the audit line stands exactly when the act does. Must not
 * wait for anything.
 */
export type Closing<Outcome> = (tx: Tx, outcome: Outcome) => void;
