import { createHash } from 'node:crypto';
import type { Inbound, InboundSink } from './source';

/** What its source knows of a message. */
export interface Arrival {
  /** The broker says that it was handed out before. */
  readonly repeated?: boolean;
  /** True once its sender is gone, which keeps it and sends it again: taking it now would be for nothing. */
  readonly isGone?: () => boolean;
  /** Nobody holds its sender back and nobody waits for its answer (QoS 0): only so many of them wait. */
  readonly loose?: boolean;
}

/** Of messages that nothing bounds but this, the newest are kept: the next reading says all that an old one did. */
const LOOSE_MESSAGES = 1_000;
const LOOSE_BYTES = 8 * 1024 * 1024;

interface Waiting {
  message: Inbound;
  readonly isGone: () => boolean;
  /** What it is known by since its connection broke. */
  name: string | null;
  dropped: boolean;
}

/**
 * Where messages stand, unread, in the order of their arrival while the sink is full. So a source may go on reading what is
 * no message: answers to its own commands and subscriptions, signs of life. Bounded by itself for loose messages only; for the
 * others the source looks at `bytes`.
 */
export class WaitingRoom {
  private queue: Waiting[] = [];
  private next = 0;
  private asked = false;
  /** Loose ones among those that wait, oldest first. */
  private loose: Waiting[] = [];
  private looseBytes = 0;
  /** Places in the queue that were given up. */
  private dropped = 0;
  /** Those whose connection broke, by name. */
  private readonly orphans = new Map<string, Waiting>();
  /** Payload held, bytes. */
  bytes = 0;

  constructor(
    private readonly sink: InboundSink,
    /** Called whenever some have left. */
    private readonly onLeft: () => void = () => undefined,
    /** Called for each loose message that made room for newer ones. */
    private readonly onDropped: () => void = () => undefined,
  ) {}

  get count(): number {
    return this.queue.length - this.next;
  }

  /** Hands the message to the sink, at once if nothing stands before it and there is room. */
  offer(message: Inbound, { repeated = false, isGone = () => false, loose = false }: Arrival = {}): void {
    if (this.count === 0 && !this.sink.full) {
      this.sink.accept(message);
      return;
    }
    // Only what is handed out again: the same content, said anew after something else, is other news.
    if (repeated && this.takesPlace(message)) return;
    const waiting = { message, isGone, name: null, dropped: false };
    this.queue.push(waiting);
    this.bytes += message.payload.length;
    if (loose) this.keepNewest(waiting);
    this.askForRoom();
  }

  /**
   * The connection broke: what waits can't be acknowledged any more, and most of it comes again. It stays, since a broker that
   * crashed may have lost it; what does come again takes the place of the one that waits.
   */
  connectionBroke(): void {
    for (const waiting of this.queue.slice(this.next)) {
      waiting.name ??= nameOf(waiting.message);
      this.orphans.set(waiting.name, waiting);
    }
  }

  /** Forgets all: whatever was not settled comes again. */
  clear(): void {
    this.queue = [];
    this.next = 0;
    this.bytes = 0;
    this.loose = [];
    this.looseBytes = 0;
    this.dropped = 0;
    this.orphans.clear();
  }

  private keepNewest(newest: Waiting): void {
    this.loose.push(newest);
    this.looseBytes += newest.message.payload.length;
    while (this.loose.length > LOOSE_MESSAGES || this.looseBytes > LOOSE_BYTES) {
      const oldest = this.loose.shift()!;
      this.looseBytes -= oldest.message.payload.length;
      this.bytes -= oldest.message.payload.length;
      oldest.dropped = true;
      this.dropped++;
      this.onDropped();
    }
    // Their places go together: one by one would cost a search each.
    if (this.dropped < LOOSE_MESSAGES) return;
    this.queue = this.queue.slice(this.next).filter((waiting) => !waiting.dropped);
    this.next = 0;
    this.dropped = 0;
  }

  private takesPlace(message: Inbound): boolean {
    if (this.orphans.size === 0) return false;
    const name = nameOf(message);
    const orphan = this.orphans.get(name);
    if (!orphan) return false;
    this.orphans.delete(name);
    orphan.name = null;
    orphan.message = { ...message, rxMs: orphan.message.rxMs };
    return true;
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
      const waiting = this.queue[this.next++]!;
      if (waiting.name !== null) this.orphans.delete(waiting.name);
      if (waiting.dropped) {
        this.dropped--;
        continue;
      }
      this.bytes -= waiting.message.payload.length;
      if (this.loose[0] === waiting) {
        this.loose.shift();
        this.looseBytes -= waiting.message.payload.length;
      }
      if (!waiting.isGone()) this.sink.accept(waiting.message);
    }
    if (this.count === 0) this.clear();
    else {
      this.queue = this.queue.slice(this.next);
      this.next = 0;
      this.askForRoom();
    }
    this.onLeft();
  }
}

function nameOf({ topic, payload }: Inbound): string {
  return createHash('sha256').update(topic).update('\n').update(payload).digest('base64');
}
