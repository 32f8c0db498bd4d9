import type { Tx } from '../db/client';
import { lockAccounts } from '../db/queries/accountLocks';
import { type FreeUseRow, freeUsesOf } from '../db/queries/entitlements';
import type { LedgerAccountRow } from '../db/queries/ledger';
import { accrualsOf, createStreams, streamsOf } from '../db/queries/streams';
import { AccountWork, type StreamWork } from './accountWork';
import { LedgerBook } from './ledgerBook';
import type { MeterEntry, PointEntry, Registry } from './registry';

/** Accounts under lock with their pots, streams and accruals loaded. */
export class OpenAccounts {
  constructor(
    readonly book: LedgerBook,
    private readonly byId: Map<number, AccountWork>,
  ) {}

  /** These and others that are locked and known as they are, in the order of the ids. */
  with(
    others: ReadonlyMap<number, { account: AccountWork; pots: LedgerAccountRow[] }>,
    ids: readonly number[],
  ): OpenAccounts {
    const byId = new Map<number, AccountWork>();
    for (const id of ids) {
      const other = others.get(id);
      if (other) this.book.addAll(id, other.pots);
      const account = other?.account ?? this.byId.get(id);
      if (account) byId.set(id, account);
    }
    return new OpenAccounts(this.book, byId);
  }

  get(accountId: number): AccountWork | undefined {
    return this.byId.get(accountId);
  }

  all(): AccountWork[] {
    return [...this.byId.values()];
  }

  ofCampus(campusId: number): AccountWork[] {
    return this.all().filter((account) => account.row.campusId === campusId);
  }
}

/** Row ids in the order in which locks are taken. */
export function ascending(ids: Iterable<number>): number[] {
  return [...Int32Array.from(ids).sort()];
}

/** All accounts that pay, or paid, for the points of these meters. */
export function payersOf(meters: Iterable<MeterEntry>): number[] {
  const ids = new Set<number>();
  for (const meter of meters) for (const payer of meter.payers) ids.add(payer.accountId);
  return ascending(ids);
}

/** Locks accounts in id order (the first lock of every act) and loads what their money needs. */
export async function openAccounts(
  tx: Tx,
  registry: Registry,
  accountIds: readonly number[],
): Promise<OpenAccounts> {
  const byId = new Map<number, AccountWork>();
  if (accountIds.length === 0) return new OpenAccounts(await LedgerBook.load(tx, []), byId);
  const rows = await lockAccounts(tx.client, accountIds);
  const book = await LedgerBook.load(tx, accountIds);
  for (const row of rows.values()) {
    byId.set(row.id, new AccountWork(row, book, registry));
  }
  for (const stream of await streamsOf(tx.client, accountIds)) {
    const point = registry.points.get(stream.pointId);
    if (point) byId.get(stream.accountId)?.addStream(stream, point);
  }
  for (const accrual of await accrualsOf(tx.client, accountIds))
    byId.get(accrual.accountId)?.addAccrual(accrual);
  await openFreeUnits(tx, registry, byId);
  return new OpenAccounts(book, byId);
}

/** Loads what those accounts that are entitled to free units used of them. */
async function openFreeUnits(
  tx: Tx,
  registry: Registry,
  accounts: ReadonlyMap<number, AccountWork>,
): Promise<void> {
  const entitled = [...accounts.keys()].filter((id) => registry.accounts.get(id)?.free);
  if (entitled.length === 0) return;
  const uses = new Map<number, FreeUseRow[]>(entitled.map((id) => [id, []]));
  for (const use of await freeUsesOf(tx.client, entitled)) uses.get(use.accountId)?.push(use);
  for (const [id, own] of uses) accounts.get(id)!.openFreeUnits(own);
}

/** One account under lock, with its pots. */
export interface OpenedAccount {
  readonly account: AccountWork;
  readonly book: LedgerBook;
}

/**
 * One account under lock for a movement that rates nothing: without tier accruals, and with the system's pots that the movement
 * names, so that booking it needs no look-up of its own. Null where it does not exist.
 */
export async function openForMovement(
  tx: Tx,
  registry: Registry,
  accountId: number,
  systemNames: readonly string[],
): Promise<OpenedAccount | null> {
  const row = (await lockAccounts(tx.client, [accountId])).get(accountId);
  if (!row) return null;
  const book = await LedgerBook.loadFor(tx, row, systemNames);
  const account = new AccountWork(row, book, registry);
  for (const stream of await streamsOf(tx.client, [accountId])) {
    const point = registry.points.get(stream.pointId);
    if (point) account.addStream(stream, point);
  }
  await openFreeUnits(tx, registry, new Map([[accountId, account]]));
  return { account, book };
}

/** The stream of an account at a point, made if it does not exist yet. */
export async function streamFor(
  tx: Tx,
  account: AccountWork,
  point: PointEntry,
  register: string,
): Promise<StreamWork> {
  const known = account.stream(point.pointId, register);
  if (known) return known;
  account.rewritten = true;
  const [row] = await createStreams(tx.client, [
    { accountId: account.row.id, pointId: point.pointId, register },
  ]);
  return account.addStream(row!, point);
}
