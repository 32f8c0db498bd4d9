import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopedSource } from '../../../db/scopedSource';
import { ForgedBooks } from '../../../engine/testing/forgedBooks';
import { type Caller, sessionCaller } from '../../auth/caller';
import type { Role } from '../../auth/roles';
import type { ServiceDeps } from '../deps';
import { readReceipt } from '../receipts/readReceipt';
import { readChargeProof } from '../rooms/readCharges';
import { viewFigures } from './viewFigures';
import { exportLedger, type LedgerQuery, viewLedger } from './viewLedger';

let books: ForgedBooks;
/** What names a room or its meter. */
let names: string[];
beforeAll(async () => {
  books = await ForgedBooks.create();
  const { rows } = await books.database.pool.query<{ code: string }>(
    `select code from account union select code from space union select code from meter union select code from meter_point`,
  );
  names = rows.map(({ code }) => code);
}, 120_000);
afterAll(() => books.drop());

function as(...roles: Role[]): [ServiceDeps, Caller] {
  const { north, database, ctx } = books;
  const { id, code } = north;
  const caller = sessionCaller(
    {
      ...{ kind: 'USER', userId: 1, userCode: 'who', displayName: 'Who', personId: null },
      ...{ sessionVersion: 1, ownRooms: [] },
      campus: { id, code, name: 'N', nameEn: null, timeZone: 'Asia/Shanghai', currency: 'CNY' },
      bindings: roles.map((role) => ({
        ...{ role, spaceId: null, departmentId: null, departmentCode: null, spaceCode: null },
      })),
    },
    '127.0.0.1',
    new Date(ctx.clock.now()),
  );
  return [{ database, engine: ctx, reader: scopedSource(database, caller.reach) }, caller];
}

const ALL: LedgerQuery = { span: 'ALL', room: null, order: null, operator: null };
const page = (who: [ServiceDeps, Caller], query: Partial<LedgerQuery> = {}) =>
  viewLedger(...who, { ...ALL, ...query, before: null, limit: 200 });
const text = (value: unknown) =>
  JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? one.toString() : one));

/** Every word of it that names a room, an account or a meter. */
const named = (value: unknown) =>
  names.filter((name) => new RegExp(`(^|[^A-Za-z0-9_-])${name}($|[^A-Za-z0-9_-])`).test(text(value)));

describe('an auditor', () => {
  it('reads every entry of the ledger with what makes the books balance, and no room, account, meter or charge', async () => {
    const told = await page(as('FINANCE'));
    const masked = await page(as('AUDITOR'));
    expect(named(told.rows).length).toBeGreaterThan(1);
    expect(told.rows.some(({ chargeId }) => chargeId !== null)).toBe(true);
    expect(named(masked.rows)).toEqual([]);
    for (const row of masked.rows)
      expect(row).toMatchObject({ accountCode: null, spaceCode: null, chargeId: null });
    const booked = ({ rows, count, sumMicro, inMicro, outMicro }: typeof told) => [
      ...[count, sumMicro, inMicro, outMicro],
      ...rows.map((row) => [
        ...[row.txId, row.n, row.tMs, row.kind, row.pot, row.amountMicro, row.accountSeq],
        ...[row.balanceAfterMicro, row.channel, row.operator, row.reverses, row.reversedBy],
      ]),
    ];
    expect(booked(masked)).toEqual(booked(told));
  });

  it('can tell which entries are of one pot, so that its running balance is recomputed, but not whose it is', async () => {
    const potsOf = async (role: Role) => {
      const pots = new Map<string, string[]>();
      for (const { potKey, txId, n } of (await page(as(role))).rows)
        pots.set(potKey, [...(pots.get(potKey) ?? []), `${txId}:${n}`]);
      return pots;
    };
    const masked = await potsOf('AUDITOR');
    expect([...masked.values()].sort()).toEqual([...(await potsOf('FINANCE')).values()].sort());
    expect(masked.size).toBeGreaterThan(1);
    const { rows } = await books.database.pool.query<{ id: number }>('select id from ledger_account');
    for (const { id } of rows) expect([...masked.keys()]).not.toContain(String(id));
  });

  it('exports the same, masked alike', async () => {
    const masked = await exportLedger(...as('AUDITOR'), ALL);
    const told = await exportLedger(...as('FINANCE'), ALL);
    expect(named(told.rows).length).toBeGreaterThan(1);
    expect(named(masked.rows)).toEqual([]);
    expect(masked.sumMicro).toBe(told.sumMicro);
  });

  it('can’t ask for the entries of one room, on screen or as a file', async () => {
    const { accountCode } = (await page(as('FINANCE'))).rows[0]!;
    const refused = { code: 'forbidden', reason: 'ROLE_MISSING' };
    await expect(page(as('AUDITOR'), { room: accountCode })).rejects.toMatchObject(refused);
    await expect(exportLedger(...as('AUDITOR'), { ...ALL, room: accountCode })).rejects.toMatchObject(
      refused,
    );
    expect((await page(as('FINANCE'), { room: accountCode })).count).toBeGreaterThan(0);
  });

  it('reads what is owed, since when and in how large parts, not who owes it, and no float of fewer than five accounts', async () => {
    const { rows } = await books.database.pool.query<{ pot: number }>(
      `update ledger_account set balance_micro = -1234567 where bucket = 'ARREARS' and campus_id = $1 returning id as pot`,
      [books.north.id],
    );
    expect(rows.length).toBeGreaterThan(0);
    const told = await viewFigures(...as('FINANCE'));
    const masked = await viewFigures(...as('AUDITOR'));
    expect(named(told.arrears.rooms)).not.toEqual([]);
    expect(named(masked)).toEqual([]);
    const owed = ({ arrears: { rooms, ...sums } }: typeof told) => [
      sums,
      rooms.map(({ owedMicro, days }) => [owedMicro, days]),
    ];
    expect(owed(masked)).toEqual(owed(told));
    expect(masked.float.totalMicro).toBe(told.float.totalMicro);
  });

  it('opens neither the proof of a charge nor a receipt', async () => {
    const row = (await page(as('FINANCE'))).rows.find(({ chargeId }) => chargeId !== null)!;
    const refused = { code: 'forbidden', reason: 'ROLE_MISSING' };
    const [deps, caller] = as('AUDITOR');
    await expect(readReceipt(deps, caller, { txId: row.txId.toString() })).rejects.toMatchObject(refused);
    await expect(readChargeProof(deps, caller, { id: row.chargeId!.toString() })).rejects.toMatchObject(
      refused,
    );
  });
});

it('who is both finance and auditor reads the ledger as finance', async () => {
  expect(named((await page(as('AUDITOR', 'FINANCE'))).rows).length).toBeGreaterThan(1);
});
