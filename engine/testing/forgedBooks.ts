import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSharedSnapshot } from '../../db/sharedSnapshot';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { TestCampus } from '../../db/testing/factories';
import { cst, TARIFF_A } from '../../domain/tariffs/testing';
import { FixedClock } from '../../domain/time/clock';
import { applyTopUp } from '../applyTopUp';
import { checkpointKey, newCheckpointKey } from '../checkpointKey';
import { silentLog } from '../context';
import { makeCheckpoint } from '../makeCheckpoint';
import { listCopies } from '../verifyCheckpoints';
import { type LedgerVerdict, verifyLedger, verifyWithin } from '../verifyLedger';
import { feed, says } from './harness';

/**
 * What a forger may change: every stored column of the ledger and its seals, and what money stands in beside it: charges with
 * their times and registers, streams and payments.
 */
export const COLUMNS = {
  ledger_tx: {
    campus_id: 'integer',
    key: 'text',
    kind: 'text',
    t_ms: 'bigint',
    currency: 'text',
    lines_hash: 'bytea',
    tx_hash: 'bytea',
    request_hash: 'bytea',
    reverses: 'bigint',
  },
  ledger_entry: {
    tx_id: 'bigint',
    n: 'smallint',
    ledger_account_id: 'integer',
    amount_micro: 'bigint',
    account_seq: 'bigint',
    balance_after_micro: 'bigint',
    entry_hash: 'bytea',
  },
  ledger_checkpoint: {
    n: 'integer',
    from_tx: 'bigint',
    to_tx: 'bigint',
    count: 'integer',
    root: 'bytea',
    prev_root: 'bytea',
    made_ms: 'bigint',
    key_id: 'text',
    signature: 'bytea',
  },
  ledger_key: {
    key_id: 'text',
    n: 'integer',
    public_key: 'bytea',
    after_checkpoint: 'integer',
    made_ms: 'bigint',
    signature: 'bytea',
  },
  ledger_account: {
    name: 'text',
    balance_micro: 'bigint',
    account_seq: 'bigint',
    head_hash: 'bytea',
    account_id: 'integer',
    currency: 'text',
  },
  charge: {
    stream_id: 'integer',
    account_id: 'integer',
    point_id: 'integer',
    t0_ms: 'bigint',
    t1_ms: 'bigint',
    rev: 'integer',
    start_micro: 'bigint',
    end_micro: 'bigint',
    quantity_micro: 'bigint',
    numerator_pico: 'numeric',
    amount_micro: 'bigint',
    carry_pico: 'bigint',
    tx_id: 'bigint',
    superseded_by: 'bigint',
    tariff_version_id: 'integer',
    meter_id: 'integer',
    epoch: 'integer',
  },
  accrual: { quantity_micro: 'bigint', period_ms: 'bigint' },
  stream: { numerator_pico: 'numeric', posted_micro: 'bigint', register: 'text' },
  payment: {
    campus_id: 'integer',
    account_id: 'integer',
    channel: 'text',
    reference: 'text',
    amount_micro: 'bigint',
    tx_id: 'bigint',
  },
} as const;
export type Table = keyof typeof COLUMNS;
const IDENTITY: Record<Table, string> = {
  ledger_tx: 'id',
  ledger_entry: 'tx_id',
  ledger_checkpoint: 'n',
  ledger_key: 'key_id',
  ledger_account: 'id',
  charge: 'id',
  accrual: 'account_id',
  stream: 'id',
  payment: 'id',
};
/** Columns whose change makes a neighbour wrong as well: either of them may be named. */
export const SHARED = new Set([
  't0_ms',
  't1_ms',
  'start_micro',
  'end_micro',
  'stream_id',
  'tx_id',
  'superseded_by',
  'register',
  'meter_id',
  'epoch',
  // Whose own change is named by the changed value.
  'key_id',
]);

/** The text form of the same column with one bit, digit or letter changed. */
export function forged(type: string, value: string, pick: number): string {
  if (type === 'bytea') {
    const bytes = Buffer.from(value, 'hex');
    bytes[pick % bytes.length]! ^= 1 << (pick % 8);
    return bytes.toString('hex');
  }
  if (type === 'text') {
    const at = pick % value.length;
    return value.slice(0, at) + (value[at] === 'x' ? 'y' : 'x') + value.slice(at + 1);
  }
  return (BigInt(value) ^ (1n << BigInt(pick % (type === 'smallint' ? 4 : 16)))).toString();
}

/** Two campuses with sealed books, and a forger who owns the tables. */
export class ForgedBooks {
  readonly signingKey = newCheckpointKey();
  readonly clock = new FixedClock(cst('2025-09-10 14:00'));
  readonly ctx = { clock: this.clock, log: silentLog };

  private constructor(
    readonly database: TestDatabase,
    readonly north: TestCampus,
    readonly south: TestCampus,
    readonly seals: string,
  ) {}

  static async create(): Promise<ForgedBooks> {
    const database = await createTestDatabase();
    const seals = await mkdtemp(join(tmpdir(), 'wattkeep-seals-'));
    const north = await TestCampus.create(database);
    const south = await TestCampus.create(database);
    const books = new ForgedBooks(database, north, south, seals);
    for (const day of ['2025-09-10', '2025-09-11']) {
      for (const campus of [north, south]) await books.fill(campus, day);
      await books.seal();
    }
    // The role of the tests owns the tables, as a forger with the server in hand would.
    for (const table of ['ledger_tx', 'ledger_entry', 'ledger_checkpoint', 'ledger_key'])
      await database.pool.query(`alter table ${table} disable trigger user`);
    return books;
  }

  async drop(): Promise<void> {
    await this.database.drop();
    await rm(this.seals, { recursive: true, force: true });
  }

  /** Charges in three periods, one of them superseded by a late reading, a debt and its repayment. */
  async fill(campus: TestCampus, day: string): Promise<void> {
    const { database, clock, ctx } = this;
    const tariffId = await campus.tariff([{ ...TARIFF_A, accrual: 'MONTH' }]);
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 200 });
    const at = (time: string) => cst(`${day} ${time}`);
    const credit = (amount: bigint, reference: string) =>
      applyTopUp(database, ctx, {
        campusId: campus.id,
        accountCode: account.code,
        amountMicro: amount,
        channel: 'counter',
        reference: `${reference}-${account.code}`,
        actor: 'user:test',
      });
    clock.set(at('07:00'));
    await credit(3_000_000n, 'first');
    await feed(
      database,
      [
        says(campus, meter.code, at('08:00'), '100.000'),
        says(campus, meter.code, at('09:00'), '101.234'),
        says(campus, meter.code, at('10:00'), '104.000'),
        says(campus, meter.code, at('12:00'), '106.000'),
        says(campus, meter.code, at('11:00'), '105.700', { rxMs: at('12:10') }),
        says(campus, meter.code, at('13:00'), '109.000'),
        // Nothing used: a charge without a transaction.
        says(campus, meter.code, at('13:30'), '109.000'),
      ],
      { supply: false },
    );
    clock.set(at('14:00'));
    await credit(20_000_000n, 'second');
    await feed(
      database,
      [
        says(campus, meter.code, at('15:00'), '111.111'),
        // Rated and not yet posted.
        says(campus, meter.code, at('15:01'), '111.117'),
      ],
      { supply: false },
    );
  }

  seal(): Promise<unknown> {
    return makeCheckpoint(this.database, this.ctx, {
      key: checkpointKey(this.signingKey),
      directory: this.seals,
    });
  }

  verify(): Promise<LedgerVerdict> {
    return verifyLedger(this.database, { signingKey: this.signingKey, directory: this.seals });
  }

  /** The same over one connection, which stops at the first thing found. */
  private async verifyAlone(): Promise<LedgerVerdict> {
    const copies = await listCopies(this.seals);
    return withSharedSnapshot(this.database.pool, 1, ([client]) =>
      verifyWithin(client!, { signingKey: this.signingKey, copies }),
    );
  }

  /** Every row of a table with its place and the columns that are watched, as text. */
  async rowsOf(table: Table): Promise<Record<string, unknown>[]> {
    const columns = Object.entries(COLUMNS[table]).map(([name, type]) =>
      type === 'bytea' ? `encode(${name}, 'hex') as ${name}` : `${name}::text as ${name}`,
    );
    const { rows } = await this.database.pool.query<Record<string, unknown>>(
      `select ctid::text as place, ${IDENTITY[table]}::text as identity, ${columns.join(', ')} from ${table} order by 2, 1`,
    );
    return rows;
  }

  /** Changes one value, asks the verifier, puts the value back. Null where the database itself refuses the change. */
  async verdictOn(
    table: string,
    place: string,
    column: string,
    type: string,
    values: (string | null)[],
  ): Promise<LedgerVerdict | null> {
    const cast = (n: number) => (type === 'bytea' ? `decode($${n}, 'hex')` : `$${n}::${type}`);
    // The place of a row moves with every change of it.
    const change = async (from: string, value: string | null): Promise<string | null> => {
      const { rows } = await this.database.pool.query<{ place: string }>(
        `update ${table} set ${column} = ${cast(2)} where ctid = $1::tid returning ctid::text as place`,
        [from, value],
      );
      return rows[0]!.place;
    };
    let moved: string | null;
    try {
      moved = await change(place, values[1]!);
    } catch {
      return null;
    }
    try {
      return await this.verifyAlone();
    } finally {
      await change(moved!, values[0] ?? null);
    }
  }
}
