import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { BulkCampus } from '../../testing/bulkCampus';
import { BUILDING, ScheduledCampus } from '../../testing/scheduledCampus';
import { testCampusDocument } from '../../testing/testCampus';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { readRoom } from '../rooms/readRoom';
import { requestRestore } from '../rooms/requestRestore';
import { decideRuleChange, proposeRuleChange } from '../rules/changeRule';
import { decideBulk } from './actOnBulk';
import { proposeChange } from './protection';
import { readWaiting } from './readWaiting';
import { requestBulk } from './requestBulk';

let desk: ScheduledCampus;
let campus: BulkCampus;
beforeAll(async () => {
  desk = await ScheduledCampus.start();
  campus = desk.campus;
  await campus.add({
    campus: testCampusDocument.campus,
    users: [
      { code: 'warden-b', name: 'Warden B', roles: [{ role: 'WARDEN', scope: 'B' }] },
      { code: 'energy-n', name: 'Energy North', roles: [{ role: 'ENERGY_MANAGER', scope: 'N' }] },
      { code: 'energy-b', name: 'Energy B', roles: [{ role: 'ENERGY_MANAGER', scope: 'B' }] },
      {
        ...{ code: 'auditor-b', name: 'Energy B' },
        roles: [{ role: 'ENERGY_MANAGER', scope: 'B' }, { role: 'AUDITOR' }],
      },
      { code: 'security-c', name: 'Security', roles: [{ role: 'SECURITY' }] },
    ],
  });
});
afterAll(() => campus?.database.drop());
beforeEach(async () => {
  await desk.nextWeek();
  await campus.database.pool.query(
    "update rule_proposal set state = 'REJECTED'; update protection_proposal set state = 'REJECTED'; delete from delivery; delete from notice where kind like 'RESTORE_RE%'",
  );
});

const EVERYBODY = [
  ...['student', 'head', 'warden-n', 'warden-b', 'security-n', 'security-b', 'security-c', 'maintainer'],
  ...['energy', 'energy-twin', 'energy2', 'energy-n', 'energy-b', 'finance', 'auditor', 'admin'],
];

async function waitingFor(code: string) {
  const { caller, deps } = await campus.as(code);
  return readWaiting(deps, caller);
}

/** Who finds something of this kind on their list. */
async function whoSees(kind: string): Promise<string[]> {
  const seen: string[] = [];
  for (const code of EVERYBODY)
    if ((await waitingFor(code)).some((item) => item.kind === kind)) seen.push(code);
  return seen;
}

async function askBulk(code: string, choice: { kind: 'SPACE' | 'FEEDER'; code: string }, confirmed = 23) {
  const { caller, deps } = await campus.as(code);
  return requestBulk(deps, caller, {
    ...{ choice, direction: 'CUT', utility: 'ELECTRICITY', reason: 'works on the main board' },
    ...{ confirmed, requestKey: `waiting-${code}-${choice.kind}-${campus.clock.now()}` },
  });
}

it('a bulk job that waits stands on the list of whoever may consent to all of it, and of nobody else', async () => {
  const { id } = await askBulk('energy', { kind: 'SPACE', code: 'B' });
  expect(await whoSees('BULK')).toEqual(['security-b', 'security-c', 'energy2', 'energy-b']);
  expect(await waitingFor('energy2')).toEqual([
    {
      ...{ kind: 'BULK', id, by: 'Energy', reason: 'works on the main board', direction: 'CUT' },
      ...{ scope: 'BUILDING', scopeCode: 'B', points: 23 },
      ...{ atMs: campus.clock.now(), dueMs: campus.clock.now() + 600_000 },
    },
  ]);
  const { caller, deps } = await campus.as('energy2');
  await decideBulk(deps, caller, { jobId: id, approve: false });
  expect(await waitingFor('energy2')).toEqual([]);
});

it('a job that ran out of time waits for nobody', async () => {
  await askBulk('energy', { kind: 'SPACE', code: 'B' });
  campus.clock.advance(10 * 60_000);
  expect(await waitingFor('energy2')).toEqual([]);
});

it('a feeder waits for those who may cut feeders', async () => {
  await askBulk('energy', { kind: 'FEEDER', code: 'F-B' }, 23);
  expect(await whoSees('BULK')).toEqual(['energy2', 'energy-b']);
});

it('a job of the own places is found behind a hundred of others that its reader may look at and not decide', async () => {
  const { id } = await askBulk('energy', { kind: 'SPACE', code: 'B' });
  await campus.database.pool.query(
    `with copies as (
       insert into bulk_job select (jsonb_populate_record(null::bulk_job, to_jsonb(j) || jsonb_build_object(
         'id', 'ELSEWHERE' || n, 'request_key', 'elsewhere' || n, 'approval_due_ms', j.approval_due_ms - 1))).*
         from bulk_job j, generate_series(1, 100) n where j.id = $1 returning id)
     insert into bulk_target select (jsonb_populate_record(null::bulk_target, to_jsonb(t) || jsonb_build_object(
       'job_id', c.id, 'point_id', (select id from meter_point where code = 'P-101')))).*
       from copies c, (select * from bulk_target where job_id = $1 limit 1) t`,
    [id],
  );
  try {
    for (const code of ['energy-b', 'auditor-b'])
      expect(
        (await waitingFor(code)).map((item) => item.id),
        code,
      ).toEqual([id]);
    expect(await waitingFor('energy2')).toHaveLength(100);
  } finally {
    await campus.database.pool.query("delete from bulk_target where job_id like 'ELSEWHERE%'");
    await campus.database.pool.query("delete from bulk_job where id like 'ELSEWHERE%'");
  }
});

it('a schedule that waits stands on the list of another energy manager, and of nobody else', async () => {
  const { id } = await desk.ask(BUILDING);
  expect(await whoSees('SCHEDULE')).toEqual(['energy2', 'energy-b']);
  expect(await waitingFor('energy2')).toMatchObject([
    { id, by: 'Energy', reason: 'nobody is there at night', choice: { kind: 'SPACE', code: 'B' } },
  ]);
  await desk.decide('energy2', id);
  expect(await waitingFor('energy2')).toEqual([]);
});

it('proposals wait for the admin who publishes them, by what they change', async () => {
  const { caller, deps } = await campus.as('energy');
  const rule = await proposeRuleChange(deps, caller, {
    ...{ rule: 'OVERLOAD', space: null, body: { limitW: 1_200 } },
    reason: 'too many trips',
  });
  await proposeChange(deps, caller, { pointCode: 'P-B-02', protection: 'CREDIT', reason: 'a nurse' });
  expect([await whoSees('RULE'), await whoSees('PROTECTION')]).toEqual([['admin'], ['admin']]);
  expect(await waitingFor('admin')).toMatchObject([
    { kind: 'RULE', rule: 'OVERLOAD', space: null, by: 'Energy', reason: 'too many trips', dueMs: null },
    { kind: 'PROTECTION', space: 'B-02', before: 'NONE', after: 'CREDIT', by: 'Energy', reason: 'a nurse' },
  ]);
  const admin = await campus.as('admin');
  await decideRuleChange(admin.deps, admin.caller, { id: rule.id, decision: 'REJECTED' });
  expect((await waitingFor('admin')).map(({ kind }) => kind)).toEqual(['PROTECTION']);
});

it('a restore that is asked for waits for whoever may restore there, until somebody brings supply back', async () => {
  const energy = await campus.as('energy');
  const change = (action: 'connect' | 'disconnect') =>
    requestSupplyChange(energy.deps, energy.caller, { pointCode: 'P-B-03', action, reason: 'test' });
  await change('disconnect');
  await campus.obey();
  for (let i = 0; i < 2; i++) {
    campus.clock.advance(35_000);
    await campus.report();
  }
  for (const [code, reason] of [
    ['warden-b', 'the leak is mended'],
    ['security-b', 'residents are back'],
  ] as const) {
    const { caller, deps } = await campus.as(code);
    await requestRestore(deps, caller, { code: 'B-03', pointCode: 'P-B-03', reason });
    campus.clock.advance(1_000);
  }
  expect(await whoSees('RESTORE'), 'the room has no account').toEqual([
    ...['energy', 'energy-twin', 'energy2', 'energy-b'],
  ]);
  const warden = await campus.as('warden-b');
  expect(await readRoom(warden.deps, warden.caller, 'B-03')).toMatchObject({
    points: [{ code: 'P-B-03', request: { by: 'Security B', reason: 'residents are back', refused: null } }],
  });
  expect(await waitingFor('energy2'), 'one line a point, as it was asked for last').toMatchObject([
    { kind: 'RESTORE', space: 'B-03', pointCode: 'P-B-03', by: 'Security B', reason: 'residents are back' },
  ]);
  await change('connect');
  expect(await waitingFor('energy2')).toEqual([]);
});

it('a restore that is asked for goes on waiting where the command to bring supply back fails, runs out or is taken back', async () => {
  const { caller, deps } = await campus.as('warden-b');
  await campus.database.pool.query("update supply_state set observed = 'OPEN'");
  await requestRestore(deps, caller, { code: 'B-05', pointCode: 'P-B-05', reason: 'x' });
  const energy = await campus.as('energy');
  await campus.database.pool.query(
    `update supply_state set reasons = '{"MANUAL": {"sinceMs": 1, "by": "user:energy"}}'
      where point_id = (select id from meter_point where code = 'P-B-05')`,
  );
  const sent = await requestSupplyChange(energy.deps, energy.caller, {
    ...{ pointCode: 'P-B-05', action: 'connect', reason: 'test' },
  });
  const waits = async () => (await waitingFor('energy2')).some(({ kind }) => kind === 'RESTORE');
  expect(await waits(), 'it is under way').toBe(false);
  for (const [state, waiting] of [
    ...(['FAILED', 'FAILED_TIMEOUT', 'EXPIRED', 'CANCELLED', 'UNVERIFIED'] as const).map((one) => [
      one,
      true,
    ]),
    ['VERIFIED', false],
  ] as const) {
    await campus.database.pool.query('update command set state = $2, finished_ms = $3 where id = $1', [
      ...[sent.commandId, state, campus.clock.now()],
    ]);
    expect(await waits(), String(state)).toBe(waiting);
  }
});

it('a restore in one building is nothing to whoever may restore in another', async () => {
  const { caller, deps } = await campus.as('warden-n');
  await campus.database.pool.query("update supply_state set observed = 'OPEN'");
  await requestRestore(deps, caller, { code: 'N-101', pointCode: 'P-101', reason: 'x' });
  expect(await whoSees('RESTORE')).toEqual(['energy', 'energy-twin', 'energy2', 'energy-n']);
});

it('what runs out comes before what only waits', async () => {
  const { caller, deps } = await campus.as('warden-b');
  await campus.database.pool.query("update supply_state set observed = 'OPEN'");
  await requestRestore(deps, caller, { code: 'B-04', pointCode: 'P-B-04', reason: 'x' });
  await desk.ask(BUILDING);
  expect((await waitingFor('energy2')).map(({ kind }) => kind)).toEqual(['SCHEDULE', 'RESTORE']);
});
