import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import { applyAlarmSignal } from '../../../engine/applyAlarmEvent';
import { ServiceCampus } from '../../testing/serviceCampus';
import { addShift } from '../duty/roster';
import { acknowledgeAlarm } from './acknowledge';
import { assignAlarm, readAssignees } from './assign';
import { noteAlarm } from './note';
import { readAlarm } from './readAlarm';
import { readAlarmList } from './readAlarmList';
import { readJournal } from './readJournal';

let campus: ServiceCampus;
let database: TestDatabase;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database } = campus);
});
afterAll(() => database?.drop());

/** Raises or ends the overload of a feeder or room. */
async function overload(point: string, kind: 'RAISE' | 'RETURN' = 'RAISE'): Promise<number> {
  const { rows } = await database.pool.query<{ id: number; spaceId: number; campusId: number }>(
    'select id, space_id as "spaceId", campus_id as "campusId" from meter_point where code = $1',
    [point],
  );
  const { id, spaceId, campusId } = rows[0]!;
  const at = campus.clock.now();
  const rule = point.startsWith('F') ? 'FEEDER_OVERLOAD' : 'OVERLOAD';
  const alarm = await withTransaction(database, (tx) =>
    applyAlarmSignal(tx, at, { rule, subject: { campusId, type: 'POINT', id, spaceId }, kind, atMs: at }),
  );
  return alarm!;
}

async function assign(who: string, alarmId: number, to: string): Promise<void> {
  campus.clock.advance(1_000);
  const { caller, deps } = await campus.as(who);
  await assignAlarm(deps, caller, { alarmId, to });
}

async function note(who: string, alarmId: number, words: string): Promise<void> {
  campus.clock.advance(1_000);
  const { caller, deps } = await campus.as(who);
  await noteAlarm(deps, caller, { alarmId, note: words });
}

async function page(who: string, alarmId: number) {
  const { caller, deps } = await campus.as(who);
  return readAlarm(deps, caller, caller.permission('VIEW_ALARMS')!.scope, alarmId);
}

async function assignees(who: string, alarmId: number) {
  const { caller, deps } = await campus.as(who);
  return readAssignees(deps, caller, { alarmId });
}

it('security gives a feeder’s P1 to somebody and notes what is done; others see who has it, and both in its timeline', async () => {
  const id = await overload('F-N');
  await assign('security-n', id, 'maintainer');
  await note('security-n', id, 'key of the plant room is at the gate');
  const { alarm, timeline, context } = await page('energy', id);
  expect(alarm).toMatchObject({ owner: 'Electrician', state: 'UNACK', acknowledgedBy: null });
  expect(timeline.filter(({ kind }) => kind === 'ALARM').slice(0, 2)).toMatchObject([
    { event: 'NOTE', actor: 'Security North', detail: { note: 'key of the plant room is at the gate' } },
    { event: 'ASSIGN', actor: 'Security North', assignee: 'Electrician' },
  ]);
  expect(context.rights).toMatchObject({ assign: true, note: true });
  const { caller, deps } = await campus.as('energy');
  const scope = caller.permission('VIEW_ALARMS')!.scope;
  const journal = await readJournal(
    deps,
    scope,
    { span: 'DAY', priority: 1, announcedOnly: false },
    null,
    10,
  );
  expect(journal.map(({ event, assignee }) => [event, assignee])).toContainEqual(['ASSIGN', 'Electrician']);
  const { rows } = await database.pool.query(
    "select action, actor, after from audit_log where action in ('ALARM_ASSIGN', 'ALARM_NOTE') order by id",
  );
  expect(rows).toMatchObject([
    { action: 'ALARM_ASSIGN', actor: 'user:security-n', after: { to: 'maintainer' } },
    { action: 'ALARM_NOTE', actor: 'user:security-n' },
  ]);
});

it('who is on duty there stands first, then who looks after the smallest place, with what each has', async () => {
  const id = await overload('P-101');
  const energy = await campus.as('energy');
  await assign('energy', id, 'energy2');
  const day = { level: 'ON_DUTY', date: '2025-09-10', from: '08:00', to: '20:00', days: 1 } as const;
  await addShift(energy.deps, energy.caller, { ...day, user: 'maintainer', space: 'N' });
  const people = await assignees('security-n', id);
  expect(people[0]).toMatchObject({ code: 'maintainer', level: 'ON_DUTY', place: null, load: 1 });
  expect(people.map(({ code }) => code)).toEqual([
    'maintainer',
    'security-n',
    'warden-n',
    'energy',
    'energy2',
  ]);
  expect(people.find(({ code }) => code === 'energy2')).toMatchObject({ load: 1, level: null, mine: false });
  expect(people.find(({ code }) => code === 'security-n')).toMatchObject({
    mine: true,
    place: { code: 'N' },
  });
});

it('whom it is given to is told, once, unless they took it themselves', async () => {
  const id = await overload('P-102');
  await assign('energy', id, 'security-n');
  await assign('energy', id, 'security-n');
  await assign('security-n', id, 'warden-n');
  await assign('warden-n', id, 'warden-n');
  await assign('energy', id, 'energy');
  const { rows } = await database.pool.query<{ kind: string; body: object }>(
    "select kind, body from notice where alarm_id = $1 and kind = 'ALARM_ASSIGNED' order by id",
    [id],
  );
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({ body: { alarm: id, rule: 'OVERLOAD', priority: 2 } });
  const given = (await page('energy', id)).timeline.filter(
    (entry) => entry.kind === 'ALARM' && entry.event === 'ASSIGN',
  );
  expect(given).toHaveLength(3);
});

it('is for those whose role answers alarms there, and gives it to such only; one that is over is given to nobody', async () => {
  const id = await overload('P-201');
  for (const stranger of ['security-n', 'warden-n']) {
    await expect(assign(stranger, id, 'energy')).rejects.toMatchObject({ code: 'notFound', reason: 'ALARM' });
    await expect(note(stranger, id, 'x')).rejects.toMatchObject({ code: 'notFound', reason: 'ALARM' });
    await expect(assignees(stranger, id)).rejects.toMatchObject({ code: 'notFound', reason: 'ALARM' });
  }
  for (const barred of ['admin', 'auditor', 'finance', 'student']) {
    await expect(assign(barred, id, 'energy')).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
    await expect(note(barred, id, 'x')).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
  }
  for (const nobody of ['security-n', 'finance', 'admin', 'no-one'])
    await expect(assign('energy', id, nobody)).rejects.toMatchObject({
      reason: 'NOT_ANSWERING',
      details: { field: '/to' },
    });
  await assign('energy', id, 'energy2');
  await overload('P-201', 'RETURN');
  const { caller, deps } = await campus.as('energy');
  await acknowledgeAlarm(deps, caller, { alarmId: id });
  await expect(assign('energy', id, 'maintainer')).rejects.toMatchObject({ reason: 'NOT_NOW' });
  await note('energy', id, 'kettle taken away');
  expect((await page('energy', id)).timeline[0]).toMatchObject({ event: 'NOTE' });
  // What is over burdens nobody.
  const load = (await assignees('energy', id)).find(({ code }) => code === 'energy2')!.load;
  const list = await readAlarmList(deps, caller, caller.permission('VIEW_ALARMS')!.scope);
  expect(load).toBe(1);
  expect(list.left.find((alarm) => alarm.id === String(id))).toMatchObject({ owner: 'Energy Two' });
});
