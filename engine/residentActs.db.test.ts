import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listPointCommands } from '../db/queries/commandViews';
import { campusScope } from '../db/queries/scope';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { confirmRestore, continueAfterTrip } from './confirmRestore';
import { hangTag, takeTag } from './maintenanceTag';
import { takeEmergencyCredit } from './takeEmergencyCredit';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';
import { verifyLedger } from './verifyLedger';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a resident’s acts', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;
  /** Lends 10.00. */
  let lending: string;
  /** Trips at 5.00. */
  let twoStage: string;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
    lending = await rooms.campus.policy({ noCutPeriods: false, emergencyCreditMicro: '10000000' });
    twoStage = await rooms.campus.policy({ noCutPeriods: false, earlyTripAtMicro: '5000000' });
  });
  afterAll(async () => {
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
    await database.drop();
  });

  const word = (one: SupplyRoom) => ({
    campusId: rooms.campus.id,
    actor: 'user:1',
    actorId: '1',
    means: 'PORTAL' as const,
    accountCode: one.account.code,
    pointCode: one.meter.pointCode,
  });
  const borrow = (one: SupplyRoom) => takeEmergencyCredit(database, rooms.ctx, word(one));
  const confirm = (one: SupplyRoom) => confirmRestore(database, rooms.ctx, word(one));
  const goOn = (one: SupplyRoom) => continueAfterTrip(database, rooms.ctx, word(one));

  async function loanOf(one: SupplyRoom): Promise<string> {
    const { rows } = await database.pool.query<{ loan: string }>(
      'select ec_state::text as loan from account where id = $1',
      [one.account.id],
    );
    return rows[0]!.loan;
  }

  async function pot(one: SupplyRoom, name: string): Promise<bigint> {
    const { rows } = await database.pool.query<{ micro: bigint }>(
      'select balance_micro as micro from ledger_account where name = $1 and campus_id = $2',
      [`cust:${one.account.code}:${name}`, rooms.campus.id],
    );
    return rows[0]!.micro;
  }

  describe('emergency credit', () => {
    it('is offered at 5.00, taken by a tap alone, once a month; used up it gives nothing back before it is repaid', async () => {
      const one = await rooms.room('6.00', lending);
      await expect(borrow(one)).rejects.toMatchObject({ reason: 'NOT_OFFERED' });
      await rooms.use(one, 2.4);
      expect(await loanOf(one)).toBe('OFFERED');
      await rooms.use(one, 9.5);
      expect(await pot(one, 'ec')).toBe(0n);
      const first = await borrow(one);
      expect(first).toMatchObject({ limitMicro: 10_000_000n, replayed: false });
      expect(await borrow(one)).toMatchObject({ replayed: true, grantedMs: first.grantedMs });
      await rooms.use(one, 19);
      expect(await rooms.statesOf(one)).toEqual([]);
      await rooms.use(one, 2.4);
      await rooms.pass(one, 20);
      expect(await loanOf(one)).toBe('EXHAUSTED');
      expect(await pot(one, 'ec')).toBe(-10_000_000n);
      expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
      await expect(borrow(one)).rejects.toMatchObject({ reason: 'ALREADY_RUNNING' });
      await rooms.topUp(one, '60.00', `repaid-${one.account.code}`);
      expect(await loanOf(one)).toBe('OFF');
      await rooms.use(one, 110);
      expect(await loanOf(one)).toBe('OFF');
      await expect(borrow(one)).rejects.toMatchObject({ reason: 'ALREADY_GRANTED_THIS_MONTH' });
      clock.set(cst('2025-10-01 00:00'));
      await rooms.report(one, 0.001);
      expect(await loanOf(one)).toBe('OFFERED');
    });

    it('taken in the dark brings supply back, with the arrears as part of the loan', async () => {
      const one = await rooms.room('1.00', lending);
      await rooms.cutForCredit(one);
      const arrears = await pot(one, 'arrears');
      expect(arrears).toBeLessThan(0n);
      const { commandIds } = await borrow(one);
      expect(commandIds).toHaveLength(1);
      expect(await pot(one, 'arrears')).toBe(0n);
      expect(await pot(one, 'ec')).toBe(arrears);
      expect(await rooms.reasonsOf(one)).toEqual([]);
    });

    it('is not granted where the policy has none', async () => {
      const one = await rooms.room('1.00');
      await expect(borrow(one)).rejects.toMatchObject({ reason: 'NOT_OFFERED' });
    });
  });

  describe('a confirmation', () => {
    async function overload(one: SupplyRoom): Promise<void> {
      for (let i = 0; i < 4; i++) {
        clock.advance(10 * SECOND);
        await rooms.report(one, 0.008, 3_000);
      }
      await rooms.meterObeys(one);
      clock.advance(SECOND);
      await rooms.report(one, 0);
      expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
    }

    it('calls off no cut for safety that has not come about: the meter still passes power', async () => {
      const one = await rooms.room('50.00');
      for (let i = 0; i < 4; i++) {
        clock.advance(10 * SECOND);
        await rooms.report(one, 0.008, 3_000);
      }
      await rooms.pass(one, 6);
      await rooms.report(one, 0.008, 3_000);
      expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
      await expect(confirm(one)).rejects.toMatchObject({ reason: 'SAFETY_NOT_CUT' });
      expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
    });

    it('waits for no maintenance tag: supply does not come back unattended when the tag goes', async () => {
      const tagged = await rooms.room('50.00');
      const waiting = await rooms.room('50.00');
      const tag = (one: SupplyRoom) => ({ pointId: one.meter.pointId, userId: 7 });
      for (const one of [tagged, waiting]) {
        await overload(one);
        await rooms.pass(one, 6);
      }
      await hangTag(database, rooms.ctx, { ...tag(tagged), note: 'new sockets' });
      await expect(confirm(tagged)).rejects.toMatchObject({ reason: 'MAINTENANCE_TAG' });
      // The other's restore stands in the queue when the tag is hung.
      expect((await confirm(waiting)).commandIds).toHaveLength(1);
      await hangTag(database, rooms.ctx, { ...tag(waiting), note: 'new sockets' });
      clock.advance(20 * HOUR);
      for (const one of [tagged, waiting]) {
        await rooms.report(one, 0);
        await takeTag(database, rooms.ctx, tag(one));
        await rooms.pass(one, 2);
        expect(await rooms.meterObeys(one), one.account.code).toEqual([]);
        expect(await rooms.reasonsOf(one), one.account.code).toEqual(['SAFETY']);
      }
      expect((await confirm(tagged)).commandIds).toHaveLength(1);
    });

    it('ends no schedule: a room that is off by the clock stays so, also where it tripped before', async () => {
      const one = await rooms.room('50.00');
      const other = await rooms.room('50.00');
      await overload(other);
      await rooms.pass(other, 6);
      await rooms.report(one, 0);
      for (const dark of [one, other])
        await database.pool.query(
          `update supply_state set observed = 'OPEN', changed_ms = $2, reasons = reasons || jsonb_build_object('SCHEDULE',
             jsonb_build_object('sinceMs', $2::bigint, 'by', 'schedule:01J7ZK3V8N4QK6T2M9R5W1X0YB')) where point_id = $1`,
          [dark.meter.pointId, clock.now()],
        );
      for (const dark of [one, other]) {
        await expect(confirm(dark)).rejects.toMatchObject({
          reason: 'ENDS_BY_ITSELF',
          details: { reason: 'SCHEDULE', rule: 'SCHEDULE_END' },
        });
        expect(await rooms.meterObeys(dark)).toEqual([]);
      }
      expect(await rooms.reasonsOf(other)).toEqual(['SAFETY', 'SCHEDULE']);
    });

    it('brings supply back 5 minutes after an overload, three times a day, then staff does', async () => {
      clock.set(cst('2025-11-03 09:00'));
      const one = await rooms.room('50.00');
      for (let trip = 1; trip <= 4; trip++) {
        await overload(one);
        await expect(confirm(one)).rejects.toMatchObject({
          reason: trip <= 3 ? 'TOO_EARLY' : 'STAFF_NEEDED',
        });
        for (let i = 0; i < 6; i++) await rooms.pass(one, 1);
        if (trip === 4) {
          await expect(confirm(one)).rejects.toMatchObject({
            reason: 'STAFF_NEEDED',
            details: { rule: 'TRIP_LIMIT_REACHED' },
          });
          continue;
        }
        const { commandIds } = await confirm(one);
        expect(commandIds).toHaveLength(1);
        expect(await confirm(one)).toMatchObject({ commandIds, replayed: true });
        expect(await rooms.meterObeys(one)).toEqual(['connect']);
        await rooms.pass(one, 50);
      }
      const { rows } = await database.pool.query(
        'select reasons, cause, means, actor from restore_confirmation where point_id = $1',
        [one.meter.pointId],
      );
      expect(rows).toEqual(
        Array(3).fill({ reasons: ['SAFETY'], cause: 'OVERLOAD', means: 'PORTAL', actor: 'user:1' }),
      );
    });

    it('is asked for after more than a day in the dark: a top-up alone brings nothing back unattended', async () => {
      const one = await rooms.room('1.00');
      await rooms.cutForCredit(one);
      await expect(confirm(one)).rejects.toMatchObject({ reason: 'ARREARS' });
      clock.advance(25 * HOUR);
      await rooms.pass(one, 1);
      await rooms.topUp(one, '20.00', `day-${one.account.code}`);
      await rooms.pass(one, 2);
      expect(await rooms.notices(one)).toContain('CONFIRM_RESTORE');
      expect(await rooms.meterObeys(one)).toEqual([]);
      await confirm(one);
      expect(await rooms.meterObeys(one)).toEqual(['connect']);
    });

    it('clears nothing that staff holds', async () => {
      const one = await rooms.room('50.00');
      await rooms.operatorCuts(one, 'MANUAL');
      await expect(confirm(one)).rejects.toMatchObject({
        reason: 'STAFF_NEEDED',
        details: { reason: 'MANUAL' },
      });
      expect(await rooms.reasonsOf(one)).toEqual(['MANUAL']);
    });
  });

  describe('the two-stage trip', () => {
    it('trips once at the level, goes on by the resident’s word, and cuts at the limit', async () => {
      const one = await rooms.room('6.00', twoStage);
      await rooms.use(one, 2.4);
      expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
      clock.advance(SECOND);
      await rooms.report(one, 0);
      const { rows } = await database.pool.query<{ cause: string }>(
        "select reasons -> 'ARREARS' ->> 'cause' as cause from supply_state where point_id = $1",
        [one.meter.pointId],
      );
      expect(rows).toEqual([{ cause: 'EARLY_TRIP' }]);
      expect(await rooms.notices(one)).toContain('EARLY_TRIP');
      await expect(confirm(one)).rejects.toMatchObject({ reason: 'EARLY_TRIP' });
      await rooms.pass(one, 2);
      expect(await goOn(one)).toMatchObject({ replayed: false });
      expect(await goOn(one)).toMatchObject({ replayed: true });
      expect(await rooms.meterObeys(one)).toEqual(['connect']);
      await rooms.use(one, 8);
      await rooms.pass(one, 3);
      expect(await rooms.meterObeys(one)).toEqual([]);
      await rooms.use(one, 1.9);
      await rooms.pass(one, 20);
      expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
      await expect(confirm(one)).rejects.toMatchObject({ reason: 'ARREARS' });
    });

    it('ends by a top-up above the level, and trips again in the next descent alone', async () => {
      const one = await rooms.room('6.00', twoStage);
      await rooms.use(one, 2.4);
      await rooms.meterObeys(one);
      await rooms.pass(one, 2);
      await rooms.topUp(one, '0.10', `little-${one.account.code}`);
      expect(await rooms.meterObeys(one)).toEqual([]);
      await rooms.topUp(one, '0.50', `above-${one.account.code}`);
      expect(await rooms.meterObeys(one)).toEqual(['connect']);
      await rooms.use(one, 1.2);
      await rooms.pass(one, 2);
      expect(await rooms.meterObeys(one)).toEqual([]);
      await rooms.topUp(one, '2.00', `rearmed-${one.account.code}`);
      await rooms.use(one, 3.6);
      expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
    });

    it('never trips inside a no-cut time, and not at all where the policy has it off', async () => {
      const night = await rooms.campus.policy({ earlyTripAtMicro: '5000000' });
      clock.set(cst('2025-11-05 22:30'));
      const one = await rooms.room('6.00', night);
      const plain = await rooms.room('6.00');
      await rooms.use(one, 2.4);
      await rooms.use(plain, 2.4);
      await rooms.pass(one, 3);
      expect(await rooms.statesOf(one)).toEqual([]);
      expect(await rooms.statesOf(plain)).toEqual([]);
    });
  });

  it('who goes on is named by no step of the cut that this ends, sent or not', async () => {
    for (const sent of [false, true]) {
      const one = await rooms.room('6.00', twoStage);
      await rooms.use(one, 2.4);
      if (sent) await rooms.send(one);
      await continueAfterTrip(database, rooms.ctx, { ...word(one), actor: 'user:wang', actorId: '4711' });
      const scope = campusScope(rooms.campus.id, new Date(clock.now()));
      const shown = await listPointCommands(database, scope, one.meter.pointCode, 5);
      const cut = shown.find(({ op }) => op === 'disconnect')!;
      expect(cut.steps.at(-1)).toMatchObject({ event: 'SUPERSEDE', actor: 'resident' });
      expect(JSON.stringify(shown)).not.toContain('wang');
    }
  });
});
