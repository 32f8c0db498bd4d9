import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { microFromText } from '../../domain/units';
import { type ExampleMeter, goldenCampus } from './goldenCampus';
import { connectNode, type Item, type NodeClient } from './nodeClient';
import { type Path, startPath } from './startPath';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const METERS = FULL ? 120 : 16;
const READINGS = FULL ? 192 : 48;
const DAY_MS = 86_400_000;
/** Readings of one message: what a gateway collected at one instant. */
const MESSAGE_METERS = 4;
const HANDFUL = FULL ? 60 : 12;

/** Numbers that look random and are the same in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const codeOf = (side: 'S' | 'M', n: number) => `${side}${n}`;
const TARIFFS = ['A', 'B', 'F2'] as const;

/** Every meter stands twice in the campus: one reports in order, its twin in disorder. */
const twins: ExampleMeter[] = Array.from({ length: METERS }, (_, n) => n).flatMap((n) =>
  (['S', 'M'] as const).map((side) => ({
    code: codeOf(side, n),
    tariff: TARIFFS[n % TARIFFS.length]!,
    more: { imaxA: 2_000 },
  })),
);

/** Two days of use that ended a day ago, a message for some meters every hour and a quarter or so. */
function messages(side: 'S' | 'M', nowMs: number): Item[][] {
  const roll = dice(7);
  const startMs = nowMs - 3 * DAY_MS;
  const stepMs = Math.floor((2 * DAY_MS) / READINGS);
  const wh = Array.from({ length: METERS }, () => Math.floor(roll() * 1e6));
  const all: Item[][] = [];
  for (let at = 0; at < READINGS; at++) {
    const ts = startMs + at * stepMs + Math.floor(roll() * 60_000);
    for (let first = 0; first < METERS; first += MESSAGE_METERS) {
      const items: Item[] = [];
      for (let n = first; n < Math.min(METERS, first + MESSAGE_METERS); n++) {
        wh[n]! += Math.floor(roll() * 4_000);
        items.push({
          id: codeOf(side, n),
          ts,
          ea: (wh[n]! / 1_000).toFixed(3),
          p: Math.floor(roll() * 2_000),
        });
      }
      all.push(items);
    }
  }
  return all;
}

function shuffled<T>(items: readonly T[], roll: () => number): T[] {
  return items
    .map((item) => ({ item, key: roll() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe('each message three times, shuffled, half of them a day late', () => {
  let path: Path;
  let gateway: NodeClient;

  beforeAll(async () => {
    // Here a PUBACK comes after the commit, so that what is sent after it is in a later batch for certain.
    path = await startPath({ broker: 'EMBEDDED', document: goldenCampus(twins) });
    gateway = await connectNode(path, 'GATEWAY', 'GW');
  });
  afterAll(async () => {
    await gateway?.end();
    await path?.stop();
  });

  async function booksOf(side: 'S' | 'M') {
    const { rows } = await path.database.pool.query<Record<string, unknown>>(
      `select substring(a.code from 4)::int as n, b.balance_micro as balance, s.numerator_pico::text as numerator,
              (select jsonb_agg(jsonb_build_array(period_ms, quantity_micro) order by period_ms)
                 from accrual c where c.account_id = a.id and quantity_micro > 0) as accrued,
              (select count(*)::int from reading r where r.meter_id = i.meter_id) as readings,
              (select sum(quantity_micro)::text from reading r where r.meter_id = i.meter_id) as used,
              (select sum(quantity_micro)::text from reading_hourly r where r.meter_id = i.meter_id) as hourly
         from account a join account_balance b on b.account_id = a.id join account_point p on p.account_id = a.id
         join meter_install i on i.point_id = p.point_id left join stream s on s.account_id = a.id
        where a.code like $1 order by 1`,
      [`A-${side}%`],
    );
    return rows;
  }

  /** A few messages at a time, each handful durable before the next one is sent. */
  async function send(sequence: readonly Item[][], roll: () => number): Promise<void> {
    for (let at = 0; at < sequence.length; ) {
      const handful = sequence.slice(at, at + 1 + Math.floor(roll() * HANDFUL));
      await Promise.all(handful.map((items) => gateway.data(items)));
      at += handful.length;
    }
  }

  it('ends in the same balances as the sorted run', async () => {
    const nowMs = Date.now();
    const roll = dice(99);
    await send(messages('S', nowMs), roll);
    const disorder = messages('M', nowMs);
    const late = new Set(shuffled(disorder, roll).slice(0, disorder.length / 2));
    const thrice = (some: readonly Item[][]) => shuffled([...some, ...some, ...some], roll);
    await send(thrice(disorder.filter((one) => !late.has(one))), roll);
    await send(thrice([...late]), roll);

    const sorted = await booksOf('S');
    const mixed = await booksOf('M');
    expect(sorted).toHaveLength(METERS);
    expect(mixed).toEqual(sorted);
    for (const { used, hourly, readings } of mixed) {
      expect(used).toBe(hourly);
      expect(readings).toBe(READINGS);
    }
    for (const n of [0, 1, METERS - 1]) {
      const [one, twin] = await Promise.all(
        (['S', 'M'] as const).map((side) => path.get<{ balance: string }>(`/accounts/A-${codeOf(side, n)}`)),
      );
      expect(twin!.balance).toBe(one!.balance);
      expect(microFromText(one!.balance)).toBeLessThan(500_000_000n);
    }
    expect(await path.get('/quarantine')).toMatchObject({ items: [] });
    expect(await path.get('/ledger/verify')).toMatchObject({ ok: true });
  }, 2_000_000);
});
