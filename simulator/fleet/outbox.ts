/**
 * Messages of one node on their way to the broker. Each stays here until the broker has acknowledged it, so a broken
 * connection, a broker that holds its acknowledgements or a bridge that is down loses nothing: the queue grows, oldest
 * detail first thinned to one message per quarter hour, and is kept for seven days.
 */

interface Entry {
  payload: string;
  /** Instant of the readings, ms UTC of the simulated clock. */
  ts: number;
}

/** Sends one message and settles when the broker has acknowledged it; rejects when the connection is lost. */
export type Send = (payload: string) => Promise<void>;

const IN_FLIGHT_MAX = 4;
/** An hour of messages every 10 s stays in full detail. */
const FINE_MAX = 360;
const QUARTER_MS = 900_000;
/** Seven days of quarter hours. */
const COARSE_MAX = 672;

export class Outbox {
  private coarse: Entry[] = [];
  private fine: Entry[] = [];
  private readonly inFlight = new Set<Entry>();
  private send: Send | null = null;
  private session = 0;

  /** Messages that are not acknowledged yet. */
  get waiting(): number {
    return this.coarse.length + this.fine.length + this.inFlight.size;
  }

  push(payload: string, ts: number): void {
    this.fine.push({ payload, ts });
    while (this.fine.length > FINE_MAX) this.thin(this.fine.shift()!);
    this.pump();
  }

  private thin(entry: Entry): void {
    const newest = this.coarse.at(-1);
    const kept =
      newest !== undefined && Math.floor(newest.ts / QUARTER_MS) === Math.floor(entry.ts / QUARTER_MS);
    if (!kept) this.coarse.push(entry);
    if (this.coarse.length > COARSE_MAX) this.coarse.shift();
  }

  /** A connection is there. */
  open(send: Send): void {
    this.session += 1;
    this.send = send;
    this.pump();
  }

  /** The connection is gone: what was in flight goes back to the front, in order. */
  close(): void {
    this.session += 1;
    this.send = null;
    this.coarse = [...this.inFlight, ...this.coarse].sort((a, b) => a.ts - b.ts);
    this.inFlight.clear();
  }

  private pump(): void {
    while (this.send !== null && this.inFlight.size < IN_FLIGHT_MAX) {
      const entry = this.coarse.shift() ?? this.fine.shift();
      if (entry === undefined) return;
      this.inFlight.add(entry);
      const { session } = this;
      this.send(entry.payload).then(
        () => this.settled(entry, session, true),
        () => this.settled(entry, session, false),
      );
    }
  }

  private settled(entry: Entry, session: number, acknowledged: boolean): void {
    if (session !== this.session) return;
    this.inFlight.delete(entry);
    if (!acknowledged) this.coarse.unshift(entry);
    // A refused message waits for the next connection rather than for a busy loop.
    if (acknowledged) this.pump();
  }
}
