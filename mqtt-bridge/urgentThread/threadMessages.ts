import { blamesDatabase } from '../../db/blamesDatabase';
import { pgErrorCode } from '../../db/client';
import type { OutgoingCommand } from '../../engine/dispatchCommand';
import type { EnginePort } from '../enginePort';

/** Acts of the engine that must not stand behind thousands of readings. */
export const URGENT_ACTS = [
  'ingestUrgent',
  'applyCommandAck',
  'applyStatus',
  'applyMeterEvent',
  'dueCommands',
  'dispatchCommand',
] as const;

export type UrgentAct = (typeof URGENT_ACTS)[number];
export type UrgentActs = Pick<EnginePort, UrgentAct>;

/** From the bridge: an act with its number, or how the publishing that an act waits for ended; or that this is the end. */
export type ToThread =
  | { readonly kind: 'ACT'; readonly call: number; readonly act: UrgentAct; readonly input: unknown }
  | { readonly kind: 'PUBLISHED'; readonly call: number; readonly failed: SentError | null }
  | { readonly kind: 'END' };

/** To the bridge: how an act ended, or what it wants published before it goes on. */
export type FromThread =
  | { readonly kind: 'DONE'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'FAILED'; readonly call: number; readonly error: SentError }
  | { readonly kind: 'PUBLISH'; readonly call: number; readonly command: OutgoingCommand };

/** An error on its way between threads, where its class and most of its fields are lost. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** SQLSTATE: the error's own, or one that says as much of who is to blame. */
  readonly code: string;
  /** Why a command can't be published; null: it may be tried again. */
  readonly unpublishable: string | null;
}

const CONNECTION_FAILURE = '08006';
const INTERNAL_ERROR = 'XX000';

/** @param unpublishable the reason, where the error says that a command can't go out as it is */
export function sentError(error: unknown, unpublishable: string | null = null): SentError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const blame = blamesDatabase(error) ? CONNECTION_FAILURE : INTERNAL_ERROR;
  return { name, message, stack, code: pgErrorCode(error) ?? blame, unpublishable };
}

/** The error as the other side threw it, as far as anybody here asks. */
export function receivedError({ name, message, stack, code }: SentError): Error {
  return Object.assign(new Error(message), { name, stack, code });
}
