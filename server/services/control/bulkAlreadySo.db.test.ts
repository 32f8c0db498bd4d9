import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { BulkCampus, ROOMS } from '../../testing/bulkCampus';
import { BulkDesk, points } from '../../testing/bulkDesk';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { previewBulk } from './previewBulk';
import { readWaiting } from './readWaiting';
import { hangOwnTag } from './tags';

const MINUTE = 60_000;
let campus: BulkCampus;
let desk: BulkDesk;

beforeAll(async () => {
  campus = await BulkCampus.start();
  desk = new BulkDesk(campus);
});
afterAll(() => campus?.database.drop());
beforeEach(() => campus.calm());

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
  const { id } = await desk.ask('energy', eleven);
  const second = await campus.as('energy2');
  const waiting = await readWaiting(second.deps, second.caller);
  expect(waiting, 'as many as would be switched').toMatchObject([{ id, points: 11 }]);
  await desk.decide('energy2', id);
  await campus.run(12);
  const { cells, job: ended } = await desk.job(id);
  expect(ended).toMatchObject({ state: 'DONE', cells: { verified: 11, already: 2 } });
  expect(cells.slice(0, 2)).toMatchObject([
    { pointCode: 'P-B-01', cell: 'already', reason: 'HOLD_ADDED', commandId: null },
    { pointCode: 'P-B-02', cell: 'already', reason: 'ALREADY_OPEN' },
  ]);
  expect((await campus.commands()).map(({ point }) => point)).not.toContain('P-B-01');
  expect(await holds()).toContain('P-B-01');

  await campus.calm();
  await measure(0, '01');
  const alone = await desk.ask('energy', points('01'));
  await campus.run(2);
  expect((await desk.job(alone.id)).job, 'a hold alone').toMatchObject({
    state: 'DONE',
    cells: { already: 1 },
  });
  expect(await holds()).toEqual(['P-B-01']);

  await campus.calm();
  await measure(0, '01');
  const late = await desk.ask('energy', points('01'));
  await measure(1, '01');
  campus.clock.advance(MINUTE);
  await measure(1, '01');
  await campus.run(3);
  expect((await desk.job(late.id)).job.cells, 'supply came back before its turn').toEqual({ verified: 1 });
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
  const { id } = await desk.ask('energy', { ...points(...rooms), direction: 'RESTORE' });
  const maintainer = await campus.as('maintainer');
  await hangOwnTag(maintainer.deps, maintainer.caller, { pointCode: 'P-B-01', note: 'socket' });
  await campus.database.pool.query("update meter set online = false, status_ms = $1 where code = 'M-B-02'", [
    campus.clock.now() + 1,
  ]);
  for (let i = 0; i < 40; i++) await campus.tick();
  const { cells, job: ended } = await desk.job(id);
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
