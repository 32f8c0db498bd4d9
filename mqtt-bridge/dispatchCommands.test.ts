import { describe, expect, test, vi } from 'vitest';
import { FixedClock } from '../domain/time/clock';
import type { OutgoingCommand } from '../engine/dispatchCommand';
import { createCounters } from './counters';
import { createCommandDispatcher } from './dispatchCommands';
import { ForeignMeters } from './foreignMeters';
import type { Publication } from './sources/source';
import { FakeEngine } from './testing/fakeEngine';
import { testCommand } from './testing/testCommand';

/** Waits for a condition with room for a busy machine. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000 });

const T0 = 1_757_462_400_000;
let next = 0;
const command = (changes: Partial<OutgoingCommand> = {}): OutgoingCommand =>
  testCommand({ id: `01J7ZK3V8N4QK6T2M9R5W1X${String(next++).padStart(3, '0')}`, ...changes });

function setup() {
  const engine = new FakeEngine();
  const clock = new FixedClock(T0);
  const published: Publication[] = [];
  const source = {
    connected: true,
    publish: vi.fn((publication: Publication) => {
      published.push(publication);
      return Promise.resolve();
    }),
  };
  const foreign = new ForeignMeters();
  foreign.replace([{ site: 'north', meterCode: 'P-1', profile: 'tasmota', options: { topic: 'plug' } }]);
  const dispatcher = createCommandDispatcher({
    engine,
    source,
    foreign,
    clock,
    counters: createCounters(),
    log: { warn: vi.fn() },
    batchLimit: 10,
    parallel: 2,
    pollMs: 3_600_000,
  });
  const run = async (...commands: OutgoingCommand[]): Promise<void> => {
    engine.queue.push(...commands);
    dispatcher.wake();
    await eventually(() =>
      expect(engine.sent.length + engine.unsent.length).toBeGreaterThanOrEqual(commands.length),
    );
  };
  return { engine, clock, source, published, dispatcher, run };
}

const plug = { profile: 'tasmota', nodeKind: 'METER', nodeCode: 'P-1', meterCode: 'P-1' } as const;

describe('dispatchCommands', () => {
  test('a command is marked sent when the broker has it, not before', async () => {
    const { engine, source, dispatcher } = setup();
    let acknowledge: () => void = () => undefined;
    source.publish.mockImplementationOnce(
      () =>
        new Promise<void>((resolve) => {
          acknowledge = resolve;
        }),
    );
    const sent = command();
    engine.queue.push(sent);
    dispatcher.wake();
    await eventually(() => expect(source.publish).toHaveBeenCalledOnce());
    expect(engine.sent).toEqual([]);
    acknowledge();
    await eventually(() => expect(engine.sent).toEqual([sent.id]));
  });

  test('the commands of one meter go out in the order of their creation', async () => {
    const { published, run } = setup();
    const commands = Array.from({ length: 25 }, (_, n) => command({ meterCode: `E-${n % 3}` }));
    await run(...commands);
    const sent = published.map(({ payload }) => JSON.parse(payload) as { cmd: string; id: string });
    for (const meter of ['E-0', 'E-1', 'E-2']) {
      const ids = sent.filter(({ id }) => id === meter).map(({ cmd }) => cmd);
      expect(ids).toEqual(commands.filter(({ meterCode }) => meterCode === meter).map(({ id }) => id));
    }
  });

  test('the meters of one gateway do not wait for one another', async () => {
    const { engine, source, dispatcher } = setup();
    source.publish.mockImplementationOnce(() => new Promise<void>(() => undefined));
    const [stuck, next] = [command({ meterCode: 'E-0' }), command({ meterCode: 'E-1' })];
    engine.queue.push(stuck, next);
    dispatcher.wake();
    await eventually(() => expect(engine.sent).toEqual([next.id]));
  });

  test('a broker that is away: nothing is tried; a publish that fails leaves the command queued', async () => {
    const { engine, source, dispatcher } = setup();
    source.connected = false;
    const waiting = command();
    engine.queue.push(waiting);
    dispatcher.wake();
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.publish).not.toHaveBeenCalled();
    source.connected = true;
    source.publish.mockRejectedValueOnce(new Error('gone'));
    dispatcher.wake();
    await eventually(() => expect(source.publish).toHaveBeenCalledOnce());
    await eventually(() => expect(engine.queue).toEqual([waiting]));
    dispatcher.wake();
    await eventually(() => expect(engine.sent).toEqual([waiting.id]));
  });

  test('a published command that merely waits for its answer costs no transaction', async () => {
    const { engine, dispatcher, clock } = setup();
    const tried = vi.spyOn(engine, 'dispatchCommand');
    const sent = command({ state: 'SENT', sends: 1, issuedMs: T0 });
    engine.queue.push(sent, command());
    dispatcher.wake();
    await eventually(() => expect(engine.sent).toHaveLength(1));
    expect(tried).toHaveBeenCalledOnce();
    clock.advance(10_000);
    dispatcher.wake();
    await eventually(() => expect(engine.sent).toContain(sent.id));
  });

  test.each([
    ['what has expired', command({ expiresMs: T0 }), 'EXPIRED'],
    ['opening gas from afar', command({ op: 'valve_open', utility: 'GAS' }), 'GAS_OPENS_ON_SITE'],
    ['what can not be signed', command({ signingKey: null }), 'NO_SIGNING_KEY'],
    ['a dialect that is not known', command({ profile: 'unheard' }), 'UNKNOWN_PROFILE'],
    ['a repeat to a meter that knows no ids', command({ ...plug, sends: 1 }), 'NOT_RESENDABLE'],
    ['what the dialect can not do', command({ ...plug, op: 'set_limit' }), 'NOT_SUPPORTED'],
  ])('%s is never published', async (_name, refused, reason) => {
    const { engine, published, run } = setup();
    await run(refused);
    expect(published).toEqual([]);
    expect(engine.unsent).toEqual([{ id: refused.id, reason }]);
  });

  test('a contact that a simple plug reports answers its last command, once and only in time', async () => {
    const { clock, dispatcher, run } = setup();
    const cut = command({ ...plug });
    await run(cut);
    expect(dispatcher.answeredBy('north', 'P-1', 1)).toBeNull();
    expect(dispatcher.answeredBy('north', 'P-1', 0)).toBe(cut.id);
    expect(dispatcher.answeredBy('north', 'P-1', 0)).toBeNull();
    await run(command({ ...plug, op: 'connect' }));
    clock.advance(120_000);
    expect(dispatcher.answeredBy('north', 'P-1', 1)).toBeNull();
  });

  test('after the meter acted a reading is asked for, and the answer to that is recognised', async () => {
    const { published, dispatcher, run } = setup();
    const cut = command();
    await run(cut);
    dispatcher.askProof(cut.id);
    const request = JSON.parse(published[1].payload) as { op: string; cmd: string; id: string };
    expect(request).toMatchObject({ op: 'read', id: 'E0301' });
    expect(dispatcher.isOwnRequest(request.cmd)).toBe(true);
    expect(dispatcher.isOwnRequest(cut.id)).toBe(false);
    dispatcher.askProof('01J7ZK3V8N4QK6T2M9R5W1XNOT');
    expect(published).toHaveLength(2);
  });

  test('what was queued here goes out without a look at the queue, in order, and once, whoever wakes it meanwhile', async () => {
    const { engine, dispatcher, published } = setup();
    const looked = vi.spyOn(engine, 'dueCommands');
    const tried = vi.spyOn(engine, 'dispatchCommand');
    const two = [command(), command()];
    engine.queue.push(...two);
    dispatcher.send(two.map(({ id }) => id));
    expect(looked).not.toHaveBeenCalled();
    dispatcher.wake();
    await eventually(() => expect(engine.sent).toEqual(two.map(({ id }) => id)));
    await dispatcher.stop();
    expect(published).toHaveLength(2);
    expect(tried).toHaveBeenCalledTimes(2);
  });

  test('more at once than may be sent side by side are left to the queue', async () => {
    const { engine, dispatcher } = setup();
    const looked = vi.spyOn(engine, 'dueCommands');
    const many = [command(), command(), command()];
    engine.queue.push(...many);
    dispatcher.send(many.map(({ id }) => id));
    await eventually(() => expect(engine.sent).toHaveLength(3));
    expect(looked).toHaveBeenCalled();
  });

  test('a wake during a run is not lost', async () => {
    const { engine, dispatcher } = setup();
    const late = command();
    const look = engine.dueCommands.bind(engine);
    let first = true;
    engine.dueCommands = async (limit) => {
      const due = await look(limit);
      if (first) {
        first = false;
        engine.queue.push(late);
        dispatcher.wake();
      }
      return due;
    };
    dispatcher.wake();
    await eventually(() => expect(engine.sent).toEqual([late.id]));
    await dispatcher.stop();
  });
});
