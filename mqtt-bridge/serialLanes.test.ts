import { describe, expect, test, vi } from 'vitest';
import { SerialLanes } from './serialLanes';

/** Waits for a condition with room for a busy machine. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000 });

const step = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('serialLanes', () => {
  test('tasks of one key keep their order even when the first is slow', async () => {
    const lanes = new SerialLanes(3, 100, vi.fn());
    const order: string[] = [];
    let release: () => void = () => undefined;
    lanes.run('G1', async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push('online');
    });
    lanes.run('G1', () => {
      order.push('offline');
      return Promise.resolve();
    });
    await step();
    expect(order).toEqual([]);
    release();
    await lanes.idle();
    expect(order).toEqual(['online', 'offline']);
  });

  test('a task that fails does not stop its lane', async () => {
    const onError = vi.fn();
    const lanes = new SerialLanes(1, 100, onError);
    const ran = vi.fn(() => Promise.resolve());
    lanes.run('a', () => Promise.reject(new Error('no')));
    lanes.run('a', ran);
    await lanes.idle();
    expect(onError).toHaveBeenCalledOnce();
    expect(ran).toHaveBeenCalledOnce();
  });

  test('no more than the lanes run at once, and it is full at its capacity', async () => {
    const lanes = new SerialLanes(2, 20, vi.fn());
    let running = 0;
    let most = 0;
    const releases: (() => void)[] = [];
    for (let n = 0; n < 20; n++) {
      lanes.run(`key ${n}`, async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => releases.push(resolve));
        running--;
      });
    }
    expect(lanes.full).toBe(true);
    const room = vi.fn();
    lanes.whenRoom(room);
    for (let n = 0; n < 20; n++) {
      await eventually(() => expect(releases.length).toBeGreaterThan(n));
      releases[n]();
    }
    await lanes.idle();
    expect(most).toBe(2);
    expect(room).toHaveBeenCalledOnce();
  });
});
