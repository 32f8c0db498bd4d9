import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RestLedgerEntry } from '../../contracts/restAccounts';
import type { RestMeterPoint } from '../../contracts/restSupply';
import { silentLog } from '../../engine/context';
import { declareNoCut } from '../../engine/declareNoCut';
import { decideGift, draftGift } from '../../engine/giveGift';
import { takeEmergencyCredit } from '../../engine/takeEmergencyCredit';
import { makeFund, makeMoney } from '../../engine/testing/subsidies';
import { allJobs } from '../../server/jobs/allJobs';
import { type ExampleMeter, goldenCampus } from './goldenCampus';
import { connectObeyingGateway, type ObeyingGateway } from './obeyingGateway';
import { type Path, startPath } from './startPath';

const WITHIN = { timeout: 60_000, interval: 200 };
/** A contact stays open at least this long. */
const MIN_OFF_MS = 30_000;
const HOUR_MS = 3_600_000;
const cst = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);

/** One gateway for each, so that each reports its own use. */
const EXAMPLES: readonly ExampleMeter[] = [
  { code: 'G10', tariff: 'F', credit: '1.20', more: { gateway: 'W-G10' } },
  { code: 'G11', tariff: 'A', credit: '0.50', more: { gateway: 'W-G11' } },
  { code: 'G16', tariff: 'F', credit: '5.00', more: { gateway: 'W-G16' } },
  { code: 'G23', tariff: 'B', credit: '0.01', more: { gateway: 'W-G23' } },
  { code: 'UNIT', tariff: 'B', more: { gateway: 'W-UNIT', imaxA: 2_000 } },
];

function campusOf() {
  const campus = goldenCampus(
    EXAMPLES,
    EXAMPLES.map(({ code }) => `W-${code}`),
  );
  const waits = { noCutPeriods: false, eligibleForS: 1, noticeLeadS: 1, noticeBeforePeriodEndS: 10 };
  return {
    ...campus,
    policies: [
      { code: 'DEFAULT', ...waits },
      { code: 'LENDING', ...waits, emergencyCredit: '10.00' },
      { code: 'UNITS', ...waits, unitLevels: ['20', '5'] },
    ],
    tariffs: [
      ...campus.tariffs!,
      { code: 'ONE', versions: [{ validFrom: '2025-01-01', prices: { ALL: '1' } }] },
    ],
    accounts: campus.accounts!.map(({ openingBalance, ...account }) => {
      if (account.code === 'A-UNIT')
        return { ...account, unit: 'KWH' as const, tariff: 'ONE', soldBy: 'B', policy: 'UNITS' };
      const lends = account.code === 'A-G10' || account.code === 'A-G23';
      return { ...account, openingBalance, ...(lends ? { policy: 'LENDING' } : {}) };
    }),
  };
}

describe('worked examples of credit, MQTT in and REST out', () => {
  let path: Path;
  let campusId: number;
  const gateways = new Map<string, ObeyingGateway>();
  const ctx = { clock: { now: () => Date.now() }, log: silentLog };

  beforeAll(async () => {
    path = await startPath({ broker: 'MOSQUITTO', document: campusOf(), jobs: allJobs(Date.now()) });
    for (const { code } of EXAMPLES)
      gateways.set(code, await connectObeyingGateway(path, `W-${code}`, [code]));
    const { rows } = await path.database.pool.query<{ id: number }>('select id from campus');
    campusId = rows[0]!.id;
  });
  afterAll(async () => {
    for (const gateway of gateways.values()) await gateway.end();
    await path?.stop();
  });

  const gatewayOf = (code: string) => gateways.get(code)!;

  async function becomes(code: string, expected: { balance?: string; available?: string }): Promise<void> {
    await vi.waitFor(
      async () => expect(await path.get(`/accounts/A-${code}`)).toMatchObject(expected),
      WITHIN,
    );
  }

  async function supplyBecomes(code: string, supply: 'OPEN' | 'CLOSED'): Promise<RestMeterPoint> {
    return vi.waitFor(async () => {
      const point = await path.get<RestMeterPoint>(`/meter-points/P-${code}`);
      expect(point.measured.supply).toBe(supply);
      return point;
    }, WITHIN);
  }

  async function topUp(code: string, amount: string): Promise<readonly string[]> {
    const { status, body } = await path.rest('POST', `/accounts/A-${code}/top-ups`, {
      amount,
      channel: 'counter',
      reference: `${code}-${amount}`,
    });
    expect(status).toBe(201);
    return body.commands as string[];
  }

  /** What stands in each pot after its newest posting. */
  async function pots(code: string): Promise<Record<string, string | null>> {
    const { items } = await path.get<{ items: RestLedgerEntry[] }>(`/accounts/A-${code}/ledger?limit=200`);
    const newest: Record<string, string | null> = {};
    for (const { pot, balanceAfter } of items) newest[pot] ??= balanceAfter;
    return newest;
  }

  async function borrow(code: string): Promise<void> {
    await takeEmergencyCredit(path.database, ctx, { campusId, accountCode: `A-${code}` });
  }

  /** Uses energy in the hour before now, as a meter that was away reports it. */
  async function use(code: string, wattHours: number): Promise<void> {
    await gatewayOf(code).use(0, Date.now() - 3_600_000);
    await gatewayOf(code).use(wattHours, Date.now() - 1_000);
  }

  const minOff = async () => {
    const cutMs = Date.now();
    await vi.waitFor(() => expect(Date.now() - cutMs).toBeGreaterThan(MIN_OFF_MS), WITHIN);
  };

  it.concurrent('G10: an emergency credit covers the rest of a charge, and is repaid before cash', async () => {
    await borrow('G10');
    await use('G10', 5_000);
    await becomes('G10', { balance: '-1.441500', available: '8.558500' });
    await topUp('G10', '20.00');
    await becomes('G10', { balance: '18.558500', available: '18.558500' });
    expect(await pots('G10')).toMatchObject({ CASH: '18.558500', EC: '0.000000' });
  });

  it.concurrent('G16: subsidy, then gift, then cash', async () => {
    const account = (
      await path.database.pool.query<{ id: number }>('select id from account where code = $1', ['A-G16'])
    ).rows[0]!;
    const fundId = await makeFund(path.database, campusId, 'AID');
    await makeMoney(path.database, {
      campusId,
      accountId: account.id,
      fundId,
      code: 'AID-1',
      amountMicro: 2_000_000n,
      fromMs: Date.now() - 1_000,
    });
    const giftId = await draftGift(path.database, ctx, {
      campusId,
      accountCode: 'A-G16',
      amountMicro: 1_000_000n,
      paymentId: null,
      reason: 'outage',
      actor: 'user:a',
    });
    await decideGift(path.database, ctx, { campusId, giftId, approve: true, actor: 'user:b' });
    await becomes('G16', { balance: '8.000000' });
    await use('G16', 12_345);
    await becomes('G16', { balance: '1.478137' });
    await vi.waitFor(
      async () =>
        expect(await pots('G16')).toEqual({ CASH: '1.478137', GIFT: '0.000000', SUBSIDY: '0.000000' }),
      WITHIN,
    );
  });

  it.concurrent('G23: an exhausted loan gives nothing back before it is repaid; then supply returns', async () => {
    await borrow('G23');
    await use('G23', 20_020);
    gatewayOf('G23').reportEvery(1_000);
    await supplyBecomes('G23', 'OPEN');
    await becomes('G23', { balance: '-10.000000', available: '-10.000000' });
    await minOff();
    expect(await topUp('G23', '4.00')).toEqual([]);
    await becomes('G23', { balance: '-6.000000', available: '-6.000000' });
    expect((await path.get<RestMeterPoint>('/meter-points/P-G23')).measured.supply).toBe('OPEN');
    expect(await topUp('G23', '6.50')).toHaveLength(1);
    await supplyBecomes('G23', 'CLOSED');
    expect(await pots('G23')).toMatchObject({ CASH: '0.500000', EC: '0.000000' });
  }, 150_000);

  it.concurrent('an account in kWh: sold over a tier edge, used, warned by units, cut, and back once its debt is bought', async () => {
    const { gateway, since } = { gateway: gatewayOf('UNIT'), since: Date.now() };
    expect(await path.get('/accounts/A-UNIT')).toMatchObject({ currency: 'KWH', balance: '0.000000' });
    // 100 kWh at 0.50 and 20 at 0.55.
    const { status, body } = await path.rest('POST', '/accounts/A-UNIT/top-ups', {
      ...{ amount: '61.00', channel: 'counter', reference: 'unit-1' },
    });
    expect([status, body.units, body.balance]).toEqual([201, '120.000000', '120.000000']);
    await gateway.use(0, since - 4 * HOUR_MS);
    await gateway.use(104_999, since - 3 * HOUR_MS);
    await becomes('UNIT', { balance: '15.001000', available: '15.001000' });
    await gateway.use(20_001, since - 1_000);
    await becomes('UNIT', { balance: '-5.000000', available: '-5.000000' });
    gateway.reportEvery(1_000);
    await supplyBecomes('UNIT', 'OPEN');
    const { rows: told } = await path.database.pool.query<{ level: string; unit: string }>(
      `select body->>'level' as level, body->>'unit' as unit from notice n join account a on a.id = n.account_id
        where a.code = 'A-UNIT' and n.kind = 'LOW_BALANCE' order by n.id`,
    );
    expect(told).toEqual([
      { level: 'UNITS_20', unit: 'KWH' },
      { level: 'UNITS_5', unit: 'KWH' },
    ]);
    await minOff();
    // Its next kWh cost 0.55: the debt of 5 first, 15 to use.
    expect(await topUp('UNIT', '11.00')).toHaveLength(1);
    await supplyBecomes('UNIT', 'CLOSED');
    expect(await pots('UNIT')).toMatchObject({ CASH: '15.000000', ARREARS: '0.000000' });
    const { items } = await path.get<{ items: RestLedgerEntry[] }>('/accounts/A-UNIT/ledger?limit=200');
    const sold = items.filter(({ kind }) => kind === 'units');
    expect(sold.map(({ pot, amount, paid }) => [pot, amount, paid])).toEqual(
      expect.arrayContaining([
        ['CASH', '15.000000', '11.000000'],
        ['ARREARS', '5.000000', '11.000000'],
        ['CASH', '120.000000', '61.000000'],
      ]),
    );
    expect(sold).toHaveLength(3);
  }, 180_000);

  it.concurrent('G11: arrears while a cut is barred; cut at the end; repaid first, and back only when nothing is owed', async () => {
    const endMs = Date.now() + 15_000;
    await declareNoCut(path.database, ctx, {
      campusId,
      policyCode: 'DEFAULT',
      kind: 'COLD',
      fromMs: Date.now(),
      toMs: endMs,
      reason: 'cold wave',
      actor: 'user:energy',
    });
    await gatewayOf('G11').use(0, cst('2025-09-09 23:30'));
    await gatewayOf('G11').use(3_000, cst('2025-09-10 06:30'));
    await becomes('G11', { balance: '-0.304900' });
    gatewayOf('G11').reportEvery(1_000);
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(endMs - 5_000), WITHIN);
    expect((await path.get<RestMeterPoint>('/meter-points/P-G11')).measured.supply).not.toBe('OPEN');
    expect(gatewayOf('G11').obeyed).toEqual([]);
    const point = await supplyBecomes('G11', 'OPEN');
    expect(Date.parse(point.measured.at!)).toBeGreaterThanOrEqual(endMs);
    await minOff();
    expect(await topUp('G11', '0.30')).toEqual([]);
    await becomes('G11', { balance: '-0.004900' });
    expect(await topUp('G11', '10.00')).toHaveLength(1);
    await supplyBecomes('G11', 'CLOSED');
    expect(await pots('G11')).toMatchObject({ CASH: '9.995100', ARREARS: '0.000000' });
    expect(await path.get('/ledger/verify')).toMatchObject({ ok: true });
  }, 180_000);
});
