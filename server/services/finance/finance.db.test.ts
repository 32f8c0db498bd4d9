import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopedSource } from '../../../db/scopedSource';
import { type PublishedKey, verifyReceipt } from '../../../domain/credit/receipt';
import { parseReceipt } from '../../../domain/credit/receiptText';
import { cst } from '../../../domain/tariffs/testing';
import { applyTopUp } from '../../../engine/applyTopUp';
import {
  checkpointKey,
  isSignedBy,
  newCheckpointKey,
  publishedKey,
  verifyCheckpointSignature,
} from '../../../engine/checkpointKey';
import { publishedKeys } from '../../../engine/ledgerKeys';
import { makeCheckpoint } from '../../../engine/makeCheckpoint';
import { ForgedBooks } from '../../../engine/testing/forgedBooks';
import { verifyLedger } from '../../../engine/verifyLedger';
import { type Caller, sessionCaller } from '../../auth/caller';
import type { Role } from '../../auth/roles';
import type { ServiceDeps } from '../deps';
import { readReceipt } from '../receipts/readReceipt';
import { viewFigures } from './viewFigures';
import { exportLedger, type LedgerQuery, viewLedger } from './viewLedger';

let books: ForgedBooks;
beforeAll(async () => {
  books = await ForgedBooks.create();
}, 120_000);
afterAll(() => books.drop());

function as(role: Role): { deps: ServiceDeps; caller: Caller } {
  const { north, database, ctx } = books;
  const caller = sessionCaller(
    {
      kind: 'USER',
      userId: 1,
      userCode: role.toLowerCase(),
      displayName: role,
      personId: null,
      sessionVersion: 1,
      ownRooms: [],
      campus: {
        id: north.id,
        code: north.code,
        name: 'N',
        nameEn: null,
        timeZone: 'Asia/Shanghai',
        currency: 'CNY',
      },
      bindings: [{ role, spaceId: null, departmentId: null, departmentCode: null, spaceCode: null }],
    },
    '127.0.0.1',
    new Date(ctx.clock.now()),
  );
  return { deps: { database, engine: ctx, reader: scopedSource(database, caller.reach) }, caller };
}

const ALL: LedgerQuery = { span: 'ALL', room: null, order: null, operator: null };

it('the ledger pages through every entry of the campus once, and its sum is theirs', async () => {
  const { deps, caller } = as('FINANCE');
  const seen = new Set<string>();
  let sum = 0n;
  let before: { txId: string; n: number } | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof viewLedger>> = await viewLedger(deps, caller, {
      ...ALL,
      before,
      limit: 7,
    });
    for (const row of page.rows) {
      seen.add(`${row.txId}:${row.n}`);
      sum += row.amountMicro;
    }
    before = page.next;
    if (before) continue;
    expect(seen.size).toBe(page.count);
    expect(sum).toBe(page.sumMicro);
    expect(page.inMicro + page.outMicro).toBe(page.sumMicro);
    break;
  }
  const { rows } = await books.database.pool.query<{ balance: bigint }>(
    'select sum(balance_micro)::int8 as balance from ledger_account where campus_id = $1 and account_id is not null',
    [books.north.id],
  );
  expect(sum).toBe(rows[0]!.balance);
  const exported = await exportLedger(deps, caller, ALL);
  expect(exported.sumMicro).toBe(sum);
  expect(exported.rows.length).toBe(seen.size);
});

it('each charge leads to what it was charged for, also one that was rated again, and nothing else does', async () => {
  const { deps, caller } = as('FINANCE');
  const { rows } = await viewLedger(deps, caller, { ...ALL, before: null, limit: 200 });
  const { rows: charges } = await books.database.pool.query<{ id: bigint; tx: bigint }>(
    'select id, tx_id as tx from charge where tx_id is not null',
  );
  const chargeOf = new Map(charges.map(({ id, tx }) => [tx, id]));
  expect(rows.some(({ kind, reversedBy }) => kind === 'charge' && reversedBy !== null)).toBe(true);
  for (const row of rows) expect(row.chargeId).toBe(chargeOf.get(row.txId) ?? null);
});

it('a reversal names its original and is named by it; room, order and operator filter', async () => {
  const { deps, caller } = as('FINANCE');
  const { rows } = await viewLedger(deps, caller, { ...ALL, before: null, limit: 200 });
  const reversal = rows.find((row) => row.kind === 'reversal')!;
  const original = rows.find((row) => row.txId === reversal.reverses)!;
  expect(original.reversedBy).toBe(reversal.txId);
  const some = (query: Partial<LedgerQuery>) =>
    viewLedger(deps, caller, { ...ALL, ...query, before: null, limit: 200 });
  const ofRoom = await some({ room: original.accountCode });
  expect(new Set(ofRoom.rows.map((row) => row.accountCode))).toEqual(new Set([original.accountCode]));
  const topUp = rows.find((row) => row.reference !== null)!;
  expect((await some({ order: topUp.reference })).rows.map((row) => row.txId)).toContain(topUp.txId);
  expect((await some({ order: topUp.txId.toString() })).rows.every((row) => row.txId === topUp.txId)).toBe(
    true,
  );
  expect((await some({ operator: 'user:test' })).rows.every((row) => row.kind === 'topup')).toBe(true);
  expect((await some({ operator: 'nobody' })).count).toBe(0);
});

it('float, arrears, collection and online share are what the pots and payments hold', async () => {
  const { north, database, ctx } = books;
  const { deps, caller } = as('AUDITOR');
  ctx.clock.set(cst('2025-09-12 09:00'));
  const { rows: accounts } = await database.pool.query<{ code: string }>(
    'select code from account where campus_id = $1 order by id limit 1',
    [north.id],
  );
  await applyTopUp(database, ctx, {
    campusId: north.id,
    accountCode: accounts[0]!.code,
    amountMicro: 46_000_000n,
    channel: 'wechat',
    reference: 'online-1',
    actor: 'psp:wechat',
  });
  const figures = await viewFigures(deps, caller);
  const { rows } = await database.pool.query<{ float: bigint; owed: bigint; paid: bigint }>(
    `select (select sum(balance_micro) from ledger_account where campus_id = $1 and bucket in ('CASH', 'GIFT', 'SUBSIDY'))::int8 as float,
            (select -sum(balance_micro) from ledger_account where campus_id = $1 and bucket in ('ARREARS', 'EC'))::int8 as owed,
            (select sum(amount_micro) from payment where campus_id = $1)::int8 as paid`,
    [north.id],
  );
  expect(figures.float.totalMicro).toBe(rows[0]!.float);
  expect(figures.float.changeMicro).toBe(46_000_000n);
  expect(figures.arrears.uncollectedMicro).toBe(rows[0]!.owed);
  expect(figures.online.totalMicro).toBe(rows[0]!.paid);
  expect(figures.online.amountMicro).toBe(46_000_000n);
  expect(figures.online.percent).toBeCloseTo((46 * 100) / 92, 2);
});

it('a receipt says until when it waits for a checkpoint, and then proves itself; who sees no money sees none', async () => {
  const { database, signingKey } = books;
  const { deps, caller } = as('FINANCE');
  const { rows } = await database.pool.query<{ tx: bigint }>(
    `select tx_id as tx from payment where reference = 'online-1'`,
  );
  const txId = rows[0]!.tx.toString();
  const waiting = await readReceipt(deps, caller, { txId });
  expect(waiting).toMatchObject({ receipt: null, amountMicro: 46_000_000n });
  expect(waiting.sealedByMs! - books.ctx.clock.now()).toBeLessThanOrEqual(600_000);
  await books.seal();
  const sealed = await readReceipt(deps, caller, { txId });
  expect(sealed.sealedByMs).toBeNull();
  const verdict = await verifyReceipt(
    parseReceipt(sealed.receipt!),
    [publishedKey(signingKey)],
    async (_key, text, signature) =>
      verifyCheckpointSignature(signingKey, text, Buffer.from(signature, 'hex')),
  );
  expect(verdict).toEqual({ genuine: true, failed: null });
  const manager = as('ENERGY_MANAGER');
  await expect(readReceipt(manager.deps, manager.caller, { txId })).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(viewFigures(manager.deps, manager.caller)).rejects.toMatchObject({ code: 'forbidden' });
});

describe('when the signing key is exchanged', () => {
  const genuine = async (text: string, keys: readonly PublishedKey[]) =>
    verifyReceipt(parseReceipt(text), keys, async (key, signed, signature) =>
      isSignedBy(key, signed, Buffer.from(signature, 'hex')),
    );
  const seal = (pem: string) =>
    makeCheckpoint(books.database, books.ctx, { key: checkpointKey(pem), directory: books.seals });
  const verify = (pem: string) => verifyLedger(books.database, { signingKey: pem, directory: books.seals });

  it('a receipt under the old key still proves itself, the ledger holds under the new one, and the old one signs no more', async () => {
    const { database, north, ctx, signingKey: old } = books;
    const { deps, caller } = as('FINANCE');
    const { rows } = await database.pool.query<{ tx: bigint }>(
      `select tx_id as tx from payment where reference = 'online-1'`,
    );
    const receipt = (await readReceipt(deps, caller, { txId: rows[0]!.tx.toString() })).receipt!;
    // Handed over while the old one is at hand; then that one is lost.
    const second = newCheckpointKey();
    const third = newCheckpointKey();
    let reference = 0;
    for (const pem of [`${second}\n${old}`, third]) {
      await applyTopUp(database, ctx, {
        ...{ campusId: north.id, amountMicro: 1_000_000n },
        ...{ channel: 'counter', reference: `exchange-${++reference}`, actor: 'user:test' },
        accountCode: (
          await database.pool.query<{ code: string }>(
            'select code from account where campus_id = $1 order by id limit 1',
            [north.id],
          )
        ).rows[0]!.code,
      });
      await seal(pem);
      expect(await verify(pem)).toMatchObject({ ok: true, firstBadId: null });
    }
    const keys = await publishedKeys(database, [publishedKey(third)]);
    expect(keys.map(({ keyId }) => keyId)).toEqual(
      [old, second, third].map((pem) => publishedKey(pem).keyId),
    );
    expect(await genuine(receipt, keys)).toEqual({ genuine: true, failed: null });
    expect(await genuine(receipt, keys.slice(1))).toEqual({ genuine: false, failed: 'KEY' });
    const { rows: vouched } = await database.pool.query<{ n: number; before: boolean }>(
      'select n, prev_signature is not null as before from ledger_key order by n',
    );
    expect(vouched.map(({ before }) => before)).toEqual([false, true, false]);
    await expect(seal(old)).rejects.toThrow('replaced');
    expect(await verify(second)).toMatchObject({
      ok: false,
      firstBadId: `ledger_key:${publishedKey(third).keyId}`,
    });
  });
});
