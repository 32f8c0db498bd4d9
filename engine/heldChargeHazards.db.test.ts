import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../db/client';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { proofOfEvidence } from '../domain/credit/chargeEvidence';
import { verifyCharge } from '../domain/credit/verifyCharge';
import type { TariffVersion } from '../domain/tariffs/tariff';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { applyTopUp } from './applyTopUp';
import { nodeSha256 } from './context';
import { freezeEvidence } from './disputeEvidence';
import { refundCash } from './payments/refundCash';
import { currentRegistry } from './registry';
import { replaceMeter } from './replaceMeter';
import { lockChargesOf } from './tariffDrafts';
import { at, type HeldRoom, HeldRooms, MIDNIGHT, MINUTE, QUARTER } from './testing/heldRooms';
import { verifyLedger } from './verifyLedger';

const HOUR = 4 * QUARTER;
const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 200 : 10;

const historyArbitrary = fc.record({
  steps: fc.array(
    fc.record({ minutes: fc.integer({ min: 1, max: 40 }), whPerMinute: fc.integer({ min: 0, max: 60 }) }),
    {
      minLength: 2,
      maxLength: 7,
    },
  ),
  order: fc.array(fc.integer(), { minLength: 7, maxLength: 7 }),
});

/** Dear from an instant on, and twice as dear half an hour later on each day. */
function twoPeriods(fromMs: number, startMinute: number): TariffVersion {
  const spans = [
    { startMinute: 0, endMinute: startMinute, period: 'X' },
    { startMinute, endMinute: 1_440, period: 'Y' },
  ];
  return {
    ...flatTariff('TWO', fromMs, 0n),
    periods: { DAY: spans },
    pricesMicro: [{ X: 40_000_000n, Y: 80_000_000n }],
  };
}

describe('a held charge', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let rooms: HeldRooms;

  beforeAll(async () => {
    rooms = await HeldRooms.start();
    ({ database, campus } = rooms);
  });
  afterAll(async () => {
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
    await database.drop();
  });

  async function readingsOf(one: HeldRoom) {
    const { rows } = await database.pool.query<{ quality: number; epoch: number; quantity: bigint | null }>(
      `select quality, epoch, quantity_micro as quantity from reading where meter_id = $1 and ts > $2 order by ts`,
      [one.meter.id, new Date(MIDNIGHT)],
    );
    return rows;
  }

  it('outlasts a reset of the register: what was used before it is charged, and then what the new epoch measured', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    for (const [i, register] of [0.1, 0.2, 0.3, 0.4].entries())
      await rooms.say(one, one.atMs + (i + 1) * QUARTER, register);
    one.atMs += 4 * QUARTER;
    expect(await rooms.alarmsOf(one)).toMatchObject([{ active: true }]);
    expect(await rooms.spent(one)).toBeCloseTo(4, 6);

    await rooms.correctPrice(one, 500_000n);
    expect(await rooms.release(one)).toEqual({ quantityMicro: 500_000n });
    expect(await rooms.spent(one)).toBeCloseTo(4 + 0.5 * 0.5, 6);
    expect(await readingsOf(one)).toEqual([
      { quality: 0, epoch: 1, quantity: 200_000n },
      { quality: 0, epoch: 2, quantity: null },
      { quality: 0, epoch: 2, quantity: 100_000n },
      { quality: 0, epoch: 2, quantity: 100_000n },
      { quality: 0, epoch: 2, quantity: 100_000n },
    ]);
    expect((await rooms.books(one)).quarantine).toEqual([]);
    await rooms.say(one, one.atMs + QUARTER, 0.6);
    expect(await rooms.spent(one)).toBeCloseTo(4 + 0.7 * 0.5, 6);
    const { rows } = await database.pool.query(
      `select reason, opened_ms::float8 as opened from register_epoch where meter_id = $1`,
      [one.meter.id],
    );
    expect(rows).toEqual([{ reason: 'REGISTER_RESET', opened: MIDNIGHT + 2 * QUARTER }]);
  });

  it('forgets a single low value that the next readings refute, and charges the rest once', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    await rooms.say(one, one.atMs + 5 * MINUTE, 0.1);
    await rooms.report(one, 0.2);
    await rooms.correctPrice(one, 500_000n);
    await rooms.release(one);
    expect(await rooms.spent(one)).toBeCloseTo(4 + 0.2, 6);
    expect((await readingsOf(one)).map(({ quality }) => quality)).toEqual([0, 2, 0]);
  });

  it.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
    'comes to the same money whichever order %j its readings arrived in',
    async (order) => {
      const dearer = [
        flatTariff('W1', MIDNIGHT, 30_000_000n),
        flatTariff('W2', MIDNIGHT + QUARTER, 60_000_000n),
      ];
      const one = await rooms.room(dearer);
      const readings = [0.3, 0.35, 0.45].map((kwh, i) => ({
        ms: MIDNIGHT + (i + 1) * QUARTER,
        register: one.register + kwh,
      }));
      one.atMs = MIDNIGHT + 3 * QUARTER;
      for (const i of order) {
        const { ms, register } = readings[i]!;
        await rooms.say(one, ms, register, { rxMs: one.atMs + MINUTE });
        expect(await rooms.alarmsOf(one)).toMatchObject([{ active: true }]);
      }
      const held = await rooms.books(one);
      expect([held.balance, held.quarantine]).toEqual([
        '-4.000000',
        ['CHARGE_HELD', 'CHARGE_HELD', 'CHARGE_HELD'],
      ]);
      expect(await rooms.release(one)).toEqual({ quantityMicro: 450_000n });
      expect(await rooms.spent(one)).toBeCloseTo(4 + 0.3 * 30 + 0.05 * 60 + 0.1 * 60, 6);
      expect(await readingsOf(one)).toEqual(
        [300_000n, 50_000n, 100_000n].map((quantity) => ({ quality: 0, epoch: 1, quantity })),
      );
      expect((await rooms.books(one)).quarantine).toEqual([]);
    },
  );

  it(`comes to the same money in the end, whatever else of its meter came in whichever order (${RUNS} histories)`, async () => {
    const dearer = [
      flatTariff('W1', MIDNIGHT, 30_000_000n),
      flatTariff('W2', MIDNIGHT + 2 * QUARTER, 60_000_000n),
    ];
    const outcomeOf = async (
      steps: readonly { minutes: number; whPerMinute: number }[],
      order: readonly number[] | null,
    ) => {
      const one = await rooms.room(dearer);
      let [ms, wh] = [one.atMs, Math.round(one.register * 1_000)];
      const readings = steps.map((step) => {
        ms += step.minutes * MINUTE;
        wh += step.minutes * step.whPerMinute;
        return { ms, register: wh / 1_000 };
      });
      const arrived = order
        ? readings
            .map((reading, i) => ({ reading, key: order[i]! }))
            .sort((a, b) => a.key - b.key)
            .map(({ reading }) => reading)
        : readings;
      one.atMs = ms;
      for (const { ms: atMs, register } of arrived)
        await rooms.say(one, atMs, register, { rxMs: ms + MINUTE });
      await rooms.release(one).catch((error: { reason?: string }) => {
        expect(error.reason).toBe('NO_HELD_CHARGE');
      });
      const { numeratorPico, quarantine } = await rooms.books(one);
      return { numeratorPico, quarantine, readings: await readingsOf(one) };
    };
    await fc.assert(
      fc.asyncProperty(historyArbitrary, async ({ steps, order }) => {
        expect(await outcomeOf(steps, order)).toEqual(await outcomeOf(steps, null));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('lets no cash go back that may pay for it', async () => {
    const one = await rooms.room(50_000_000n);
    await applyTopUp(database, at(one.atMs), {
      campusId: campus.id,
      accountCode: one.account.code,
      amountMicro: 100_000_000n,
      channel: 'counter',
      reference: one.account.code,
      actor: 'user:test',
    });
    await rooms.report(one, 0.2);
    const refund = () =>
      refundCash(database, at(one.atMs + MINUTE), {
        campusId: campus.id,
        accountCode: one.account.code,
        amountMicro: null,
        reason: 'moves out',
        actor: 'user:test',
        approver: null,
      });
    await expect(refund()).rejects.toMatchObject({ code: 'refused', reason: 'CHARGE_HELD' });
    await rooms.release(one);
    expect(await refund()).toMatchObject({ amountMicro: 86_000_000n });
  });

  it('is told to finance, who alone release it', async () => {
    const { rows: users } = await database.pool.query<{ id: number }>(
      `insert into app_user (campus_id, code, display_name, password_hash) values ($1, 'releases', 'Releases', '!') returning id`,
      [campus.id],
    );
    const userId = users[0]!.id;
    await database.pool.query(
      `insert into role_binding (user_id, role, valid_from) values ($1, 'FINANCE', '2024-01-01T00:00:00Z')`,
      [userId],
    );
    await database.pool.query(
      `insert into notice_contact (user_id, channel, address, created_ms, verified_ms) values ($1, 'EMAIL', 'r@example.org', 0, 0)`,
      [userId],
    );
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    const { rows } = await database.pool.query(
      `select d.kind, d.channel::text from delivery d join alarm a on a.id = d.alarm_id
        where d.user_id = $1 and a.rule = 'BALANCE_ANOMALY' and a.subject_id = $2`,
      [userId, one.meter.pointId],
    );
    expect(rows).toEqual([{ kind: 'ALARM_RAISED', channel: 'EMAIL' }]);
  });

  it('is charged by the rate registers that came with its readings, and its proof says so', async () => {
    const one = await rooms.room([twoPeriods(MIDNIGHT + HOUR, 90)], {
      meter: { intervalS: 3_600, profileOptions: { rateT1: 'X', rateT2: 'Y' } },
    });
    const steps = [
      { kwh: 0.2, rates: { EA_T1: '10.000', EA_T2: '20.000' } },
      { kwh: 0.2, rates: { EA_T1: '10.150', EA_T2: '20.050' } },
      { kwh: 0.1, rates: { EA_T1: '10.150', EA_T2: '20.150' } },
    ];
    for (const { kwh, rates } of steps) {
      one.register += kwh;
      one.atMs += HOUR;
      await rooms.say(one, one.atMs, one.register, { rates });
    }
    expect((await rooms.books(one)).quarantine).toEqual(['CHARGE_HELD', 'CHARGE_HELD']);
    await rooms.release(one);
    expect(await rooms.spent(one)).toBeCloseTo(4.1 + 0.15 * 40 + 0.05 * 80 + 0.1 * 80, 6);
    const { rows } = await database.pool.query<{ id: bigint }>(
      'select id from charge where account_id = $1 and t0_ms >= $2 order by t0_ms',
      [one.account.id, MIDNIGHT + HOUR],
    );
    for (const { id } of rows) {
      const { text } = await withTransaction(database, async (tx) =>
        freezeEvidence(tx, (await currentRegistry(database, tx)).campuses.get(campus.id)!, id, one.atMs),
      );
      expect(verifyCharge(proofOfEvidence(text)!, nodeSha256).outcome).toBe('EQUAL');
    }
  });

  it('may be one that the meter can’t have counted: three readings that agree ask a person, who lets it be taken', async () => {
    const one = await rooms.room(500_000n);
    for (const kwh of [500, 0.2]) await rooms.report(one, kwh);
    expect(await rooms.alarmsOf(one)).toEqual([]);
    await rooms.report(one, 0.2);
    expect(await rooms.alarmsOf(one)).toMatchObject([
      { active: true, evidence: { since: MIDNIGHT + QUARTER } },
    ]);
    await rooms.report(one, 0.2);
    expect(await rooms.spent(one)).toBeCloseTo(4, 6);
    expect(await rooms.release(one)).toEqual({ quantityMicro: 500_600_000n });
    expect(await rooms.spent(one)).toBeCloseTo(4 + 500.6 * 0.5, 6);
    expect(await rooms.alarmsOf(one)).toMatchObject([{ active: false }]);
    expect((await rooms.books(one)).quarantine).toEqual([]);
    await rooms.report(one, 0.2);
    expect(await rooms.spent(one)).toBeCloseTo(4 + 500.8 * 0.5, 6);
  });

  describe('of a meter whose rating was entered too small', () => {
    const outpacing = async () => {
      const one = await rooms.room(500_000n, { charges: 0, meter: { imaxA: 1 } });
      // The rating lets 0.063 kWh pass in a quarter hour.
      for (let quarter = 0; quarter < 3; quarter++) await rooms.report(one, 0.2);
      expect(await rooms.alarmsOf(one)).toEqual([]);
      await rooms.report(one, 0.2);
      await rooms.report(one, 0.2);
      return one;
    };

    it('is told within the hour that its charges wait, with what it can count, once', async () => {
      const one = await outpacing();
      expect(await rooms.spent(one)).toBeCloseTo(0, 6);
      expect(await rooms.alarmsOf(one)).toMatchObject([
        { active: true, evidence: { since: MIDNIGHT, mostPerHour: 0.253 } },
      ]);
    });

    it('is taken with the next reading once the rating is put right', async () => {
      const one = await outpacing();
      await database.pool.query('update meter set imax_a = 60 where id = $1', [one.meter.id]);
      await campus.changed();
      await rooms.report(one, 0.2);
      expect(await rooms.spent(one)).toBeCloseTo(1.2 * 0.5, 6);
      expect(await rooms.alarmsOf(one)).toMatchObject([{ active: false }]);
    });

    it('is taken as estimated when finance releases it', async () => {
      const one = await outpacing();
      expect(await rooms.release(one)).toEqual({ quantityMicro: 1_000_000n });
      expect(await rooms.spent(one)).toBeCloseTo(0.5, 6);
    });

    it('is not told where a spike or two are over before the hour', async () => {
      const one = await rooms.room(500_000n, { charges: 8 });
      await rooms.say(one, one.atMs + 5 * MINUTE, one.register + 5_000);
      await rooms.say(one, one.atMs + 10 * MINUTE, one.register + 9_000);
      await rooms.report(one, 0.2);
      expect(await rooms.alarmsOf(one)).toEqual([]);
      expect(await rooms.spent(one)).toBeCloseTo(0.9, 6);
    });
  });

  describe('and an exchange of its meter', () => {
    const exchange = (one: HeldRoom, oldEndRegister: string) =>
      replaceMeter(database, at(one.atMs + QUARTER), {
        campusId: campus.id,
        pointCode: one.meter.pointCode,
        oldEndRegister,
        meter: { code: `N-${one.meter.code}`, serial: `N-${one.meter.code}`, startRegister: '0.000' },
        actor: 'user:electrician',
        reason: 'display broken',
      });

    it('wait for finance where the end register bears it out: nobody else lets it be taken', async () => {
      const one = await rooms.room(50_000_000n);
      await rooms.report(one, 0.2);
      await rooms.report(one, 0.1);
      await expect(exchange(one, (one.register + 0.1).toFixed(3))).rejects.toMatchObject({
        code: 'conflict',
        reason: 'CHARGE_HELD',
      });
      expect(await rooms.spent(one)).toBeCloseTo(4, 6);
      expect(await rooms.alarmsOf(one)).toMatchObject([{ active: true }]);

      await rooms.correctPrice(one, 500_000n);
      await rooms.release(one);
      await exchange(one, (one.register + 0.1).toFixed(3));
      expect(await rooms.spent(one)).toBeCloseTo(4 + 0.4 * 0.5, 6);
    });

    it('end it where the end register shows that the level was wrong', async () => {
      const one = await rooms.room(50_000_000n);
      const right = one.register;
      await rooms.report(one, 0.2);
      await exchange(one, right.toFixed(3));
      expect(await rooms.spent(one)).toBeCloseTo(4, 6);
      expect(await rooms.alarmsOf(one)).toMatchObject([{ active: false }]);
      expect((await readingsOf(one)).map(({ quality }) => quality)).toEqual([2, 0]);
    });
  });

  it('keeps its month open: what is released later stands in no locked one', async () => {
    const own = await TestCampus.create(database);
    const there = new HeldRooms(database, own);
    const one = await there.room(50_000_000n);
    await there.report(one, 0.2);
    const lock = () =>
      lockChargesOf(database, at(cst('2025-10-02 00:00')), {
        campusId: own.id,
        month: '2025-09',
        by: 'user:finance',
      });
    await expect(lock()).rejects.toMatchObject({ code: 'conflict', reason: 'CHARGE_HELD' });
    await there.release(one);
    await lock();
  });
});
