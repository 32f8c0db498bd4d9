import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BulkCampus, ROOMS } from '../../testing/bulkCampus';
import { decideBulk } from './actOnBulk';
import { type BulkAsk, previewBulk } from './previewBulk';
import { readBulkJob } from './readControl';
import { requestBulk } from './requestBulk';

let campus: BulkCampus;
let keys = 0;

beforeAll(async () => {
  campus = await BulkCampus.start();
  await campus.database.pool.query(`
    insert into account_point (account_id, point_id, valid_from)
    select a.id, p.id, '2025-09-01' from account a, meter_point p where a.code = 'A-101' and p.code in ('P-B-01', 'P-B-02')`);
});
afterAll(() => campus?.database.drop());
beforeEach(() => campus.calm());

async function ask(choice: BulkAsk['choice']): Promise<string> {
  const { caller, deps } = await campus.as('energy');
  const what: BulkAsk = { choice, direction: 'CUT', utility: 'ELECTRICITY' };
  const { eligible } = await previewBulk(deps, caller, what);
  const order = { ...what, reason: 'works', confirmed: eligible, requestKey: `key-of-a-test-${++keys}` };
  return (await requestBulk(deps, caller, order)).id;
}
async function seenBy(code: string, id: string) {
  const { caller, deps } = await campus.as(code);
  return readBulkJob(deps, caller, id);
}

describe('whoever is asked for consent to a bulk job', () => {
  it('reads what it would do now: load, people, and which points are switched, held, left out and protected', async () => {
    const id = await ask({ kind: 'SPACE', code: 'B' });
    const asked = { selected: 24, switched: 23, held: 0, blocked: 1, already: 0, protected: 1 };
    const concerned = { powerW: 23 * 200, unmeasured: 0, spaces: 23, residents: 1 };
    expect((await seenBy('energy2', id)).dryRun).toEqual({
      asOfMs: campus.clock.now(),
      ...asked,
      ...concerned,
    });

    // Before they decide, the room of the one resident and another go off by themselves.
    campus.clock.advance(60_000);
    campus.relays.set('M-B-01', 0).set('M-B-02', 0);
    await campus.report();
    const now = {
      ...asked,
      switched: 21,
      held: 2,
      powerW: 21 * 200,
      unmeasured: 0,
      spaces: 21,
      residents: 0,
    };
    for (const code of ['energy2', 'security-b', 'energy'])
      expect((await seenBy(code, id)).dryRun, code).toEqual({ asOfMs: campus.clock.now(), ...now });
    expect((await seenBy('auditor', id)).dryRun, 'who switches nothing').toBeNull();

    const { caller, deps } = await campus.as('energy2');
    await decideBulk(deps, caller, { jobId: id, approve: true });
    expect((await seenBy('energy2', id)).dryRun, 'nobody is asked any more').toBeNull();
  });

  it('reads nothing of it, and is not asked, where their reach ends before its last point', async () => {
    const near = ROOMS.slice(0, 11).map((room) => `P-B-${room}`);
    const id = await ask({ kind: 'POINTS', codes: [...near, 'P-101'] });
    expect((await seenBy('energy2', id)).dryRun).toMatchObject({ selected: 12 });
    const partial = await seenBy('security-b', id);
    expect([partial.cells.length, partial.dryRun, partial.rights.decide]).toEqual([11, null, false]);
  });

  it('reads the place by its names, down to the chosen one; of a list its buildings', async () => {
    const names = async (choice: BulkAsk['choice']) =>
      (await seenBy('energy2', await ask(choice))).places.map(({ name, nameEn }) => nameEn ?? name);
    expect(await names({ kind: 'SPACE', code: 'N' })).toEqual(['North']);
    expect(await names({ kind: 'SPACE', code: 'B-1F' })).toEqual(['B', '1F']);
    expect(await names({ kind: 'FEEDER', code: 'F-S' })).toEqual(['South']);
    expect(await names({ kind: 'POINTS', codes: ['P-B-03', 'P-B-04', 'P-101'] })).toEqual(['North', 'B']);
  });
});
