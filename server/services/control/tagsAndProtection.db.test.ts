import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { applyMeterEvent } from '../../../engine/applyMeterEvent';
import { closeSupplyGaps } from '../../../engine/closeSupplyGaps';
import { sweepAlarms } from '../../../engine/sweepAlarms';
import { BulkCampus, CLINIC } from '../../testing/bulkCampus';
import { reasonOf } from '../../testing/reasonOf';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { readRoom } from '../rooms/readRoom';
import { decideChange, proposeChange } from './protection';
import { readControl } from './readControl';
import { hangOwnTag, takeLeftTag, takeOwnTag } from './tags';

let campus: BulkCampus;
beforeAll(async () => {
  campus = await BulkCampus.start();
});
afterAll(() => campus?.database.drop());
beforeEach(() => campus.calm());

const POINT = 'P-B-01';
async function hang(code: string, note = 'socket') {
  const { caller, deps } = await campus.as(code);
  return hangOwnTag(deps, caller, { pointCode: POINT, note });
}
async function take(code: string) {
  const { caller, deps } = await campus.as(code);
  return takeOwnTag(deps, caller, { pointCode: POINT });
}
async function switchPoint(code: string, action: 'disconnect' | 'connect') {
  const { caller, deps } = await campus.as(code);
  return requestSupplyChange(deps, caller, { pointCode: POINT, action, reason: 'test' });
}
async function cut(): Promise<void> {
  await switchPoint('energy', 'disconnect');
  await campus.obey();
  // Measured open, and then its least time off.
  for (let i = 0; i < 2; i++) {
    campus.clock.advance(35_000);
    await campus.report();
  }
}

it('a tag is a maintainer’s own: it bars every other restore by name, cuts nothing, and only who hung it takes it off', async () => {
  for (const code of ['student', 'warden-n', 'security-b', 'energy', 'finance', 'admin'])
    expect(await reasonOf(hang(code)), code).toBe('ROLE_MISSING');
  expect(await reasonOf(hang('maintainer', '  '))).toBe('NOTE');
  await hang('maintainer');
  expect(await campus.commands(), 'a tag cuts nothing').toEqual([]);
  await cut();
  const refused = await switchPoint('energy', 'connect').catch((error: unknown) => error);
  expect(refused).toMatchObject({
    reason: 'MAINTENANCE_TAG',
    details: { heldBy: 'Electrician', note: 'socket' },
  });
  expect(await reasonOf(switchPoint('maintainer2', 'connect')), 'not one’s own tag').toBe('OWN_TAG_NEEDED');
  expect(await reasonOf(take('maintainer2'))).toBe('NO_TAG');
  const { caller, deps } = await campus.as('energy');
  expect((await readControl(deps, caller)).tags).toMatchObject([
    { pointCode: POINT, name: 'Electrician', note: 'socket' },
  ]);

  await hang('maintainer2', 'meter');
  expect(await reasonOf(switchPoint('maintainer', 'connect')), 'another one hangs beside it').toBe(
    'MAINTENANCE_TAG',
  );
  await take('maintainer2');
  await switchPoint('maintainer', 'connect');
  expect(await campus.obey(), 'to test, under the own tag').toEqual([POINT]);
  campus.clock.advance(61_000);
  await campus.report();
  await take('maintainer');
  expect((await campus.commands()).at(-1)).toMatchObject({ op: 'connect', state: 'VERIFIED' });
});

it('a tag whose owner left is taken off by who may restore, with a note; one whose owner is here is not', async () => {
  const takeLeft = async (code: string) => {
    const { rows } = await campus.database.pool.query<{ id: number }>(
      "select id from app_user where code = 'maintainer2'",
    );
    const { caller, deps } = await campus.as(code);
    const note = 'looked on site';
    return takeLeftTag(deps, caller, { pointCode: POINT, owner: String(rows[0]!.id), note });
  };
  const disable = (disabled: boolean) =>
    campus.database.pool.query("update app_user set disabled = $1 where code = 'maintainer2'", [disabled]);
  expect(await reasonOf(takeLeft('energy'))).toBe('NO_TAG');
  await hang('maintainer2');
  expect(await reasonOf(takeLeft('energy'))).toBe('TAG_OWNER_ACTIVE');
  await disable(true);
  for (const code of ['student', 'warden-n', 'security-b', 'maintainer', 'finance', 'admin'])
    expect(await reasonOf(takeLeft(code)), code).toBe('ROLE_MISSING');
  const { caller, deps } = await campus.as('energy');
  expect((await readControl(deps, caller)).tags).toMatchObject([{ name: 'Electrician Two', left: true }]);
  await takeLeft('energy');
  expect((await readControl(deps, caller)).tags).toEqual([]);
  const { rows } = await campus.database.pool.query<{ after: object }>(
    "select after from audit_log where action = 'LEFT_TAG_TAKEN'",
  );
  expect(rows).toMatchObject([{ after: { note: 'looked on site' } }]);
  await disable(false);
});

it('a cut that failed is called off by who may restore, and the log says that nothing was switched', async () => {
  await switchPoint('energy', 'disconnect');
  await campus.database.pool.query(
    "update command set state = 'FAILED', finished_ms = created_ms where op = 'disconnect' and finished_ms is null",
  );
  for (const code of ['student', 'warden-n', 'security-b', 'finance', 'admin'])
    expect(await reasonOf(switchPoint(code, 'connect')), code).toBe('ROLE_MISSING');
  expect(await reasonOf(switchPoint('maintainer', 'connect'))).toBe('OWN_TAG_NEEDED');
  await hang('maintainer');
  expect(await reasonOf(switchPoint('energy', 'connect'))).toBe('MAINTENANCE_TAG');
  await take('maintainer');
  const { caller, deps } = await campus.as('energy');
  const { points } = await readRoom(deps, caller, 'B-01');
  expect(points[0]!.checks.restore).toMatchObject({ verdict: 'ALLOWED', warnings: ['HOLD_ONLY'] });
  expect(await switchPoint('energy', 'connect')).toEqual({ commandId: null, lifted: ['MANUAL'] });
  expect(await campus.obey()).toEqual([]);
  const { rows } = await campus.database.pool.query(
    "select actor, target, before, after from audit_log where action = 'SUPPLY_HOLD_LIFTED'",
  );
  expect(rows).toEqual([
    {
      ...{ actor: 'user:energy', target: `point:${POINT}`, before: { held: ['MANUAL'] } },
      after: { command: null, reason: 'test', cause: 'MANUAL' },
    },
  ]);
});

it('a restore that waits to go out goes nowhere once a tag hangs', async () => {
  await cut();
  await switchPoint('energy', 'connect');
  await hang('maintainer');
  expect(await campus.obey()).toEqual([]);
  expect((await campus.commands()).at(-1)).toMatchObject({ op: 'connect', state: 'CANCELLED' });
});

it('the protected list is changed by an energy manager or warden and an admin together, once, and never by one', async () => {
  const propose = async (
    code: string,
    protection: 'LIFE_SAFETY' | 'CREDIT' | 'NONE' = 'LIFE_SAFETY',
    owner = 'Lift',
  ) => {
    const { caller, deps } = await campus.as(code);
    return proposeChange(deps, caller, { pointCode: POINT, protection, owner, reason: 'new lift' });
  };
  const decide = async (
    code: string,
    id: number,
    decision: 'APPROVED' | 'REJECTED' | 'WITHDRAWN' = 'APPROVED',
  ) => {
    const { caller, deps } = await campus.as(code);
    return decideChange(deps, caller, { id, decision });
  };
  for (const code of ['student', 'security-b', 'maintainer', 'finance', 'admin'])
    expect(await reasonOf(propose(code)), code).toBe('ROLE_MISSING');
  expect(await reasonOf(propose('warden-n')), 'another building').toBe('METER_POINT');
  expect(await reasonOf(propose('energy', 'LIFE_SAFETY', ''))).toBe('OWNER');
  const { id } = await propose('energy');
  const reasonFor = async (code: string) => {
    const { caller, deps } = await campus.as(code);
    return (await readControl(deps, caller)).proposals.find((one) => one.id === id)?.reason;
  };
  for (const code of ['energy', 'security-b', 'admin']) expect(await reasonFor(code), code).toBe('new lift');
  for (const code of ['auditor', 'maintainer'])
    expect(await reasonFor(code), 'why a room is protected may be somebody’s health').toBeNull();
  expect(await reasonOf(propose('energy2'))).toBe('PROPOSAL_OPEN');
  for (const code of ['energy', 'energy2', 'warden-n', 'finance'])
    expect(await reasonOf(decide(code, id)), code).toBe('ROLE_MISSING');
  expect(await reasonOf(decide('energy2', id, 'WITHDRAWN'))).toBe('NOT_YOURS');
  await switchPoint('energy', 'disconnect');
  const raced = await Promise.all([reasonOf(decide('admin', id)), reasonOf(decide('admin', id, 'REJECTED'))]);
  expect(raced.sort()).toEqual(['DECIDED', 'DONE']);
  const { caller, deps } = await campus.as('energy');
  const list = (await readControl(deps, caller)).protectedPoints;
  const isProtected = list.some(({ pointCode }) => pointCode === POINT);
  expect(list.some(({ pointCode }) => pointCode === CLINIC)).toBe(true);
  // Whichever came first: what is protected now is not cut any more, though the cut was asked for before.
  expect((await campus.obey()).includes(POINT)).toBe(!isProtected);
  if (isProtected) {
    const back = await propose('energy', 'NONE', '');
    await decide('admin', back.id);
  }
});

it('what becomes life safety while it is off is not closed by itself: people are called at once, and may switch it on', async () => {
  await cut();
  await protectForLife();
  expect(await darkAlarms(), 'in the act itself').toEqual([{ priority: 1, active: true }]);
  const { caller, deps } = await campus.as('energy');
  expect((await readRoom(deps, caller, 'B-01')).points[0]?.checks.restore.verdict).toBe('ALLOWED');
  await switchPoint('energy', 'connect');
  expect(await campus.obey()).toEqual([POINT]);
  campus.clock.advance(61_000);
  await campus.report();
  await closeSupplyGaps(campus.database, campus.ctx);
  expect(await darkAlarms()).toEqual([]);
  await protectForLife('NONE');
});

it('what becomes life safety before its cut went out keeps no hold that would cut it when the protection ends', async () => {
  await switchPoint('energy', 'disconnect');
  await protectForLife();
  expect((await campus.commands()).at(-1)).toMatchObject({ op: 'disconnect', state: 'CANCELLED' });
  await protectForLife('NONE');
  await campus.run(5);
  expect(await darkAlarms()).toEqual([]);
  expect((await campus.commands()).filter(({ issued }) => issued)).toEqual([]);
});

async function protectForLife(protection: 'LIFE_SAFETY' | 'NONE' = 'LIFE_SAFETY'): Promise<void> {
  const asking = await campus.as('energy');
  const wish = { pointCode: POINT, protection, owner: 'Lift', reason: 'new lift' };
  const { id } = await proposeChange(asking.deps, asking.caller, wish);
  const deciding = await campus.as('admin');
  await decideChange(deciding.deps, deciding.caller, { id, decision: 'APPROVED' });
}

async function darkAlarms(): Promise<{ priority: number; active: boolean }[]> {
  const { rows } = await campus.database.pool.query<{ priority: number; active: boolean }>(
    `select a.priority::int as priority, a.active from alarm a join meter_point p on p.id = a.subject_id
      where a.rule = 'LIFE_SAFETY_DARK' and a.subject_type = 'POINT' and p.code = $1 and a.active`,
    [POINT],
  );
  return rows;
}

it('signs of tampering are kept quiet while a tag hangs, and no longer: what stands is told then, and so is what comes later', async () => {
  const cover = async (on: boolean) => {
    campus.clock.advance(60_000);
    await applyMeterEvent(campus.database, campus.ctx, {
      site: 'TC',
      senderKind: 'GATEWAY',
      senderCode: 'G-B',
      meterCode: 'M-B-01',
      tsMs: campus.clock.now(),
      rxMs: campus.clock.now(),
      name: 'COVER_OPEN',
      on,
      data: null,
    });
    await sweepAlarms(campus.database, campus.ctx);
  };
  const told = async () => {
    const { rows } = await campus.database.pool.query<{
      event: string;
      announced: boolean;
      by: string | null;
    }>(
      `select e.event, e.announced, a.suppressed_by as by from alarm_event e join alarm a on a.id = e.alarm_id
        where a.rule = 'TAMPER' and a.ended_ms is null order by e.id desc limit 1`,
    );
    return rows[0];
  };
  await hang('maintainer');
  await cover(true);
  expect(await told()).toMatchObject({
    event: 'RAISE',
    announced: false,
    by: expect.stringMatching(/^tag:/),
  });
  await take('maintainer');
  await sweepAlarms(campus.database, campus.ctx);
  expect(await told(), 'the cover is still open').toEqual({ event: 'UNSUPPRESS', announced: true, by: null });

  await campus.calm();
  await hang('maintainer');
  await cover(true);
  await cover(false);
  await take('maintainer');
  await sweepAlarms(campus.database, campus.ctx);
  expect(await told(), 'closed again by who worked there').toEqual({
    event: 'UNSUPPRESS',
    announced: false,
    by: null,
  });
  await cover(true);
  expect(await told(), 'weeks later, by somebody else').toEqual({
    event: 'RAISE',
    announced: true,
    by: null,
  });
});
