import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { blamesDatabase } from '../../db/blamesDatabase';
import type { OutgoingCommand } from '../../engine/dispatchCommand';
import type { BridgeReading } from '../enginePort';
import { FakeEngine } from '../testing/fakeEngine';
import { testCommand } from '../testing/testCommand';
import { testReading } from '../testing/testReading';
import { callActs } from './callActs';
import { serveActs } from './serveActs';

class Refused extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Both ends in one thread, over a channel that copies what goes through it as between two. */
function setup() {
  const engine = new FakeEngine();
  const { port1: here, port2: there } = new MessageChannel();
  const served = serveActs(there, engine);
  const called = callActs(
    {
      postMessage: (message) => here.postMessage(message),
      on: (event, heard) => here.on(event, heard),
    },
    (error) => (error instanceof Refused ? error.reason : null),
  );
  ends.push(() => here.close());
  return { engine, called, acts: called.acts, served };
}

const reading = (raw = new Uint8Array(0)): BridgeReading =>
  testReading({ meterCode: 'E-1', tsMs: 4, powerW: 1_900 }, { raw });

describe('the thread of urgent acts', () => {
  test('readings are stored there, and their outcome comes back', async () => {
    const { engine, acts } = setup();
    const outcome = await acts.ingestUrgent([reading(new Uint8Array(4_096))]);
    expect(outcome).toMatchObject({ accepted: 1, duplicates: 0 });
    expect([...engine.stored.keys()]).toEqual(['E-1@4']);
  });

  test('an error tells here what it told there: whether the database was away or the work is to blame', async () => {
    const { engine, acts } = setup();
    engine.databaseUp = false;
    const away = await acts.ingestUrgent([reading()]).catch((error: unknown) => error);
    expect(away).toMatchObject({ code: '57P01' });
    expect(blamesDatabase(away)).toBe(true);
    engine.databaseUp = true;
    engine.poison = () => true;
    const poisoned = await acts.ingestUrgent([reading()]).catch((error: unknown) => error);
    expect(poisoned).toMatchObject({ name: 'RangeError', message: 'poisoned' });
    expect(blamesDatabase(poisoned)).toBe(false);
    // Its words alone would blame the connection.
    engine.failCommits = 1;
    engine.failWith = () => new TypeError('cannot read properties of connection');
    const mistaken = await acts.ingestUrgent([reading()]).catch((error: unknown) => error);
    expect(blamesDatabase(mistaken)).toBe(false);
  });

  test('a command is published here while the act waits there; it counts as sent after that alone', async () => {
    const { engine, acts } = setup();
    const command = testCommand({ id: '01J7ZK3V8N4QK6T2M9R5W1X001' });
    engine.queue.push(command);
    let acknowledge: () => void = () => undefined;
    const publish = vi.fn(
      (_command: OutgoingCommand) =>
        new Promise<void>((resolve) => {
          acknowledge = resolve;
        }),
    );
    const sent = acts.dispatchCommand(command.id, publish);
    await vi.waitFor(() => expect(publish).toHaveBeenCalledWith(command));
    expect(engine.sent).toEqual([]);
    acknowledge();
    expect(await sent).toBe('SENT');
    expect(engine.sent).toEqual([command.id]);
  });

  test('what can not be published ends there with its reason; what the broker did not take stays queued', async () => {
    const { engine, acts } = setup();
    const command = testCommand({ id: '01J7ZK3V8N4QK6T2M9R5W1X002' });
    engine.queue.push(command);
    await expect(
      acts.dispatchCommand(command.id, () => Promise.reject(new Error('no broker'))),
    ).rejects.toThrow('no broker');
    expect(engine.queue).toEqual([command]);
    expect(await acts.dispatchCommand(command.id, () => Promise.reject(new Refused('NO_SIGNING_KEY')))).toBe(
      'DROPPED',
    );
    expect(engine.unsent).toEqual([{ id: command.id, reason: 'NO_SIGNING_KEY' }]);
  });

  test('at its end it finishes what is under way', async () => {
    const { engine, called, served } = setup();
    engine.commitMs = 30;
    const stored = called.acts.ingestUrgent([reading()]);
    called.end();
    await served;
    expect(engine.stored.size).toBe(1);
    expect(await stored).toMatchObject({ accepted: 1 });
  });

  test('when it is gone, nothing waits for it for ever', async () => {
    const { engine, called } = setup();
    engine.commitMs = 60_000;
    const stored = called.acts.ingestUrgent([reading()]);
    called.lost(new Error('gone'));
    await expect(stored).rejects.toThrow('gone');
    await expect(called.acts.dueCommands(1)).rejects.toThrow('gone');
  });
});
