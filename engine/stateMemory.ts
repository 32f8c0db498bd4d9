import type { Database } from '../db/client';
import type { LedgerAccountRow } from '../db/queries/ledger';
import type { MeterStateRow } from '../db/queries/meterStates';
import type { AccountWork } from './accountWork';
import type { Registry } from './registry';

/**
 * Meters, and accounts, remembered at most; the one untouched for longest goes first. More than the 100,000 meters that a site may
 * have: meters speak by turns, so that of a memory which is smaller than the site each is forgotten before its next reading.
 */
const CAPACITY = 120_000;
/** Forgotten at once where it is full: finding the oldest walks over the places of all that were taken out before it. */
const FORGOTTEN_AT_ONCE = 6_000;

/** An account as this process left it, with its pots. */
export interface RememberedAccount {
  readonly account: AccountWork;
  readonly pots: LedgerAccountRow[];
  /** Of the account's row. */
  readonly stamp: string;
  /** Of each of its streams, by id. */
  readonly streamStamps: ReadonlyMap<number, string>;
}

interface RememberedMeter {
  readonly row: MeterStateRow;
  readonly stamp: string;
}

/**
 * Meters and accounts as this process last committed them. The database remains the only truth: an entry is used solely
 * under the rows' locks, and only while every row behind it still bears the stamp under which it was left. Whoever takes
 * an entry has it alone and may change it; it comes back after the commit or not at all.
 */
export class StateMemory {
  private readonly meters = new Map<number, RememberedMeter>();
  private readonly accounts = new Map<number, RememberedAccount>();
  /** Broken connections when everything here was still true. */
  private breaks = 0;
  /** The configuration that the accounts here were made with. */
  private registry: Registry | null = null;

  takeMeter(meterId: number, stamp: string | undefined): MeterStateRow | null {
    const known = this.meters.get(meterId);
    if (!known) return null;
    this.meters.delete(meterId);
    return known.stamp === stamp ? known.row : null;
  }

  keepMeter(row: MeterStateRow, stamp: string): void {
    keep(this.meters, row.meterId, { row: asStored(row), stamp });
  }

  takeAccount(
    registry: Registry,
    accountId: number,
    stamp: string | undefined,
    streamStamps: ReadonlyMap<number, string>,
  ): RememberedAccount | null {
    if (registry !== this.registry) {
      this.accounts.clear();
      this.registry = registry;
    }
    const known = this.accounts.get(accountId);
    if (!known) return null;
    this.accounts.delete(accountId);
    if (known.stamp !== stamp) return null;
    for (const [streamId, streamStamp] of known.streamStamps)
      if (streamStamps.get(streamId) !== streamStamp) return null;
    return known;
  }

  keepAccount(registry: Registry, entry: RememberedAccount): void {
    if (registry === this.registry) keep(this.accounts, entry.account.row.id, entry);
  }

  /** Forgets everything if more connections have broken than when it was last asked. */
  forgetAfter(breaks: number): void {
    if (breaks === this.breaks) return;
    this.breaks = breaks;
    this.forget();
  }

  /** Forgets everything: who answers next may be another history of the same database, which gives its stamps out again. */
  forget(): void {
    this.meters.clear();
    this.accounts.clear();
  }
}

/** JSON values that are as the database would give them back: whoever changes one puts a new one in its place. */
const plain = new WeakSet<object>();

/** JSON columns as the database would give them back. */
function asStored(row: MeterStateRow): MeterStateRow {
  const { held, drift, detection } = row;
  if (isPlain(held) && isPlain(drift) && isPlain(detection)) return row;
  return { ...row, held: plainOf(held), drift: plainOf(drift), detection: plainOf(detection) };
}

const isPlain = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && plain.has(value));

function plainOf<T>(value: T): T {
  if (isPlain(value)) return value;
  const made = JSON.parse(JSON.stringify(value)) as T;
  if (typeof made === 'object' && made !== null) plain.add(made);
  return made;
}

function keep<T>(map: Map<number, T>, id: number, entry: T): void {
  map.delete(id);
  map.set(id, entry);
  if (map.size <= CAPACITY) return;
  let left = FORGOTTEN_AT_ONCE;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    left -= 1;
    if (left === 0) return;
  }
}

const memories = new WeakMap<Database, StateMemory>();

/** The memory of a database. It lasts as long as the connections do: one that went away may come back restored. */
export function memoryOf(database: Database): StateMemory {
  let memory = memories.get(database);
  if (!memory) {
    memory = new StateMemory();
    memories.set(database, memory);
  }
  memory.forgetAfter(database.breaks());
  return memory;
}
