import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepCommands } from '../../../engine/sweepCommands';
import { BulkCampus, CLINIC } from '../../testing/bulkCampus';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { steerBulk } from './actOnBulk';
import { readBulkJob } from './readControl';
import { runSchedules } from './runSchedules';
import {
  decideSchedule,
  previewSchedule,
  readSchedules,
  requestSchedule,
  type ScheduleAsk,
  steerSchedule,
} from './schedules';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NIGHT = { dayTypes: ['WORKDAY' as const], offMinute: 23 * 60, onMinute: 6 * 60 };
const building: ScheduleAsk = { choice: { kind: 'SPACE', code: 'B' }, windows: [NIGHT], calendar: 'HOLS' };

let campus: BulkCampus;
let keys = 0;
let day = Date.parse('2025-09-08T00:00:00+08:00');

beforeAll(async () => {
  campus = await BulkCampus.start();
  await campus.database.pool.query(
    `insert into calendar (campus_id, code, name, days) select id, 'HOLS', 'Holidays', '{"2025-10-01": "HOLIDAY"}' from campus`,
  );
});
afterAll(() => campus?.database.drop());
/** Each test begins at noon of a Monday of its own, with no schedule left. */
beforeEach(async () => {
  await campus.database.pool.query(
    "update switch_schedule set state = 'ENDED', ended_ms = 0 where state <> 'ENDED'; update app_user set disabled = false;",
  );
  day += 7 * 86_400_000;
  campus.clock.set(day + 12 * 3_600_000);
  await campus.calm();
});

const at = (time: string, later = 0) =>
  day + later * 86_400_000 + (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * MINUTE;
async function ask(ask: ScheduleAsk = building, code = 'energy', name = `Nights ${++keys}`) {
  const { caller, deps } = await campus.as(code);
  return requestSchedule(deps, caller, {
    ...ask,
    name,
    reason: 'nobody is there at night',
    requestKey: `schedule-of-a-test-${++keys}`,
  });
}
async function decide(code: string, id: string, approve = true) {
  const { caller, deps } = await campus.as(code);
  return decideSchedule(deps, caller, { id, approve });
}
async function steer(code: string, id: string, event: 'PAUSE' | 'RESUME' | 'END') {
  const { caller, deps } = await campus.as(code);
  return steerSchedule(deps, caller, { id, event });
}
async function active(what: ScheduleAsk = building): Promise<string> {
  const { id } = await ask(what);
  await decide('energy2', id);
  return id;
}
async function shown(id: string, code = 'energy') {
  const { caller, deps } = await campus.as(code);
  return (await readSchedules(deps, caller)).schedules.find((one) => one.id === id);
}
async function lastJob(id: string) {
  const { caller, deps } = await campus.as('auditor');
  return readBulkJob(deps, caller, (await shown(id))!.lastJob!.id);
}
const look = () => runSchedules(campus.database, campus.ctx);
/** The clocks are looked at, and what they set going goes out and is proven. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await campus.tick();
    if (i % 5 === 0) await look();
    await sweepCommands(campus.database, campus.ctx);
    await campus.obey();
    if (i % 30 === 29) await campus.report();
  }
  await campus.report();
  await campus.tick();
}
async function goTo(time: string, later = 0): Promise<void> {
  campus.clock.set(at(time, later));
  await campus.report();
}
async function reasons(): Promise<Record<string, number>> {
  const { rows } = await campus.database.pool.query<{ reason: string; n: number }>(
    `select r.reason, count(*)::int as n from supply_state s, jsonb_object_keys(s.reasons) as r(reason) group by 1`,
  );
  return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
}
const off = () => [...campus.relays.values()].filter((relay) => relay === 0).length;
const reasonOf = async (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'DONE',
    (error: { reason?: string }) => error.reason ?? String(error),
  );

describe('a schedule', () => {
  it('cuts at its hour with every protection read anew, holds for SCHEDULE alone, and brings all back staggered', async () => {
    const id = await active();
    expect((await shown(id))?.next).toEqual({ atMs: at('23:00'), direction: 'CUT' });
    await goTo('22:59');
    await pass(50);
    expect(await campus.commands()).toEqual([]);
    await goTo('23:00');
    await pass(20);
    expect(off()).toBe(23);
    expect(await reasons()).toEqual({ SCHEDULE: 23 });
    const cut = await lastJob(id);
    expect(cut.cells.find(({ pointCode }) => pointCode === CLINIC)).toMatchObject({
      cell: 'blocked',
      reason: 'LIFE_SAFETY',
    });
    expect(cut.job.cells).toMatchObject({ verified: 23, blocked: 1 });
    const { rows } = await campus.database.pool.query(
      "select distinct cause, automatic, actor like 'schedule:%' as actor from command where op = 'disconnect' and created_ms >= $1",
      [at('23:00')],
    );
    expect(rows).toEqual([{ cause: 'SCHEDULE', automatic: true, actor: true }]);
    expect((await shown(id))?.next).toEqual({ atMs: at('06:00', 1), direction: 'RESTORE' });

    await goTo('05:59', 1);
    await pass(5);
    expect(off()).toBe(23);
    await goTo('06:00', 1);
    await pass(60);
    expect(off()).toBe(0);
    expect(await reasons()).toEqual({});
    const times = (await campus.commands())
      .filter(({ op }) => op === 'connect')
      .map(({ createdMs }) => createdMs);
    expect(times).toHaveLength(23);
    expect(Math.max(...times) - Math.min(...times), 'spread against inrush').toBeGreaterThan(10 * SECOND);
  });

  it('fires once, however many servers look and however often', async () => {
    const id = await active();
    await goTo('23:00');
    await Promise.all([look(), look(), look()]);
    await look();
    const { rows } = await campus.database.pool.query('select 1 from bulk_job where schedule_id = $1', [id]);
    expect(rows).toHaveLength(1);
  });

  it('makes no cut late: what no server saw in time is written down and left out, and a restore comes all the same', async () => {
    const id = await active();
    await goTo('23:03');
    await pass(10);
    expect(await campus.commands()).toEqual([]);
    expect((await shown(id))?.missedMs).toBe(at('23:00'));
    const { rows } = await campus.database.pool.query(
      "select 1 from audit_log where action = 'SCHEDULE_MISSED' and target = $1",
      [`schedule:${id}`],
    );
    expect(rows).toHaveLength(1);
    await steer('energy', id, 'END');

    const other = await active();
    await goTo('23:00', 1);
    await pass(20);
    const before = off();
    await goTo('09:30', 2);
    await pass(60);
    expect([before > 0, off()], 'no server ran at six').toEqual([true, 0]);
    expect((await shown(other))?.held).toBe(0);
  });

  it('a server that dies amid the cut leaves what was not sent when it comes back', async () => {
    const id = await active();
    await goTo('23:00');
    await look();
    await campus.tick();
    await campus.obey();
    const first = off();
    campus.clock.set(at('23:20'));
    await campus.report();
    await pass(20);
    expect(off()).toBe(first);
    expect((await lastJob(id)).job).toMatchObject({ state: 'STOPPED', endCause: 'EXPIRED' });
  });
});

describe('two people and their right', () => {
  it('only who may cut and restore asks, another human being consents within ten minutes, and a stranger does neither', async () => {
    for (const code of ['student', 'warden-n', 'security-b', 'maintainer', 'finance', 'admin', 'auditor'])
      expect(await reasonOf(ask(building, code)), code).toBe('ROLE_MISSING');
    const { id } = await ask();
    await goTo('23:00');
    await pass(5);
    expect(await campus.commands(), 'nothing without a consent').toEqual([]);
    expect((await shown(id))?.state).toBe('CANCELLED');
    const late = await ask();
    for (const code of ['energy', 'energy-twin'])
      expect(await reasonOf(decide(code, late.id)), code).toBe('SAME_PERSON');
    for (const code of ['security-b', 'admin'])
      expect(await reasonOf(decide(code, late.id))).toBe('ROLE_MISSING');
    await decide('energy2', late.id);
    expect(await reasonOf(decide('energy2', late.id))).toBe('DECIDED');
    expect((await shown(late.id))?.state).toBe('ACTIVE');
    await pass(5);
    expect(await campus.commands(), 'it began amid its time: nothing is cut late').toEqual([]);
  });

  it('a right that is gone pauses the schedule before its cut, and never keeps anybody in the dark', async () => {
    const id = await active();
    await campus.database.pool.query("update app_user set disabled = true where code = 'energy2'");
    await goTo('23:00');
    await pass(5);
    expect(await campus.commands()).toEqual([]);
    expect(await shown(id)).toMatchObject({ state: 'PAUSED', endCause: 'RIGHT_GONE' });
    await campus.database.pool.query("update app_user set disabled = false where code = 'energy2'");

    await steer('energy', id, 'END');
    const other = await active();
    await goTo('23:00', 1);
    await pass(20);
    expect(off()).toBe(23);
    await campus.database.pool.query(
      "update app_user set disabled = true where code in ('energy', 'energy2')",
    );
    await goTo('06:00', 2);
    await pass(60);
    expect([off(), (await shown(other, 'auditor'))?.held]).toEqual([0, 0]);
  });

  it('a point belongs to one schedule, and the dry run says so', async () => {
    await active();
    const few: ScheduleAsk = { ...building, choice: { kind: 'POINTS', codes: ['P-B-01'] } };
    expect(await reasonOf(ask(few))).toBe('SCHEDULE_OVERLAPS');
    const { caller, deps } = await campus.as('energy');
    const preview = await previewSchedule(deps, caller, few);
    expect(preview.overlaps).toContain('Nights');
    expect(preview.firings.slice(0, 2)).toEqual([
      { atMs: at('23:00'), direction: 'CUT' },
      { atMs: at('06:00', 1), direction: 'RESTORE' },
    ]);
    expect(preview.points).toMatchObject({ selected: 1, eligible: 1 });
    expect(await campus.commands()).toEqual([]);
  });
});

describe('beside everything else', () => {
  it('a pause or an end brings back what it keeps off; a resume cuts nothing before its next hour', async () => {
    const id = await active();
    await goTo('23:00');
    await pass(20);
    expect(off()).toBe(23);
    await steer('energy2', id, 'PAUSE');
    await pass(60);
    expect([off(), await reasons()]).toEqual([0, {}]);
    await steer('energy', id, 'RESUME');
    await pass(10);
    expect(off()).toBe(0);
    await steer('energy', id, 'END');
    expect(await reasonOf(steer('energy', id, 'RESUME'))).toBe('DECIDED');
  });

  it('a pause amid the waves of a cut ends them at once', async () => {
    const id = await active();
    await goTo('23:00');
    await look();
    await campus.tick();
    await campus.obey();
    const before = off();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(23);
    await steer('energy', id, 'PAUSE');
    await campus.tick();
    await campus.obey();
    expect(off()).toBe(before);
    // The least time off is counted from when a reading shows it.
    await pass(120);
    expect([off(), await reasons()]).toEqual([0, {}]);
    expect((await campus.commands()).filter(({ op, issued }) => op === 'disconnect' && issued)).toHaveLength(
      before,
    );
  });

  it('a person’s hold, put on or lifted at night, is that person’s: the morning brings back only what nothing else holds', async () => {
    const few: ScheduleAsk = {
      ...building,
      choice: { kind: 'POINTS', codes: ['P-B-01', 'P-B-02', 'P-B-03'] },
    };
    const id = await active(few);
    await goTo('23:00');
    await pass(15);
    expect(off()).toBe(3);
    const change = async (point: string, action: 'disconnect' | 'connect') => {
      const { caller, deps } = await campus.as('energy');
      return requestSupplyChange(deps, caller, { pointCode: point, action, reason: 'test' });
    };
    await pass(40);
    await campus.database.pool.query(
      `update supply_state set reasons = reasons || '{"MANUAL": {"sinceMs": 1, "by": "user:energy"}}'
         where point_id = (select id from meter_point where code = 'P-B-01')`,
    );
    await change('P-B-02', 'connect');
    await pass(5);
    expect(campus.relays.get('M-B-02'), 'a late class').toBe(1);
    await goTo('06:00', 1);
    await pass(60);
    expect(['01', '02', '03'].map((room) => campus.relays.get(`M-B-${room}`))).toEqual([0, 1, 1]);
    expect((await lastJob(id)).job.cells).toMatchObject({ lifted: 1, verified: 1 });
  });

  it('what bars a restore in the morning keeps supply off no longer than itself', async () => {
    const few: ScheduleAsk = { ...building, choice: { kind: 'POINTS', codes: ['P-B-05'] } };
    await active(few);
    await goTo('23:00');
    await pass(15);
    const online = (value: boolean) =>
      campus.database.pool.query("update meter set online = $1, status_ms = $2 where code = 'M-B-05'", [
        value,
        campus.clock.now() + 1,
      ]);
    await goTo('06:00', 1);
    await online(false);
    for (let i = 0; i < 40; i++) {
      await campus.tick();
      if (i % 5 === 0) await look();
      await campus.obey();
    }
    expect([off(), await reasons()], 'nothing wants it off, and it waits').toEqual([1, {}]);
    await online(true);
    await pass(70);
    expect(off()).toBe(0);
  });

  it('a firing that a person stops leaves what was not sent on, and nothing comes after it', async () => {
    const id = await active();
    await goTo('23:00');
    await look();
    const { caller, deps } = await campus.as('energy');
    await campus.tick();
    await steerBulk(deps, caller, { jobId: (await shown(id))!.lastJob!.id, event: 'STOP' });
    await pass(70);
    expect([off(), await reasons()]).toEqual([0, {}]);
  });
});
