import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { BulkCampus, ROOMS } from '../../testing/bulkCampus';
import { BulkDesk, points } from '../../testing/bulkDesk';
import { reasonOf } from '../../testing/reasonOf';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { previewBulk } from './previewBulk';

const MINUTE = 60_000;
let campus: BulkCampus;
let desk: BulkDesk;

beforeAll(async () => {
  campus = await BulkCampus.start();
  desk = new BulkDesk(campus);
});
afterAll(() => campus?.database.drop());
beforeEach(() => campus.calm());

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
  expect((await desk.ask('energy', points('20'))).state).toBe('PENDING_APPROVAL');
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
  expect((await desk.ask('energy2', points('11'))).state).toBe('PENDING_APPROVAL');
  await bothAre(null);
  expect(await cutAs('energy2', '11')).toBe('DONE');
});
