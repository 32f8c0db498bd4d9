import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import type { TariffVersion } from '../domain/tariffs/tariff';
import { cst, flatTariff, TARIFF_B } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import { rejectHeldCharge } from './rejectHeldCharge';
import { replaceMeter } from './replaceMeter';
import { rerateDue } from './rerate';
import { lockChargesOf } from './tariffDrafts';
import { type HeldRoom, HeldRooms, MIDNIGHT, MINUTE, QUARTER } from './testing/heldRooms';
import { verifyLedger } from './verifyLedger';

const at = (ms: number) => ({ clock: new FixedClock(ms), log: silentLog });

describe('a held charge that is rejected', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let rooms: HeldRooms;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    rooms = new HeldRooms(database, campus);
  });
  afterAll(() => database.drop());

  const reject = (one: HeldRoom, approver: string | null = null) =>
    rejectHeldCharge(database, at(one.atMs + MINUTE), {
      campusId: campus.id,
      pointCode: one.meter.pointCode,
      actor: 'user:finance',
      approver,
      reason: 'the display was read wrongly',
    });

  const recordOf = async (one: HeldRoom) => {
    const { rows } = await database.pool.query(
      `select epoch, from_ms::float8 as "fromMs", to_ms::float8 as "toMs", from_micro as "fromMicro", to_micro as "toMicro",
              quantity_micro as "quantityMicro", worth_micro as "worthMicro", reason, actor, approver
         from charge_rejection where meter_id = $1 order by epoch`,
      [one.meter.id],
    );
    return rows;
  };

  const chargesOf = async (one: HeldRoom) => {
    const { rows } = await database.pool.query(
      `select id, rev, epoch, lines, amount_micro, start_micro, end_micro from charge where account_id = $1 order by id`,
      [one.account.id],
    );
    return rows;
  };

  it('is decided at the meter that is fitted there now, whatever hung there before', async () => {
    const exchanged = async () => {
      const before = await rooms.room(50_000_000n);
      const code = `N-${before.meter.code}`;
      await replaceMeter(database, at(before.atMs + MINUTE), {
        campusId: campus.id,
        pointCode: before.meter.pointCode,
        oldEndRegister: before.register.toFixed(3),
        meter: { code, serial: code, startRegister: '0.000' },
        actor: 'user:electrician',
        reason: 'display broken',
      });
      const now: HeldRoom = { ...before, meter: { ...before.meter, code }, register: 0 };
      for (const kwh of [0.001, 0.001, 0.4]) await rooms.report(now, kwh);
      expect(await rooms.alarmsOf(now)).toMatchObject([{ active: true }]);
      return now;
    };
    expect(await reject(await exchanged())).toMatchObject({ quantityMicro: 400_000n });
    const released = await exchanged();
    const spent = await rooms.spent(released);
    await rooms.release(released);
    expect((await rooms.spent(released)) - spent).toBe(20);
    expect(await rooms.alarmsOf(released)).toMatchObject([{ active: false }]);
  });

  it('is never taken: what was held stays uncharged with who and why, and the next reading counts from the last one held', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    await rooms.report(one, 0.3);
    await rooms.report(one, 0.1, 3 * 3_600_000);
    expect(await reject(one)).toEqual({ quantityMicro: 600_000n, worthMicro: 30_000_000n });
    expect(await rooms.spent(one)).toBeCloseTo(4, 6);
    expect(await recordOf(one)).toEqual([
      {
        epoch: 2,
        fromMs: MIDNIGHT,
        toMs: one.atMs,
        fromMicro: 108_000_000n,
        toMicro: 108_600_000n,
        quantityMicro: 600_000n,
        worthMicro: 30_000_000n,
        reason: 'the display was read wrongly',
        actor: 'user:finance',
        approver: null,
      },
    ]);
    expect(await rooms.alarmsOf(one)).toMatchObject([{ active: false }]);
    expect((await rooms.books(one)).quarantine).toEqual(['CHARGE_REJECTED', 'CHARGE_REJECTED']);
    await expect(reject(one)).rejects.toMatchObject({ reason: 'NO_HELD_CHARGE' });
    await expect(rooms.release(one)).rejects.toMatchObject({ reason: 'NO_HELD_CHARGE' });

    await rooms.correctPrice(one, 500_000n);
    await rooms.report(one, 0.2);
    expect(await rooms.spent(one)).toBeCloseTo(4.1, 6);
    expect(await rooms.alarmsOf(one)).toHaveLength(1);
    expect((await verifyLedger(database)).problem).toBeNull();
  });

  it.each([
    // 0.9 kWh after 8 at 0.50, 20.00 and 40.00 a kWh up to 8.2, 8.4 and beyond.
    { freeMicro: 0n, advancesTier: true, worthMicro: 100_000n + 4_000_000n + 20_000_000n },
    // The cheapest units are free; those that the account pays for stand in the tiers above.
    { freeMicro: 300_000n, advancesTier: true, worthMicro: 2_000_000n + 20_000_000n },
    { freeMicro: 300_000n, advancesTier: false, worthMicro: 100_000n + 4_000_000n + 8_000_000n },
    // Another tariff of the same tiers from a third of the time on: what the first part takes is gone for the second.
    { freeMicro: 0n, advancesTier: true, worthMicro: 100_000n + 4_000_000n + 20_000_000n, parts: 2 },
    { freeMicro: 300_000n, advancesTier: true, worthMicro: 2_000_000n + 20_000_000n, parts: 2 },
    {
      ...{ freeMicro: 300_000n, advancesTier: false, parts: 2 },
      worthMicro: 100_000n + 4_000_000n + 8_000_000n,
    },
  ])(
    'is worth to the micro-unit what its release would cost, where tiers and free units meet: %o',
    async (of) => {
      const { freeMicro, advancesTier, worthMicro, parts = 1 } = of;
      const held = async () => {
        const tiers: TariffVersion = {
          ...{ ...TARIFF_B, tierLimitsMicro: [8_200_000n, 8_400_000n, null] },
          pricesMicro: [{ ALL: 500_000n }, { ALL: 20_000_000n }, { ALL: 40_000_000n }],
        };
        const account = await campus.account();
        const tariffId = await campus.tariff([tiers]);
        const meter = await campus.meter({ intervalS: 900, accountId: account.id, tariffId });
        const one: HeldRoom = { account, meter, register: 100, atMs: MIDNIGHT - 40 * QUARTER };
        await rooms.report(one, 0, 0);
        for (let n = 0; n < 40; n++) await rooms.report(one, 0.2);
        const { id: fundId } = await campus.fund();
        if (freeMicro > 0n)
          await campus.freeUnits({
            ...{ accountId: one.account.id, fundId, quantityMicro: freeMicro, advancesTier },
          });
        if (parts > 1) {
          const from = new Date(one.atMs + QUARTER / 3);
          await database.pool.query('update account_tariff set valid_to = $2 where account_id = $1', [
            ...[account.id, from],
          ]);
          await database.pool.query(
            `insert into account_tariff (account_id, utility, tariff_id, valid_from) values ($1, 'ELECTRICITY', $2, $3)`,
            [account.id, await campus.tariff([tiers]), from],
          );
          await campus.changed();
        }
        await rooms.report(one, 0.9);
        expect(await rooms.alarmsOf(one)).toMatchObject([{ active: true }]);
        return one;
      };
      expect(await reject(await held())).toEqual({ quantityMicro: 900_000n, worthMicro });
      const released = await held();
      const before = await rooms.spent(released);
      await rooms.release(released);
      expect((await rooms.spent(released)) - before).toBeCloseTo(Number(worthMicro) / 1e6, 6);
    },
  );

  it('lets the next be judged like any other: what is as unusual again is held again', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    await reject(one);
    await rooms.report(one, 0.2);
    expect(await rooms.spent(one)).toBeCloseTo(4, 6);
    expect(await rooms.alarmsOf(one)).toMatchObject([{ active: true }]);
  });

  it('stays out when a reading of that time comes late, and when all is rated again: no charge changes by a byte', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.4);
    await rooms.report(one, 0.4);
    await reject(one);
    await rooms.correctPrice(one, 500_000n);
    await rooms.report(one, 0.2);
    await rooms.report(one, 0.2);
    const before = await chargesOf(one);
    await rooms.say(one, MIDNIGHT + QUARTER + 5 * MINUTE, one.register - 0.9, { rxMs: one.atMs + MINUTE });
    expect((await rooms.books(one)).quarantine).toContain('CHARGE_REJECTED');
    await database.pool.query(
      `insert into rerate_task (draft_id, account_id, utility, from_ms) values (1, $1, 'ELECTRICITY', $2)`,
      [one.account.id, MIDNIGHT - 10 * QUARTER],
    );
    await rerateDue(database, at(one.atMs + 2 * MINUTE));
    expect(await chargesOf(one)).toEqual(before);
    expect(await rooms.spent(one)).toBeCloseTo(4.2, 6);
    expect((await verifyLedger(database)).problem).toBeNull();
  });

  it('is worth what would have been taken for it, with surcharges, and they count towards the second person', async () => {
    const dear = {
      ...flatTariff('DEAR', MIDNIGHT, 50_000_000n),
      surcharges: [
        { code: 'GRID', kind: 'PERCENT' as const, valueMicro: 10_000_000n },
        { code: 'UNIT', kind: 'PER_UNIT' as const, valueMicro: 5_000_000n },
        { code: 'VAT', kind: 'TAX' as const, valueMicro: 10_000_000n },
      ],
    };
    const one = await rooms.room([dear]);
    await rooms.report(one, 0.6);
    // 30.00 and 3.00 for units, 3.00 of the energy, a tenth of all of it.
    expect(await reject(one)).toEqual({ quantityMicro: 600_000n, worthMicro: 39_600_000n });
    const many = await rooms.room([
      { ...dear, pricesMicro: flatTariff('M', MIDNIGHT, 750_000_000n).pricesMicro },
    ]);
    await rooms.report(many, 0.6);
    await expect(reject(many), '450.00 before surcharges').rejects.toMatchObject({ reason: 'SECOND_PERSON' });
  });

  it('takes a late reading before what was held as ever', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.4);
    await reject(one);
    await rooms.say(one, MIDNIGHT - 5 * MINUTE, 107.9, { rxMs: one.atMs + MINUTE });
    expect(await rooms.spent(one)).toBeCloseTo(4, 6);
    expect((await verifyLedger(database)).problem).toBeNull();
  });

  it('takes a second person above what one may give away in a day, several rejections of a point counted together', async () => {
    const one = await rooms.room(1_000_000_000n);
    await rooms.report(one, 0.3);
    expect(await reject(one)).toMatchObject({ worthMicro: 300_000_000n });
    await rooms.report(one, 0.3);
    for (const approver of [null, 'user:finance'])
      await expect(reject(one, approver)).rejects.toMatchObject({ code: 'refused', reason: 'SECOND_PERSON' });
    expect((await rooms.alarmsOf(one)).at(-1)).toMatchObject({ active: true });
    await reject(one, 'user:other');
    expect((await recordOf(one)).map(({ approver }) => approver)).toEqual([null, 'user:other']);
  });

  it('may be a jump that the meter can’t have counted: its new level is where it counts from', async () => {
    const one = await rooms.room(500_000n);
    for (const kwh of [500, 0.2, 0.2, 0.2]) await rooms.report(one, kwh);
    await reject(one, 'user:other');
    await rooms.report(one, 0.2);
    expect(await rooms.spent(one)).toBeCloseTo(4.1, 6);
    expect(await rooms.alarmsOf(one)).toMatchObject([{ active: false }]);
    expect((await verifyLedger(database)).problem).toBeNull();
  });

  it('leaves a reset behind it to be judged: its new epoch begins at the low readings', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    for (const [i, register] of [0.1, 0.2, 0.3].entries())
      await rooms.say(one, one.atMs + (i + 1) * QUARTER, register);
    one.atMs += 3 * QUARTER;
    await reject(one);
    const { rows } = await database.pool.query(
      'select epoch, reason from register_epoch where meter_id = $1 order by epoch',
      [one.meter.id],
    );
    expect(rows).toEqual([
      { epoch: 2, reason: 'CHARGE_REJECTED' },
      { epoch: 3, reason: 'REGISTER_RESET' },
    ]);
    // What the new epoch has measured is charged, at the price that stands.
    expect(await rooms.spent(one)).toBeCloseTo(4 + 0.2 * 50, 6);
    expect((await verifyLedger(database)).problem).toBeNull();
  });

  it('lets its meter be exchanged and its month be locked', async () => {
    const own = await TestCampus.create(database);
    const there = new HeldRooms(database, own);
    const one = await there.room(50_000_000n);
    await there.report(one, 0.2);
    await rejectHeldCharge(database, at(one.atMs + MINUTE), {
      campusId: own.id,
      pointCode: one.meter.pointCode,
      actor: 'user:finance',
      approver: null,
      reason: 'wrong',
    });
    await there.correctPrice(one, 500_000n);
    await replaceMeter(database, at(one.atMs + QUARTER), {
      campusId: own.id,
      pointCode: one.meter.pointCode,
      oldEndRegister: (one.register + 0.1).toFixed(3),
      meter: { code: `N-${one.meter.code}`, serial: `N-${one.meter.code}`, startRegister: '0.000' },
      actor: 'user:electrician',
      reason: 'display broken',
    });
    expect(await there.spent(one)).toBeCloseTo(4.05, 6);
    await lockChargesOf(database, at(cst('2025-10-02 00:00')), {
      campusId: own.id,
      month: '2025-09',
      by: 'user:finance',
    });
  });

  it('is proven by the ledger’s verifier: a record that does not fit the readings, or a charge over it, is named', async () => {
    const one = await rooms.room(50_000_000n);
    await rooms.report(one, 0.2);
    await reject(one);
    await expect(
      database.pool.query(`update charge_rejection set reason = 'x' where meter_id = $1`, [one.meter.id]),
    ).rejects.toThrow();
    const problemAfter = async (text: string, back: string) => {
      await database.pool.query(text, [one.meter.id]);
      const { firstBadId } = await verifyLedger(database);
      await database.pool.query(back, [one.meter.id]);
      return firstBadId;
    };
    const id = `charge_rejection:${one.meter.code}:2`;
    expect(
      await problemAfter(
        'update register_epoch set start_micro = start_micro + 1 where meter_id = $1',
        'update register_epoch set start_micro = start_micro - 1 where meter_id = $1',
      ),
    ).toBe(id);
    expect(
      await problemAfter(
        `update register_epoch set epoch = 9 where meter_id = $1`,
        `update register_epoch set epoch = 2 where meter_id = $1`,
      ),
    ).toBe(id);
    expect((await verifyLedger(database)).problem).toBeNull();
  });
});
