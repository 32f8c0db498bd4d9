import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BulkCampus, CLINIC } from '../../testing/bulkCampus';
import { reasonOf } from '../../testing/reasonOf';
import { BUILDING, ofRooms, ScheduledCampus } from '../../testing/scheduledCampus';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { previewBulk } from './previewBulk';
import { previewSchedule } from './schedules';

const SECOND = 1_000;

let desk: ScheduledCampus;
let campus: BulkCampus;

beforeAll(async () => {
  desk = await ScheduledCampus.start();
  campus = desk.campus;
});
afterAll(() => campus?.database.drop());
beforeEach(() => desk.nextWeek());

describe('a schedule', () => {
  it('cuts at its hour with every protection read anew, holds for SCHEDULE alone, and brings all back staggered', async () => {
    const id = await desk.active();
    expect((await desk.shown(id))?.next).toEqual({ atMs: desk.at('23:00'), direction: 'CUT' });
    await desk.goTo('22:59');
    await desk.pass(50);
    expect(await campus.commands()).toEqual([]);
    await desk.goTo('23:00');
    await desk.pass(20);
    expect(desk.off()).toBe(23);
    expect(await desk.reasons()).toEqual({ SCHEDULE: 23 });
    const cut = await desk.lastJob(id);
    expect(cut.cells.find(({ pointCode }) => pointCode === CLINIC)).toMatchObject({
      cell: 'blocked',
      reason: 'LIFE_SAFETY',
    });
    expect(cut.job.cells).toMatchObject({ verified: 23, blocked: 1 });
    const { rows } = await campus.database.pool.query(
      "select distinct cause, automatic, actor like 'schedule:%' as actor from command where op = 'disconnect' and created_ms >= $1",
      [desk.at('23:00')],
    );
    expect(rows).toEqual([{ cause: 'SCHEDULE', automatic: true, actor: true }]);
    expect((await desk.shown(id))?.next).toEqual({ atMs: desk.at('06:00', 1), direction: 'RESTORE' });

    await desk.goTo('05:59', 1);
    await desk.pass(5);
    expect(desk.off()).toBe(23);
    await desk.goTo('06:00', 1);
    await desk.pass(60);
    expect(desk.off()).toBe(0);
    expect(await desk.reasons()).toEqual({});
    const times = (await campus.commands())
      .filter(({ op }) => op === 'connect')
      .map(({ createdMs }) => createdMs);
    expect(times).toHaveLength(23);
    expect(Math.max(...times) - Math.min(...times), 'spread against inrush').toBeGreaterThan(10 * SECOND);
  });

  it('fires once, however many servers look and however often', async () => {
    const id = await desk.active();
    await desk.goTo('23:00');
    await Promise.all([desk.look(), desk.look(), desk.look()]);
    await desk.look();
    expect(await desk.firingsOf(id)).toBe(1);
  });

  it('makes no cut late: what no server saw in time is written down and left out, and a restore comes all the same', async () => {
    const id = await desk.active();
    await desk.goTo('23:03');
    await desk.pass(10);
    expect(await campus.commands()).toEqual([]);
    expect((await desk.shown(id))?.missedMs).toBe(desk.at('23:00'));
    const { rows } = await campus.database.pool.query(
      "select 1 from audit_log where action = 'SCHEDULE_MISSED' and target = $1",
      [`schedule:${id}`],
    );
    expect(rows).toHaveLength(1);
    await desk.steer('energy', id, 'END');

    const other = await desk.active();
    await desk.goTo('23:00', 1);
    await desk.pass(20);
    const before = desk.off();
    await desk.goTo('09:30', 2);
    await desk.pass(60);
    expect([before > 0, desk.off()], 'no server ran at six').toEqual([true, 0]);
    expect((await desk.shown(other))?.held).toBe(0);
  });

  it('a server that dies amid the cut leaves what was not sent when it comes back', async () => {
    const id = await desk.active();
    await desk.goTo('23:00');
    await desk.look();
    await campus.tick();
    await campus.obey();
    const first = desk.off();
    campus.clock.set(desk.at('23:20'));
    await campus.report();
    await desk.pass(20);
    expect(desk.off()).toBe(first);
    expect((await desk.lastJob(id)).job).toMatchObject({ state: 'STOPPED', endCause: 'EXPIRED' });
  });
});

describe('two people and their right', () => {
  it('only who may cut and restore asks, another human being consents within ten minutes, and a stranger does neither', async () => {
    for (const code of ['student', 'warden-n', 'security-b', 'maintainer', 'finance', 'admin', 'auditor'])
      expect(await reasonOf(desk.ask(BUILDING, code)), code).toBe('ROLE_MISSING');
    const { id } = await desk.ask();
    await desk.goTo('23:00');
    await desk.pass(5);
    expect(await campus.commands(), 'nothing without a consent').toEqual([]);
    expect((await desk.shown(id))?.state).toBe('CANCELLED');
    const late = await desk.ask();
    for (const code of ['energy', 'energy-twin'])
      expect(await reasonOf(desk.decide(code, late.id)), code).toBe('SAME_PERSON');
    for (const code of ['security-b', 'admin'])
      expect(await reasonOf(desk.decide(code, late.id))).toBe('ROLE_MISSING');
    await desk.decide('energy2', late.id);
    expect(await reasonOf(desk.decide('energy2', late.id))).toBe('DECIDED');
    expect((await desk.shown(late.id))?.state).toBe('ACTIVE');
    await desk.pass(5);
    expect(await campus.commands(), 'it began amid its time: nothing is cut late').toEqual([]);
  });

  it('a right that is gone pauses the schedule before its cut, and never keeps anybody in the dark', async () => {
    const id = await desk.active();
    await campus.database.pool.query("update app_user set disabled = true where code = 'energy2'");
    await desk.goTo('23:00');
    await desk.pass(5);
    expect(await campus.commands()).toEqual([]);
    expect(await desk.shown(id)).toMatchObject({ state: 'PAUSED', endCause: 'RIGHT_GONE' });
    await campus.database.pool.query("update app_user set disabled = false where code = 'energy2'");

    await desk.steer('energy', id, 'END');
    const other = await desk.active();
    await desk.goTo('23:00', 1);
    await desk.pass(20);
    expect(desk.off()).toBe(23);
    await campus.database.pool.query(
      "update app_user set disabled = true where code in ('energy', 'energy2')",
    );
    await desk.goTo('06:00', 2);
    await desk.pass(60);
    expect([desk.off(), (await desk.shown(other, 'auditor'))?.held]).toEqual([0, 0]);
  });

  it('a point belongs to one schedule, and the dry run says so', async () => {
    await desk.active();
    const few = ofRooms('01');
    expect(await reasonOf(desk.ask(few))).toBe('SCHEDULE_OVERLAPS');
    const { caller, deps } = await campus.as('energy');
    const preview = await previewSchedule(deps, caller, few);
    expect(preview.overlaps).toContain('Nights');
    expect(preview.firings.slice(0, 2)).toEqual([
      { atMs: desk.at('23:00'), direction: 'CUT' },
      { atMs: desk.at('06:00', 1), direction: 'RESTORE' },
    ]);
    expect(preview.points).toMatchObject({ selected: 1, eligible: 1 });
    expect(await campus.commands()).toEqual([]);
  });

  it('its dry run leaves out what its firing would: a meter that was not heard is named, as it is to a person who asks', async () => {
    await campus.database.pool.query(
      "update meter_state set last_ms = last_ms - 3600000 where meter_id = (select id from meter where code = 'M-B-05')",
    );
    const { caller, deps } = await campus.as('energy');
    const few = ofRooms('04', '05');
    const byClock = await previewSchedule(deps, caller, few);
    expect(byClock.points).toMatchObject({ selected: 2, eligible: 1, blocked: 1 });
    expect(byClock.points.rows).toMatchObject([
      { point: 'P-B-04', verdict: 'ELIGIBLE', reason: null },
      { point: 'P-B-05', verdict: 'BLOCKED', reason: 'STALE' },
    ]);
    const byHand = await previewBulk(deps, caller, {
      ...{ choice: few.choice, direction: 'CUT', utility: 'ELECTRICITY' },
    });
    expect(byHand.rows[1], 'a person is warned, not barred').toMatchObject({
      verdict: 'ELIGIBLE',
      reason: 'STALE',
    });
    await desk.active(few);
    campus.clock.set(desk.at('23:00'));
    await campus.database.pool.query(
      "update meter_state set last_ms = $1 where meter_id = (select id from meter where code = 'M-B-04')",
      [campus.clock.now()],
    );
    await desk.look();
    await campus.tick();
    expect(await campus.obey(), 'and so it comes about').toEqual(['P-B-04']);
  });
});

describe('beside everything else', () => {
  it('a pause or an end brings back what it keeps off; a resume cuts nothing before its next hour', async () => {
    const id = await desk.active();
    await desk.goTo('23:00');
    await desk.pass(20);
    expect(desk.off()).toBe(23);
    await desk.steer('energy2', id, 'PAUSE');
    await desk.pass(60);
    expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
    await desk.steer('energy', id, 'RESUME');
    await desk.pass(10);
    expect(desk.off()).toBe(0);
    await desk.steer('energy', id, 'END');
    expect(await reasonOf(desk.steer('energy', id, 'RESUME'))).toBe('DECIDED');
  });

  it('a pause amid the waves of a cut ends them at once', async () => {
    const id = await desk.active();
    await desk.goTo('23:00');
    await desk.look();
    await campus.tick();
    await campus.obey();
    const before = desk.off();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(23);
    await desk.steer('energy', id, 'PAUSE');
    await campus.tick();
    await campus.obey();
    expect(desk.off()).toBe(before);
    // The least time off is counted from when a reading shows it.
    await desk.pass(120);
    expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
    expect((await campus.commands()).filter(({ op, issued }) => op === 'disconnect' && issued)).toHaveLength(
      before,
    );
  });

  it('a person’s hold, put on or lifted at night, is that person’s: the morning brings back only what nothing else holds', async () => {
    const id = await desk.active(ofRooms('01', '02', '03'));
    await desk.goTo('23:00');
    await desk.pass(15);
    expect(desk.off()).toBe(3);
    const change = async (point: string, action: 'disconnect' | 'connect') => {
      const { caller, deps } = await campus.as('energy');
      return requestSupplyChange(deps, caller, { pointCode: point, action, reason: 'test' });
    };
    await desk.pass(40);
    await campus.database.pool.query(
      `update supply_state set reasons = reasons || '{"MANUAL": {"sinceMs": 1, "by": "user:energy"}}'
         where point_id = (select id from meter_point where code = 'P-B-01')`,
    );
    await change('P-B-02', 'connect');
    await desk.pass(5);
    expect(campus.relays.get('M-B-02'), 'a late class').toBe(1);
    await desk.goTo('06:00', 1);
    await desk.pass(60);
    expect(['01', '02', '03'].map((room) => campus.relays.get(`M-B-${room}`))).toEqual([0, 1, 1]);
    expect((await desk.lastJob(id)).job.cells).toMatchObject({ lifted: 1, verified: 1 });
  });

  it('what bars a restore in the morning keeps supply off no longer than itself', async () => {
    await desk.active(ofRooms('05'));
    await desk.goTo('23:00');
    await desk.pass(15);
    await desk.goTo('06:00', 1);
    await desk.online('05', false);
    await desk.passUnheard(40);
    expect([desk.off(), await desk.reasons()], 'nothing wants it off, and it waits').toEqual([1, {}]);
    await desk.online('05', true);
    await desk.pass(70);
    expect(desk.off()).toBe(0);
  });

  it('a firing that a person stops leaves what was not sent on, and nothing comes after it', async () => {
    const id = await desk.active();
    await desk.goTo('23:00');
    await desk.look();
    await campus.tick();
    await desk.steerFiring(await desk.lastFiring(id), 'STOP');
    await desk.pass(70);
    expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
  });
});

describe('points that come to two schedules', () => {
  it('stay with the schedule that was asked for first, and the other says so', async () => {
    const evening = { dayTypes: ['WORKDAY' as const], offMinute: 22 * 60, onMinute: 23 * 60 };
    const first = await desk.active(ofRooms('01', '02'));
    campus.clock.advance(SECOND);
    const second = await desk.active({ ...ofRooms('03'), windows: [evening] });
    // The place of the second grows.
    await campus.database.pool.query('update switch_schedule set choice = $2 where id = $1', [
      second,
      JSON.stringify(ofRooms('02', '03').choice),
    ]);
    await desk.goTo('22:00');
    await desk.pass(15);
    expect(['02', '03'].map((room) => campus.relays.get(`M-B-${room}`))).toEqual([1, 0]);
    expect((await desk.lastJob(second)).cells).toMatchObject([
      { pointCode: 'P-B-02', cell: 'blocked', reason: 'SCHEDULE_OVERLAPS' },
      { pointCode: 'P-B-03', cell: 'verified' },
    ]);
    await desk.goTo('23:00');
    await desk.pass(60);
    expect(['01', '02', '03'].map((room) => campus.relays.get(`M-B-${room}`))).toEqual([0, 0, 1]);
    await desk.goTo('06:00', 1);
    await desk.pass(60);
    expect([desk.off(), await desk.reasons(), await desk.firingsOf(first)]).toEqual([0, {}, 2]);
  });

  it('of two requests at once that want the same points one gets them', async () => {
    const { database } = campus;
    const reading = await database.pool.connect();
    await reading.query('begin');
    // Readings hold the configuration like this.
    await reading.query('select id from campus for share');
    const [one, other] = [desk.ask(ofRooms('01')), desk.ask(ofRooms('01', '02'))].map((ask) =>
      ask.then(
        () => 'ASKED',
        (error: { reason?: string }) => error.reason,
      ),
    );
    await expect
      .poll(async () => {
        const { rows } = await database.pool.query<{ n: number }>(
          "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return rows[0]!.n;
      })
      .toBe(2);
    await reading.query('commit');
    reading.release();
    expect((await Promise.all([one, other])).sort()).toEqual(['ASKED', 'SCHEDULE_OVERLAPS']);
  });
});
