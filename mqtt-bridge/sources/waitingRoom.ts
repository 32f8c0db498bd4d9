import type { Inbound, InboundSink } from './source';

/** A message that waits, with what ends its wait in vain. */
export interface Waiting {
  message: Inbound;
  /** True once its connection is gone: never acknowledged, it comes again, and storing it now would be for nothing. */
  isLost: () => boolean;
}

/**
 * Where messages stand, unread, in the order of their arrival while the sink is full. So a source may go on reading what is
 * no message: answers to its own commands and subscriptions, signs of life. Not bounded by itself: the source looks at `bytes`.
 */
export class WaitingRoom {
  private queue: Waiting[] = [];
  private next = 0;
  private asked = false;
  /** Payload held, bytes. */
  bytes = 0;

  constructor(
    private readonly sink: InboundSink,
    /** Called whenever some have left. */
    private readonly onLeft: () => void = () => undefined,
  ) {}

  get count(): number {
    return this.queue.length - this.next;
  }

  /** Hands the message to the sink, at once if nothing stands before it and there is room. */
  offer(waiting: Waiting): void {
    if (this.count === 0 && !this.sink.full) {
      this.sink.accept(waiting.message);
      return;
    }
    this.queue.push(waiting);
    this.bytes += waiting.message.payload.length;
    this.askForRoom();
  }

  /** Forgets those whose connection is gone. */
  dropLost(): void {
    this.queue = this.queue.slice(this.next).filter(({ isLost }) => !isLost());
    this.next = 0;
    this.bytes = this.queue.reduce((sum, { message }) => sum + message.payload.length, 0);
    this.onLeft();
  }

  /** Forgets all: whatever was not settled comes again. */
  clear(): void {
    this.queue = [];
    this.next = 0;
    this.bytes = 0;
  }

  private askForRoom(): void {
    if (this.asked) return;
    this.asked = true;
    this.sink.whenRoom(() => {
      this.asked = false;
      this.admit();
    });
  }

  private admit(): void {
    while (this.count > 0 && !this.sink.full) {
      const { message, isLost } = this.queue[this.next++]!;
      this.bytes -= message.payload.length;
      if (!isLost()) this.sink.accept(message);
    }
    if (this.count === 0) this.clear();
    else this.askForRoom();
    this.onLeft();
  }
}
