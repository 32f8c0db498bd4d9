import type { MessagePort } from 'node:worker_threads';
import type { OutgoingCommand } from '../../engine/dispatchCommand';
import type { EnginePort } from '../enginePort';
import { type FromThread, receivedError, type SentError, sentError, type ToThread } from './threadMessages';

type ThreadEngine = Pick<
  EnginePort,
  | 'ingestUrgent'
  | 'applyCommandAck'
  | 'applyStatus'
  | 'applyMeterEvent'
  | 'dueCommands'
  | 'dispatchCommand'
  | 'unpublishable'
>;

/**
 * Carries out what the bridge asks for over `port`, any number of acts side by side, until it is told that this is the end and
 * the acts under way are over.
 */
export async function serveActs(port: MessagePort, engine: ThreadEngine): Promise<void> {
  const tell = (message: FromThread): void => port.postMessage(message);
  /** What goes on when the bridge has published a command, by the number of the act that waits for it. */
  const publishing = new Map<number, (failed: SentError | null) => void>();
  const underWay = new Set<Promise<void>>();

  const publishBy =
    (call: number) =>
    (command: OutgoingCommand): Promise<void> =>
      new Promise((resolve, reject) => {
        publishing.set(call, (failed) => {
          publishing.delete(call);
          if (failed === null) resolve();
          else
            reject(
              failed.unpublishable === null
                ? receivedError(failed)
                : engine.unpublishable(failed.unpublishable),
            );
        });
        tell({ kind: 'PUBLISH', call, command });
      });

  async function act({ call, act: name, input }: Extract<ToThread, { kind: 'ACT' }>): Promise<unknown> {
    if (name === 'dispatchCommand') return engine.dispatchCommand(input as string, publishBy(call));
    // Each act has its own input; the sender's types pair them.
    const run = engine[name] as (given: unknown) => Promise<unknown>;
    return run.call(engine, input);
  }

  await new Promise<void>((resolve) => {
    port.on('message', (message: ToThread) => {
      switch (message.kind) {
        case 'ACT': {
          const { call } = message;
          const going = act(message)
            .then(
              (value) => tell({ kind: 'DONE', call, value }),
              (error: unknown) => tell({ kind: 'FAILED', call, error: sentError(error) }),
            )
            .finally(() => underWay.delete(going));
          underWay.add(going);
          return;
        }
        case 'PUBLISHED':
          publishing.get(message.call)?.(message.failed);
          return;
        case 'END':
          resolve();
      }
    });
  });
  await Promise.all(underWay);
  port.close();
}
