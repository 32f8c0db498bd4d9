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
    made.add(urgent(1, 'x', 'G-3'));
    made.add(entry(100, 'y', 'G-3'));
    expect(flushes).toEqual([['a'], ['b'], ['x']]);
    commits[2]();
    await settle();
    expect(flushes).toEqual([['a'], ['b'], ['x'], ['y']]);
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
