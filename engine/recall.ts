import type { Database, Tx } from '../db/client';
import { lockAccountStamps } from '../db/queries/accountLocks';
import { lockMeterStamps, lockMeterStates, type MeterStateRow } from '../db/queries/meterStates';
import { streamStamps } from '../db/queries/streams';
import { type OpenAccounts, openAccounts } from './openAccounts';
import type { Registry } from './registry';
import { memoryOf, type RememberedAccount, type StateMemory } from './stateMemory';

/** Accounts and meters under lock, as they stand in the database. */
export interface Recalled {
  readonly accounts: OpenAccounts;
  readonly states: ReadonlyMap<number, MeterStateRow>;
  /**
   * To be called once the transaction is committed; it must have written every meter.
   * @param meters their rows as stored
   */
  remember(meters: readonly MeterStateRow[]): void;
}

/**
 * Locks accounts by id, then meters by id, and loads those of them that anybody wrote to since this process last did; the
 * others it remembers. Loading everything each time would give the same, at twice the price.
 */
export async function recall(
  database: Database,
  tx: Tx,
  registry: Registry,
  accountIds: readonly number[],
  meterIds: readonly number[],
): Promise<Recalled> {
  const memory = memoryOf(database);
  const stamps = await lockAccountStamps(tx.client, accountIds);
  // A statement of its own, so that it sees what the last holder of the locks wrote.
  const streams = await streamStamps(tx.client, accountIds);
  const known = new Map<number, RememberedAccount>();
  for (const id of accountIds) {
    const entry = memory.takeAccount(registry, id, stamps.get(id), streams);
    if (entry) known.set(id, entry);
  }
  const loaded = await openAccounts(
    tx,
    registry,
    accountIds.filter((id) => !known.has(id)),
  );
  const accounts = loaded.with(known, accountIds);

  const { states, own } = await lockMeters(tx, memory, meterIds);
  return {
    accounts,
    states,
    remember(meters) {
      for (const row of meters) memory.keepMeter(row, own);
      for (const account of accounts.all()) {
        if (account.rewritten || !account.isFlushed) continue;
        const stamp = stamps.get(account.row.id)!;
        const ofStreams = new Map<number, string>();
        for (const stream of account.streams.values()) {
          ofStreams.set(stream.row.id, stream.written ? own : streams.get(stream.row.id)!);
          stream.written = false;
        }
        const pots = accounts.book.potsOf(account.row.id);
        memory.keepAccount(registry, { account, pots, stamp, streamStamps: ofStreams });
      }
    },
  };
}

async function lockMeters(
  tx: Tx,
  memory: StateMemory,
  meterIds: readonly number[],
): Promise<{ states: Map<number, MeterStateRow>; own: string }> {
  const { stamps, own } = await lockMeterStamps(tx.client, meterIds);
  const states = new Map<number, MeterStateRow>();
  const unknownIds: number[] = [];
  for (const id of meterIds) {
    const row = memory.takeMeter(id, stamps.get(id));
    if (row) states.set(id, row);
    else unknownIds.push(id);
  }
  for (const [id, row] of await lockMeterStates(tx.client, unknownIds)) states.set(id, row);
  return { states, own };
}
