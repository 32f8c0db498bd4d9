import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RestCharge } from '../../contracts/restAccounts';
import { campusZone } from '../../domain/time/campusTime';
import { microFromText, textFromMicro } from '../../domain/units';
import { silentLog } from '../../engine/context';
import { decideOnFreeUnits, draftFreeUnits } from '../../engine/grantFreeUnits';
import { makeFund } from '../../engine/testing/subsidies';
import { goldenCampus, OPENING } from './goldenCampus';
import { connectNode, type NodeClient } from './nodeClient';
import { type Path, startPath } from './startPath';

const WITHIN = { timeout: 30_000, interval: 15 };
const SINCE = '2025-01-01';
/** The only examples with a change of clocks; the others fall on days of 24 hours and don't mind the zone. */
const ZONE = 'Europe/London';
const london = campusZone(ZONE);

/** An instant of September 10th by its local hour. */
const at = (hour: number) => london.utcOf(2025, 9, 10, Math.round(hour * 60));
const micro = (text: string) => microFromText(text)!;
const left = (charged: string) => textFromMicro(micro(OPENING) - micro(charged));

const CODES = ['G8a', 'G8b', 'G8c', 'G13a', 'G13b', 'G17', 'G18'] as const;
type Code = (typeof CODES)[number];

/** The worked examples of free units, changes of clocks, export and water, each a room of its own. */
function priceCampus() {
  const campus = goldenCampus(
    CODES.map((code) => ({ code, tariff: code === 'G8b' || code === 'G8c' ? 'B' : 'F' })),
  );
  const tariffs: Partial<Record<Code, string>> = { G13a: 'L', G13b: 'L', G17: 'PV', G18: 'W' };
  const heads = [1, 2, 3, 4].map((n) => `H${n}`);
  return {
    ...campus,
    campus: { ...campus.campus, timeZone: ZONE },
    tariffs: [
      ...campus.tariffs!,
      {
        code: 'L',
        versions: [
          {
            validFrom: SINCE,
            periods: [
              { code: 'N', from: '00:00', to: '07:00' },
              { code: 'D', from: '07:00', to: '24:00' },
            ],
            prices: { N: '0.0950', D: '0.2800' },
          },
        ],
      },
      {
        code: 'PV',
        versions: [{ validFrom: SINCE, prices: { ALL: '0.5283' }, exportPrices: { ALL: '0.3500' } }],
      },
      {
        code: 'W',
        utility: 'WATER' as const,
        versions: [
          {
            validFrom: SINCE,
            accrual: 'MONTH' as const,
            tiers: [{ limit: '3' }, { limit: '5' }, { limit: null }],
            prices: [{ ALL: '2.80' }, { ALL: '4.20' }, { ALL: '8.40' }],
          },
        ],
      },
    ],
    meterPoints: campus.meterPoints!.map((point) => ({
      ...point,
      ...(point.code === 'P-G17' && { role: 'PV' as const }),
      ...(point.code === 'P-G18' && { utility: 'WATER' as const }),
    })),
    meters: campus.meters!.map((meter) => ({ ...meter, ...(meter.code === 'G18' && { qmaxM3h: 10 }) })),
    accounts: campus.accounts!.map((account) => ({
      ...account,
      tariff: tariffs[account.code.slice(2) as Code] ?? account.tariff,
    })),
    persons: heads.map((code) => ({ code, name: code })),
    occupancies: heads.map((person) => ({ account: 'A-G8a', person, from: '2025-08-25' })),
  };
}

describe('worked examples of free units, clocks, export and water, MQTT in and REST out', () => {
  let path: Path;
  let gateway: NodeClient;

  beforeAll(async () => {
    path = await startPath({ broker: 'EMBEDDED', document: priceCampus() });
    await grantFreeUnits('G8a', '8', { perHead: true });
    await grantFreeUnits('G8b', '10', { advancesTier: true });
    await grantFreeUnits('G8c', '10', { advancesTier: false });
    gateway = await connectNode(path, 'GATEWAY', 'GW');
  });
  afterAll(async () => {
    await gateway?.end();
    await path?.stop();
  });

  async function grantFreeUnits(
    code: Code,
    quantity: string,
    { perHead = false, advancesTier = true }: { perHead?: boolean; advancesTier?: boolean },
  ): Promise<void> {
    const { rows } = await path.database.pool.query<{ id: number }>('select id from campus');
    const campusId = rows[0]!.id;
    await makeFund(path.database, campusId, `FUND-${code}`);
    const ctx = { clock: { now: () => Date.now() }, log: silentLog };
    await draftFreeUnits(path.database, ctx, {
      campusId,
      code,
      accountCode: `A-${code}`,
      utility: 'ELECTRICITY',
      fundCode: `FUND-${code}`,
      quantityMicro: micro(quantity),
      perHead,
      fromMs: london.utcOf(2025, 9, 1, 0),
      toMs: null,
      expiresMs: null,
      advancesTier,
      carryOver: false,
      note: 'test',
      by: 'user:one',
    });
    await decideOnFreeUnits(path.database, ctx, { campusId, code, approve: true, by: 'user:two' });
  }

  async function report(meter: Code, tsMs: number, registers: string): Promise<void> {
    await gateway.raw(`{"v":1,"gw":"GW","r":[{"id":"${meter}","ts":${tsMs},${registers}}]}`);
  }

  async function balanceBecomes(code: Code, expected: string): Promise<void> {
    await vi.waitFor(async () => {
      const { balance } = await path.get<{ balance: string }>(`/accounts/A-${code}`);
      expect(balance).toBe(expected);
    }, WITHIN);
  }

  /** Quantity and payer or period of each line, oldest charge first. */
  async function linesOf(code: Code) {
    const { items } = await path.get<{ items: RestCharge[] }>(`/accounts/A-${code}/charges?limit=100`);
    return items.reverse().flatMap(({ lines }) => lines);
  }

  it('G8a: of the next 4 kWh the last 1.5 free ones are the fund’s, 1.320750 is paid', async () => {
    await report('G8a', at(6), '"ea":"100.000"');
    await report('G8a', at(12), '"ea":"130.500"');
    await balanceBecomes('G8a', left('0'));
    await report('G8a', at(13), '"ea":"134.500"');
    await balanceBecomes('G8a', left('1.320750'));
    // A reading past the quarter hour closes the window, so that its charge can be read.
    await report('G8a', at(13.3), '"ea":"134.500"');
    await vi.waitFor(
      async () =>
        expect((await linesOf('G8a')).slice(-2)).toMatchObject([
          { quantity: '1.500000', payer: 'FUND:FUND-G8a' },
          { quantity: '2.500000', payer: 'CUSTOMER' },
        ]),
      WITHIN,
    );
  });

  it('G8b: 120 kWh over tiers with 10 free: 56.000000 where they count towards the tiers, else 55.500000', async () => {
    for (const code of ['G8b', 'G8c'] as const) {
      await report(code, at(6), '"ea":"0"');
      await report(code, at(12), '"ea":"120"');
    }
    await balanceBecomes('G8b', left('56.000000'));
    await balanceBecomes('G8c', left('55.500000'));
  });

  it('G13: nine and a half hours in autumn and seven and a half in spring are charged by the hours there were', async () => {
    await report('G13a', london.utcOf(2025, 10, 25, 23 * 60), '"ea":"0"');
    await report('G13a', london.utcOf(2025, 10, 26, 7.5 * 60), '"ea":"9.5"');
    await balanceBecomes('G13a', left('1.180000'));
    await report('G13b', london.utcOf(2025, 3, 29, 23 * 60), '"ea":"0"');
    await report('G13b', london.utcOf(2025, 3, 30, 7.5 * 60), '"ea":"7.5"');
    await balanceBecomes('G13b', left('0.990000'));
    const hours = async (code: Code) =>
      (await linesOf(code)).map(({ period, quantity, estimated }) => `${period} ${quantity} ${estimated}`);
    expect(await hours('G13a')).toEqual(['D 1.000000 true', 'N 8.000000 true', 'D 0.500000 true']);
    expect(await hours('G13b')).toEqual(['D 1.000000 true', 'N 6.000000 true', 'D 0.500000 true']);
  });

  it('G17: what a PV point takes and what it gives are priced apart, 5.553750', async () => {
    await report('G17', at(8), '"ea":"100.000","ee":"40.000"');
    await report('G17', at(11), '"ea":"112.500","ee":"43.000"');
    await balanceBecomes('G17', left('5.553750'));
  });

  it('G18: a tier limit of water inside one reading, 5.110000', async () => {
    await report('G18', at(8), '"vol":"0"');
    await report('G18', at(9), '"vol":"2.900"');
    await balanceBecomes('G18', left('8.120000'));
    await report('G18', at(10), '"vol":"4.150"');
    await balanceBecomes('G18', left('13.230000'));
  });

  it('after all of it the ledger verifies', async () => {
    expect(await path.get('/ledger/verify')).toMatchObject({ ok: true, firstBadId: null });
  });
});
