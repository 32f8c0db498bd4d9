import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tx } from '../../../db/client';
import { unitHoldings } from '../../../db/queries/financeFigures';
import { sumLedgerLines } from '../../../db/queries/financeLedger';
import { campusScope } from '../../../db/queries/scope';
import { scopedSource } from '../../../db/scopedSource';
import { verifyReceipt } from '../../../domain/credit/receipt';
import { parseReceipt } from '../../../domain/credit/receiptText';
import { verifyCharge } from '../../../domain/credit/verifyCharge';
import {
  checkpointKey,
  newCheckpointKey,
  publishedKey,
  verifyCheckpointSignature,
} from '../../../engine/checkpointKey';
import { makeCheckpoint } from '../../../engine/makeCheckpoint';
import { refundCash } from '../../../engine/payments/refundCash';
import { type UnitRoom, UnitRooms } from '../../../engine/testing/unitRooms';
import type { Caller } from '../../auth/caller';
import { callerOf } from '../../testing/callerOf';
import type { ServiceDeps } from '../deps';
import { previewRefund } from '../payments/viewRefunds';
import { readReceipt } from '../receipts/readReceipt';
import { readChargeProof } from '../rooms/readCharges';
import { viewFigures } from './viewFigures';
import { viewLedger } from './viewLedger';

let units: UnitRooms;
let one: UnitRoom;
const key = newCheckpointKey();

/** 120 kWh for 61.00, of which 20.5 are used and posted. */
beforeAll(async () => {
  units = await UnitRooms.start(2);
  one = units.rooms[0]!;
  await units.use(one, 0);
  await units.pay(one, 61_000_000n, 'u-1');
  units.clock.advance(600_000);
  await units.use(one, 20_500);
  units.clock.advance(900_000);
  await units.use(one, 0);
}, 120_000);
afterAll(() => units.database.drop());

async function asFinance(): Promise<[ServiceDeps, Caller]> {
  const caller = await callerOf(units.database, 'finance', units.clock.now());
  const reader = scopedSource(units.database, caller.reach);
  return [{ database: units.database, engine: units.ctx, reader }, caller];
}

it('ledger and key figures keep money and units apart', async () => {
  const all = { span: 'ALL', room: null, order: null, operator: null, before: null, limit: 100 } as const;
  const page = await viewLedger(...(await asFinance()), all);
  expect(page).toMatchObject({ sumMicro: 100_000_000n, inMicro: 100_000_000n, outMicro: 0n });
  expect(page.units).toMatchObject([
    { unit: 'KWH', utility: 'ELECTRICITY', sumMicro: 99_500_000n, inMicro: 120_000_000n },
  ]);
  expect(page.rows.filter(({ kind }) => kind === 'units')).toMatchObject([
    { unit: 'KWH', channel: 'stripe', reference: 'u-1', amountMicro: 120_000_000n },
  ]);
  expect((await viewLedger(...(await asFinance()), { ...all, order: 'u-1' })).count).toBe(1);
  const figures = await viewFigures(...(await asFinance()));
  expect(figures.float.totalMicro).toBe(100_000_000n);
  expect(figures.arrears.of).toBe(1);
  expect(figures.collection.chargedMicro).toBe(0n);
  expect(figures.units).toEqual([
    { unit: 'KWH', utility: 'ELECTRICITY', accounts: 2, heldMicro: 99_500_000n, owing: 0, owedMicro: 0n },
  ]);
});

it('m³ of water are none of gas', async () => {
  const client = await units.database.pool.connect();
  const tx: Tx = { client, db: drizzle(client), closing: [] };
  try {
    await client.query('begin');
    await client.query(
      `insert into tariff (campus_id, code, name, utility) select campus_id, 'GAS', 'GAS', 'GAS' from tariff where code = 'WATER'`,
    );
    await client.query(
      `update account set unit = 'M3', sold_by_id = (select id from tariff t where t.code = case when account.code = $1 then 'WATER' else 'GAS' end)
        where unit is not null`,
      [one.account],
    );
    const scope = campusScope(units.campusId, new Date(units.clock.now()));
    expect(await unitHoldings(tx, scope)).toMatchObject([
      { unit: 'M3', utility: 'WATER', accounts: 1 },
      { unit: 'M3', utility: 'GAS', accounts: 1 },
    ]);
    const all = { fromMs: 0, toMs: units.clock.now() + 1, room: null, order: null, operator: null };
    const sums = await sumLedgerLines(tx, scope, scope, all, null);
    expect(sums.filter(({ unit }) => unit !== null)).toMatchObject([{ utility: 'WATER' }]);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

it('a charge of units is recomputed by the code that browsers run', async () => {
  const { rows } = await units.database.pool.query<{ id: string }>(
    'select id::text as id from charge where account_id = $1 and amount_micro > 0',
    [one.accountId],
  );
  const data = await readChargeProof(...(await asFinance()), { id: rows[0]!.id });
  expect(data.currency).toBe('KWH');
  expect(data.proof.amountMicro).toBe(20_500_000n);
  expect(data.proof.ledger?.currency).toBe('KWH');
  const { steps } = verifyCharge(data.proof);
  expect(Object.values(steps)).not.toContain('DIFFERENT');
  expect(steps).toMatchObject({ PRICES: 'EQUAL', REGISTERS: 'EQUAL' });
});

it('a receipt of a sale says the units and what was paid, and verifies alone', async () => {
  await makeCheckpoint(units.database, units.ctx, { key: checkpointKey(key) });
  const { rows } = await units.database.pool.query<{ id: string }>(
    "select units_tx_id::text as id from payment where reference = 'u-1'",
  );
  const view = await readReceipt(...(await asFinance()), { txId: rows[0]!.id });
  expect(view).toMatchObject({
    ...{ kind: 'units', currency: 'KWH', accountCode: 'A-U1', amountMicro: 120_000_000n },
    ...{
      payment: { channel: 'stripe', reference: 'u-1' },
      paid: { amountMicro: 61_000_000n, currency: 'CNY' },
    },
  });
  expect(view.receipt!.length).toBeLessThanOrEqual(1_500);
  const verdict = await verifyReceipt(
    parseReceipt(view.receipt!),
    [publishedKey(key)],
    async (_key, text, signature) => verifyCheckpointSignature(key, text, Buffer.from(signature, 'hex')),
  );
  expect(verdict).toEqual({ genuine: true, failed: null });
});

it('a refund is shown before it is booked with the units that it takes back', async () => {
  const ask = { accountCode: 'A-U1', amount: null };
  const preview = await previewRefund(...(await asFinance()), ask);
  // 99.5 left: 20 of tier 2 at 0.55, 79.5 of tier 1 at 0.50.
  expect(preview).toMatchObject({ unit: 'KWH', mostMicro: 50_750_000n });
  expect(preview.parts).toMatchObject([{ amountMicro: 50_750_000n, unitsMicro: 99_500_000n }]);
  await refundCash(units.database, units.ctx, {
    ...{ campusId: units.campusId, accountCode: 'A-U1', amountMicro: null, reason: 'moved' },
    ...{ actor: 'user:a', approver: null },
  });
  expect(await units.held(one)).toMatchObject({ pots: {}, unpostedMicro: 0n });
  expect((await previewRefund(...(await asFinance()), ask)).mostMicro).toBe(0n);
});
