import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDb } from '../../../db/client';
import { PER_GATEWAY_AND_SECOND } from '../../../domain/supply/bulkJob';
import { BulkCampus, CLINIC, ROOMS } from '../../testing/bulkCampus';
import { reasonOf } from '../../testing/reasonOf';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { readRoomHistory } from '../rooms/readHistory';
import { decideBulk, steerBulk } from './actOnBulk';
import type { BulkAsk } from './previewBulk';
import { previewBulk } from './previewBulk';
import { decideChange, proposeChange } from './protection';
import { exportBulkJob, readBulkJob } from './readControl';
import { readWaiting } from './readWaiting';
import { type BulkOrder, requestBulk } from './requestBulk';
import { hangOwnTag } from './tags';

const MINUTE = 60_000;
let campus: BulkCampus;
let keys = 0;

beforeAll(async () => {
  campus = await BulkCampus.start();
});
afterAll(() => campus?.database.drop());
beforeEach(() => campus.calm());

const cutBuilding: BulkAsk = {
  choice: { kind: 'SPACE', code: 'B' },
  direction: 'CUT',
  utility: 'ELECTRICITY',
};
const points = (...rooms: string[]): BulkAsk => ({
  ...cutBuilding,
  choice: { kind: 'POINTS', codes: rooms.map((room) => `P-B-${room}`) },
});

async function ask(code: string, what: BulkAsk, more: Partial<BulkOrder> = {}) {
  const { caller, deps } = await campus.as(code);
  const { eligible } = await previewBulk(deps, caller, what);
  return requestBulk(deps, caller, {
    ...what,
    reason: 'works',
    confirmed: eligible,
    requestKey: `key-of-a-test-${++keys}`,
    ...more,
  });
}
async function decide(code: string, jobId: string, approve = true) {
  const { caller, deps } = await campus.as(code);
  return decideBulk(deps, caller, { jobId, approve });
}
async function steer(code: string, jobId: string, event: 'PAUSE' | 'RESUME' | 'STOP' | 'WITHDRAW') {
  const { caller, deps } = await campus.as(code);
  return steerBulk(deps, caller, { jobId, event });
}
async function job(id: string) {
  const { caller, deps } = await campus.as('auditor');
  return readBulkJob(deps, caller, id);
}

describe('a bulk job', () => {
  it('names every point in a dry run, waits for a second person, goes out in waves and counts only what is proven', async () => {
    const { caller, deps } = await campus.as('energy');
    const preview = await previewBulk(deps, caller, cutBuilding);
    expect(preview).toMatchObject({ selected: 24, eligible: 23, blocked: 1, already: 0, secondPerson: true });
    expect(preview.powerW).toBe(23 * 200);
    expect(preview.rows.filter(({ verdict }) => verdict === 'BLOCKED')).toMatchObject([
      { point: CLINIC, reason: 'LIFE_SAFETY', protectionOwner: 'Clinic', protectionPhone: '8120' },
    ]);
    expect(await campus.commands(), 'a dry run sends nothing').toEqual([]);

    const { id, state } = await ask('energy', cutBuilding);
    expect(state).toBe('PENDING_APPROVAL');
    await campus.run(3);
    expect(await campus.commands(), 'nor does a request').toEqual([]);
    await decide('security-b', id);
    await campus.run(12);
    const commands = await campus.commands();
    expect(commands).toHaveLength(23);
    expect(commands.map(({ point }) => point)).not.toContain(CLINIC);
    const perSecond = new Map<number, number>();
    for (const { createdMs } of commands) perSecond.set(createdMs, (perSecond.get(createdMs) ?? 0) + 1);
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(PER_GATEWAY_AND_SECOND);
    const detail = await job(id);
    expect(detail.job).toMatchObject({
      state: 'DONE',
      requestedBy: 'Energy',
      approvedBy: 'Security B',
      selected: 24,
      cells: { verified: 23, blocked: 1 },
    });
    const { rows } = await campus.database.pool.query<{ detail: object; why: string }>(
      `select e.detail, c.why from command_event e join command c on c.id = e.command_id where e.event = 'CREATE' limit 1`,
    );
    expect(rows[0]).toMatchObject({ detail: { approvedBy: 'user:security-b' }, why: 'works' });
    const room = await campus.as('energy2');
    const { events } = await readRoomHistory(room.deps, room.caller, { code: 'B-01' });
    expect(events.find(({ kind }) => kind === 'COMMAND')).toMatchObject({
      command: { requestedBy: 'Energy', approvedBy: 'Security B' },
    });
    const file = await exportBulkJob(deps, caller, id);
    expect(file.cells).toHaveLength(24);
    const audit = await campus.database.pool.query<{ action: string }>(
      'select action from audit_log where target = $1 order by id',
      [`bulk:${id}`],
    );
    expect(audit.rows.map(({ action }) => action)).toEqual([
      'BULK_CUT_REQUESTED',
      'BULK_APPROVED',
      'BULK_FINISHED',
      'BULK_EXPORTED',
    ]);

    // Their least time off is over: each comes back at its own moment within 30 s of its turn.
    campus.clock.advance(31_000);
    await campus.report();
    const back = await ask('energy', { ...cutBuilding, direction: 'RESTORE' });
    await decide('energy2', back.id);
    await campus.run(40);
    expect((await job(back.id)).job.cells).toEqual({ verified: 23, already: 1 });
    const restores = (await campus.commands()).filter(({ op }) => op === 'connect');
    expect(new Set(restores.map(({ createdMs }) => createdMs)).size, 'not all at one moment').toBeGreaterThan(
      5,
    );
  });

  it('is not for those without the right or the reach, whichever way they come', async () => {
    for (const code of ['student', 'head', 'warden-n', 'maintainer', 'finance', 'auditor', 'admin'])
      expect(await reasonOf(ask(code, points('01'))), code).toBe('ROLE_MISSING');
    expect(await reasonOf(ask('security-n', cutBuilding))).toBe('UNKNOWN_SPACE');
    expect(await reasonOf(ask('security-n', points('01')))).toBe('METER_POINT');
    expect(await reasonOf(ask('security-b', { ...cutBuilding, direction: 'RESTORE' }))).toBe('ROLE_MISSING');
    const feeder: BulkAsk = { ...cutBuilding, choice: { kind: 'FEEDER', code: 'F-B' } };
    expect(await reasonOf(ask('security-b', feeder)), 'feeders are for energy managers').toBe('ROLE_MISSING');
    const asPoint: BulkAsk = { ...cutBuilding, choice: { kind: 'POINTS', codes: ['F-B'] } };
    expect(await reasonOf(ask('security-b', asPoint))).toBe('ROLE_MISSING');
    const { caller, deps } = await campus.as('energy');
    const single = requestSupplyChange(deps, caller, { pointCode: 'F-B', action: 'disconnect', reason: 'x' });
    expect(await reasonOf(single)).toBe('SECOND_PERSON_NEEDED');
    // A feeder above a clinic is as protected as the clinic; with all below it the clinic alone is left out.
    expect((await previewBulk(deps, caller, asPoint)).rows).toMatchObject([
      { verdict: 'BLOCKED', reason: 'LIFE_SAFETY' },
    ]);
    const below = await ask('energy', feeder);
    expect(below.state).toBe('PENDING_APPROVAL');
    expect(await reasonOf(decide('security-b', below.id)), 'nor do they approve one').toBe('ROLE_MISSING');
    expect((await job(below.id)).job.cells).toEqual({ approval: 23, blocked: 1 });
    expect(await campus.commands()).toEqual([]);
  });

  it('is approved by another person with the same right over every point, in time, and by one only', async () => {
    const { id } = await ask('energy', cutBuilding);
    expect(await reasonOf(decide('energy', id))).toBe('SAME_PERSON');
    expect(await reasonOf(decide('energy-twin', id)), 'another account of the same person').toBe(
      'SAME_PERSON',
    );
    const offered = async (code: string) => {
      const { caller, deps } = await campus.as(code);
      return (await readBulkJob(deps, caller, id)).rights.decide;
    };
    expect([await offered('energy'), await offered('energy-twin'), await offered('energy2')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await reasonOf(decide('security-n', id))).toBe('JOB');
    for (const code of ['student', 'warden-n', 'maintainer', 'finance', 'admin'])
      expect(['ROLE_MISSING', 'JOB'], code).toContain(await reasonOf(decide(code, id)));
    const raced = await Promise.all([
      reasonOf(decide('energy2', id)),
      reasonOf(decide('security-b', id)),
      reasonOf(decide('energy2', id, false)),
    ]);
    expect(raced.sort()).toEqual(['DECIDED', 'DECIDED', 'DONE']);
    await steer('energy2', id, 'STOP').catch(() => undefined);

    const wide: BulkAsk = {
      ...cutBuilding,
      choice: { kind: 'POINTS', codes: [...ROOMS.slice(0, 11).map((room) => `P-B-${room}`), 'P-101'] },
    };
    const both = await ask('energy', wide);
    expect(await reasonOf(decide('security-b', both.id)), 'one point lies elsewhere').toBe('OUT_OF_SCOPE');

    const late = await ask('energy', cutBuilding);
    campus.clock.advance(10 * MINUTE);
    expect(await reasonOf(decide('energy2', late.id))).toBe('APPROVAL_EXPIRED');
    await campus.tick();
    expect((await job(late.id)).job).toMatchObject({
      state: 'CANCELLED',
      endCause: 'EXPIRED',
      cells: { cancelled: 23, blocked: 1 },
    });
    expect(await reasonOf(decide('energy2', late.id))).toBe('DECIDED');
    expect(await campus.commands()).toEqual([]);
  });

  it('reads protection again before each send: what became life safety meanwhile stays on', async () => {
    const { id } = await ask('energy', cutBuilding);
    await decide('energy2', id);
    await protect('P-B-20', 'LIFE_SAFETY');
    // One has its command already, and waits to go out.
    await campus.tick();
    const [first] = await campus.commands();
    await protect(first!.point, 'LIFE_SAFETY');
    expect(await campus.obey()).not.toContain(first!.point);
    await campus.run(12);
    const { cells } = await job(id);
    const cell = (code: string) => cells.find(({ pointCode }) => pointCode === code);
    expect(cell('P-B-20')).toMatchObject({ cell: 'blocked', reason: 'LIFE_SAFETY', commandId: null });
    expect(cell(first!.point)).toMatchObject({ cell: 'cancelled', resultCode: 'LIFE_SAFETY' });
    expect(cells.filter((one) => one.cell === 'verified')).toHaveLength(21);
    await protect('P-B-20', 'NONE');
    await protect(first!.point, 'NONE');
  });

  it('sends each point once, whoever runs it and however often the server dies', async () => {
    const { id } = await ask('energy', cutBuilding);
    await decide('energy2', id);
    const worker = createDb(campus.database.url, 3, 'bulk worker');
    try {
      for (let i = 0; i < 5; i++) {
        campus.clock.advance(1_000);
        const runs = [1, 2, 3].map(() => campus.round(worker).catch(() => undefined));
        // Its connections are cut in the midst of it, as by a kill.
        await campus.database.pool.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bulk worker'",
        );
        await Promise.all(runs);
      }
    } finally {
      await worker.close();
    }
    await campus.run(15);
    const commands = await campus.commands();
    expect(new Set(commands.map(({ point }) => point)).size).toBe(23);
    expect(commands, 'none twice').toHaveLength(23);
    expect((await job(id)).job).toMatchObject({ state: 'DONE', cells: { verified: 23, blocked: 1 } });
  });

  it('stops and pauses: what was not sent is left as it is', async () => {
    const { id } = await ask('energy', cutBuilding);
    await decide('energy2', id);
    await campus.tick();
    const sent = await campus.obey();
    await campus.tick();
    await steer('security-b', id, 'PAUSE');
    for (let i = 0; i < 5; i++) await campus.tick();
    const paused = await campus.commands();
    expect(paused.length).toBeGreaterThan(sent.length);
    await steer('energy', id, 'STOP');
    expect(await reasonOf(steer('energy', id, 'RESUME'))).toBe('JOB_STATE');
    await campus.run(5);
    const { cells } = (await job(id)).job;
    expect(cells).toEqual({ verified: sent.length, cancelled: 23 - sent.length, blocked: 1 });
    const { rows } = await campus.database.pool.query<{ n: number }>(
      "select count(*)::int as n from supply_state where reasons ? 'MANUAL'",
    );
    expect(rows[0]!.n, 'only what was cut is held').toBe(sent.length);
  });

  it('stops before its next point when who asked or consented may not switch any more', async () => {
    for (const gone of ['energy', 'security-b']) {
      const { id } = await ask('energy', cutBuilding);
      await decide('security-b', id);
      await campus.tick();
      const sent = await campus.obey();
      expect(sent.length).toBeGreaterThan(0);
      await campus.tick();
      await withoutRoles(gone, () => campus.run(5));
      expect((await job(id)).job).toMatchObject({
        state: 'STOPPED',
        endCause: 'RIGHT_GONE',
        cells: { verified: sent.length, cancelled: 23 - sent.length, blocked: 1 },
      });
      await campus.calm();
    }
  });

  it('that slept goes on with its spacing and not all at once, and ends by itself when it slept too long', async () => {
    const { id } = await ask('energy', cutBuilding);
    await decide('energy2', id);
    campus.clock.advance(3 * MINUTE);
    await campus.report();
    const { handed } = await campus.tick();
    expect(handed).toBeLessThanOrEqual(PER_GATEWAY_AND_SECOND);
    expect(handed).toBeGreaterThan(0);
    campus.clock.advance(20 * MINUTE);
    await campus.tick();
    expect((await job(id)).job).toMatchObject({ state: 'STOPPED', endCause: 'EXPIRED' });
  });

  it('is made once by two presses of one button, and the number that was confirmed must still hold', async () => {
    const once = { requestKey: 'pressed-twice-0001' };
    const twice = await Promise.all([ask('energy', points('01'), once), ask('energy', points('01'), once)]);
    expect(twice[0]!.id).toBe(twice[1]!.id);
    expect(twice.map(({ existing }) => existing).sort()).toEqual([false, true]);
    expect(await reasonOf(ask('energy', points('02'), once))).toBe('REQUEST_KEY');
    await campus.run(2);
    expect(await campus.commands()).toHaveLength(1);
    expect((await ask('energy', points('01'), { ...once, confirmed: 1 })).id, 'and long after').toBe(
      twice[0]!.id,
    );
    expect(await reasonOf(ask('energy', points('02'), { confirmed: 2 }))).toBe('COUNT_CHANGED');
    expect(await reasonOf(ask('energy', points('24')))).toBe('NOTHING_ELIGIBLE');
    expect(await reasonOf(ask('energy', points('02'), { reason: '  ' }))).toBe('REASON');
  });

  it('of ten points needs nobody else, but not a second one within ten minutes', async () => {
    const ten = points(...ROOMS.slice(0, 10));
    expect((await ask('energy', ten)).state).toBe('RUNNING');
    expect((await ask('energy', points('11'))).state).toBe('PENDING_APPROVAL');
    expect((await ask('energy', points(...ROOMS.slice(10, 21)))).state).toBe('PENDING_APPROVAL');
    campus.clock.advance(11 * MINUTE);
    await campus.report();
    expect((await ask('energy', points('11'))).state).toBe('RUNNING');
  });
});

it('a bulk cut of what is off already adds its hold, switches nothing there, and proves only what it switched', async () => {
  const measure = async (relay: 0 | 1, ...rooms: string[]) => {
    for (const room of rooms) campus.relays.set(`M-B-${room}`, relay);
    campus.clock.advance(1_000);
    await campus.report();
  };
  await measure(0, '01', '02');
  const holds = () =>
    campus.database.pool
      .query<{ code: string }>(
        `select p.code from supply_state s join meter_point p on p.id = s.point_id where s.reasons ? 'MANUAL' order by 1`,
      )
      .then(({ rows }) => rows.map(({ code }) => code));
  await campus.database.pool.query(
    `update supply_state set reasons = jsonb_build_object('MANUAL', jsonb_build_object('sinceMs', 0, 'by', 'user:energy2'))
      where point_id = (select id from meter_point where code = 'P-B-02')`,
  );
  const eleven = points(...ROOMS.slice(0, 13));
  const { caller, deps } = await campus.as('energy');
  const preview = await previewBulk(deps, caller, eleven);
  expect(preview).toMatchObject({ selected: 13, eligible: 11, blocked: 0, already: 2, held: 1 });
  expect(preview.rows.slice(0, 3)).toMatchObject([
    { point: 'P-B-01', verdict: 'ALREADY', reason: 'HOLD_ADDED' },
    { point: 'P-B-02', verdict: 'ALREADY', reason: 'ALREADY_OPEN' },
    { point: 'P-B-03', verdict: 'ELIGIBLE', reason: null },
  ]);
  const { id } = await ask('energy', eleven);
  const second = await campus.as('energy2');
  const waiting = await readWaiting(second.deps, second.caller);
  expect(waiting, 'as many as would be switched').toMatchObject([{ id, points: 11 }]);
  await decide('energy2', id);
  await campus.run(12);
  const { cells, job: ended } = await job(id);
  expect(ended).toMatchObject({ state: 'DONE', cells: { verified: 11, already: 2 } });
  expect(cells.slice(0, 2)).toMatchObject([
    { pointCode: 'P-B-01', cell: 'already', reason: 'HOLD_ADDED', commandId: null },
    { pointCode: 'P-B-02', cell: 'already', reason: 'ALREADY_OPEN' },
  ]);
  expect((await campus.commands()).map(({ point }) => point)).not.toContain('P-B-01');
  expect(await holds()).toContain('P-B-01');

  await campus.calm();
  await measure(0, '01');
  const alone = await ask('energy', points('01'));
  await campus.run(2);
  expect((await job(alone.id)).job, 'a hold alone').toMatchObject({ state: 'DONE', cells: { already: 1 } });
  expect(await holds()).toEqual(['P-B-01']);

  await campus.calm();
  await measure(0, '01');
  const late = await ask('energy', points('01'));
  await measure(1, '01');
  campus.clock.advance(MINUTE);
  await measure(1, '01');
  await campus.run(3);
  expect((await job(late.id)).job.cells, 'supply came back before its turn').toEqual({ verified: 1 });
});

it('a bulk restore where supply is on lifts the hold past no tag and no hazard, says so, and switches nothing', async () => {
  const rooms = ['01', '02', '03'];
  const energy = await campus.as('energy');
  for (const room of rooms)
    await requestSupplyChange(energy.deps, energy.caller, {
      ...{ pointCode: `P-B-${room}`, action: 'disconnect', reason: 'works' },
    });
  await campus.database.pool.query(
    "update command set state = 'FAILED', finished_ms = created_ms where op = 'disconnect' and finished_ms is null",
  );
  const preview = await previewBulk(energy.deps, energy.caller, {
    ...points(...rooms),
    direction: 'RESTORE',
  });
  expect(preview.rows).toMatchObject(rooms.map(() => ({ verdict: 'ELIGIBLE', reason: 'HOLD_ONLY' })));
  const { id } = await ask('energy', { ...points(...rooms), direction: 'RESTORE' });
  const maintainer = await campus.as('maintainer');
  await hangOwnTag(maintainer.deps, maintainer.caller, { pointCode: 'P-B-01', note: 'socket' });
  await campus.database.pool.query("update meter set online = false, status_ms = $1 where code = 'M-B-02'", [
    campus.clock.now() + 1,
  ]);
  for (let i = 0; i < 40; i++) await campus.tick();
  const { cells, job: ended } = await job(id);
  expect(cells.map(({ pointCode, cell, reason }) => [pointCode, cell, reason])).toEqual([
    ['P-B-01', 'blocked', 'MAINTENANCE_TAG'],
    ['P-B-02', 'blocked', 'OFFLINE'],
    ['P-B-03', 'lifted', 'HOLD_ONLY'],
  ]);
  expect(ended.state).toBe('DONE');
  const { rows } = await campus.database.pool.query(
    `select p.code from supply_state s join meter_point p on p.id = s.point_id where s.reasons ? 'MANUAL' order by 1`,
  );
  expect(
    rows.map(({ code }) => code),
    'what is barred stays held',
  ).toEqual(['P-B-01', 'P-B-02']);
  expect((await campus.commands()).filter(({ op }) => op === 'connect')).toEqual([]);
  await campus.database.pool.query("update meter set online = true where code = 'M-B-02'");
});

it('ten points cut one by one are as many as ten at once: the next needs a second person, however they are raced', async () => {
  const { caller, deps } = await campus.as('energy');
  const cut = (room: string) =>
    reasonOf(
      requestSupplyChange(deps, caller, { pointCode: `P-B-${room}`, action: 'disconnect', reason: 'works' }),
    );
  for (const room of ROOMS.slice(0, 8)) expect(await cut(room), room).toBe('DONE');
  const raced = await Promise.all(ROOMS.slice(8, 14).map(cut));
  expect(raced.filter((reason) => reason === 'DONE')).toHaveLength(2);
  expect(new Set(raced)).toEqual(new Set(['DONE', 'SECOND_PERSON_NEEDED']));
  const asksForSecond = async () => (await previewBulk(deps, caller, points('20'))).secondPerson;
  expect(await asksForSecond(), 'the dry run says so before anybody asks').toBe(true);
  expect((await ask('energy', points('20'))).state).toBe('PENDING_APPROVAL');
  campus.clock.advance(11 * MINUTE);
  await campus.report();
  expect(await asksForSecond()).toBe(false);
  expect(await cut('21')).toBe('DONE');
});

it('a person with two sign-ins cuts no more alone than one with one', async () => {
  const cutAs = async (user: string, room: string) => {
    const { caller, deps } = await campus.as(user);
    return reasonOf(
      requestSupplyChange(deps, caller, { pointCode: `P-B-${room}`, action: 'disconnect', reason: 'works' }),
    );
  };
  const { rows } = await campus.database.pool.query<{ id: number }>(
    `insert into person (campus_id, code, name) select id, 'TWICE', 'Twice' from campus limit 1 returning id`,
  );
  const bothAre = (person: number | null) =>
    campus.database.pool.query(`update app_user set person_id = $1 where code in ('energy', 'energy2')`, [
      person,
    ]);
  await bothAre(rows[0]!.id);
  for (const room of ROOMS.slice(0, 10)) expect(await cutAs('energy', room), room).toBe('DONE');
  expect(await cutAs('energy2', '11')).toBe('SECOND_PERSON_NEEDED');
  expect((await ask('energy2', points('11'))).state).toBe('PENDING_APPROVAL');
  await bothAre(null);
  expect(await cutAs('energy2', '11')).toBe('DONE');
});

/** While `act` runs, the roles of a person have ended. */
async function withoutRoles(code: string, act: () => Promise<void>): Promise<void> {
  const set = (until: Date | null) =>
    campus.database.pool.query(
      'update role_binding set valid_to = $2 where user_id = (select id from app_user where code = $1)',
      [code, until],
    );
  await set(new Date(campus.clock.now()));
  await act();
  await set(null);
}

async function protect(pointCode: string, protection: 'LIFE_SAFETY' | 'NONE'): Promise<void> {
  const { caller, deps } = await campus.as('energy');
  const { id } = await proposeChange(deps, caller, {
    pointCode,
    protection,
    owner: 'Clinic',
    reason: 'test',
  });
  const admin = await campus.as('admin');
  await decideChange(admin.deps, admin.caller, { id, decision: 'APPROVED' });
}
