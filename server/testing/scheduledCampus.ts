import { sweepCommands } from '../../engine/sweepCommands';
import { steerBulk } from '../services/control/actOnBulk';
import { type BulkJobDetail, readBulkJob } from '../services/control/readControl';
import { runSchedules } from '../services/control/runSchedules';
import {
  decideSchedule,
  readSchedules,
  requestSchedule,
  type ScheduleAsk,
  type ScheduleShown,
  steerSchedule,
} from '../services/control/schedules';
import { BulkCampus } from './bulkCampus';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NIGHT = { dayTypes: ['WORKDAY' as const], offMinute: 23 * 60, onMinute: 6 * 60 };

/** The building of 24 rooms, off on workdays from 23:00 to 06:00. */
export const BUILDING: ScheduleAsk = {
  choice: { kind: 'SPACE', code: 'B' },
  windows: [NIGHT],
  calendar: 'HOLS',
};

/** Some of its rooms, at the same times. */
export const ofRooms = (...rooms: string[]): ScheduleAsk => ({
  ...BUILDING,
  choice: { kind: 'POINTS', codes: rooms.map((room) => `P-B-${room}`) },
});

/** The building under schedules, whose clocks a test moves. */
export class ScheduledCampus {
  private keys = 0;
  /** Local midnight of the Monday on which the test plays. */
  private day = Date.parse('2025-09-08T00:00:00+08:00');

  private constructor(readonly campus: BulkCampus) {}

  static async start(): Promise<ScheduledCampus> {
    const campus = await BulkCampus.start();
    await campus.database.pool.query(
      `insert into calendar (campus_id, code, name, days) select id, 'HOLS', 'Holidays', '{"2025-10-01": "HOLIDAY"}' from campus`,
    );
    return new ScheduledCampus(campus);
  }

  /** Noon of the next Monday: no schedule is left, everybody may act, all rooms are on. */
  async nextWeek(): Promise<void> {
    await this.campus.database.pool.query(
      "update switch_schedule set state = 'ENDED', ended_ms = 0 where state <> 'ENDED'; update app_user set disabled = false;",
    );
    this.day += 7 * DAY_MS;
    this.campus.clock.set(this.day + 12 * HOUR_MS);
    await this.campus.calm();
  }

  /** A local time of the test's Monday, or so many days later; ms UTC. */
  at(time: string, later = 0): number {
    const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
    return this.day + later * DAY_MS + minutes * MINUTE_MS;
  }

  async ask(what: ScheduleAsk = BUILDING, code = 'energy'): Promise<{ id: string }> {
    const { caller, deps } = await this.campus.as(code);
    return requestSchedule(deps, caller, {
      ...what,
      name: `Nights ${++this.keys}`,
      reason: 'nobody is there at night',
      requestKey: `schedule-of-a-test-${++this.keys}`,
    });
  }

  async decide(code: string, id: string, approve = true): Promise<void> {
    const { caller, deps } = await this.campus.as(code);
    return decideSchedule(deps, caller, { id, approve });
  }

  async steer(code: string, id: string, event: 'PAUSE' | 'RESUME' | 'END'): Promise<void> {
    const { caller, deps } = await this.campus.as(code);
    return steerSchedule(deps, caller, { id, event });
  }

  /** A schedule that two people agreed on. @returns its id */
  async active(what: ScheduleAsk = BUILDING): Promise<string> {
    const { id } = await this.ask(what);
    await this.decide('energy2', id);
    return id;
  }

  async shown(id: string, code = 'energy'): Promise<ScheduleShown | undefined> {
    const { caller, deps } = await this.campus.as(code);
    return (await readSchedules(deps, caller)).schedules.find((one) => one.id === id);
  }

  async lastJob(id: string): Promise<BulkJobDetail> {
    const { caller, deps } = await this.campus.as('auditor');
    return readBulkJob(deps, caller, await this.lastFiring(id));
  }

  /** How often a schedule has fired. */
  async firingsOf(id: string): Promise<number> {
    const { rows } = await this.campus.database.pool.query('select 1 from bulk_job where schedule_id = $1', [
      id,
    ]);
    return rows.length;
  }

  /** Id of the job of its newest firing. */
  async lastFiring(id: string): Promise<string> {
    return (await this.shown(id))!.lastJob!.id;
  }

  /** Somebody pauses, resumes or stops the job of a firing. */
  async steerFiring(jobId: string, event: 'PAUSE' | 'RESUME' | 'STOP'): Promise<void> {
    const { caller, deps } = await this.campus.as('energy');
    await steerBulk(deps, caller, { jobId, event });
  }

  /** A meter of the building is gone, or back. */
  async online(room: string, value: boolean): Promise<void> {
    const { database, clock } = this.campus;
    await database.pool.query('update meter set online = $1, status_ms = $2 where code = $3', [
      value,
      clock.now() + 1,
      `M-B-${room}`,
    ]);
  }

  /** One look at all clocks. */
  look() {
    return runSchedules(this.campus.database, this.campus.ctx);
  }

  /** The clocks are looked at, and what they set going goes out and is proven. */
  async pass(seconds: number): Promise<void> {
    const { campus } = this;
    for (let i = 0; i < seconds; i++) {
      await campus.tick();
      if (i % 5 === 0) await this.look();
      await sweepCommands(campus.database, campus.ctx);
      await campus.obey();
      if (i % 30 === 29) await campus.report();
    }
    await campus.report();
    await campus.tick();
  }

  /** The clocks are looked at and commands go out, while no meter reports and no answer is given up. */
  async passUnheard(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      await this.campus.tick();
      if (i % 5 === 0) await this.look();
      await this.campus.obey();
    }
  }

  async goTo(time: string, later = 0): Promise<void> {
    this.campus.clock.set(this.at(time, later));
    await this.campus.report();
  }

  /** How many points are held for which reason. */
  async reasons(): Promise<Record<string, number>> {
    const { rows } = await this.campus.database.pool.query<{ reason: string; n: number }>(
      `select r.reason, count(*)::int as n from supply_state s, jsonb_object_keys(s.reasons) as r(reason) group by 1`,
    );
    return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
  }

  /** Rooms that are without supply. */
  off(): number {
    return [...this.campus.relays.values()].filter((relay) => relay === 0).length;
  }
}
