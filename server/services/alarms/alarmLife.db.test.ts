import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import { listAlarmEvents } from '../../../db/queries/alarmViews';
import { insertShift } from '../../../db/queries/dutyRoster';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { AlarmRuleCode } from '../../../domain/alarms/alarmCatalogue';
import type { DutyLevel } from '../../../domain/alarms/dutyRoster';
import type { FixedClock } from '../../../domain/time/clock';
import { applyAlarmSignal } from '../../../engine/applyAlarmEvent';
import { detectSilence } from '../../../engine/detectSilence';
import { sweepAlarms } from '../../../engine/sweepAlarms';
import type { Caller } from '../../auth/caller';
import { ServiceCampus } from '../../testing/serviceCampus';
import { acknowledgeAlarm } from './acknowledge';
import { returnToService, takeOutOfService } from './outOfService';
import { exportJournal, readJournal } from './readJournal';
import { readCovered, readPerformance } from './readReview';
import { shelveAlarm, unshelveAlarm } from './shelve';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;
let campusId: number;
let energy: Caller;

const scopeOf = (caller: Caller) => caller.permission('VIEW_ALARMS')!.scope;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
  energy = await campus.caller('energy');
  campusId = energy.campus.id;
});
afterAll(() => database?.drop());
// Each test has a day of its own, far from the marks that the one before left.
beforeEach(() => clock.set(Math.ceil(clock.now() / (24 * HOUR)) * 24 * HOUR + 4 * HOUR));

async function idOf(table: 'meter_point' | 'meter' | 'gateway', code: string) {
  const space = table === 'meter' ? 'null::int' : 'space_id';
  const { rows } = await database.pool.query<{ id: number; spaceId: number | null }>(
    `select id, ${space} as "spaceId" from ${table} where code = $1`,
    [code],
  );
  return rows[0]!;
}

async function signal(
  kind: 'RAISE' | 'RETURN',
  point: string,
  rule: AlarmRuleCode = 'OVERLOAD',
  atMs: number = clock.now(),
) {
  const { id, spaceId } = await idOf('meter_point', point);
  return withTransaction(database, (tx) =>
    applyAlarmSignal(tx, clock.now(), {
      rule,
      subject: { campusId, type: 'POINT', id, spaceId },
      kind,
      atMs,
    }),
  );
}

const sweep = () => sweepAlarms(database, campus.ctx);

async function rowOf(id: number) {
  const { rows } = await database.pool.query<{
    active: boolean;
    chatter: boolean;
    offDelayMs: number;
    ended: boolean;
    acknowledged: boolean;
  }>(
    `select active, chatter, off_delay_ms as "offDelayMs", ended_ms is not null as ended, acknowledged
       from alarm where id = $1`,
    [id],
  );
  return rows[0]!;
}

async function eventsOf(id: number) {
  const { rows } = await database.pool.query<{
    event: string;
    announced: boolean;
    detail: Record<string, unknown> | null;
  }>('select event, announced, detail from alarm_event where alarm_id = $1 order by id', [id]);
  return rows;
}

it('an alarm that chatters is held active for its added off-delay, over acknowledged episodes too', async () => {
  for (let time = 0; time < 2; time++) {
    const id = (await signal('RAISE', 'P-101'))!;
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    clock.advance(5 * SECOND);
    await signal('RETURN', 'P-101');
    expect(await rowOf(id)).toMatchObject({ ended: true });
    clock.advance(10 * SECOND);
  }
  const third = (await signal('RAISE', 'P-101'))!;
  expect(await rowOf(third)).toMatchObject({ chatter: true, offDelayMs: MINUTE });
  clock.advance(5 * SECOND);
  await signal('RETURN', 'P-101');
  await sweep();
  expect(await rowOf(third)).toMatchObject({ active: true });
  clock.advance(MINUTE);
  await sweep();
  expect(await rowOf(third)).toMatchObject({ active: false });
  expect((await eventsOf(third)).map(({ event }) => event)).toEqual(['RAISE', 'RETURN']);
});

describe('escalation', () => {
  const told = async (id: number) =>
    (await eventsOf(id)).filter(({ event }) => event === 'ESCALATE').map(({ detail }) => detail);

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
    const id = (await signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE - 1);
    await sweep();
    expect(await told(id)).toEqual([]);
    clock.advance(1);
    await sweep();
    // Warden and security of the north, maintainer, two energy managers.
    const missed = ['warden-n', 'maintainer', 'energy2'];
    expect(await told(id)).toEqual([
      { level: 1, target: 'NEXT_ON_DUTY', channels: 2, allInScope: 2, missed },
    ]);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    await signal('RETURN', 'F-N', 'FEEDER_OVERLOAD');
  });

  it('counts from when people were first told, however old the finding or long it was covered', async () => {
    const id = (await signal('RAISE', 'F-N', 'NON_TECHNICAL_LOSS', clock.now() - 8 * HOUR))!;
    clock.advance(2 * SECOND);
    await sweep();
    expect(await told(id)).toEqual([]);
    // A word of it that comes late changes no deadline.
    await signal('RAISE', 'F-N', 'NON_TECHNICAL_LOSS', clock.now() - 7 * HOUR);
    clock.advance(15 * MINUTE - 2 * SECOND - 1);
    await sweep();
    expect(await told(id)).toEqual([]);
    clock.advance(1);
    await sweep();
    expect(await told(id)).toMatchObject([{ target: 'SHIFT_LEAD' }]);
    // It went and came back in data that came late: told anew, and the ladder begins there.
    await signal('RETURN', 'F-N', 'NON_TECHNICAL_LOSS', clock.now() - 6 * HOUR);
    await signal('RAISE', 'F-N', 'NON_TECHNICAL_LOSS', clock.now() - 5 * HOUR);
    clock.advance(15 * MINUTE - 1);
    await sweep();
    expect(await told(id)).toHaveLength(1);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    await signal('RETURN', 'F-N', 'NON_TECHNICAL_LOSS');
    const covered = (await signal('RAISE', 'F-S', 'NON_TECHNICAL_LOSS'))!;
    const untilMs = clock.now() + HOUR;
    await shelveAlarm(campus.deps(energy), energy, { alarmId: covered, reason: 'WORKS', untilMs });
    clock.advance(30 * MINUTE);
    await unshelveAlarm(campus.deps(energy), energy, { alarmId: covered });
    clock.advance(15 * MINUTE - 1);
    await sweep();
    expect(await told(covered)).toEqual([]);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: covered });
    await signal('RETURN', 'F-S', 'NON_TECHNICAL_LOSS');
  });

  it('one alarm that can’t be looked at keeps no other from its call', async () => {
    const [bad, good] = [
      await signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'),
      await signal('RAISE', 'F-S', 'FEEDER_OVERLOAD'),
    ];
    await database.pool.query(`
      create function refuse_one() returns trigger language plpgsql as
        $$ begin if new.alarm_id = ${bad} then raise exception 'refused'; end if; return new; end $$;
      create trigger refuse_one before insert on alarm_event for each row execute function refuse_one();`);
    clock.advance(MINUTE);
    await expect(sweep(), 'the job is told as failed').rejects.toThrow('refused');
    expect(await told(good!)).toHaveLength(1);
    await database.pool.query('drop trigger refuse_one on alarm_event; drop function refuse_one()');
    for (const [id, point] of [
      [bad!, 'F-N'],
      [good!, 'F-S'],
    ] as const) {
      await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
      await signal('RETURN', point, 'FEEDER_OVERLOAD');
    }
  });

  it('goes to nobody twice: whoever was told when it was announced is passed over, up to who leads', async () => {
    await reach('security-n', 'energy2', 'energy');
    await duty('security-n', 'ON_DUTY', 'N');
    await duty('energy2', 'SHIFT_LEAD', null);
    const id = (await signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE);
    await sweep();
    expect(await told(id)).toEqual([
      { level: 2, target: 'SHIFT_LEAD', channels: 2, found: 'SHIFT_LEAD', told: ['energy2'] },
    ]);
    clock.advance(4 * MINUTE);
    await sweep();
    expect(await told(id), 'the step of the lead was taken already').toHaveLength(1);
    clock.advance(10 * MINUTE);
    await sweep();
    expect((await told(id)).at(-1), 'nobody manages').toMatchObject({
      target: 'DUTY_MANAGER',
      allInScope: 3,
      missed: ['warden-n', 'maintainer'],
    });
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    await signal('RETURN', 'F-N', 'FEEDER_OVERLOAD');
  });

  it('goes on at once past whoever has no contact, and names them; who comes on duty meanwhile is next', async () => {
    await reach('security-n', 'warden-n', 'energy2');
    await duty('security-n', 'ON_DUTY', 'N');
    await duty('energy', 'SHIFT_LEAD', null);
    await duty('energy2', 'DUTY_MANAGER', null);
    const id = (await signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE - SECOND);
    await duty('warden-n', 'ON_DUTY', 'N');
    clock.advance(SECOND);
    await sweep();
    expect(await told(id)).toMatchObject([{ level: 1, target: 'NEXT_ON_DUTY', told: ['warden-n'] }]);
    clock.advance(4 * MINUTE);
    await sweep();
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
    await signal('RETURN', 'F-N', 'FEEDER_OVERLOAD');
  });

  it('where nobody new is left says so, and tells them once more rather than nobody', async () => {
    await duty('security-n', 'ON_DUTY', 'N');
    const silent = (await signal('RAISE', 'F-N', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE);
    await sweep();
    expect(await told(silent)).toEqual([
      { level: 1, target: 'NEXT_ON_DUTY', channels: 2, told: [], missed: ['security-n'] },
    ]);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: silent });
    await signal('RETURN', 'F-N', 'FEEDER_OVERLOAD');
    await reach('energy');
    await duty('energy', 'ON_DUTY', null);
    const lone = (await signal('RAISE', 'F-S', 'FEEDER_OVERLOAD'))!;
    clock.advance(MINUTE);
    await sweep();
    expect(await told(lone)).toMatchObject([{ level: 1, target: 'NEXT_ON_DUTY', told: ['energy'] }]);
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: lone });
    await signal('RETURN', 'F-S', 'FEEDER_OVERLOAD');
  });
});

describe('overlays', () => {
  it('a shelf outlasts the episode: what comes back stays quiet, and is announced when the time is over', async () => {
    const id = (await signal('RAISE', 'P-102'))!;
    await shelveAlarm(campus.deps(energy), energy, {
      alarmId: id,
      reason: 'NUISANCE',
      untilMs: clock.now() + HOUR,
    });
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    clock.advance(MINUTE);
    await signal('RETURN', 'P-102');
    expect(await rowOf(id)).toMatchObject({ ended: true });
    expect((await readCovered(campus.deps(energy), energy, scopeOf(energy))).shelved).toMatchObject([
      { alarm: { id: String(id), shelvedBy: 'Energy', shelvedReason: 'NUISANCE' } },
    ]);
    clock.advance(MINUTE);
    const next = (await signal('RAISE', 'P-102'))!;
    expect(await eventsOf(next)).toMatchObject([{ event: 'RAISE', announced: false }]);
    expect(
      (await readCovered(campus.deps(energy), energy, scopeOf(energy))).shelved.map(({ alarm }) => alarm.id),
    ).toEqual([String(next)]);
    clock.advance(HOUR);
    await sweep();
    expect((await eventsOf(next)).at(-1)).toMatchObject({ event: 'SHELVE_EXPIRED', announced: true });
  });

  it('unshelving announces an alarm that nobody has acknowledged', async () => {
    const id = (await signal('RAISE', 'P-201'))!;
    await shelveAlarm(campus.deps(energy), energy, {
      alarmId: id,
      reason: 'WORKS',
      untilMs: clock.now() + HOUR,
    });
    await unshelveAlarm(campus.deps(energy), energy, { alarmId: id });
    expect((await eventsOf(id)).at(-1)).toMatchObject({ event: 'UNSHELVE', announced: true });
  });

  it('out of service: by a maintainer under a ticket, P1 by two energy managers, listed until it is put back', async () => {
    const maintainer = await campus.caller('maintainer');
    const id = (await signal('RAISE', 'P-202'))!;
    const take = (caller: Caller, alarmId: number, ticket: string, second?: Caller) =>
      takeOutOfService(campus.deps(caller), caller, {
        alarmId,
        ticket,
        ...(second && { secondPerson: async () => second }),
      });
    await expect(take(maintainer, id, ' ')).rejects.toMatchObject({ reason: 'TICKET_NEEDED' });
    await expect(take(await campus.caller('security-n'), id, 'T-1')).rejects.toMatchObject({
      reason: 'ROLE_MISSING',
    });
    await take(maintainer, id, 'T-1, contactor');
    const listed = async () =>
      (await readCovered(campus.deps(energy), energy, scopeOf(energy))).outOfService.map(
        ({ alarm, outOfServiceBy }) => [alarm.id, alarm.outOfServiceTicket, outOfServiceBy],
      );
    expect(await listed()).toEqual([[String(id), 'T-1, contactor', 'Electrician']]);
    await returnToService(campus.deps(maintainer), maintainer, { alarmId: id });
    expect(await listed()).toEqual([]);
    expect((await eventsOf(id)).at(-1)).toMatchObject({ event: 'RETURN_TO_SERVICE', announced: true });

    const p1 = (await signal('RAISE', 'P-202', 'FEEDER_OVERLOAD'))!;
    await expect(take(maintainer, p1, 'T-2')).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
    await expect(take(energy, p1, 'T-2')).rejects.toMatchObject({ reason: 'SECOND_PERSON_NEEDED' });
    await expect(take(energy, p1, 'T-2', energy)).rejects.toMatchObject({ reason: 'SECOND_PERSON_NEEDED' });
    // Another sign-in of the same human being is no second person.
    const energyIs = (person: string) =>
      database.pool.query(
        `update app_user set person_id = (select id from person where code = $1) where code like 'energy%'`,
        [person],
      );
    await energyIs('ST1');
    await expect(take(energy, p1, 'T-2', await campus.caller('energy2'))).rejects.toMatchObject({
      reason: 'SECOND_PERSON_NEEDED',
    });
    await energyIs('nobody');
    await take(energy, p1, 'T-2', await campus.caller('energy2'));
  });

  it('a gateway that goes down covers the silence of its meters, and names itself', async () => {
    const meter = await idOf('meter', 'M-101');
    const { spaceId } = await idOf('meter_point', 'P-101');
    const gateway = await idOf('gateway', 'G-N');
    const now = clock.now();
    const child = await withTransaction(database, (tx) =>
      applyAlarmSignal(tx, now, {
        rule: 'METER_OFFLINE',
        subject: { campusId, type: 'METER', id: meter.id, spaceId },
        kind: 'RAISE',
        atMs: now,
      }),
    );
    await database.pool.query('update meter_state set last_rx_ms = $2 where meter_id = $1', [
      meter.id,
      now - 48 * HOUR,
    ]);
    await database.pool.query(
      'insert into meter_state (meter_id, last_rx_ms) values ($1, $2) on conflict (meter_id) do nothing',
      [meter.id, now - 48 * HOUR],
    );
    await database.pool.query('update gateway set online = false, status_ms = $2 where id = $1', [
      gateway.id,
      now,
    ]);
    await detectSilence(database, campus.ctx);
    clock.advance(2 * MINUTE);
    await detectSilence(database, campus.ctx);
    const { suppressed } = await readCovered(campus.deps(energy), energy, scopeOf(energy));
    expect(suppressed).toMatchObject([
      {
        by: 'gateway:G-N',
        parent: { alarm: { rule: 'GATEWAY_OFFLINE' } },
        meters: 3,
        children: [{ alarm: { id: String(child) } }],
      },
    ]);
    // It is back: its meters have five minutes to be heard.
    await database.pool.query('update gateway set online = true, status_ms = $2 where id = $1', [
      gateway.id,
      clock.now(),
    ]);
    await detectSilence(database, campus.ctx);
    clock.advance(5 * MINUTE - 1);
    await detectSilence(database, campus.ctx);
    expect((await eventsOf(child!)).map(({ event }) => event)).toEqual(['RAISE', 'SUPPRESS']);
    clock.advance(1);
    await detectSilence(database, campus.ctx);
    expect((await eventsOf(child!)).at(-1)).toMatchObject({ event: 'UNSUPPRESS', announced: true });
  });
});

it('the measures are what a hand counts in the journal, within the scope', async () => {
  const rules: [string, AlarmRuleCode][] = [
    ['P-101', 'OVERLOAD'],
    ['P-102', 'OVERLOAD'],
    ['F-N', 'FEEDER_OVERLOAD'],
    ['F-N', 'FEEDER_80'],
    ['F-S', 'FEEDER_80'],
    ['P-201', 'SUPPLY_UNEXPLAINED'],
  ];
  for (const [point, rule] of rules) await signal('RETURN', point, rule);
  await database.pool.query(
    'update alarm set ended_ms = raised_ms, active = false, acknowledged = true, out_of_service_ticket = null',
  );
  for (const [point, rule] of rules) await signal('RAISE', point, rule);
  for (const code of ['energy', 'security-n']) {
    const caller = await campus.caller(code);
    const scope = scopeOf(caller);
    const lines = await readJournal(
      campus.deps(caller),
      scope,
      { span: 'SHIFT', priority: null, announcedOnly: true },
      null,
      100,
    );
    const hand = (priority: number) => lines.filter((line) => line.priority === priority).length;
    const page = await readPerformance(campus.deps(caller), caller, scope, 'SHIFT');
    expect(lines).toHaveLength(code === 'energy' ? 6 : 4);
    expect(page).toMatchObject({
      announced: lines.length,
      periods: 48,
      byPriority: [hand(1), hand(2), hand(3), hand(4)],
    });
    const value = (key: string) => page.measures.find((one) => one.key === key)?.value;
    expect(value('RATE')).toBeCloseTo(lines.length / page.operatorPeriods);
    expect(value('PEAK')).toBe(lines.length);
    expect(value('MIX_P1')).toBeCloseTo(hand(1) / (hand(1) + hand(2) + hand(3)));
    expect(page.badActors.reduce((sum, { announced }) => sum + announced, 0)).toBe(lines.length);
  }
});

it('whoever takes the journal out stands in the audit log, with what was asked for', async () => {
  const query = { span: 'SHIFT', priority: 1, announcedOnly: false } as const;
  const lines = await exportJournal(campus.deps(energy), energy, scopeOf(energy), query);
  const { rows } = await database.pool.query<{ actor: string; after: object }>(
    `select actor, after from audit_log where action = 'ALARM_JOURNAL_EXPORTED'`,
  );
  expect(rows).toEqual([{ actor: energy.actor, after: { ...query, rows: lines.length } }]);
});
