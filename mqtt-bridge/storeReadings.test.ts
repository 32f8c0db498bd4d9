import { describe, expect, test, vi } from 'vitest';
import { blamesDatabase } from '../db/blamesDatabase';
import { createCounters } from './counters';
import type { BridgeReading, QuarantinedMessage } from './enginePort';
import { type DataEntry, type StoreOptions, storeReadings } from './storeReadings';
import { FakeEngine } from './testing/fakeEngine';
import { testReading } from './testing/testReading';
import { Stopped, untilDurable } from './untilDurable';

const reading = (n: number): BridgeReading =>
  testReading({ meterCode: `E-${n}`, tsMs: n }, { raw: Buffer.from(`raw ${n}`) });

const refusal: QuarantinedMessage = {
  site: 'north',
  topic: 't',
  payload: Buffer.from('x'),
  rxMs: 1,
  reason: 'REGISTER_NEGATIVE',
  field: '/r/0/ea',
  detail: 'register is negative',
  meterCode: 'E-0',
  gatewayCode: 'G1',
};

function setup(stopping = { now: false }) {
  const engine = new FakeEngine();
  const settled: number[] = [];
  const entry = (
    index: number,
    readings: BridgeReading[],
    refusals: QuarantinedMessage[] = [],
  ): DataEntry => ({
    sender: 'lakeside/G-1',
    urgent: false,
    size: Math.max(1, readings.length),
    readings,
    refusals,
    rxMs: 1,
    settle: () => settled.push(index),
  });
  const options: StoreOptions = {
    engine,
    ingest: (readings) => engine.ingestReadings(readings),
    clock: { now: () => 1 },
    counters: createCounters(),
    log: { error: vi.fn() },
    onCommitted: vi.fn(),
    durable: {
      isDatabaseUp: () => engine.isDatabaseUp(),
      isStopping: () => stopping.now,
      onFailure: () => undefined,
    },
  };
  return { engine, settled, entry, options };
}

describe('storeReadings', () => {
  test('messages are acknowledged after the commit, refused items after the quarantine', async () => {
    const { engine, settled, entry, options } = setup();
    engine.onCommit = () => expect(settled).toEqual([]);
    await storeReadings([entry(0, [reading(1)], [refusal]), entry(1, [reading(2)])], options);
    expect(settled).toEqual([0, 1]);
    expect(engine.quarantined).toEqual([refusal]);
    expect(engine.batches).toEqual([2]);
    expect(options.onCommitted).toHaveBeenCalledOnce();
  });

  test('one poisoned reading among 200 goes to the quarantine alone, with its reason and its message', async () => {
    const { engine, settled, entry, options } = setup();
    engine.poison = ({ reading: { meterCode } }) => meterCode === 'E-137';
    const entries = Array.from({ length: 20 }, (_, message) =>
      entry(
        message,
        Array.from({ length: 10 }, (_, k) => reading(message * 10 + k)),
      ),
    );
    await storeReadings(entries, options);
    expect(engine.stored.size).toBe(199);
    expect([...engine.stored.values()].every((times) => times === 1)).toBe(true);
    expect(engine.quarantined).toMatchObject([{ meterCode: 'E-137', reason: 'INGEST_FAILED' }]);
    expect(Buffer.from(engine.quarantined[0].payload).toString()).toBe('raw 137');
    expect(settled).toHaveLength(20);
  });

  test('an outage never sends anything to the quarantine: it waits until the database is back', async () => {
    const { engine, settled, entry, options } = setup();
    engine.failCommits = 8;
    await storeReadings([entry(0, [reading(1)])], options);
    expect(engine.quarantined).toEqual([]);
    expect(engine.stored.size).toBe(1);
    expect(settled).toEqual([0]);
  });

  test('an error that looks like bad data while the database is down does not count', async () => {
    const { engine, entry, options } = setup();
    engine.databaseUp = false;
    engine.failWith = () => {
      // Comes back after the third try.
      if (++tries === 3) engine.databaseUp = true;
      return new RangeError('odd');
    };
    let tries = 0;
    await storeReadings([entry(0, [reading(1)])], options);
    expect(engine.quarantined).toEqual([]);
    expect(engine.stored.size).toBe(1);
  });

  test('when the bridge stops first nothing is acknowledged', async () => {
    const stopping = { now: false };
    const { engine, settled, entry, options } = setup(stopping);
    engine.databaseUp = false;
    engine.failWith = () => {
      stopping.now = true;
      return new Error('Connection terminated unexpectedly');
    };
    await expect(storeReadings([entry(0, [reading(1)])], options)).rejects.toThrow(Stopped);
    expect(settled).toEqual([]);
  });

  test('what the quarantine refuses as it is goes in as plain text', async () => {
    const { engine, settled, entry, options } = setup();
    const keep = engine.quarantineMessage.bind(engine);
    engine.quarantineMessage = (message) =>
      message.topic.includes('\0') ? Promise.reject(new TypeError('text')) : keep(message);
    await storeReadings([entry(0, [], [{ ...refusal, topic: 'a\0b' }])], options);
    expect(engine.quarantined).toMatchObject([{ topic: 'a?b', reason: 'REGISTER_NEGATIVE' }]);
    expect(Buffer.from(engine.quarantined[0].payload).toString()).toBe('78');
    expect(settled).toEqual([0]);
  });
});

describe('untilDurable', () => {
  test.each([
    [Object.assign(new Error('x'), { code: '57P01' }), true],
    [Object.assign(new Error('x'), { code: '40001' }), true],
    [Object.assign(new Error('x'), { code: '08006' }), true],
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), true],
    [new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), true],
    [new Error('Connection terminated unexpectedly'), true],
    [new Error('timeout exceeded when trying to connect'), true],
    [new Error('outer', { cause: Object.assign(new Error('x'), { code: '53300' }) }), true],
    [Object.assign(new Error('x'), { code: '22003' }), false],
    [Object.assign(new Error('connection of fields'), { code: '23514' }), false],
    [new TypeError('connection is not a function'), false],
    [new Error('invariant broken'), false],
  ])('%s: the database is to blame: %s', (error, expected) => {
    expect(blamesDatabase(error)).toBe(expected);
  });

  test('work that fails with the database up is given up after the limit', async () => {
    const work = vi.fn(() => Promise.reject(new RangeError('bad')));
    const result = await untilDurable(work, {
      limit: 3,
      isDatabaseUp: () => Promise.resolve(true),
      isStopping: () => false,
      onFailure: () => undefined,
    });
    expect(result).toMatchObject({ ok: false });
    expect(work).toHaveBeenCalledTimes(3);
  });
});
