import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { dispatchCommand, dueCommands } from '../../../engine/dispatchCommand';
import { sweepCommands } from '../../../engine/sweepCommands';
import type { BulkCampus } from '../../testing/bulkCampus';
import { reasonOf } from '../../testing/reasonOf';
import { BUILDING, ofRooms, ScheduledCampus } from '../../testing/scheduledCampus';
import { readBulkJob } from './readControl';
import { retryFiring } from './retryFiring';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let desk: ScheduledCampus;
let campus: BulkCampus;

beforeAll(async () => {
  desk = await ScheduledCampus.start();
  campus = desk.campus;
});
afterAll(() => campus?.database.drop());
beforeEach(() => desk.nextWeek());

/** What is due goes out, and no meter answers. */
async function unanswered(): Promise<void> {
  await desk.look();
  for (let second = 0; second < 40; second++) {
    await campus.tick();
    for (const command of await dueCommands(campus.database, campus.ctx, 50))
      await dispatchCommand(campus.database, campus.ctx, command.id, async () => undefined);
  }
  campus.clock.advance(3 * MINUTE);
  await sweepCommands(campus.database, campus.ctx);
  await campus.tick();
  await campus.report();
}

async function retry(jobId: string, code = 'energy2'): Promise<{ id: string }> {
  const { caller, deps } = await campus.as(code);
  return retryFiring(deps, caller, { jobId });
}

async function mayRetry(jobId: string, code = 'energy2'): Promise<boolean> {
  const { caller, deps } = await campus.as(code);
  return (await readBulkJob(deps, caller, jobId)).rights.retryFiring;
}

it('what failed of a cut is tried again for the schedule alone: it comes back with the others in the morning', async () => {
  const id = await desk.active(ofRooms('07', '08'));
  await desk.goTo('23:00');
  await unanswered();
  const failed = await desk.lastJob(id);
  expect(failed.job).toMatchObject({ state: 'DONE', cells: { timeout: 2 } });
  expect(await mayRetry(failed.job.id)).toBe(true);
  const again = await retry(failed.job.id);
  await desk.pass(5);
  expect([desk.off(), await desk.reasons()]).toEqual([2, { SCHEDULE: 2 }]);
  expect((await desk.lastJob(id)).job).toMatchObject({ id: again.id, direction: 'CUT', selected: 2 });
  await desk.goTo('06:00', 1);
  await desk.pass(60);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
  const { rows } = await campus.database.pool.query(
    "select actor, after->>'of' as of from audit_log where action = 'SCHEDULE_RETRIED' and target = $1",
    [`schedule:${id}`],
  );
  expect(rows).toEqual([{ actor: (await campus.as('energy2')).caller.actor, of: failed.job.id }]);
});

it('a room that a person gave back meanwhile is that person’s: a second try leaves it on', async () => {
  const id = await desk.active(ofRooms('07', '08'));
  await desk.goTo('23:00');
  await unanswered();
  const jobId = await desk.lastFiring(id);
  await campus.database.pool.query(
    `update supply_state set reasons = '{}' where point_id = (select id from meter_point where code = 'P-B-07')`,
  );
  await retry(jobId);
  await desk.pass(10);
  expect(['07', '08'].map((room) => campus.relays.get(`M-B-${room}`))).toEqual([1, 0]);
});

it('a cut is not tried again once its time is over, nor by who may not, nor of an older firing', async () => {
  const id = await desk.active(ofRooms('07'));
  await desk.goTo('23:00');
  await unanswered();
  const jobId = await desk.lastFiring(id);
  for (const code of ['security-b', 'maintainer', 'admin', 'warden-n']) {
    expect(await reasonOf(retry(jobId, code)), code).toBe('ROLE_MISSING');
    if (code === 'security-b') expect(await mayRetry(jobId, code)).toBe(false);
  }
  const { id: second } = await retry(jobId);
  expect(await reasonOf(retry(jobId)), 'an older firing').toBe('FIRING_OVER');
  expect(await reasonOf(retry(second)), 'it is under way').toBe('FIRING_OVER');
  await unanswered();
  campus.clock.set(desk.at('06:00', 1));
  expect([await reasonOf(retry(second)), await mayRetry(second)], 'time is over').toEqual([
    'FIRING_OVER',
    false,
  ]);
  await desk.pass(60);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
});

it('what failed of a restore is tried again, and a hold that a person laid meanwhile stays', async () => {
  const id = await desk.active(ofRooms('01', '02'));
  await desk.goTo('23:00');
  await desk.pass(15);
  expect(desk.off()).toBe(2);
  await desk.goTo('06:00', 1);
  await unanswered();
  const failed = await desk.lastJob(id);
  expect(failed.job).toMatchObject({ state: 'DONE', direction: 'RESTORE', cells: { timeout: 2 } });
  await campus.database.pool.query(
    `update supply_state set reasons = '{"MANUAL": {"sinceMs": 1, "by": "user:energy"}}'
      where point_id = (select id from meter_point where code = 'P-B-01')`,
  );
  await retry(failed.job.id);
  for (let second = 0; second < 35; second++) {
    await campus.tick();
    await campus.obey();
  }
  expect(['01', '02'].map((room) => campus.relays.get(`M-B-${room}`))).toEqual([0, 1]);
  expect(await desk.reasons()).toEqual({ MANUAL: 1 });
});

it('a restore is tried again for a day from its first try, however often, and past nobody’s tag', async () => {
  const id = await desk.active(ofRooms('03'));
  await desk.goTo('23:00');
  await desk.pass(15);
  expect(desk.off()).toBe(1);
  campus.clock.advance(2 * MINUTE);
  await campus.report();
  await desk.steer('energy', id, 'PAUSE');
  await unanswered();
  const first = await desk.lastJob(id);
  expect(first.job).toMatchObject({ state: 'DONE', direction: 'RESTORE', cells: { timeout: 1 } });
  const madeMs = first.job.requestedMs;
  campus.clock.set(madeMs + DAY - 20 * MINUTE);
  await campus.report();
  const tagged = async (tags: string) =>
    campus.database.pool.query(
      `update supply_state set tags = $1 where point_id = (select id from meter_point where code = 'P-B-03')`,
      [tags],
    );
  await tagged('[{"by": "2", "sinceMs": 0, "note": "wiring"}]');
  const { id: second } = await retry(first.job.id);
  for (let tick = 0; tick < 35; tick++) {
    await campus.tick();
    await campus.obey();
  }
  expect(desk.off(), 'a tag hangs there').toBe(1);
  await tagged('[]');
  campus.clock.set(madeMs + DAY + MINUTE);
  await campus.report();
  expect([await reasonOf(retry(second)), await mayRetry(second)], 'a day is over').toEqual([
    'FIRING_OVER',
    false,
  ]);
});

it('a firing that a person stopped is left so, and a job that is none of a schedule is not found', async () => {
  const id = await desk.active(BUILDING);
  await desk.goTo('23:00');
  await desk.look();
  await campus.tick();
  const jobId = await desk.lastFiring(id);
  await desk.steerFiring(jobId, 'STOP');
  expect([await reasonOf(retry(jobId)), await mayRetry(jobId)]).toEqual(['FIRING_OVER', false]);
  expect(await reasonOf(retry('01J7ZK3V8N4QK6T2M9R5W1X0YB'))).toBe('JOB');
});
