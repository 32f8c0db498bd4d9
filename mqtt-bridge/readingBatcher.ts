/** What is gathered: one message with the readings in it. */
export interface BatchEntry {
  /** Readings, at least 1. */
  size: number;
  /** Who sent it: messages of one sender are flushed in the order of their arrival. */
  sender: string;
  /** It should wait for nothing that others sent. */
  urgent: boolean;
}

export interface BatcherOptions<E extends BatchEntry> {
  /**
   * Makes the entries durable; `express`: of the lane of urgent ones. Called once at a time per lane; a rejection loses the entries
   * (they were never acknowledged).
   */
  flush: (entries: E[], express: boolean) => Promise<void>;
  /** Flushes side by side at most, besides the one of urgent entries: while one waits for the database another is made ready. */
  lanes: number;
  /** Readings per flush at most; an entry is never split. */
  maxReadings: number;
  /** Readings in the lane of urgent entries at most; what is urgent beyond goes the way of all others, which is wider. */
  maxUrgent: number;
  /** Longest wait of an entry before its flush begins, ms. */
  maxAgeMs: number;
  /** Readings held at most, those being flushed included; above it `full` is true. */
  capacity: number;
  onLost: (error: unknown, entries: number) => void;
}

/**
 * Gathers messages into flushes: by size or by age, whichever comes first. Each sender has its lane, and each lane one flush
 * at a time, so that what arrives during a commit goes into the next. What is urgent takes a lane of its own, where nothing waits for
 * company; what its sender still has waiting elsewhere comes along before it, once nothing of that sender is being flushed there.
 * Bounded: a source that sees `full` stops reading until `whenRoom` calls back.
 */
export class ReadingBatcher<E extends BatchEntry> {
  private readonly lanes: Lane<E>[];
  private readonly express: Lane<E>;
  private readonly onTheWay = new Map<string, Way<E>>();
  private waiting: (() => void)[] = [];
  private stopped = false;

  constructor(private readonly options: BatcherOptions<E>) {
    const flushed = (entries: readonly E[]) => {
      for (const { sender } of entries) this.arrived(sender);
      this.makeRoom();
    };
    this.lanes = Array.from({ length: options.lanes }, () => new Lane(options, false, flushed));
    this.express = new Lane({ ...options, maxAgeMs: 0 }, true, flushed);
  }

  /** Readings held, those being flushed included. */
  get held(): number {
    let held = this.express.held;
    for (const lane of this.lanes) held += lane.held;
    return held;
  }

  get full(): boolean {
    return this.held >= this.options.capacity;
  }

  add(entry: E): void {
    if (this.stopped) return;
    const { sender, urgent } = entry;
    const way = this.onTheWay.get(sender);
    const first = urgent && this.express.held < this.options.maxUrgent;
    const lane = way?.lane ?? (first ? this.express : this.lanes[laneOf(sender, this.lanes.length)]!);
    if (way) {
      way.entries++;
      way.hurries ||= urgent && lane !== this.express;
    } else this.onTheWay.set(sender, { lane, entries: 1, hurries: false });
    lane.add(entry);
    this.moveOver(sender);
  }

  /** Calls back once there is room: at once if there is. */
  whenRoom(callback: () => void): void {
    if (this.full) this.waiting.push(callback);
    else callback();
  }

  /** Takes nothing more; resolves when all that it held was flushed or given up. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.lanes.map((lane) => lane.finish()));
    // Last: what is urgent may have come over from a lane that was finishing.
    await this.express.finish();
  }

  private arrived(sender: string): void {
    const way = this.onTheWay.get(sender)!;
    way.entries--;
    if (way.entries === 0) this.onTheWay.delete(sender);
    else this.moveOver(sender);
  }

  /** Takes what a sender with something urgent has waiting among others to the lane of urgent ones, in its order, if all of it waits. */
  private moveOver(sender: string): void {
    const way = this.onTheWay.get(sender);
    if (!way?.hurries) return;
    const waiting = way.lane.waitingOf(sender);
    if (waiting.length < way.entries || this.express.held + sizeOf(waiting) > this.options.maxUrgent) return;
    way.lane.remove(waiting);
    way.lane = this.express;
    way.hurries = false;
    this.express.add(...waiting);
  }

  private makeRoom(): void {
    // Each callback may fill the room again, so it is asked before every one.
    while (this.waiting.length > 0 && !this.full) this.waiting.shift()!();
  }
}

/** Where the messages of a sender are that are not flushed yet. */
interface Way<E extends BatchEntry> {
  lane: Lane<E>;
  /** How many they are, those being flushed included. */
  entries: number;
  /** Something urgent is among them, and the lane is not that of urgent ones. */
  hurries: boolean;
}

/** One flush after the other. */
class Lane<E extends BatchEntry> {
  private queue: E[] = [];
  private queuedReadings = 0;
  private flushingReadings = 0;
  private running: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly options: BatcherOptions<E>,
    private readonly express: boolean,
    private readonly flushed: (entries: readonly E[]) => void,
  ) {}

  get held(): number {
    return this.queuedReadings + this.flushingReadings;
  }

  add(...entries: readonly E[]): void {
    this.queue.push(...entries);
    this.queuedReadings += sizeOf(entries);
    if (this.running) return;
    if (this.options.maxAgeMs === 0 || this.queuedReadings >= this.options.maxReadings) this.begin();
    else this.timer ??= setTimeout(() => this.begin(), this.options.maxAgeMs);
  }

  /** What this sender has in the queue; not what is being flushed. */
  waitingOf(sender: string): E[] {
    return this.queue.filter((entry) => entry.sender === sender);
  }

  remove(entries: readonly E[]): void {
    this.queue = this.queue.filter((entry) => !entries.includes(entry));
    this.queuedReadings -= sizeOf(entries);
  }

  async finish(): Promise<void> {
    this.begin();
    while (this.running) await this.running;
  }

  private begin(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.running || this.queue.length === 0) return;
    this.running = this.run().finally(() => {
      this.running = null;
    });
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const entries = this.take();
      const readings = sizeOf(entries);
      this.queuedReadings -= readings;
      this.flushingReadings = readings;
      try {
        await this.options.flush(entries, this.express);
      } catch (error) {
        this.options.onLost(error, entries.length);
      }
      this.flushingReadings = 0;
      this.flushed(entries);
    }
  }

  private take(): E[] {
    let readings = 0;
    let count = 0;
    for (const entry of this.queue) {
      if (count > 0 && readings + entry.size > this.options.maxReadings) break;
      readings += entry.size;
      count++;
    }
    const entries = this.queue.slice(0, count);
    this.queue = this.queue.slice(count);
    return entries;
  }
}

/** FNV-1a of the sender's name: the same lane each time, and the lanes evenly used. */
function laneOf(sender: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < sender.length; i++) hash = Math.imul(hash ^ sender.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}

function sizeOf(entries: readonly BatchEntry[]): number {
  let sum = 0;
  for (const entry of entries) sum += entry.size;
  return sum;
}
