import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { AlarmRuleCode } from '../../../domain/alarms/alarmCatalogue';
import type { AlarmVerdict } from '../../../domain/alarms/alarmVerdict';
import type { FixedClock } from '../../../domain/time/clock';
import { applyAlarmSignal } from '../../../engine/applyAlarmEvent';
import { downgradeRules } from '../../../engine/downgradeRules';
import { countOf, judgeAsSeen } from '../../testing/judgeAsSeen';
import { ServiceCampus } from '../../testing/serviceCampus';
import { liftRuleDowngrade } from '../rules/liftDowngrade';
import { readRules } from '../rules/readRules';
import { judgeAlarm } from './judgeAlarm';
import { readAlarm } from './readAlarm';

const DAY = 86_400_000;
let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;
let campusId: number;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
  campusId = (await campus.caller('energy')).campus.id;
});
afterAll(() => database?.drop());
// Verdicts of the test before lie behind the ninety days.
beforeEach(() => clock.advance(91 * DAY));

/** Raises an alarm at a point, or ends it. */
async function signal(kind: 'RAISE' | 'RETURN', point: string, rule: AlarmRuleCode): Promise<number> {
  const { rows } = await database.pool.query<{ id: number; spaceId: number }>(
    'select id, space_id as "spaceId" from meter_point where code = $1',
    [point],
  );
  const { id, spaceId } = rows[0]!;
  const at = clock.now();
  const alarm = await withTransaction(database, (tx) =>
    applyAlarmSignal(tx, at, { rule, subject: { campusId, type: 'POINT', id, spaceId }, kind, atMs: at }),
  );
  return alarm!;
}

async function judge(who: string, alarmId: number, verdict: AlarmVerdict, note = ''): Promise<void> {
  await judgeAsSeen(campus, who, { alarmId, verdict, note });
}

async function page(who: string, alarmId: number) {
  const caller = await campus.caller(who);
  return readAlarm(campus.deps(caller), caller, caller.permission('VIEW_ALARMS')!.scope, alarmId);
}

it('a verdict stays with who, when and why; the newest of an alarm counts, whoever gave it', async () => {
  const id = await signal('RAISE', 'P-101', 'OVERLOAD');
  await judge('security-n', id, 'FALSE', 'nobody home');
  clock.advance(60_000);
  await judge('energy', id, 'TRUE');
  const { verdicts, timeline, alarm } = await page('security-n', id);
  expect(verdicts).toMatchObject({
    newest: { verdict: 'TRUE', note: '', atMs: clock.now() },
    building: 'N',
    counts: { right: 1, wrong: 0, nuisance: 0, unclear: 0 },
  });
  expect(timeline.filter((entry) => entry.kind === 'ALARM' && entry.event === 'VERDICT')).toMatchObject([
    { detail: { verdict: 'TRUE' } },
    { detail: { verdict: 'FALSE', note: 'nobody home' } },
  ]);
  // It says something about the alarm, and does nothing to it.
  expect(alarm.state).toBe('UNACK');
  const { rows } = await database.pool.query(
    `select actor, target, after from audit_log where action = 'ALARM_JUDGED' order by id`,
  );
  expect(rows).toMatchObject([
    { actor: 'user:security-n', target: `alarm:${id}`, after: { verdict: 'FALSE', note: 'nobody home' } },
    { actor: 'user:energy', target: `alarm:${id}`, after: { verdict: 'TRUE' } },
  ]);
});

it('a clock that is told of with every message is judged all the same, however often it came since it was looked at', async () => {
  const id = await signal('RAISE', 'P-101', 'CLOCK_DRIFT');
  const seenCount = await countOf(campus, id);
  clock.advance(10_000);
  await signal('RAISE', 'P-101', 'CLOCK_DRIFT');
  const { caller, deps } = await campus.as('energy');
  await judgeAlarm(deps, caller, { alarmId: id, verdict: 'TRUE', seenCount });
  expect((await page('energy', id)).verdicts.newest).toMatchObject({ verdict: 'TRUE' });
});

it('precision counts one building and ninety days', async () => {
  const north = await signal('RAISE', 'P-101', 'OVER_CURRENT');
  const beside = await signal('RAISE', 'P-102', 'OVER_CURRENT');
  const south = await signal('RAISE', 'P-201', 'OVER_CURRENT');
  const other = await signal('RAISE', 'P-101', 'PHASE_IMBALANCE');
  await judge('energy', north, 'TRUE');
  await judge('energy', beside, 'NUISANCE', 'a lift');
  await judge('energy', south, 'FALSE', 'meter');
  await judge('energy', other, 'FALSE', 'meter');
  const counts = async () => (await page('security-n', north)).verdicts.counts;
  expect(await counts()).toEqual(expect.objectContaining({ right: 1, wrong: 0, nuisance: 1, unclear: 0 }));
  clock.advance(90 * DAY + 1);
  expect(await counts()).toEqual(expect.objectContaining({ right: 0, nuisance: 0 }));
});

it('nobody judges without a reason for a no, beyond their places, or without the role', async () => {
  const id = await signal('RAISE', 'P-201', 'VOLTAGE_RANGE');
  for (const verdict of ['FALSE', 'NUISANCE', 'UNCLEAR'] as const)
    await expect(judge('energy', id, verdict, '  ')).rejects.toMatchObject({ reason: 'NOTE_NEEDED' });
  await expect(judge('security-n', id, 'TRUE')).rejects.toMatchObject({ reason: 'ALARM' });
  for (const who of ['student', 'finance', 'admin'])
    await expect(judge(who, id, 'TRUE')).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
  expect((await page('energy', id)).verdicts.newest).toBeNull();
});

/** Alarms of a rule in the north that are over, with a verdict on each a minute after the other, as the acts leave them. */
async function judged(rule: AlarmRuleCode, verdicts: readonly AlarmVerdict[]): Promise<void> {
  await database.pool.query(
    `with said as (select v, n, $4::bigint + n * 60000 as at from unnest($3::text[]) with ordinality as x(v, n)),
          raised as (
            insert into alarm (campus_id, rule, priority, subject_type, subject_id, space_id, active, acknowledged, since_ms,
                   raised_ms, last_ms, active_since_ms, returned_ms, ended_ms, activations, evidence)
            select $1, $2, 2, 'POINT', p.id, p.space_id, false, true, at, at, at, at, at, at, '[]', '{}'
              from said, meter_point p where p.code = 'P-101' returning id, raised_ms)
     insert into alarm_event (alarm_id, at_ms, event, actor, detail)
     select r.id, r.raised_ms, 'VERDICT', 'user:energy', jsonb_build_object('verdict', s.v, 'note', 'looked')
       from raised r join said s on s.at = r.raised_ms`,
    [campusId, rule, verdicts, clock.now()],
  );
  clock.advance((verdicts.length + 1) * 60_000);
}
const times = (n: number, verdict: AlarmVerdict): AlarmVerdict[] => Array.from({ length: n }, () => verdict);

async function alarmOf(id: number) {
  const { rows } = await database.pool.query<{ priority: number; evidence: Record<string, unknown> }>(
    'select priority, evidence from alarm where id = $1',
    [id],
  );
  return rows[0]!;
}

it('a rule that is wrong too often in a building only tells there; a person lifts it, and it begins to count anew', async () => {
  const rule = 'FROZEN_REGISTER';
  await judged(rule, [...times(14, 'TRUE'), ...times(15, 'FALSE'), ...times(5, 'UNCLEAR')]);
  expect(await downgradeRules(database, campus.ctx)).toEqual({ downgraded: 0 });
  await judged(rule, ['NUISANCE']);
  expect(await downgradeRules(database, campus.ctx)).toEqual({ downgraded: 1 });
  const sinceMs = clock.now();
  // Once is enough, whoever looks.
  expect(await downgradeRules(database, campus.ctx)).toEqual({ downgraded: 0 });
  clock.advance(60_000);
  const north = await alarmOf(await signal('RAISE', 'P-102', rule));
  expect(north).toMatchObject({ priority: 3, evidence: { downgradedSince: sinceMs } });
  expect(await alarmOf(await signal('RAISE', 'P-201', rule))).toEqual({ priority: 2, evidence: {} });
  const { rows } = await database.pool.query(
    `select body from notice where kind = 'RULE_DOWNGRADED' and at_ms = $1`,
    [sinceMs],
  );
  expect(rows).toEqual([{ body: { rule, building: 'N', right: 14, counted: 30 } }]);

  const energy = await campus.caller('energy');
  const { downgrades } = await readRules(
    campus.deps(energy),
    energy,
    energy.permission('VIEW_ALARMS')!.scope,
  );
  const standing = downgrades.find((one) => one.rule === rule && one.liftedMs === null)!;
  expect(standing).toMatchObject({ building: 'N', right: 14, counted: 30, sinceMs });
  const lift = async (who: string, note = 'registers exchanged') => {
    const caller = await campus.caller(who);
    await liftRuleDowngrade(campus.deps(caller), caller, { id: standing.id, note });
  };
  for (const who of ['security-n', 'warden-n', 'admin'])
    await expect(lift(who)).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
  await expect(lift('energy', ' ')).rejects.toMatchObject({ reason: 'REASON' });
  await lift('energy');
  await expect(lift('energy')).rejects.toMatchObject({ reason: 'DOWNGRADE' });
  // What was judged before says nothing any more.
  expect(await downgradeRules(database, campus.ctx)).toEqual({ downgraded: 0 });
  clock.advance(60_000);
  await judged(rule, times(29, 'FALSE'));
  expect(await downgradeRules(database, campus.ctx)).toEqual({ downgraded: 0 });
  expect(await alarmOf(await signal('RAISE', 'P-101', rule))).toEqual({ priority: 2, evidence: {} });
});

it('no number of verdicts makes a hazard quiet', async () => {
  for (const rule of ['GAS_LEAK', 'TAMPER', 'OVERLOAD'] as const) await judged(rule, times(31, 'FALSE'));
  expect(await downgradeRules(database, campus.ctx)).toEqual({ downgraded: 0 });
  // Danger stays danger, whatever the rule.
  await judged('VOLTAGE_RANGE', times(30, 'FALSE'));
  expect(await downgradeRules(database, campus.ctx)).toEqual({ downgraded: 1 });
  const { rows } = await database.pool.query<{ id: number; spaceId: number }>(
    `select id, space_id as "spaceId" from meter_point where code = 'P-102'`,
  );
  const at = clock.now();
  const swell = await withTransaction(database, (tx) =>
    applyAlarmSignal(tx, at, {
      rule: 'VOLTAGE_RANGE',
      subject: { campusId, type: 'POINT', id: rows[0]!.id, spaceId: rows[0]!.spaceId },
      kind: 'RAISE',
      priority: 'P1',
      atMs: at,
    }),
  );
  expect(await alarmOf(swell!)).toMatchObject({ priority: 1 });
});
