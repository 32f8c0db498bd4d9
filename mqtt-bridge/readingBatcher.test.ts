import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ReadingBatcher } from './readingBatcher';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Entry {
  size: number;
  sender: string;
  urgent: boolean;
  name: string;
}

const entry = (size: number, name: string, sender = 'G-1'): Entry => ({ size, sender, urgent: false, name });
const urgent = (size: number, name: string, sender = 'G-1'): Entry => ({
  ...entry(size, name, sender),
  urgent: true,
});

const senderOf = (name: string): string => name.split(':')[0]!;

function batcher(options: { capacity?: number } = {}) {
  const flushes: string[][] = [];
  const commits: (() => void)[] = [];
  const failures: ((error: Error) => void)[] = [];
  const lost: number[] = [];
  const made = new ReadingBatcher<Entry>({
    lanes: 2,
    maxReadings: 100,
    maxUrgent: 50,
    maxAgeMs: 20,
    capacity: options.capacity ?? 1_000,
    onLost: (_error, entries) => lost.push(entries),
    flush: (entries) => {
      flushes.push(entries.map(({ name }) => name));
      return new Promise((resolve, reject) => {
        commits.push(resolve);
        failures.push(reject);
      });
    },
  });
  const settle = async (): Promise<void> => {
    for (let step = 0; step < 10; step++) await Promise.resolve();
  };
  return { made, flushes, commits, failures, lost, settle };
}

describe('readingBatcher', () => {
  test('a lonely message waits no longer than the age limit', () => {
    const { made, flushes } = batcher();
    made.add(entry(1, 'a'));
    vi.advanceTimersByTime(19);
    expect(flushes).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(flushes).toEqual([['a']]);
  });

  test('a full batch does not wait at all, and no batch exceeds the size limit', async () => {
    const { made, flushes, commits, settle } = batcher();
    for (const name of ['a', 'b', 'c']) made.add(entry(60, name));
    expect(flushes).toEqual([['a']]);
    commits[0]();
    await settle();
    expect(flushes).toEqual([['a'], ['b']]);
  });

  test('a message larger than the limit goes alone, unsplit', () => {
    const { made, flushes } = batcher();
    made.add(entry(150, 'big'));
    expect(flushes).toEqual([['big']]);
  });

  test('one flush of a sender at a time; what arrives meanwhile goes together into the next', async () => {
    const { made, flushes, commits, settle } = batcher();
    made.add(entry(100, 'a'));
    for (const name of ['b', 'c', 'd']) made.add(entry(1, name));
    vi.advanceTimersByTime(100);
    expect(flushes).toEqual([['a']]);
    commits[0]();
    await settle();
    expect(flushes).toEqual([['a'], ['b', 'c', 'd']]);
  });

  test('another sender is flushed meanwhile, in a lane of its own; the order of one sender holds', async () => {
    const { made, flushes, commits, settle } = batcher();
    made.add(entry(100, 'a', 'G-1'));
    made.add(entry(100, 'x', 'G-2'));
    made.add(entry(100, 'b', 'G-1'));
    expect(flushes).toEqual([['a'], ['x']]);
    commits[1]();
    await settle();
    expect(flushes).toEqual([['a'], ['x']]);
    commits[0]();
    await settle();
    expect(flushes).toEqual([['a'], ['x'], ['b']]);
  });

  test('what is urgent waits neither for company nor for the flushes of others', () => {
    const { made, flushes } = batcher();
    for (const sender of ['G-1', 'G-2', 'G-3', 'G-4']) made.add(entry(100, sender, sender));
    const busy = flushes.length;
    made.add(urgent(1, 'over', 'M-5'));
    expect(flushes.slice(busy)).toEqual([['over']]);
  });

  test('what is urgent overtakes nothing of its own sender, and nothing of its sender overtakes it', async () => {
    const { made, flushes, commits, settle } = batcher();
    made.add(entry(100, 'a', 'G-1'));
    made.add(urgent(1, 'b', 'G-1'));
    expect(flushes).toEqual([['a']]);
    commits[0]();
    await settle();
    expect(flushes).toEqual([['a'], ['b']]);
    commits[1]();
    await settle();
    made.add(urgent(1, 'x', 'G-3'));
    made.add(entry(100, 'y', 'G-3'));
    expect(flushes).toEqual([['a'], ['b'], ['x']]);
    commits[2]();
    await settle();
    expect(flushes).toEqual([['a'], ['b'], ['x'], ['y']]);
  });

  test('what is urgent takes along what its sender has waiting, past what others have waiting there', async () => {
    const { made, flushes, commits, settle } = batcher();
    const others = ['G-1', 'G-2', 'G-3', 'G-4'];
    for (const sender of others) for (const n of [1, 2, 3]) made.add(entry(100, `${sender}.${n}`, sender));
    const busy = flushes.length;
    made.add(entry(10, 'before', 'M-5'));
    made.add(urgent(1, 'over', 'M-5'));
    made.add(entry(10, 'after', 'M-5'));
    expect(flushes.slice(busy)).toEqual([['before', 'over']]);
    commits[busy]();
    await settle();
    expect(flushes.slice(busy)).toEqual([['before', 'over'], ['after']]);
    for (let i = 0; i < 20; i++) {
      commits[i]?.();
      await settle();
    }
    for (const sender of others)
      expect(flushes.flat().filter((name) => name.startsWith(sender))).toEqual(
        [1, 2, 3].map((n) => `${sender}.${n}`),
      );
    expect(made.held).toBe(0);
  });

  test('what of its sender is being flushed is awaited, and the rest goes the short way then', async () => {
    const { made, flushes, commits, settle } = batcher();
    made.add(entry(100, 'a', 'G-1'));
    for (const name of ['x', 'y']) made.add(entry(100, name, 'G-9'));
    made.add(urgent(1, 'b', 'G-1'));
    made.add(entry(1, 'c', 'G-1'));
    const busy = flushes.length;
    commits[flushes.findIndex(([name]) => name === 'a')]();
    await settle();
    expect(flushes.slice(busy)).toContainEqual(['b', 'c']);
  });

  test('whatever is urgent and whenever a flush ends: a sender is flushed in order, in one flush at a time, and nothing is lost', async () => {
    const step = fc.oneof(
      fc.record({
        sender: fc.constantFrom('G-1', 'G-2', 'G-3'),
        size: fc.integer({ min: 1, max: 60 }),
        urgent: fc.boolean(),
      }),
      fc.constant('COMMIT' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { made, flushes, commits, settle } = batcher();
        const sent = new Map<string, string[]>();
        const ended = new Set<number>();
        const underWay = () =>
          flushes.filter((_, i) => !ended.has(i)).map((names) => new Set(names.map(senderOf)));
        const commit = async () => {
          const next = flushes.findIndex((_, i) => !ended.has(i));
          if (next < 0) return;
          ended.add(next);
          commits[next]();
          await settle();
        };
        for (const [at, one] of steps.entries()) {
          if (one === 'COMMIT') await commit();
          else {
            const name = `${one.sender}:${at}`;
            sent.set(one.sender, [...(sent.get(one.sender) ?? []), name]);
            made.add({ ...one, name });
          }
          for (const sender of sent.keys())
            expect(underWay().filter((senders) => senders.has(sender)).length).toBeLessThan(2);
        }
        vi.advanceTimersByTime(20);
        while (made.held > 0) await commit();
        for (const [sender, names] of sent)
          expect(flushes.flat().filter((name) => senderOf(name) === sender)).toEqual(names);
      }),
    );
  });

  test('where everything is urgent, all lanes share the work', () => {
    const { made, flushes } = batcher();
    for (const sender of ['G-1', 'G-2', 'G-3', 'G-4']) made.add(urgent(100, sender, sender));
    expect(flushes).toHaveLength(3);
  });

  test('at its capacity it is full until a flush has ended', async () => {
    const { made, commits, settle } = batcher({ capacity: 100 });
    const room = vi.fn();
    made.add(entry(100, 'a'));
    expect(made.full).toBe(true);
    made.whenRoom(room);
    expect(room).not.toHaveBeenCalled();
    commits[0]();
    await settle();
    expect(room).toHaveBeenCalledOnce();
    expect(made.held).toBe(0);
  });

  test('room for one is not promised to all', async () => {
    const { made, commits, settle } = batcher({ capacity: 100 });
    made.add(entry(100, 'a'));
    const second = vi.fn();
    made.whenRoom(() => made.add(entry(100, 'b')));
    made.whenRoom(second);
    commits[0]();
    await settle();
    expect(second).not.toHaveBeenCalled();
    commits[1]();
    await settle();
    expect(second).toHaveBeenCalledOnce();
  });

  test('a flush that fails is reported and the next one runs', async () => {
    const { made, flushes, failures, lost, settle } = batcher();
    made.add(entry(100, 'a'));
    made.add(entry(1, 'b'));
    failures[0](new Error('stopped'));
    await settle();
    expect(lost).toEqual([1]);
    expect(flushes).toEqual([['a'], ['b']]);
  });

  test('stop waits for what is urgent as well, also where it came over meanwhile', async () => {
    const { made, flushes, commits, settle } = batcher();
    made.add(entry(100, 'a'));
    made.add(urgent(1, 'b'));
    let stopped = false;
    const stopping = made.stop().then(() => {
      stopped = true;
    });
    commits[0]();
    await settle();
    expect(flushes).toEqual([['a'], ['b']]);
    expect(stopped).toBe(false);
    commits[1]();
    await stopping;
    expect(made.held).toBe(0);
  });

  test('stop flushes what it holds and takes nothing more', async () => {
    const { made, flushes, commits, settle } = batcher();
    made.add(entry(1, 'a'));
    const stopped = made.stop();
    made.add(entry(1, 'late'));
    commits[0]();
    await settle();
    await stopped;
    expect(flushes).toEqual([['a']]);
  });
});
