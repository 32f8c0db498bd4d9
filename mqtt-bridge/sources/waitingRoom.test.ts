import { expect, test } from 'vitest';
import type { Inbound, InboundSink } from './source';
import { WaitingRoom } from './waitingRoom';

/** A sink with room for `free` more messages. */
class Sink implements InboundSink {
  readonly taken: Inbound[] = [];
  private waiting: (() => void)[] = [];
  constructor(private free: number) {}
  get full(): boolean {
    return this.free === 0;
  }
  accept(message: Inbound): void {
    this.taken.push(message);
    this.free--;
  }
  whenRoom(callback: () => void): void {
    this.waiting.push(callback);
  }
  makeRoom(free: number): void {
    this.free = free;
    for (const callback of this.waiting.splice(0)) callback();
  }
}

const names = (sink: Sink) => sink.taken.map(({ topic }) => topic);

const message = (topic: string, settle: () => void = () => undefined): Inbound => ({
  topic,
  payload: Buffer.alloc(10),
  retained: false,
  rxMs: 0,
  contentType: null,
  settle,
});

test('messages leave in the order in which they came, as far as there is room', () => {
  const sink = new Sink(1);
  const room = new WaitingRoom(sink);
  for (const topic of ['a', 'b', 'c', 'd']) room.offer(message(topic));
  expect(names(sink)).toEqual(['a']);
  expect(room.bytes).toBe(30);
  sink.makeRoom(2);
  expect(names(sink)).toEqual(['a', 'b', 'c']);
  expect([room.count, room.bytes]).toEqual([1, 10]);
  sink.makeRoom(2);
  room.offer(message('e'));
  expect(names(sink)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect([room.count, room.bytes]).toEqual([0, 0]);
});

test('what comes again on another connection takes the place of the one that waits, and is the one acknowledged', () => {
  const sink = new Sink(0);
  const room = new WaitingRoom(sink);
  for (const topic of ['a', 'b', 'c']) room.offer(message(topic));
  room.connectionBroke();
  let acknowledged = 0;
  const offer = (topic: string, repeated: boolean) =>
    room.offer(
      message(topic, () => acknowledged++),
      { repeated },
    );
  offer('b', true);
  offer('d', true);
  expect([room.count, room.bytes]).toEqual([4, 40]);
  // Once more, but now both are of this connection.
  offer('b', true);
  // The same content as before the break, said anew: it must not move before what was said in between.
  offer('a', false);
  expect(room.count).toBe(6);
  sink.makeRoom(9);
  expect(names(sink)).toEqual(['a', 'b', 'c', 'd', 'b', 'a']);
  for (const { settle } of sink.taken) settle();
  expect(acknowledged).toBe(4);
});

test('what its sender keeps until it is acknowledged is let go when the sender is gone', () => {
  const sink = new Sink(0);
  const room = new WaitingRoom(sink);
  let left = 0;
  room.offer(message('gone'), { isGone: () => left++ === 0 });
  room.offer(message('here'), { isGone: () => false });
  sink.makeRoom(2);
  expect(names(sink)).toEqual(['here']);
  expect([room.count, room.bytes]).toEqual([0, 0]);
});

test('of messages that nothing else bounds the newest wait, each dropped one is counted, and none of the others goes', () => {
  const sink = new Sink(0);
  let dropped = 0;
  const room = new WaitingRoom(
    sink,
    () => undefined,
    () => dropped++,
  );
  room.offer(message('kept-first'));
  for (let n = 0; n < 5_000; n++) room.offer(message(`loose-${n}`), { loose: true });
  room.offer(message('kept-last'));
  expect(dropped).toBe(4_000);
  expect(room.bytes).toBe(1_002 * 10);
  expect(room.count).toBeLessThan(2_100);
  sink.makeRoom(2_000);
  expect(names(sink)).toEqual([
    'kept-first',
    ...Array.from({ length: 1_000 }, (_, n) => `loose-${4_000 + n}`),
    'kept-last',
  ]);
  expect(room.bytes).toBe(0);
  const large = { ...message('large'), payload: Buffer.alloc(3 * 1024 * 1024) };
  sink.makeRoom(0);
  for (let n = 0; n < 4; n++) room.offer(large, { loose: true });
  expect(room.bytes).toBe(2 * large.payload.length);
});
