import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { AlarmRuleCode } from '../../../domain/alarms/alarmCatalogue';
import type { FixedClock } from '../../../domain/time/clock';
import { applyAlarmSignal } from '../../../engine/applyAlarmEvent';
import { detectSilence } from '../../../engine/detectSilence';
import type { Caller } from '../../auth/caller';
import { ServiceCampus } from '../../testing/serviceCampus';
import { ToldAlarms } from '../../testing/toldAlarms';
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
let alarms: ToldAlarms;

const scopeOf = (caller: Caller) => caller.permission('VIEW_ALARMS')!.scope;

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

it('an alarm that chatters is held active for its added off-delay, over acknowledged episodes too', async () => {
  for (let time = 0; time < 2; time++) {
    const id = (await alarms.signal('RAISE', 'P-101'))!;
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    clock.advance(5 * SECOND);
    await alarms.signal('RETURN', 'P-101');
    expect(await rowOf(id)).toMatchObject({ ended: true });
    clock.advance(10 * SECOND);
  }
  const third = (await alarms.signal('RAISE', 'P-101'))!;
  expect(await rowOf(third)).toMatchObject({ chatter: true, offDelayMs: MINUTE });
  clock.advance(5 * SECOND);
  await alarms.signal('RETURN', 'P-101');
  await alarms.sweep();
  expect(await rowOf(third)).toMatchObject({ active: true });
  clock.advance(MINUTE);
  await alarms.sweep();
  expect(await rowOf(third)).toMatchObject({ active: false });
  expect((await alarms.eventsOf(third)).map(({ event }) => event)).toEqual(['RAISE', 'RETURN']);
});

describe('overlays', () => {
  it('a shelf outlasts the episode: what comes back stays quiet, and is announced when the time is over', async () => {
    const id = (await alarms.signal('RAISE', 'P-102'))!;
    await shelveAlarm(campus.deps(energy), energy, {
      alarmId: id,
      reason: 'NUISANCE',
      untilMs: clock.now() + HOUR,
    });
    await acknowledgeAlarm(campus.deps(energy), energy, { alarmId: id });
    clock.advance(MINUTE);
    await alarms.signal('RETURN', 'P-102');
    expect(await rowOf(id)).toMatchObject({ ended: true });
    expect((await readCovered(campus.deps(energy), energy, scopeOf(energy))).shelved).toMatchObject([
      { alarm: { id: String(id), shelvedBy: 'Energy', shelvedReason: 'NUISANCE' } },
    ]);
    clock.advance(MINUTE);
    const next = (await alarms.signal('RAISE', 'P-102'))!;
    expect(await alarms.eventsOf(next)).toMatchObject([{ event: 'RAISE', announced: false }]);
    expect(
      (await readCovered(campus.deps(energy), energy, scopeOf(energy))).shelved.map(({ alarm }) => alarm.id),
    ).toEqual([String(next)]);
    clock.advance(HOUR);
    await alarms.sweep();
    expect((await alarms.eventsOf(next)).at(-1)).toMatchObject({ event: 'SHELVE_EXPIRED', announced: true });
  });

  it('unshelving announces an alarm that nobody has acknowledged', async () => {
    const id = (await alarms.signal('RAISE', 'P-201'))!;
    await shelveAlarm(campus.deps(energy), energy, {
      alarmId: id,
      reason: 'WORKS',
      untilMs: clock.now() + HOUR,
    });
    await unshelveAlarm(campus.deps(energy), energy, { alarmId: id });
    expect((await alarms.eventsOf(id)).at(-1)).toMatchObject({ event: 'UNSHELVE', announced: true });
  });

  it('out of service: by a maintainer under a ticket, P1 by two energy managers, listed until it is put back', async () => {
    const maintainer = await campus.caller('maintainer');
    const id = (await alarms.signal('RAISE', 'P-202'))!;
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
    expect((await alarms.eventsOf(id)).at(-1)).toMatchObject({ event: 'RETURN_TO_SERVICE', announced: true });

    const p1 = (await alarms.signal('RAISE', 'P-202', 'FEEDER_OVERLOAD'))!;
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
    const meter = await alarms.idOf('meter', 'M-101');
    const { spaceId } = await alarms.idOf('meter_point', 'P-101');
    const gateway = await alarms.idOf('gateway', 'G-N');
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
    expect((await alarms.eventsOf(child!)).map(({ event }) => event)).toEqual(['RAISE', 'SUPPRESS']);
    clock.advance(1);
    await detectSilence(database, campus.ctx);
    expect((await alarms.eventsOf(child!)).at(-1)).toMatchObject({ event: 'UNSUPPRESS', announced: true });
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
  for (const [point, rule] of rules) await alarms.signal('RETURN', point, rule);
  await database.pool.query(
    'update alarm set ended_ms = raised_ms, active = false, acknowledged = true, out_of_service_ticket = null',
  );
  for (const [point, rule] of rules) await alarms.signal('RAISE', point, rule);
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
