import { afterAll, beforeAll, expect, it } from 'vitest';
import { noScope } from '../../../db/queries/scope';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { FixedClock } from '../../../domain/time/clock';
import { applyMeterEvent } from '../../../engine/applyMeterEvent';
import { judgeAsSeen } from '../../testing/judgeAsSeen';
import { ServiceCampus } from '../../testing/serviceCampus';
import { readAlarm } from '../alarms/readAlarm';
import { readJournal } from '../alarms/readJournal';
import { appealOwnLoad } from './appealLoad';
import { readHome } from './readHome';
import { APPEAL_DAYS } from './readNotices';

const DAY = 86_400_000;
const LAMP = { appliance: 'Desk lamp XL-2', powerW: 900 };
let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
});
afterAll(() => database?.drop());

/** The meter of the student's room sees a forbidden load, and then that it is gone. */
async function seen(): Promise<void> {
  await event(true);
  await event(false);
}

async function event(on: boolean): Promise<void> {
  clock.advance(60_000);
  await applyMeterEvent(database, campus.ctx, {
    site: 'TC',
    senderKind: 'METER',
    senderCode: 'M-101',
    meterCode: null,
    tsMs: clock.now(),
    rxMs: clock.now(),
    name: 'FORBIDDEN_LOAD',
    on,
    data: { powerW: 1_150 },
  });
}

async function student() {
  const caller = await campus.caller('student');
  const at = new Date(clock.now());
  const { personId } = caller.permission('VIEW_MONEY')!.scope;
  const own = { code: 'N-101', scope: { ...noScope(caller.campus.id, at), personId } };
  return [campus.deps(caller), caller, own] as const;
}

async function notices() {
  const [deps, caller, own] = await student();
  return (await readHome(deps, caller, own, ['N-101'])).notices;
}

async function appeals(noticeId: number): Promise<string> {
  const [deps, caller, own] = await student();
  return appealOwnLoad(deps, caller, own, { noticeId, ...LAMP }).then(
    () => 'DONE',
    (error: { reason?: string }) => error.reason ?? String(error),
  );
}

async function newestAlarm(): Promise<number> {
  const { rows } = await database.pool.query<{ id: number }>(
    `select max(id)::float8 as id from alarm where rule = 'FORBIDDEN_LOAD'`,
  );
  return rows[0]!.id;
}

async function judged(verdict: 'TRUE' | 'FALSE' | 'NUISANCE' | 'UNCLEAR'): Promise<void> {
  await judgeAsSeen(campus, 'warden-n', { alarmId: await newestAlarm(), verdict, note: 'looked' });
}

it('a resident contests a forbidden load once, with the appliance; the verdict of staff decides it and is told', async () => {
  await seen();
  const [told] = await notices();
  expect(told).toMatchObject({
    kind: 'FORBIDDEN_LOAD_WARN',
    appeal: { state: null, stepW: 1_150 },
  });
  expect(await appeals(told!.id)).toBe('DONE');
  expect(await appeals(told!.id)).toBe('ALREADY_APPEALED');
  expect((await notices())[0]).toMatchObject({ appeal: { state: 'OPEN' } });

  const energy = await campus.caller('energy');
  const id = await newestAlarm();
  const { timeline } = await readAlarm(
    campus.deps(energy),
    energy,
    energy.permission('VIEW_ALARMS')!.scope,
    id,
  );
  expect(timeline.filter((entry) => entry.kind === 'ALARM' && entry.event === 'APPEAL')).toMatchObject([
    { detail: LAMP, actor: 'resident' },
  ]);
  const lines = await readJournal(
    campus.deps(energy),
    energy.permission('VIEW_ALARMS')!.scope,
    { span: 'SHIFT', priority: null, announcedOnly: false },
    null,
    20,
  );
  expect(lines.filter(({ event }) => event === 'APPEAL')).toMatchObject([{ actor: 'resident' }]);
  const { rows } = await database.pool.query(
    `select n.kind, n.account_id as account, n.body from notice n where n.kind = 'LOAD_APPEALED'`,
  );
  expect(rows, 'staff are told which point, and not who').toEqual([
    { kind: 'LOAD_APPEALED', account: null, body: { point: 'P-101' } },
  ]);

  await judged('UNCLEAR');
  expect((await notices())[0]).toMatchObject({ appeal: { state: 'OPEN' } });
  await judged('FALSE');
  const after = await notices();
  expect(after.map(({ kind, body, appeal }) => [kind, body.outcome, appeal?.state])).toEqual([
    ['LOAD_APPEAL_DECIDED', 'UPHELD', undefined],
    ['FORBIDDEN_LOAD_WARN', undefined, 'UPHELD'],
  ]);
});

it('a forbidden load that staff found to be none counts towards no trip, and its outcome is told to who contested it', async () => {
  clock.advance(2 * DAY);
  await seen();
  const contestedMs = clock.now();
  expect(await appeals((await notices())[0]!.id)).toBe('DONE');
  await judged('FALSE');
  const { rows } = await database.pool.query<{ at: number }>(
    `select (body->>'contestedMs')::float8 as at from notice where kind = 'LOAD_APPEAL_DECIDED' order by id desc limit 1`,
  );
  expect(rows).toEqual([{ at: contestedMs }]);
  for (const kind of ['FORBIDDEN_LOAD_WARN', 'FORBIDDEN_LOAD_TRIP']) {
    await seen();
    expect((await notices())[0]).toMatchObject({ kind });
  }
  await judged('UNCLEAR');
  await seen();
  expect((await notices())[0], 'what can’t be told counts').toMatchObject({ kind: 'FORBIDDEN_LOAD_TRIP' });
  await judged('FALSE');
  await judged('TRUE');
  await seen();
  expect((await notices())[0], 'the newest verdict counts').toMatchObject({
    kind: 'FORBIDDEN_LOAD_TRIP_STAFF',
  });
});

it('an appeal that is upheld acknowledges the alarm by whoever judged it, so that it climbs no ladder any more', async () => {
  clock.advance(2 * DAY);
  await event(true);
  const warden = await campus.caller('warden-n');
  const state = async () => {
    const { rows } = await database.pool.query<Record<string, unknown>>(
      `select active, acknowledged, acknowledged_by as by, escalate_due_ms as due, ended_ms is null as open from alarm
        where id = $1`,
      [await newestAlarm()],
    );
    return rows[0];
  };
  const due = expect.anything() as unknown;
  const unseen = { active: true, acknowledged: false, by: null, due, open: true };
  expect(await state()).toEqual(unseen);
  await judged('FALSE');
  expect(await state(), 'nobody has contested it: a verdict does nothing to an alarm').toEqual(unseen);
  expect(await appeals((await notices())[0]!.id)).toBe('DONE');
  for (const verdict of ['UNCLEAR', 'TRUE'] as const) {
    await judged(verdict);
    expect(await state(), verdict).toEqual(unseen);
  }
  await judged('FALSE');
  const seenBy = { active: true, acknowledged: true, by: warden.actor, due: null, open: true };
  expect(await state()).toEqual(seenBy);
  const acks = async () =>
    (
      await database.pool.query<{ event: string; actor: string }>(
        `select event, actor from alarm_event where alarm_id = $1 and event in ('VERDICT', 'ACKNOWLEDGE') order by id desc limit 2`,
        [await newestAlarm()],
      )
    ).rows;
  expect(await acks()).toEqual([
    { event: 'ACKNOWLEDGE', actor: warden.actor },
    { event: 'VERDICT', actor: warden.actor },
  ]);
  await event(false);
  expect(await state(), 'its end closes it').toMatchObject({ active: false, open: false });
  await judged('NUISANCE');
  expect(
    (await acks()).map(({ event: one }) => one),
    'what is over is not acknowledged again',
  ).toEqual(['VERDICT', 'ACKNOWLEDGE']);
});

it('what staff find to be right stays so, and says so', async () => {
  clock.advance(2 * DAY);
  await seen();
  const [told] = await notices();
  expect(await appeals(told!.id)).toBe('DONE');
  await judged('TRUE');
  expect(
    (await notices()).slice(0, 2).map(({ kind, body, appeal }) => [kind, body.outcome, appeal?.state]),
  ).toEqual([
    ['LOAD_APPEAL_DECIDED', 'REJECTED', undefined],
    ['FORBIDDEN_LOAD_WARN', undefined, 'REJECTED'],
  ]);
});

it('nobody contests what is not of their room, is no forbidden load, or is older than its evidence', async () => {
  clock.advance(2 * DAY);
  await seen();
  const [told] = await notices();
  const decided = (await notices()).find(({ kind }) => kind === 'LOAD_APPEAL_DECIDED')!;
  expect(await appeals(decided.id)).toBe('NOTICE');
  expect(await appeals(999_999)).toBe('NOTICE');
  await database.pool.query(
    "update notice set account_id = (select id from account where code = 'A-102') where id = $1",
    [told!.id],
  );
  expect(await appeals(told!.id)).toBe('NOTICE');
  await database.pool.query(
    "update notice set account_id = (select id from account where code = 'A-101') where id = $1",
    [told!.id],
  );
  clock.advance(APPEAL_DAYS * DAY);
  expect(await appeals(told!.id)).toBe('NOTICE');
});
