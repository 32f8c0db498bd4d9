import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDb } from '../../../db/client';
import { PER_GATEWAY_AND_SECOND } from '../../../domain/supply/bulkJob';
import { BulkCampus, CLINIC, ROOMS } from '../../testing/bulkCampus';
import { BulkDesk, cutBuilding, points } from '../../testing/bulkDesk';
import { reasonOf } from '../../testing/reasonOf';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { readRoomHistory } from '../rooms/readHistory';
import { type BulkAsk, previewBulk } from './previewBulk';
import { decideChange, proposeChange } from './protection';
import { exportBulkJob, readBulkJob } from './readControl';

const MINUTE = 60_000;
let campus: BulkCampus;
let desk: BulkDesk;

beforeAll(async () => {
  campus = await BulkCampus.start();
  desk = new BulkDesk(campus);
});
afterAll(() => campus?.database.drop());
beforeEach(() => campus.calm());

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

    const { id, state } = await desk.ask('energy', cutBuilding);
    expect(state).toBe('PENDING_APPROVAL');
    await campus.run(3);
    expect(await campus.commands(), 'nor does a request').toEqual([]);
    await desk.decide('security-b', id);
    await campus.run(12);
    const commands = await campus.commands();
    expect(commands).toHaveLength(23);
    expect(commands.map(({ point }) => point)).not.toContain(CLINIC);
    const perSecond = new Map<number, number>();
    for (const { createdMs } of commands) perSecond.set(createdMs, (perSecond.get(createdMs) ?? 0) + 1);
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(PER_GATEWAY_AND_SECOND);
    const detail = await desk.job(id);
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
    const back = await desk.ask('energy', { ...cutBuilding, direction: 'RESTORE' });
    await desk.decide('energy2', back.id);
    await campus.run(40);
    expect((await desk.job(back.id)).job.cells).toEqual({ verified: 23, already: 1 });
    const restores = (await campus.commands()).filter(({ op }) => op === 'connect');
    expect(new Set(restores.map(({ createdMs }) => createdMs)).size, 'not all at one moment').toBeGreaterThan(
      5,
    );
  });

  it('is not for those without the right or the reach, whichever way they come', async () => {
    for (const code of ['student', 'head', 'warden-n', 'maintainer', 'finance', 'auditor', 'admin'])
      expect(await reasonOf(desk.ask(code, points('01'))), code).toBe('ROLE_MISSING');
    expect(await reasonOf(desk.ask('security-n', cutBuilding))).toBe('UNKNOWN_SPACE');
    expect(await reasonOf(desk.ask('security-n', points('01')))).toBe('METER_POINT');
    expect(await reasonOf(desk.ask('security-b', { ...cutBuilding, direction: 'RESTORE' }))).toBe(
      'ROLE_MISSING',
    );
    const feeder: BulkAsk = { ...cutBuilding, choice: { kind: 'FEEDER', code: 'F-B' } };
    expect(await reasonOf(desk.ask('security-b', feeder)), 'feeders are for energy managers').toBe(
      'ROLE_MISSING',
    );
    const asPoint: BulkAsk = { ...cutBuilding, choice: { kind: 'POINTS', codes: ['F-B'] } };
    expect(await reasonOf(desk.ask('security-b', asPoint))).toBe('ROLE_MISSING');
    const { caller, deps } = await campus.as('energy');
    const single = requestSupplyChange(deps, caller, { pointCode: 'F-B', action: 'disconnect', reason: 'x' });
    expect(await reasonOf(single)).toBe('SECOND_PERSON_NEEDED');
    // A feeder above a clinic is as protected as the clinic; with all below it the clinic alone is left out.
    expect((await previewBulk(deps, caller, asPoint)).rows).toMatchObject([
      { verdict: 'BLOCKED', reason: 'LIFE_SAFETY' },
    ]);
    const below = await desk.ask('energy', feeder);
    expect(below.state).toBe('PENDING_APPROVAL');
    expect(await reasonOf(desk.decide('security-b', below.id)), 'nor do they approve one').toBe(
      'ROLE_MISSING',
    );
    expect((await desk.job(below.id)).job.cells).toEqual({ approval: 23, blocked: 1 });
    expect(await campus.commands()).toEqual([]);
  });

  it('is approved by another person with the same right over every point, in time, and by one only', async () => {
    const { id } = await desk.ask('energy', cutBuilding);
    expect(await reasonOf(desk.decide('energy', id))).toBe('SAME_PERSON');
    expect(await reasonOf(desk.decide('energy-twin', id)), 'another account of the same person').toBe(
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
    expect(await reasonOf(desk.decide('security-n', id))).toBe('JOB');
    for (const code of ['student', 'warden-n', 'maintainer', 'finance', 'admin'])
      expect(['ROLE_MISSING', 'JOB'], code).toContain(await reasonOf(desk.decide(code, id)));
    const raced = await Promise.all([
      reasonOf(desk.decide('energy2', id)),
      reasonOf(desk.decide('security-b', id)),
      reasonOf(desk.decide('energy2', id, false)),
    ]);
    expect(raced.sort()).toEqual(['DECIDED', 'DECIDED', 'DONE']);
    await desk.steer('energy2', id, 'STOP').catch(() => undefined);

    const wide: BulkAsk = {
      ...cutBuilding,
      choice: { kind: 'POINTS', codes: [...ROOMS.slice(0, 11).map((room) => `P-B-${room}`), 'P-101'] },
    };
    const both = await desk.ask('energy', wide);
    expect(await reasonOf(desk.decide('security-b', both.id)), 'one point lies elsewhere').toBe(
      'OUT_OF_SCOPE',
    );

    const late = await desk.ask('energy', cutBuilding);
    campus.clock.advance(10 * MINUTE);
    expect(await reasonOf(desk.decide('energy2', late.id))).toBe('APPROVAL_EXPIRED');
    await campus.tick();
    expect((await desk.job(late.id)).job).toMatchObject({
      state: 'CANCELLED',
      endCause: 'EXPIRED',
      cells: { cancelled: 23, blocked: 1 },
    });
    expect(await reasonOf(desk.decide('energy2', late.id))).toBe('DECIDED');
    expect(await campus.commands()).toEqual([]);
  });

  it('reads protection again before each send: what became life safety meanwhile stays on', async () => {
    const { id } = await desk.ask('energy', cutBuilding);
    await desk.decide('energy2', id);
    await protect('P-B-20', 'LIFE_SAFETY');
    // One has its command already, and waits to go out.
    await campus.tick();
    const [first] = await campus.commands();
    await protect(first!.point, 'LIFE_SAFETY');
    expect(await campus.obey()).not.toContain(first!.point);
    await campus.run(12);
    const { cells } = await desk.job(id);
    const cell = (code: string) => cells.find(({ pointCode }) => pointCode === code);
    expect(cell('P-B-20')).toMatchObject({ cell: 'blocked', reason: 'LIFE_SAFETY', commandId: null });
    expect(cell(first!.point)).toMatchObject({ cell: 'cancelled', resultCode: 'LIFE_SAFETY' });
    expect(cells.filter((one) => one.cell === 'verified')).toHaveLength(21);
    await protect('P-B-20', 'NONE');
    await protect(first!.point, 'NONE');
  });

  it('sends each point once, whoever runs it and however often the server dies', async () => {
    const { id } = await desk.ask('energy', cutBuilding);
    await desk.decide('energy2', id);
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
    expect((await desk.job(id)).job).toMatchObject({ state: 'DONE', cells: { verified: 23, blocked: 1 } });
  });

  it('stops and pauses: what was not sent is left as it is', async () => {
    const { id } = await desk.ask('energy', cutBuilding);
    await desk.decide('energy2', id);
    await campus.tick();
    const sent = await campus.obey();
    await campus.tick();
    await desk.steer('security-b', id, 'PAUSE');
    for (let i = 0; i < 5; i++) await campus.tick();
    const paused = await campus.commands();
    expect(paused.length).toBeGreaterThan(sent.length);
    await desk.steer('energy', id, 'STOP');
    expect(await reasonOf(desk.steer('energy', id, 'RESUME'))).toBe('JOB_STATE');
    await campus.run(5);
    const { cells } = (await desk.job(id)).job;
    expect(cells).toEqual({ verified: sent.length, cancelled: 23 - sent.length, blocked: 1 });
    const { rows } = await campus.database.pool.query<{ n: number }>(
      "select count(*)::int as n from supply_state where reasons ? 'MANUAL'",
    );
    expect(rows[0]!.n, 'only what was cut is held').toBe(sent.length);
  });

  it('stops before its next point when who asked or consented may not switch any more', async () => {
    for (const gone of ['energy', 'security-b']) {
      const { id } = await desk.ask('energy', cutBuilding);
      await desk.decide('security-b', id);
      await campus.tick();
      const sent = await campus.obey();
      expect(sent.length).toBeGreaterThan(0);
      await campus.tick();
      await withoutRoles(gone, () => campus.run(5));
      expect((await desk.job(id)).job).toMatchObject({
        state: 'STOPPED',
        endCause: 'RIGHT_GONE',
        cells: { verified: sent.length, cancelled: 23 - sent.length, blocked: 1 },
      });
      await campus.calm();
    }
  });

  it('that slept goes on with its spacing and not all at once, and ends by itself when it slept too long', async () => {
    const { id } = await desk.ask('energy', cutBuilding);
    await desk.decide('energy2', id);
    campus.clock.advance(3 * MINUTE);
    await campus.report();
    const { handed } = await campus.tick();
    expect(handed).toBeLessThanOrEqual(PER_GATEWAY_AND_SECOND);
    expect(handed).toBeGreaterThan(0);
    campus.clock.advance(20 * MINUTE);
    await campus.tick();
    expect((await desk.job(id)).job).toMatchObject({ state: 'STOPPED', endCause: 'EXPIRED' });
  });

  it('is made once by two presses of one button, and the number that was confirmed must still hold', async () => {
    const once = { requestKey: 'pressed-twice-0001' };
    const twice = await Promise.all([
      desk.ask('energy', points('01'), once),
      desk.ask('energy', points('01'), once),
    ]);
    expect(twice[0]!.id).toBe(twice[1]!.id);
    expect(twice.map(({ existing }) => existing).sort()).toEqual([false, true]);
    expect(await reasonOf(desk.ask('energy', points('02'), once))).toBe('REQUEST_KEY');
    await campus.run(2);
    expect(await campus.commands()).toHaveLength(1);
    expect((await desk.ask('energy', points('01'), { ...once, confirmed: 1 })).id, 'and long after').toBe(
      twice[0]!.id,
    );
    expect(await reasonOf(desk.ask('energy', points('02'), { confirmed: 2 }))).toBe('COUNT_CHANGED');
    expect(await reasonOf(desk.ask('energy', points('24')))).toBe('NOTHING_ELIGIBLE');
    expect(await reasonOf(desk.ask('energy', points('02'), { reason: '  ' }))).toBe('REASON');
  });

  it('of ten points needs nobody else, but not a second one within ten minutes', async () => {
    const ten = points(...ROOMS.slice(0, 10));
    expect((await desk.ask('energy', ten)).state).toBe('RUNNING');
    expect((await desk.ask('energy', points('11'))).state).toBe('PENDING_APPROVAL');
    expect((await desk.ask('energy', points(...ROOMS.slice(10, 21)))).state).toBe('PENDING_APPROVAL');
    campus.clock.advance(11 * MINUTE);
    await campus.report();
    expect((await desk.ask('energy', points('11'))).state).toBe('RUNNING');
  });
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
