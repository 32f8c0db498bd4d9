import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import { listAlarmEvents } from '../../../db/queries/alarmViews';
import { insertShift } from '../../../db/queries/dutyRoster';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { DutyLevel } from '../../../domain/alarms/dutyRoster';
import type { FixedClock } from '../../../domain/time/clock';
import type { Caller } from '../../auth/caller';
import { ServiceCampus } from '../../testing/serviceCampus';
import { ToldAlarms } from '../../testing/toldAlarms';
import { acknowledgeAlarm } from './acknowledge';
import { shelveAlarm, unshelveAlarm } from './shelve';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;
let campusId: number;
let energy: Caller;
let alarms: ToldAlarms;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
  energy = await campus.caller('energy');
  campusId = energy.campus.id;
  alarms = new ToldAlarms(campus, energy.campus.id);
});
afterAll(() => database?.drop());
// Each test has a day of its own, far from the marks that the one before left.
beforeEach(() => clock.set(Math.ceil(clock.now() / (24 * HOUR)) * 24 * HOUR + 4 * HOUR));

describe('escalation', () => {
  const told = async (id: number) =>
    (await alarms.eventsOf(id)).filter(({ event }) => event === 'ESCALATE').map(({ detail }) => detail);

  const reach = (...users: string[]) =>
    database.pool.query(
      `insert into notice_contact (user_id, channel, address, created_ms, verified_ms)
       select id, 'EMAIL', code, 0, 0 from app_user where code = any($1)`,
      [users],
    );
  afterEach(() =>
    database.pool.query('delete from delivery; delete from notice_contact; delete from duty_shift'),
  );

  async function duty(user: string, level: DutyLevel, space: string | null) {
    const { rows } = await database.pool.query<{ id: number; spaceId: number | null }>(
      'select u.id, (select s.id from space s where s.code = $2) as "spaceId" from app_user u where u.code = $1',
      [user, space],
    );
    const now = clock.now();
    await withTransaction(database, (tx) =>
      insertShift(tx.client, {
        campusId,
        userId: rows[0]!.id,
        level,
        spaceId: rows[0]!.spaceId,
        fromMs: now,
        toMs: now + HOUR,
        setBy: 'user:energy',
        setMs: now,
      }),
    );
  }

  it('goes to all in scope whom a message reaches while the roster is empty, and names the others', async () => {
    await reach('energy', 'security-n');
    const id = (await alarms.signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE - 1);
    await alarms.sweep();
    expect(await told(id)).toEqual([]);
    clock.advance(1);
    await alarms.sweep();
    // Warden and security of the north, maintainer, two energy managers.
    const missed = ['warden-n', 'maintainer', 'energy2'];
    expect(await told(id)).toEqual([
      { level: 1, target: 'NEXT_ON_DUTY', channels: 2, allInScope: 2, missed },
    ]);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    await alarms.signal('RETURN', 'F-N', 'FEEDER_OVERLOAD');
  });

  it('counts from when people were first told, however old the finding or long it was covered', async () => {
    const id = (await alarms.signal('RAISE', 'F-N', 'NON_TECHNICAL_LOSS', clock.now() - 8 * HOUR))!;
    clock.advance(2 * SECOND);
    await alarms.sweep();
    expect(await told(id)).toEqual([]);
    // A word of it that comes late changes no deadline.
    await alarms.signal('RAISE', 'F-N', 'NON_TECHNICAL_LOSS', clock.now() - 7 * HOUR);
    clock.advance(15 * MINUTE - 2 * SECOND - 1);
    await alarms.sweep();
    expect(await told(id)).toEqual([]);
    clock.advance(1);
    await alarms.sweep();
    expect(await told(id)).toMatchObject([{ target: 'SHIFT_LEAD' }]);
    // It went and came back in data that came late: told anew, and the ladder begins there.
    await alarms.signal('RETURN', 'F-N', 'NON_TECHNICAL_LOSS', clock.now() - 6 * HOUR);
    await alarms.signal('RAISE', 'F-N', 'NON_TECHNICAL_LOSS', clock.now() - 5 * HOUR);
    clock.advance(15 * MINUTE - 1);
    await alarms.sweep();
    expect(await told(id)).toHaveLength(1);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    await alarms.signal('RETURN', 'F-N', 'NON_TECHNICAL_LOSS');
    const covered = (await alarms.signal('RAISE', 'F-S', 'NON_TECHNICAL_LOSS'))!;
    const untilMs = clock.now() + HOUR;
    await shelveAlarm(campus.deps(energy), energy, { alarmId: covered, reason: 'WORKS', untilMs });
    clock.advance(30 * MINUTE);
    await unshelveAlarm(campus.deps(energy), energy, { alarmId: covered });
    clock.advance(15 * MINUTE - 1);
    await alarms.sweep();
    expect(await told(covered)).toEqual([]);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: covered });
    await alarms.signal('RETURN', 'F-S', 'NON_TECHNICAL_LOSS');
  });

  it('one alarm that can’t be looked at keeps no other from its call', async () => {
    const [bad, good] = [
      await alarms.signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'),
      await alarms.signal('RAISE', 'F-S', 'FEEDER_OVERLOAD'),
    ];
    await database.pool.query(`
      create function refuse_one() returns trigger language plpgsql as
        $$ begin if new.alarm_id = ${bad} then raise exception 'refused'; end if; return new; end $$;
      create trigger refuse_one before insert on alarm_event for each row execute function refuse_one();`);
    clock.advance(MINUTE);
    await expect(alarms.sweep(), 'the job is told as failed').rejects.toThrow('refused');
    expect(await told(good!)).toHaveLength(1);
    await database.pool.query('drop trigger refuse_one on alarm_event; drop function refuse_one()');
    for (const [id, point] of [
      [bad!, 'F-N'],
      [good!, 'F-S'],
    ] as const) {
      await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
      await alarms.signal('RETURN', point, 'FEEDER_OVERLOAD');
    }
  });

  it('goes to nobody twice: whoever was told when it was announced is passed over, up to who leads', async () => {
    await reach('security-n', 'energy2', 'energy');
    await duty('security-n', 'ON_DUTY', 'N');
    await duty('energy2', 'SHIFT_LEAD', null);
    const id = (await alarms.signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE);
    await alarms.sweep();
    expect(await told(id)).toEqual([
      { level: 2, target: 'SHIFT_LEAD', channels: 2, found: 'SHIFT_LEAD', told: ['energy2'] },
    ]);
    clock.advance(4 * MINUTE);
    await alarms.sweep();
    expect(await told(id), 'the step of the lead was taken already').toHaveLength(1);
    clock.advance(10 * MINUTE);
    await alarms.sweep();
    expect((await told(id)).at(-1), 'nobody manages').toMatchObject({
      target: 'DUTY_MANAGER',
      allInScope: 3,
      missed: ['warden-n', 'maintainer'],
    });
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    await alarms.signal('RETURN', 'F-N', 'FEEDER_OVERLOAD');
  });

  it('goes on at once past whoever has no contact, and names them; who comes on duty meanwhile is next', async () => {
    await reach('security-n', 'warden-n', 'energy2');
    await duty('security-n', 'ON_DUTY', 'N');
    await duty('energy', 'SHIFT_LEAD', null);
    await duty('energy2', 'DUTY_MANAGER', null);
    const id = (await alarms.signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE - SECOND);
    await duty('warden-n', 'ON_DUTY', 'N');
    clock.advance(SECOND);
    await alarms.sweep();
    expect(await told(id)).toMatchObject([{ level: 1, target: 'NEXT_ON_DUTY', told: ['warden-n'] }]);
    clock.advance(4 * MINUTE);
    await alarms.sweep();
    expect((await told(id)).at(-1)).toEqual({
      level: 3,
      target: 'SHIFT_LEAD',
      channels: 2,
      found: 'DUTY_MANAGER',
      told: ['energy2'],
      missed: ['energy'],
    });
    const lines = await listAlarmEvents(database, id);
    expect(lines.at(-1)).toMatchObject({ told: ['Energy Two'], missed: ['Energy'] });
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    await alarms.signal('RETURN', 'F-N', 'FEEDER_OVERLOAD');
  });

  it('where nobody new is left says so, and tells them once more rather than nobody', async () => {
    await duty('security-n', 'ON_DUTY', 'N');
    const silent = (await alarms.signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE);
    await alarms.sweep();
    expect(await told(silent)).toEqual([
      { level: 1, target: 'NEXT_ON_DUTY', channels: 2, told: [], missed: ['security-n'] },
    ]);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: silent });
    await alarms.signal('RETURN', 'F-N', 'FEEDER_OVERLOAD');
    await reach('energy');
    await duty('energy', 'ON_DUTY', null);
    const lone = (await alarms.signal('RAISE', 'F-S', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE);
    await alarms.sweep();
    expect(await told(lone)).toMatchObject([{ level: 1, target: 'NEXT_ON_DUTY', told: ['energy'] }]);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: lone });
    await alarms.signal('RETURN', 'F-S', 'FEEDER_OVERLOAD');
  });
});
