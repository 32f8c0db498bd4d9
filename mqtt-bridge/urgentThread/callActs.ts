import type { OutgoingCommand } from '../../engine/dispatchCommand';
import type { BridgeReading } from '../enginePort';
import {
  type FromThread,
  receivedError,
  sentError,
  type ToThread,
  type UrgentAct,
  type UrgentActs,
} from './threadMessages';

/** The bridge's end of a thread: a worker or a port. */
export interface ThreadPort {
  postMessage(message: ToThread): void;
  on(event: 'message', heard: (message: FromThread) => void): unknown;
}

export interface CalledActs {
  readonly acts: UrgentActs;
  /** The thread is gone: whatever was asked of it fails, now and later. */
  lost(error: Error): void;
  /** Lets the thread end what is under way and then itself. */
  end(): void;
}

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly publish: ((command: OutgoingCommand) => Promise<void>) | null;
}

/**
 * The engine's urgent acts, carried out by the thread behind `port`.
 * @param unpublishableReason the reason that an error of `publish` gives for a command that can't go out; null: it gives none
 */
export function callActs(
  port: ThreadPort,
  unpublishableReason: (error: unknown) => string | null,
): CalledActs {
  const calls = new Map<number, Call>();
  let next = 0;
  let gone: Error | null = null;

  function ask<T>(act: UrgentAct, input: unknown, publish: Call['publish'] = null): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (gone) {
        reject(gone);
        return;
      }
      const call = next++;
      // The thread answers with what the act of this name gives.
      calls.set(call, { resolve: (value) => resolve(value as T), reject, publish });
      port.postMessage({ kind: 'ACT', call, act, input });
    });
  }

  port.on('message', (message) => {
    const call = calls.get(message.call);
    if (!call) return;
    switch (message.kind) {
      case 'DONE':
        calls.delete(message.call);
        call.resolve(message.value);
        return;
      case 'FAILED':
        calls.delete(message.call);
        call.reject(receivedError(message.error));
        return;
      case 'PUBLISH':
        call.publish!(message.command).then(
          () => port.postMessage({ kind: 'PUBLISHED', call: message.call, failed: null }),
          (error: unknown) =>
            port.postMessage({
              kind: 'PUBLISHED',
              call: message.call,
              failed: sentError(error, unpublishableReason(error)),
            }),
        );
    }
  });

  return {
    acts: {
      ingestUrgent: (batch) => ask('ingestUrgent', batch.map(withoutMessage)),
      applyCommandAck: (ack) => ask('applyCommandAck', ack),
      applyStatus: (status) => ask('applyStatus', status),
      applyMeterEvent: (event) => ask('applyMeterEvent', event),
      dueCommands: (limit) => ask('dueCommands', limit),
      dispatchCommand: (commandId, publish) => ask('dispatchCommand', commandId, publish),
    },
    lost(error) {
      gone = error;
      for (const { reject } of calls.values()) reject(error);
      calls.clear();
    },
    end: () => port.postMessage({ kind: 'END' }),
  };
}

const NO_BYTES = new Uint8Array(0);

/** The message that a reading stood in is for the bridge's quarantine alone: copying it would cost more than the reading. */
const withoutMessage = (reading: BridgeReading): BridgeReading => ({ ...reading, raw: NO_BYTES });
