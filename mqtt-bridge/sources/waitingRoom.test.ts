import { expect, test } from 'vitest';
import type { Inbound, InboundSink } from './source';
import { WaitingRoom } from './waitingRoom';

/** A sink with room for `free` more messages. */
class Sink implements InboundSink {
  readonly taken: string[] = [];
  private waiting: (() => void)[] = [];
  constructor(private free: number) {}
  get full(): boolean {
    return this.free === 0;
  }
  accept(message: Inbound): void {
    this.taken.push(message.topic);
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

const waiting = (topic: string, isLost = () => false) => ({
  message: {
    topic,
    payload: Buffer.alloc(10),
    retained: false,
    rxMs: 0,
    contentType: null,
    settle: () => undefined,
  },
  isLost,
});

test('messages leave in the order in which they came, as far as there is room', () => {
  const sink = new Sink(1);
  const room = new WaitingRoom(sink);
  for (const topic of ['a', 'b', 'c', 'd']) room.offer(waiting(topic));
  expect(sink.taken).toEqual(['a']);
  expect(room.bytes).toBe(30);
  sink.makeRoom(2);
  expect(sink.taken).toEqual(['a', 'b', 'c']);
  expect([room.count, room.bytes]).toEqual([1, 10]);
  sink.makeRoom(2);
  room.offer(waiting('e'));
  expect(sink.taken).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect([room.count, room.bytes]).toEqual([0, 0]);
});

test('what its connection has left behind is not stored: it comes again', () => {
  const sink = new Sink(0);
  let left = 0;
  let lost = false;
  const room = new WaitingRoom(sink, () => left++);
  room.offer(waiting('kept'));
  room.offer(waiting('lost', () => lost));
  room.offer(waiting('lost, unnoticed', () => lost));
  lost = true;
  sink.makeRoom(1);
  room.dropLost();
  expect([room.count, room.bytes]).toEqual([0, 0]);
  sink.makeRoom(5);
  room.offer(waiting('later'));
  expect(sink.taken).toEqual(['kept', 'later']);
  expect(left).toBeGreaterThan(0);
});
