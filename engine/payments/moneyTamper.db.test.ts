import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyTopUp } from '../applyTopUp';
import { checkpointKey, newCheckpointKey } from '../checkpointKey';
import { decideGift, draftGift } from '../giveGift';
import { grantSubsidies } from '../grantSubsidies';
import { makeCheckpoint } from '../makeCheckpoint';
import { makeFund, makeMoney } from '../testing/subsidies';
import { type SupplyRoom, SupplyRooms } from '../testing/supplyRooms';
import { listCopies } from '../verifyCheckpoints';
import { verifyLedger, verifyWithin } from '../verifyLedger';
import { takeChargeback } from './chargeBack';
import { refundCash } from './refundCash';
import { noteRefund } from './refundSteps';
import { resolveSuspense } from './suspense';
import { takePayment } from './takePayment';
import { takeTransfer } from './takeTransfer';

/** Tables beside the ledger in which money stands, with what of them a forger may change, and how a row is named. */
const TABLES = {
  refund: {
    id: 'refund_no',
    columns: ['amount_micro', 'tx_id', 'account_id', 'channel', 'refund_no', 'reversal_tx_id', 'state'],
  },
  suspense_item: {
    id: 'id',
    columns: ['amount_micro', 'tx_id', 'channel', 'provider_txn', 'resolution_tx_id'],
  },
  money_grant: { id: 'code', columns: ['amount_micro', 'tx_id', 'account_id', 'code'] },
  gift: { id: 'id', columns: ['amount_micro', 'tx_id', 'account_id'] },
  chargeback: {
    id: 'id',
    columns: ['amount_micro', 'tx_id', 'account_id', 'channel', 'reference', 'returned_tx_id'],
  },
  fund: { id: 'code', columns: ['spent_micro'] },
  payment: { id: 'id', columns: ['amount_micro', 'tx_id', 'account_id', 'channel', 'reference'] },
  psp_event: {
    id: 'id',
    columns: [
      ...['campus_id', 'channel', 'source', 'event_id', 'first', 'verdict', 'received_ms', 'order_no'],
      ...['provider_txn', 'amount_micro', 'currency', 'detail', 'body_hash', 'address', 'row_hash'],
    ],
  },
} as const;

/** Another value that the column takes. */
const CHANGED: Record<string, string> = {
  amount_micro: 'amount_micro + 10000',
  spent_micro: 'spent_micro + 1',
  tx_id: 'tx_id + 1',
  reversal_tx_id: 'coalesce(reversal_tx_id, 0) + 1',
  resolution_tx_id: 'coalesce(resolution_tx_id, 0) + 1',
  returned_tx_id: 'coalesce(returned_tx_id, 0) + 1',
  account_id: '(select max(id) from account)',
  campus_id: 'null',
  first: 'not first',
  received_ms: 'received_ms + 1',
  body_hash: `'\\x00'`,
  row_hash: `'\\x00'`,
  channel: `'alipay'`,
  state: `case state when 'FAILED' then 'DONE' else 'FAILED' end::refund_state`,
};

describe('what stands beside the ledger is held against what was booked for it', () => {
  let rooms: SupplyRooms;
  let one: SupplyRoom;
  let seals: string;
  const signingKey = newCheckpointKey();
  let serial = 0;

  beforeAll(async () => {
    seals = await mkdtemp(join(tmpdir(), 'wattkeep-seals-'));
    rooms = await SupplyRooms.start();
    const { database, ctx, campus } = rooms;
    one = await rooms.room('20.00');
    const here = { campusId: campus.id, accountCode: one.account.code };
    const pay = (reference: string) =>
      applyTopUp(database, ctx, {
        ...{ ...here, reference, amountMicro: 30_000_000n, channel: 'stripe', actor: 'psp:stripe' },
      });
    await rooms.use(one, 3);
    await pay('pi_1');
    const refund = { ...here, reason: 'too much', actor: 'user:a', approver: null };
    const { parts } = await refundCash(database, ctx, { ...refund, amountMicro: 2_000_000n });
    // As if it had come by an order: its provider is told, and refuses.
    await database.pool.query(`update refund set state = 'QUEUED'`);
    await noteRefund(
      database,
      ctx,
      { ...here, refundNo: parts[0]!.refundNo },
      { kind: 'REFUSED', reason: 'x' },
    );
    await refundCash(database, ctx, { ...refund, amountMicro: 1_000_000n });
    for (const reference of ['B-1', 'B-2']) {
      await takeTransfer(database, ctx, {
        ...{ campusId: campus.id, reference, amountMicro: 5_000_000n, currency: 'CNY' },
        ...{ accountCode: 'nobody', actor: 'user:a', approver: null },
      });
    }
    const { rows: items } = await database.pool.query<{ id: string }>(
      'select id from suspense_item order by id',
    );
    await resolveSuspense(database, ctx, {
      ...{ campusId: campus.id, itemId: items[0]!.id, actor: 'user:a', note: 'asked the payer' },
      approver: null,
      decision: { kind: 'CREDIT', accountCode: one.account.code },
    });
    // Money without an order, with all that a notification says of itself.
    await takePayment(database, ctx, {
      ...{ channel: 'wechat', source: 'HOOK', eventId: 'E|1', orderNo: 'none', paidMs: null },
      ...{ payment: { txn: 'W-1', amountMicro: 5_000_000n, currency: 'CNY' } },
      ...{ bodyHash: Buffer.from('body'), address: '192.0.2.1' },
    });
    const fundId = await makeFund(database, campus.id, 'AID');
    await makeMoney(database, {
      ...{ campusId: campus.id, accountId: one.account.id, fundId, code: 'E1', amountMicro: 4_000_000n },
      fromMs: rooms.clock.now(),
    });
    await grantSubsidies(database, ctx);
    const giftId = await draftGift(database, ctx, {
      ...{ ...here, amountMicro: 1_000_000n, paymentId: null, reason: 'outage', actor: 'user:a' },
    });
    await decideGift(database, ctx, { campusId: campus.id, giftId, approve: true, actor: 'user:b' });
    await pay('pi_2');
    const dispute = { channel: 'stripe', reference: 'dp_1', txn: 'pi_2', amountMicro: 30_000_000n } as const;
    for (const step of ['TAKEN', 'RETURNED'] as const)
      await takeChargeback(database, ctx, {
        ...{
          ...dispute,
          step,
          campusId: campus.id,
          currency: 'CNY',
          reason: 'x',
          actor: 'user:a',
          event: null,
        },
      });
    await campus.account();
    // The newest of all: another payment and a charge.
    await pay('pi_3');
    await rooms.use(one, 3);
    await rooms.pass(one, 16);
    await makeCheckpoint(database, ctx, { key: checkpointKey(signingKey), directory: seals });
    for (const table of ['ledger_tx', 'ledger_entry', 'ledger_checkpoint', 'ledger_key', 'psp_event'])
      await database.pool.query(`alter table ${table} disable trigger user`);
  }, 120_000);
  afterAll(async () => {
    await rooms?.database.drop();
    await rm(seals, { recursive: true, force: true });
  });

  /** The verdict after some statements, which leave nothing behind; null: the database refuses them. */
  async function verdictAfter(...statements: string[]) {
    const client = await rooms.database.pool.connect();
    try {
      await client.query('begin');
      for (const statement of statements)
        try {
          const { rowCount } = await client.query(statement);
          expect(rowCount, statement).toBeGreaterThan(0);
        } catch (error) {
          if (error instanceof Error && 'constraint' in error && error.constraint) return null;
          throw error;
        }
      return await verifyWithin(client, { signingKey, copies: await listCopies(seals) });
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  it('holds untouched, with every kind of transaction in it', async () => {
    expect(await verifyLedger(rooms.database, { signingKey, directory: seals })).toMatchObject({
      ok: true,
      firstBadId: null,
    });
    const { rows } = await rooms.database.pool.query<{ kind: string }>(
      'select distinct kind from ledger_tx order by 1',
    );
    expect(rows.map(({ kind }) => kind)).toEqual(
      ['charge', 'chargeback', 'gift', 'grant', 'refund', 'reversal', 'suspense', 'topup'].sort(),
    );
  });

  it('rows of before their proof get the one that is written today, and what was credited out of suspense its payment', async () => {
    const client = await rooms.database.pool.connect();
    const proven = async () =>
      (await client.query('select id, row_hash from psp_event order by id')).rows as { row_hash: Buffer }[];
    try {
      await client.query('begin');
      const before = await proven();
      const sql = await readFile(
        new URL('../../db/migrations/0019_people-and-proof.sql', import.meta.url),
        'utf8',
      );
      const { rowCount } = await client.query(
        'delete from payment where tx_id in (select resolution_tx_id from suspense_item)',
      );
      expect(rowCount).toBe(1);
      await client.query('alter table psp_event drop column row_hash');
      await client.query('alter table locked_adjustment drop column row_hash');
      await client.query('alter table suspense_item drop column approver');
      for (const statement of sql.split('--> statement-breakpoint')) await client.query(statement);
      expect(await proven()).toEqual(before);
      expect(before.length).toBeGreaterThan(2);
      expect(await verifyWithin(client, { signingKey, copies: await listCopies(seals) })).toMatchObject({
        ok: true,
      });
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it.each(Object.keys(TABLES) as (keyof typeof TABLES)[])(
    'a change of any column of %s that money stands in is found, and the row or its transaction is named',
    async (table) => {
      const { id, columns } = TABLES[table];
      const { rows } = await rooms.database.pool.query<{ id: string }>(
        `select ${id}::text as id from ${table} order by 1`,
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows)
        for (const column of columns) {
          const value = CHANGED[column] ?? `'changed-${++serial}'`;
          const change = `update ${table} set ${column} = ${value} where ${id}::text = '${row.id}'`;
          const verdict = await verdictAfter(change);
          if (!verdict) continue;
          expect(verdict.ok, change).toBe(false);
          expect(verdict.firstBadId, change).toMatch(new RegExp(`^(\\d+|${table}:.+)$`));
        }
    },
  );

  it.each([
    'refund',
    'suspense_item',
    'money_grant',
    'gift',
    'chargeback',
    'psp_event',
    'payment',
    'charge',
    'ledger_tx',
    'ledger_entry',
    'ledger_checkpoint',
    'ledger_key',
  ])('the newest row of %s, deleted, is missed', async (table) => {
    const verdict = await verdictAfter(`delete from ${table} where ctid = (select max(ctid) from ${table})`);
    expect(verdict, table).not.toBeNull();
    expect(verdict!.ok, table).toBe(false);
    expect(verdict!.firstBadId, table).not.toBeNull();
  });

  it('the newest rows taken out of all tables alike are missed by the copy of the checkpoint that sealed them', async () => {
    const { database, ctx, campus } = rooms;
    const { pool } = database;
    // In the order in which they refer to each other.
    const tables = [
      ...[
        'refund',
        'chargeback',
        'suspense_item',
        'gift',
        'payment',
        'ledger_checkpoint',
        'ledger_entry',
        'ledger_tx',
      ],
      ...['ledger_account', 'charge', 'stream', 'reading'],
    ];
    for (const table of tables) await pool.query(`create table old_${table} as select * from ${table}`);
    await applyTopUp(database, ctx, {
      ...{ campusId: campus.id, accountCode: one.account.code, amountMicro: 3_000_000n },
      ...{ channel: 'counter', reference: 'last', actor: 'user:a' },
    });
    await refundCash(database, ctx, {
      ...{ campusId: campus.id, accountCode: one.account.code, amountMicro: 1_000_000n },
      ...{ reason: 'last', actor: 'user:a', approver: null },
    });
    await makeCheckpoint(database, ctx, { key: checkpointKey(signingKey), directory: seals });
    expect(await verifyLedger(database, { signingKey, directory: seals })).toMatchObject({
      ok: true,
      checkpoints: 2,
    });
    for (const table of tables) await pool.query(`delete from ${table}`);
    for (const table of tables.reverse())
      await pool.query(`insert into ${table} overriding system value select * from old_${table}`);
    expect(await verifyLedger(database, { signingKey })).toMatchObject({ ok: true, checkpoints: 1 });
    expect(await verifyLedger(database, { signingKey, directory: seals })).toMatchObject({
      ok: false,
      firstBadId: 'checkpoint:2',
    });
  });
});
