import { afterAll, beforeAll, expect, it } from 'vitest';
import { scopedSource } from '../../../db/scopedSource';
import { cst } from '../../../domain/tariffs/testing';
import { type SupplyRoom, SupplyRooms } from '../../../engine/testing/supplyRooms';
import { callerOf } from '../../testing/callerOf';
import { type DraftAsk, readDraftChoices, replayDraft } from './replayDraft';

const SECOND = 1_000;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
let rooms: SupplyRooms;
let cutRoom: SupplyRoom;
let barred: string;
/** When the policy in force cut, and when the room was topped up. */
let cutMs: number;
let backMs: number;

/** A room that is cut for credit and topped up two hours later, one that is protected, and one whose policy never cuts. */
beforeAll(async () => {
  rooms = await SupplyRooms.start();
  barred = await rooms.campus.policy({ noCutPeriods: { weekdays: EVERY_DAY } });
  const [one, kept, spared] = [
    await rooms.room('1.00'),
    await rooms.room('1.00', rooms.anyHour, 'CREDIT'),
    await rooms.room('1.00', barred),
  ];
  cutRoom = one;
  const all = [one, kept, spared];
  for (let i = 0; i < 2; i++) {
    rooms.clock.advance(300 * SECOND);
    await rooms.reportAll(all, 1.1);
  }
  for (let i = 0; i < 7; i++) {
    rooms.clock.advance(60 * SECOND);
    await rooms.reportAll(all, 0.01);
    await rooms.sweep();
    await rooms.meterObeys(one);
  }
  const { rows } = await rooms.database.pool.query<{ at: bigint }>(
    `select created_ms as at from command where point_id = $1 and op = 'disconnect' order by created_ms limit 1`,
    [one.meter.pointId],
  );
  cutMs = Number(rows[0]!.at);
  rooms.clock.advance(7_200 * SECOND);
  await rooms.reportAll(all, 0);
  backMs = rooms.clock.now();
  for (const room of all) await rooms.topUp(room, '50.00', `back-${room.account.code}`);
  await rooms.database.pool.query(
    `with u as (insert into app_user (campus_id, code, display_name, password_hash)
       select $1, x, x, '-' from unnest(array['energy', 'guard', 'auditor', 'admin']) as x returning id, code)
     insert into role_binding (user_id, role, valid_from)
       select id, case code when 'energy' then 'ENERGY_MANAGER' when 'guard' then 'SECURITY' else upper(code) end::role, '2024-01-01' from u`,
    [rooms.campus.id],
  );
});
afterAll(() => rooms?.database.drop());

async function replay(draft: Partial<DraftAsk>, code = 'energy') {
  const { database, ctx } = rooms;
  const caller = await callerOf(database, code, ctx.clock.now());
  const deps = { reader: scopedSource(database, caller.reach), engine: ctx };
  const policy = draft.policy ?? rooms.anyHour;
  const choice = (await readDraftChoices(deps, caller)).find((one) => one.code === policy)!;
  const { dailyWindows, weekdays, noticeLeadMinutes } = choice;
  const asIs = { policy, weeks: 1, dailyWindows, weekdays, noticeLeadMinutes, moreDates: [] };
  return replayDraft(deps, caller, { ...asIs, ...draft });
}
const until = (time: string) => [{ fromMinute: 0, toMinute: Number(time.slice(0, 2)) * 60 }];

it('the policy in force, run over what is stored, makes the cut that was made, and as a draft changes nothing', async () => {
  const { cuts, counts, floatMicro, leftOut } = await replay({});
  expect(cuts).toMatchObject([
    { kind: 'AS_BEFORE', point: cutRoom.meter.pointCode, cutMs, untilMs: backMs, rule: 'CREDIT_USED_UP' },
  ]);
  // The engine looks once a minute in this test.
  expect(Math.abs(cuts[0]!.draftMs! - cutMs)).toBeLessThanOrEqual(60 * SECOND);
  expect(counts).toEqual({ AS_BEFORE: 1, AVOIDED: 0, DELAYED: 0, EARLIER: 0, NEW: 0, UNEXPLAINED: 0 });
  expect([floatMicro, leftOut]).toEqual(['0', {}]);
});

it('a longer time without cuts avoids it or puts it off to its end, and says by which rule', async () => {
  const avoided = await replay({ dailyWindows: until('18') });
  expect(avoided.cuts).toMatchObject([{ kind: 'AVOIDED', rule: 'NO_CUT_PERIOD', noCutKind: 'DAILY' }]);
  expect(avoided.floatMicro, 'one room’s money is not told').toBeNull();
  const delayed = await replay({ dailyWindows: until('13') });
  expect(delayed.cuts).toMatchObject([{ kind: 'DELAYED', draftMs: cst('2025-09-10 13:00') }]);
  const exams = { fromDate: '2025-09-08', toDate: '2025-09-12' };
  expect((await replay({ moreDates: [exams] })).cuts).toMatchObject([
    { kind: 'AVOIDED', noCutKind: 'EXAM_WEEK' },
  ]);
});

it('a draft without no-cut times cuts anew where they kept supply on, but nobody who is protected', async () => {
  expect((await replay({ policy: barred })).cuts).toEqual([]);
  expect((await replay({ policy: barred, weekdays: [] })).cuts).toMatchObject([
    { kind: 'NEW', cutMs: null, rule: 'NO_CUT_PERIOD', noCutKind: 'WEEKDAY' },
  ]);
});

it('an account whose credit is not kept by instant is left out, and counted', async () => {
  const setPlan = (percent: number | null) =>
    rooms.database.pool.query('update account set recovery_percent = $2 where id = $1', [
      cutRoom.account.id,
      percent,
    ]);
  await setPlan(50);
  expect(await replay({})).toMatchObject({ cuts: [], leftOut: { RECOVERY_PLAN: 1 } });
  await setPlan(null);
});

it('is for those who answer for the policy, and refuses what is not there by its field', async () => {
  await expect(replay({}, 'guard')).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
  const backwards = [{ fromDate: '2025-09-12', toDate: '2025-09-08' }];
  await expect(replay({ moreDates: backwards })).rejects.toMatchObject({
    reason: 'DATES',
    details: { field: '/moreDates/0' },
  });
});

it.each(['auditor', 'admin'])(
  'whose credit was used up is not told to whoever may not see it: %s',
  async (code) => {
    const { cuts, counts } = await replay({ dailyWindows: until('13') }, code);
    expect(cuts).toMatchObject([{ kind: 'DELAYED', space: null, point: null, rule: 'NO_CUT_PERIOD' }]);
    expect(counts.DELAYED).toBe(1);
    expect(JSON.stringify(cuts)).not.toContain(cutRoom.meter.pointCode);
  },
);
