import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportDocument } from '../../../contracts/importDocument';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { campusZone } from '../../../domain/time/campusTime';
import { FixedClock } from '../../../domain/time/clock';
import { textFromMicro } from '../../../domain/units';
import { applyTopUp } from '../../../engine/applyTopUp';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import { ingestReadings } from '../../../engine/ingestReadings';
import { refundCash } from '../../../engine/payments/refundCash';
import { postDueWindows } from '../../../engine/postDueWindows';
import type { Caller } from '../../auth/caller';
import type { Session } from '../../auth/session';
import { callerOf } from '../../testing/callerOf';
import { readRoom } from '../rooms/readRoom';
import { ownRoom } from './ownRoom';
import { readHome } from './readHome';
import { type NoticeCursor, readNotices } from './readNotices';
import { readOutlook } from './readOutlook';
import { readToday } from './readToday';
import { readDayCharges, readUsage } from './readUsage';

const zone = campusZone('Asia/Shanghai');
/** Wednesday 11 November 2026, 21:04. */
const NOW = zone.utcOf(2026, 11, 11, 21 * 60 + 4);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOVED_IN = zone.utcOf(2026, 10, 20, 0);
const ROOMS = ['101', '102', '103', '104', '105', '106'];

const CAMPUS: ImportDocument = {
  campus: { code: 'Q', name: { zh: '校园', en: 'Campus' }, timeZone: 'Asia/Shanghai', currency: 'CNY' },
  spaces: [
    { code: 'Q', kind: 'CAMPUS', name: 'Q' },
    { code: 'D7', parent: 'Q', kind: 'BUILDING', name: { zh: '7 号楼', en: 'Dorm 7' } },
    ...[...ROOMS, 'U'].map((room) => ({ code: room, parent: 'D7', kind: 'ROOM' as const, name: room })),
  ],
  departments: [],
  meterPoints: ROOMS.map((room) => ({
    code: `P-${room}`,
    space: room,
    utility: 'ELECTRICITY' as const,
    role: 'CUSTOMER' as const,
    since: '2024-01-01',
  })),
  meters: ROOMS.map((room) => ({
    code: `M-${room}`,
    serial: room,
    point: `P-${room}`,
    intervalS: 900,
    installedAt: '2024-01-01',
  })),
  tariffs: [
    { code: 'ONE', versions: [{ validFrom: '2024-01-01', prices: { ALL: '1' } }] },
    {
      code: 'E',
      versions: [
        {
          validFrom: '2024-01-01',
          accrual: 'MONTH',
          periods: [
            { code: 'DAY', from: '07:00', to: '23:00' },
            { code: 'NIGHT', from: '23:00', to: '07:00' },
          ],
          tiers: [{ limit: '100' }, { limit: null }],
          prices: [
            { DAY: '0.5283', NIGHT: '0.2683' },
            { DAY: '0.8432', NIGHT: '0.4' },
          ],
        },
      ],
    },
  ],
  accounts: [
    ...ROOMS.map((room) => ({
      code: `A-${room}`,
      kind: 'ROOM' as const,
      space: room,
      points: [`P-${room}`],
      tariff: 'E',
      openingBalance: '300.00',
      since: '2024-01-01',
    })),
    // Holds kWh, which tariff E sells; it uses none here.
    { code: 'A-U', kind: 'ROOM', space: 'U', unit: 'KWH', soldBy: 'E', tariff: 'ONE' },
  ],
  persons: [
    { code: 'S1', name: '张三' },
    { code: 'S0', name: '李四' },
    { code: 'S2', name: '王五' },
    { code: 'S3', name: '赵六' },
  ],
  occupancies: [
    { account: 'A-101', person: 'S0', from: '2026-09-01', to: '2026-10-20' },
    { account: 'A-101', person: 'S1', from: '2026-10-20' },
    { account: 'A-102', person: 'S2', from: '2026-09-01' },
    { account: 'A-U', person: 'S3', from: '2026-09-01' },
  ],
  users: [
    { code: 'student', person: 'S1', roles: [{ role: 'STUDENT' }] },
    { code: 'other', person: 'S2', roles: [{ role: 'STUDENT' }] },
    { code: 'unit', person: 'S3', roles: [{ role: 'STUDENT' }] },
    { code: 'finance', name: 'F', roles: [{ role: 'FINANCE' }] },
  ],
  calendars: [],
  policies: [],
  quotas: [],
};

let database: TestDatabase;
const clock = new FixedClock(NOW);
const deps = (caller: Caller) => ({
  database,
  reader: scopedSource(database, caller.reach),
  engine: { clock, log: silentLog },
});

async function as(code: string, room = '101') {
  const caller = await callerOf(database, code, NOW);
  const session = { personId: null, ownRooms: [room], campus: caller.campus } as unknown as Session;
  const permission = caller.permission('VIEW_MONEY');
  const own = ownRoom({ ...session, personId: permission?.scope.personId ?? null }, undefined, new Date(NOW));
  return [deps(caller), caller, own] as const;
}

/** Readings of a meter from `fromMs` to now, by the quarter of an hour, but for the hours that `isOut` names. */
async function report(meter: string, fromMs: number, wattHours: number, isOut: (at: number) => boolean) {
  const gatewayCode = null;
  let count = 0;
  const readings = [];
  for (let at = fromMs; at <= NOW; at += HOUR_MS / 4, count++) {
    if (isOut(at)) continue;
    readings.push({
      site: 'Q',
      gatewayCode,
      rxMs: at,
      reading: {
        meterCode: meter,
        tsMs: at,
        boot: null,
        seq: null,
        registers: { EA: textFromMicro(BigInt(count * wattHours) * 250n) },
        powerW: wattHours,
        voltageV: 230,
        currentA: null,
        pf: null,
        relay: 1 as const,
        valve: null,
        extra: null,
        epochMark: null,
      },
    });
  }
  for (let at = 0; at < readings.length; at += 200) {
    const batch = readings.slice(at, at + 200);
    await ingestReadings(database, { clock: new FixedClock(batch.at(-1)!.rxMs), log: silentLog }, batch);
  }
}

const yesterday = NOW - DAY_MS;
const OUT = [zone.utcOf(2026, 11, 10, 14 * 60), zone.utcOf(2026, 11, 10, 17 * 60)] as const;

beforeAll(async () => {
  database = await createTestDatabase();
  const result = await importCampus(database, { clock, log: silentLog }, CAMPUS, { actor: 'test' });
  expect(result.rows.flatMap(({ errors }) => errors)).toEqual([]);
  const fromMs = Math.ceil((NOW - 30 * DAY_MS) / HOUR_MS) * HOUR_MS;
  await report('M-101', fromMs, 210, (at) => at > OUT[0] && at <= OUT[1]);
  for (const [n, room] of ROOMS.slice(1).entries())
    await report(`M-${room}`, NOW - 9 * DAY_MS, 100 + 20 * n, () => false);
  await postDueWindows(database, { clock, log: silentLog });
}, 120_000);

afterAll(() => database?.close());

/** What left the account's pots for charges whose windows lie in (fromMs, toMs], straight from the ledger. */
async function ledgerDebit(account: string, fromMs: number, toMs: number): Promise<bigint> {
  const { rows } = await database.pool.query<{ debit: bigint }>(
    `select coalesce(-sum(e.amount_micro), 0)::bigint as debit
       from ledger_tx t join ledger_entry e on e.tx_id = t.id
       join ledger_account la on la.id = e.ledger_account_id join account a on a.id = la.account_id
      where a.code = $1 and t.kind in ('charge', 'reversal')
        and split_part(t.key, ':', 4)::bigint >= $2 and split_part(t.key, ':', 5)::bigint <= $3`,
    [account, fromMs, toMs],
  );
  return rows[0]!.debit;
}

describe('a resident’s own pages', () => {
  it('what is used and not yet posted is told as quantity and money of the same utility', async () => {
    const usage = await readUsage(...(await as('student')), {
      step: 'DAY',
      atMs: NOW,
      utility: 'ELECTRICITY',
    });
    const { rows } = await database.pool.query<{ used: bigint; charged: bigint }>(
      `select (select sum(quantity_micro) from reading where meter_id = m.id)::int8 as used,
              (select sum(c.quantity_micro) from charge c where c.meter_id = m.id and c.superseded_by is null)::int8 as charged
         from meter m where m.code = 'M-101'`,
    );
    expect(usage.unpostedQuantityMicro).toBe(rows[0]!.used - rows[0]!.charged);
    const { account } = await readHome(...(await as('student')), ['101']);
    expect(usage.unpostedMicro).toBe(BigInt(account!.money.unpostedMicro));
  });

  it('a reading that is being checked is told with the time from which nothing is charged, and with no amount', async () => {
    const held = async () =>
      (await readUsage(...(await as('student')), { step: 'DAY', atMs: NOW, utility: 'ELECTRICITY' }))
        .heldSinceMs;
    expect(await held()).toBeNull();
    const set = (to: string) =>
      database.pool.query(
        `update meter_state s set detection = ${to} from meter m where m.id = s.meter_id and m.code = 'M-101' returning base_ms::float8 as base`,
      );
    const { rows } = await set(`coalesce(s.detection, '{}') || '{"BALANCE_ANOMALY": {"heldSinceMs": 1}}'`);
    expect(await held()).toBe((rows[0] as { base: number }).base);
    await set(`s.detection - 'BALANCE_ANOMALY'`);
    expect(await held()).toBeNull();
  });

  it('every notice of the own time can be read, older ones page by page; none of who lived there before', async () => {
    const told = async () =>
      database.pool.query<{ id: number }>(
        `insert into notice (campus_id, kind, account_id, at_ms, dedupe_key, body)
         select campus_id, 'SUBSIDY_GRANTED', id, $1::bigint - (n / 2) * $2::bigint, 'paged-' || n, '{}'
           from account, generate_series(0, 99) n where code = 'A-101' returning id::float8 as id`,
        [NOW - HOUR_MS, 12 * HOUR_MS],
      );
    await told();
    const { rows: own } = await database.pool.query<{ id: number }>(
      `select n.id::float8 as id from notice n join account a on a.id = n.account_id
        where a.code = 'A-101' and n.at_ms >= $1 order by n.at_ms desc, n.id desc`,
      [MOVED_IN],
    );
    expect(own.length).toBeGreaterThan(40);
    expect(own.length).toBeLessThan(100);
    const who = await as('student');
    const home = await readHome(...who, ['101']);
    expect([home.notices.length, home.moreNotices]).toEqual([5, true]);
    const read: number[] = [];
    for (let before: NoticeCursor | null = null, pages = 0; pages < 9; pages++) {
      const page = await readNotices(...who, before);
      read.push(...page.notices.map(({ id }) => id));
      before = page.next;
      if (before === null) break;
    }
    expect(read).toEqual(own.map(({ id }) => id));
    await database.pool.query(`delete from notice where dedupe_key like 'paged-%'`);
    expect((await readHome(...who, ['101'])).moreNotices).toBe(false);
  });

  it('a notice that little is left ends with what is left', async () => {
    const who = await as('student');
    const left = BigInt((await readHome(...who, ['101'])).account!.money.availableMicro);
    expect(left).toBeGreaterThan(20_000_000n);
    const tell = (kind: string, level: string) =>
      database.pool.query(
        `insert into notice (campus_id, kind, account_id, at_ms, dedupe_key, body)
         select campus_id, $1, id, $2, $3, jsonb_build_object('level', $3::text) from account where code = 'A-101'`,
        [kind, NOW - HOUR_MS, level],
      );
    await tell('LOW_BALANCE', 'MONEY_5');
    await tell('LOW_BALANCE', 'UNITS_9999');
    const { notices } = await readHome(...who, ['101']);
    const levels = notices.filter(({ kind }) => kind === 'LOW_BALANCE').map(({ body }) => body.level);
    expect(levels).toEqual(['UNITS_9999']);
    await database.pool.query(`delete from notice where body ->> 'level' in ('MONEY_5', 'UNITS_9999')`);
  });

  it('bars and gaps add up to the ledger debit of the span, to the micro-unit, by day, week and month', async () => {
    const who = await as('student');
    for (const [step, atMs] of [
      ['DAY', NOW],
      ['DAY', yesterday],
      ['WEEK', NOW],
      ['MONTH', NOW],
      ['MONTH', MOVED_IN],
    ] as const) {
      const usage = await readUsage(...who, { step, atMs, utility: 'ELECTRICITY' });
      const fromMs = Math.max(usage.startMs, MOVED_IN);
      const drawn =
        usage.bars.reduce((sum, bar) => sum + bar.debitMicro, 0n) +
        usage.gaps.reduce((sum, gap) => sum + (gap.debitMicro ?? 0n), 0n);
      expect(drawn, step).toBe(await ledgerDebit('A-101', fromMs, usage.endMs));
      expect(drawn).toBe(usage.debitMicro);
      expect(drawn).toBeGreaterThan(0n);
      const quantity =
        usage.bars.reduce((sum, bar) => sum + (bar.quantityMicro ?? 0n), 0n) +
        usage.gaps.reduce((sum, gap) => sum + (gap.quantityMicro ?? 0n), 0n);
      expect(quantity).toBe(usage.totalMicro);
      for (const bar of usage.bars)
        expect(bar.shares.reduce((sum, share) => sum + share.quantityMicro, 0n)).toBe(
          bar.quantityMicro ?? 0n,
        );
    }
  });

  it('an outage is a gap in the day’s hours, with what the next reading brought, and no bar', async () => {
    const usage = await readUsage(...(await as('student')), {
      step: 'DAY',
      atMs: yesterday,
      utility: 'ELECTRICITY',
    });
    expect(usage.gaps).toHaveLength(1);
    const [gap] = usage.gaps;
    expect([gap?.fromMs, gap?.toMs]).toEqual([OUT[0], OUT[1] + HOUR_MS / 4]);
    expect(gap?.quantityMicro).toBe(682_500n);
    for (const hour of [14, 15, 16]) expect(usage.bars[hour]?.quantityMicro, String(hour)).toBeNull();
    const week = await readUsage(...(await as('student')), {
      step: 'WEEK',
      atMs: NOW,
      utility: 'ELECTRICITY',
    });
    expect(week.gaps).toEqual([
      { fromMs: OUT[0], toMs: OUT[1], settled: true, quantityMicro: null, debitMicro: null, shares: [] },
    ]);
  });

  it('nothing from before the own time is shown, summed or compared with', async () => {
    const who = await as('student');
    const october = await readUsage(...who, { step: 'MONTH', atMs: MOVED_IN, utility: 'ELECTRICITY' });
    expect(october.sinceMs).toBe(MOVED_IN);
    expect(
      october.bars
        .filter(({ startMs }) => startMs < MOVED_IN)
        .every(({ quantityMicro }) => quantityMicro === null),
    ).toBe(true);
    expect(october.before).toBeNull();
    expect(await readDayCharges(...who, { atMs: MOVED_IN - HOUR_MS, utility: 'ELECTRICITY' })).toEqual([]);
    expect((await readDayCharges(...who, { atMs: MOVED_IN, utility: 'ELECTRICITY' })).length).toBeGreaterThan(
      90,
    );
    const week = await readUsage(...who, { step: 'WEEK', atMs: NOW, utility: 'ELECTRICITY' });
    expect(week.before?.quantityMicro).toBeGreaterThan(0n);
    // The first weekdays to compare with lie in the own time only for three weeks: too few for a band of four.
    const today = await readToday(...who);
    expect(today?.usual?.days ?? 0).toBeLessThan(4);
  });

  it('rooms like it are the quartiles of at least five, in the very hours that the own figure has, and never of fewer', async () => {
    const who = await as('student');
    const usage = await readUsage(...who, { step: 'DAY', atMs: NOW, utility: 'ELECTRICITY' });
    expect(usage.similar?.rooms).toBe(5);
    const { rows } = await database.pool.query<{ code: string; used: bigint }>(
      `select m.code, sum(h.quantity_micro)::bigint as used from reading_hourly h join meter m on m.id = h.meter_id
        where h.hour >= $1 and h.hour < $2 group by m.code order by used`,
      [new Date(usage.startMs), new Date(Math.floor(NOW / HOUR_MS) * HOUR_MS)],
    );
    const others = rows.filter(({ code }) => code !== 'M-101').map(({ used }) => used);
    const { lowMicro, medianMicro, highMicro, ownMicro } = usage.similar!;
    expect([lowMicro, medianMicro, highMicro]).toEqual(others.slice(1, 4));
    expect(ownMicro).toBe(rows.find(({ code }) => code === 'M-101')!.used);
    await database.pool.query("update space set head_capacity = 6 where code = '106'");
    const fewer = await readUsage(...who, { step: 'DAY', atMs: NOW, utility: 'ELECTRICITY' });
    expect(fewer.similar).toBeNull();
    await database.pool.query("update space set head_capacity = null where code = '106'");
  });

  it('where midnight cuts an hour of UTC in two, today, its usual and rooms like it count that half hour too', async () => {
    const [deps1, caller, own] = await as('student');
    const inKolkata = { ...caller, campus: { ...caller.campus, timeZone: 'Asia/Kolkata' } };
    const today = await readToday(deps1, inKolkata, own);
    // Half an hour and then 18 hours, all alike.
    expect(today?.soFarMicro).toBe(105_000n + 18n * 210_000n);
    expect(today?.usual?.days).toBe(3);
    expect(today?.usual?.medianMicro).toBeCloseTo(18.5 * 210_000 + 210_000 / 15, 0);
    const usage = await readUsage(deps1, inKolkata, own, { step: 'DAY', atMs: NOW, utility: 'ELECTRICITY' });
    expect(usage.similar?.ownMicro).toBe(105_000n + 18n * 210_000n);
    expect(usage.similar?.medianMicro).toBe((140n * 37n * 1_000n) / 2n);
  });

  it('no answer holds a word of another room or of its money', async () => {
    const [deps1, caller, own] = await as('student');
    const everything = JSON.stringify(
      [
        await readHome(deps1, caller, own, ['101']),
        await readOutlook(deps1, caller, own, [50_000_000n]),
        await readToday(deps1, caller, own),
        await readUsage(deps1, caller, own, { step: 'MONTH', atMs: NOW, utility: 'ELECTRICITY' }),
        await readDayCharges(deps1, caller, own, { atMs: NOW, utility: 'ELECTRICITY' }),
      ],
      (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    );
    for (const room of ROOMS.slice(1)) {
      expect(everything).not.toContain(`"${room}"`);
      expect(everything).not.toMatch(new RegExp(`[APM]-${room}`));
    }
    for (const name of ['李四', '王五']) expect(everything).not.toContain(name);
    const wrong = { ...own, code: '102' };
    await expect(
      readUsage(deps1, caller, wrong, { step: 'DAY', atMs: NOW, utility: 'ELECTRICITY' }),
    ).rejects.toThrow(/no account/);
    expect(() =>
      ownRoom(
        { personId: 1, ownRooms: ['101'], campus: caller.campus } as unknown as Session,
        '102',
        new Date(NOW),
      ),
    ).toThrow(/102/);
    expect(() =>
      ownRoom(
        { personId: null, ownRooms: [], campus: caller.campus } as unknown as Session,
        undefined,
        new Date(NOW),
      ),
    ).toThrow(/entered/);
  });

  it('says what the balance buys in the tier in which it stands, and how long each amount lasts, longer for more', async () => {
    const outlook = await readOutlook(...(await as('student')), [20_000_000n, 100_000_000n]);
    expect(outlook.tier?.number).toBe(1);
    const { rows } = await database.pool.query<{ q: bigint }>(
      `select quantity_micro as q from accrual c join account a on a.id = c.account_id
        where a.code = 'A-101' and period_ms = $1`,
      [zone.monthStart(NOW)],
    );
    expect(outlook.tier?.leftMicro).toBe(100_000_000n - rows[0]!.q);
    const [twenty, hundred] = outlook.lasts;
    expect(twenty!.hours).not.toBeNull();
    expect(hundred!.hours!).toBeGreaterThanOrEqual(twenty!.hours!);
  });

  it('one balance buys the same for finance and for who lives there: by the tier it stands in, over a whole day', async () => {
    const [deps1, student, own] = await as('student');
    const finance = await callerOf(database, 'finance', NOW);
    const { account: mine } = await readHome(deps1, student, own, ['101']);
    const { account: shown } = await readRoom(deps(finance), finance, '101');
    expect(shown?.money?.availableMicro).toBe(mine?.money.availableMicro);
    expect(shown?.unitsMicro).toBe(mine?.unitsMicro);
    const { tier } = await readOutlook(deps1, student, own, []);
    const available = Number(mine!.money.availableMicro);
    // In the second tier a kWh costs 0.8432 by day and 0.40 by night, in the first 0.5283 and 0.2683.
    expect(Number(shown!.unitsMicro)).toBeGreaterThan(Number(tier!.leftMicro));
    expect(Number(shown!.unitsMicro)).toBeLessThan(available / 0.4);
    expect(Number(shown!.unitsMicro)).toBeGreaterThan(available / 0.8432);
  });

  it('says to who holds kWh, before paying, how many an amount buys tier by tier; a refund counts against the tiers', async () => {
    const quote = async (amountMicro: bigint) => {
      const { lasts, tier } = await readOutlook(...(await as('unit', 'U')), [amountMicro]);
      return { sale: lasts[0]!.sale, tier };
    };
    // By day 0.5283 up to 100 kWh a month, 0.8432 above.
    const before = await quote(60_000_000n);
    expect(before).toEqual({
      sale: {
        quantityMicro: 108_503_320n,
        parts: [
          { tier: 1, quantityMicro: 100_000_000n, priceMicro: 528_300n },
          { tier: 2, quantityMicro: 8_503_320n, priceMicro: 843_200n },
        ],
      },
      tier: { number: 1, leftMicro: 100_000_000n, priceMicro: 528_300n, nextPriceMicro: 843_200n },
    });
    const engine = { clock, log: silentLog };
    const campusId = (await as('unit', 'U'))[1].campus.id;
    const money = { campusId, accountCode: 'A-U', actor: 'user:finance' };
    const sold = await applyTopUp(database, engine, {
      ...{ ...money, amountMicro: 60_000_000n, channel: 'counter', reference: 'unit-1' },
    });
    expect(sold.unitsMicro).toBe(before.sale!.quantityMicro);
    expect(await quote(8_432_000n)).toMatchObject({ sale: { quantityMicro: 10_000_000n }, tier: null });
    const home = await readHome(...(await as('unit', 'U')), ['U']);
    expect(home.account).toMatchObject({
      ...{ currency: 'KWH', payCurrency: 'CNY', money: { availableMicro: '108503320' } },
    });
    await refundCash(database, engine, { ...money, amountMicro: 10_000_000n, reason: 'x', approver: null });
    // 50.00 of it bought 94.643195 kWh.
    expect((await quote(1_000_000n)).tier).toMatchObject({ number: 1, leftMicro: 5_356_805n });
  });
});
