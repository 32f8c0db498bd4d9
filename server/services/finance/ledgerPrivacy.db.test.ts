import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerLine } from '../../../db/queries/financeLedger';
import { scopedSource } from '../../../db/scopedSource';
import { TestCampus } from '../../../db/testing/factories';
import { cst, TARIFF_A } from '../../../domain/tariffs/testing';
import { campusZone } from '../../../domain/time/campusTime';
import { applyTopUp } from '../../../engine/applyTopUp';
import { ForgedBooks } from '../../../engine/testing/forgedBooks';
import { feed, says } from '../../../engine/testing/harness';
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

const as = (...roles: Role[]) => asOf(books.north, ...roles);

function asOf({ id, code }: TestCampus, ...roles: Role[]): [ServiceDeps, Caller] {
  const { database, ctx } = books;
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

/** Money comes in, at the instant of the clock. */
const topUp = (campus: TestCampus, accountCode: string, reference: string) =>
  applyTopUp(books.database, books.ctx, {
    ...{ campusId: campus.id, accountCode, amountMicro: 50_000_000n },
    ...{ channel: 'counter', reference, actor: 'user:test' },
  });
const text = (value: unknown) =>
  JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? one.toString() : one));

/** Every word of it that names a room, an account or a meter. */
const named = (value: unknown) =>
  names.filter((name) => new RegExp(`(^|[^A-Za-z0-9_-])${name}($|[^A-Za-z0-9_-])`).test(text(value)));

/** A line of the books, by what makes them balance. */
const booked = (row: LedgerLine) => [
  ...[row.txId, row.n, row.tMs, row.kind, row.pot, row.amountMicro, row.fromSeq, row.accountSeq, row.entries],
  ...[row.balanceAfterMicro, row.channel, row.operator, row.reverses, row.reversedBy],
];

/** What finance reads, with charges and what a late reading reversed of them joined: one line for all of a day and pot between others. */
function joined(rows: readonly LedgerLine[]): LedgerLine[] {
  const charges = new Set(rows.filter(({ kind }) => kind === 'charge').map(({ txId }) => txId));
  const lines: LedgerLine[] = [];
  const open = new Map<string, LedgerLine>();
  for (const row of [...rows].reverse()) {
    const last = open.get(row.potKey);
    if (row.kind !== 'charge' && !(row.reverses !== null && charges.has(row.reverses))) {
      open.delete(row.potKey);
      lines.push(row);
      continue;
    }
    if (last) lines.splice(lines.indexOf(last), 1);
    const line: LedgerLine = {
      ...row,
      ...{ tMs: campusZone('Asia/Shanghai').localDayStart(row.tMs), kind: 'charge' },
      ...{ reverses: null, reversedBy: null },
      amountMicro: row.amountMicro + (last?.amountMicro ?? 0n),
      entries: 1 + (last?.entries ?? 0),
      fromSeq: last?.fromSeq ?? row.accountSeq,
    };
    open.set(row.potKey, line);
    lines.push(line);
  }
  return lines.reverse();
}

describe('an auditor', () => {
  // Both days of the books are over, and something stands after them.
  beforeAll(async () => {
    books.clock.set(cst('2025-09-12 09:00'));
    const { rows } = await books.database.pool.query<{ code: string }>(
      'select code from account where campus_id = $1 order by id limit 1',
      [books.north.id],
    );
    await topUp(books.north, rows[0]!.code, 'later');
  });

  it('reads all that makes the books balance, charges as one sum of a pot and day between other entries, and no room, account, meter or charge', async () => {
    const told = await page(as('FINANCE'));
    const masked = await page(as('AUDITOR'));
    expect(named(told.rows).length).toBeGreaterThan(1);
    expect(told.rows.some(({ chargeId }) => chargeId !== null)).toBe(true);
    expect(named(masked.rows)).toEqual([]);
    for (const row of masked.rows)
      expect(row).toMatchObject({ accountCode: null, spaceCode: null, chargeId: null });
    expect(masked.rows.map(booked)).toEqual(joined(told.rows).map(booked));
    expect(masked.rows.some(({ entries }) => entries > 2)).toBe(true);
    const sums = ({ count, sumMicro, inMicro, outMicro }: typeof told) => [
      count,
      sumMicro,
      inMicro,
      outMicro,
    ];
    expect(sums(masked)).toEqual(sums(told));
  });

  it('recomputes every balance from these rows, pot by pot', async () => {
    const { rows } = await page(as('AUDITOR'));
    const ends = new Map<string, { seq: bigint; balance: bigint }>();
    for (const { potKey, fromSeq, accountSeq, amountMicro, balanceAfterMicro } of [...rows].reverse()) {
      const { seq, balance } = ends.get(potKey) ?? { seq: 0n, balance: 0n };
      expect([fromSeq, balanceAfterMicro]).toEqual([seq + 1n, balance + amountMicro]);
      ends.set(potKey, { seq: accountSeq, balance: balanceAfterMicro });
    }
    expect(ends.size).toBeGreaterThan(1);
    const pots = await books.database.pool.query<{ id: number }>('select id from ledger_account');
    for (const { id } of pots.rows) expect(rows.map(({ potKey }) => potKey)).not.toContain(String(id));
  });

  it('pages through the same rows, each once', async () => {
    const all = await page(as('AUDITOR'));
    const seen: LedgerLine[] = [];
    for (let before: { txId: string; n: number } | null = null; ; ) {
      const some: Awaited<ReturnType<typeof viewLedger>> = await viewLedger(...as('AUDITOR'), {
        ...ALL,
        before,
        limit: 2,
      });
      seen.push(...some.rows);
      before = some.next;
      if (before === null) break;
    }
    expect(seen.map(booked)).toEqual(all.rows.map(booked));
  });

  it('reads no charge of a day before it is over, nor one charge by the number of its transaction', async () => {
    const charge = (await page(as('FINANCE'))).rows.find(({ kind }) => kind === 'charge')!;
    const order = charge.txId.toString();
    expect((await page(as('FINANCE'), { order })).count).toBeGreaterThan(0);
    expect(await page(as('AUDITOR'), { order })).toMatchObject({ rows: [], count: 0, sumMicro: 0n });
    expect((await exportLedger(...as('AUDITOR'), { ...ALL, order })).rows).toEqual([]);
    books.clock.set(cst('2025-09-11 23:50'));
    try {
      const today = cst('2025-09-11 00:00');
      const { rows } = await page(as('AUDITOR'));
      expect(rows.filter(({ tMs }) => tMs >= today).map(({ kind }) => kind)).not.toContain('charge');
      expect(rows.filter(({ tMs }) => tMs < today).map(({ kind }) => kind)).toContain('charge');
      expect(rows.some(({ kind, tMs }) => kind === 'topup' && tMs >= today)).toBe(true);
    } finally {
      books.clock.set(cst('2025-09-12 09:00'));
    }
  });

  it('reads the charges of a day, and sums that hold them, once a later entry stands, and the same ever after', async () => {
    const { database, clock } = books;
    const campus = await TestCampus.create(database);
    const tariffId = await campus.tariff([{ ...TARIFF_A, accrual: 'MONTH' }]);
    const { id: accountId, code } = await campus.account();
    const meter = await campus.meter({ accountId, tariffId, imaxA: 200 });
    const read = (at: string, register: string, rxMs = cst(at)) =>
      feed(database, [says(campus, meter.code, cst(at), register, { rxMs })], { supply: false });
    const [first, second] = [cst('2025-09-14 00:00'), cst('2025-09-15 00:00')];
    /** Which charges of a day are shown; all sums are of just what is shown. */
    const lookAt = async (ms: number) => {
      clock.set(ms);
      const { rows, count, sumMicro } = await page(asOf(campus, 'AUDITOR'));
      expect(count).toBe(rows.reduce((sum, { entries }) => sum + entries, 0));
      expect(sumMicro).toBe(rows.reduce((sum, { amountMicro }) => sum + amountMicro, 0n));
      return rows.filter(({ kind }) => kind === 'charge').map(booked);
    };
    const daysOf = (shown: unknown[][]) => shown.map(([, , tMs, , , , , , entries]) => [tMs, entries]);
    try {
      clock.set(cst('2025-09-14 07:00'));
      await topUp(campus, code, 'a');
      await read('2025-09-14 08:00', '100.000');
      await read('2025-09-14 09:00', '102.000');
      await read('2025-09-14 10:00', '105.000');
      await read('2025-09-15 00:00', '110.000');
      await read('2025-09-15 22:00', '120.000');
      await read('2025-09-15 23:45', '121.000');
      const midnight = cst('2025-09-16 00:00');
      const before = await lookAt(midnight + 10_000);
      expect(daysOf(before)).toEqual([[first, 3]]);
      await read('2025-09-16 00:00', '122.000', midnight + 30_000);
      expect(await lookAt(midnight + 60_000)).toEqual(before);
      clock.set(midnight + 120_000);
      await topUp(campus, code, 'b');
      const over = await lookAt(midnight + 180_000);
      expect(daysOf(over)).toEqual([
        [second, 3],
        [first, 3],
      ]);
      // A late reading books two hours of the day before anew; then the running day has charges of its own.
      await read('2025-09-15 23:00', '120.700', midnight + 600_000);
      await read('2025-09-16 08:00', '130.000');
      expect(await lookAt(cst('2025-09-16 09:00'))).toEqual(over);
      const today = (role: Role) => page(asOf(campus, role), { span: 'TODAY' });
      expect(await today('AUDITOR')).toMatchObject({ count: 1, sumMicro: 50_000_000n });
      expect((await today('FINANCE')).count).toBeGreaterThan(1);
    } finally {
      clock.set(cst('2025-09-12 09:00'));
    }
  });

  it('exports the same, masked alike', async () => {
    const masked = await exportLedger(...as('AUDITOR'), ALL);
    const told = await exportLedger(...as('FINANCE'), ALL);
    expect(named(told.rows).length).toBeGreaterThan(1);
    expect(named(masked.rows)).toEqual([]);
    expect(masked.rows.map(booked)).toEqual((await page(as('AUDITOR'))).rows.map(booked));
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
