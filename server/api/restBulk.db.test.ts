import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { bulkDryRunSchema, bulkJobSchema } from '../../contracts/restBulk';
import { type KeyScope, problemSchema } from '../../contracts/restCommon';
import { createApiKey } from '../auth/apiKeys';
import { SignInLimit } from '../auth/signInLimit';
import { decideBulk, steerBulk } from '../services/control/actOnBulk';
import { hangOwnTag } from '../services/control/tags';
import { BulkCampus, CLINIC } from '../testing/bulkCampus';
import { createRestApi } from './createRestApi';

let campus: BulkCampus;
let app: ReturnType<typeof createRestApi>;
let control: string;

beforeAll(async () => {
  campus = await BulkCampus.start();
  let ms = 0;
  app = createRestApi({
    database: campus.database,
    engine: campus.ctx,
    // Rates refill at once: what is tried here lies behind them.
    realClock: { now: () => (ms += 60_000) },
    signInLimit: new SignInLimit(campus.ctx.clock),
    ledgerSigningKey: null,
    checkpointDir: null,
  });
});
afterAll(() => campus?.database.drop());
beforeEach(async () => {
  await campus.calm();
  control = (await keyOf(['read', 'control'], 'user:energy')).key;
});

async function keyOf(scopes: readonly KeyScope[], madeBy?: string, space?: string) {
  const { caller } = await campus.as('admin');
  const { rows } = await campus.database.pool.query<{ id: number }>('select id from space where code = $1', [
    space ?? '',
  ]);
  return createApiKey(
    { database: campus.database, clock: campus.clock },
    { campusId: caller.campus.id, name: 'building system', scopes, spaceId: rows[0]?.id ?? null, madeBy },
  );
}

async function call(method: string, path: string, body?: unknown, key = control, idempotencyKey?: string) {
  const response = await app.request(
    `/api/v1${path}`,
    {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    },
    { address: '192.0.2.1' },
  );
  const answer = (await response.json()) as Record<string, unknown>;
  const code = response.status < 400 ? null : problemSchema.parse(answer).code;
  return { status: response.status, body: answer, code, headers: response.headers };
}

const codes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `P-B-${String(from + i).padStart(2, '0')}`);
const cut = (points: readonly string[]) => ({
  choice: { kind: 'POINTS', codes: points },
  direction: 'CUT',
  utility: 'ELECTRICITY',
});
const order = (points: readonly string[], more: object = {}) => ({
  ...cut(points),
  reason: 'works on the riser',
  confirmed: points.length,
  ...more,
});
const ask = (points: readonly string[], key = control) => call('POST', '/bulk-jobs', order(points), key);
const job = async (id: unknown) => bulkJobSchema.parse((await call('GET', `/bulk-jobs/${id}`)).body);
const decide = async (code: string, jobId: string) => {
  const { caller, deps } = await campus.as(code);
  return decideBulk(deps, caller, { jobId, approve: true });
};

it('a dry run stores and sends nothing and names what bars each point; the job does what was confirmed, and is read to its proof', async () => {
  const building = { choice: { kind: 'SPACE', code: 'B' }, direction: 'CUT', utility: 'ELECTRICITY' };
  const dry = bulkDryRunSchema.parse((await call('POST', '/bulk-jobs/dry-run', building)).body);
  expect(dry).toMatchObject({ selected: 24, eligible: 23, blocked: 1, already: 0, secondPerson: true });
  expect(dry.points.find(({ point }) => point === CLINIC)).toMatchObject({
    verdict: 'BLOCKED',
    reason: 'LIFE_SAFETY',
    protectionOwner: 'Clinic',
  });
  const { rows } = await campus.database.pool.query('select 1 from bulk_job where finished_ms is null');
  expect(rows).toEqual([]);

  const few = codes(1, 3);
  const made = await ask(few);
  expect(made).toMatchObject({ status: 202, body: { state: 'RUNNING', existing: false } });
  expect(made.headers.get('location')).toBe(`/api/v1/bulk-jobs/${made.body.id}`);
  await campus.run(5);
  const done = await job(made.body.id);
  expect(done).toMatchObject({ state: 'DONE', selected: 3, counts: { verified: 3 } });
  expect(done.requestedBy).toMatch(/^key:/);
  expect(done.points.map(({ command }) => command)).toEqual(Array(3).fill(expect.any(String)));

  const back = await call('POST', '/bulk-jobs', order(few, { direction: 'RESTORE' }));
  expect(back.status).toBe(202);
  await campus.run(120);
  expect((await job(back.body.id)).counts).toEqual({ verified: 3 });
});

it('a key switches what its scope and its place allow, and a feeder never', async () => {
  const read = (await keyOf(['read'], 'user:energy')).key;
  const north = (await keyOf(['read', 'control'], 'user:energy', 'N')).key;
  const feeder = { ...cut([]), choice: { kind: 'FEEDER', code: 'F-B' } };
  expect(await ask(codes(1, 2), read)).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
  expect(await call('POST', '/bulk-jobs/dry-run', cut(codes(1, 2)), read)).toMatchObject({
    code: 'SCOPE_MISSING',
  });
  expect(await ask(codes(1, 2), north)).toMatchObject({ status: 404, code: 'METER_POINT' });
  const campusWide = order([], { choice: { kind: 'SPACE', code: 'TC' } });
  expect(await call('POST', '/bulk-jobs', campusWide, north)).toMatchObject({ status: 404 });
  expect(await call('POST', '/bulk-jobs/dry-run', feeder)).toMatchObject({ status: 422 });
  for (const direction of ['CUT', 'RESTORE'])
    expect(await call('POST', '/bulk-jobs', order(['F-B'], { direction }))).toMatchObject({
      status: 403,
      code: 'ROLE_MISSING',
    });
  const made = await ask(codes(1, 2));
  expect(await call('GET', `/bulk-jobs/${made.body.id}`, undefined, north)).toMatchObject({ status: 404 });
  expect(await call('POST', `/bulk-jobs/${made.body.id}/stop`, undefined, north)).toMatchObject({
    status: 404,
  });
  expect(await call('POST', `/bulk-jobs/${made.body.id}/stop`, undefined, read)).toMatchObject({
    code: 'SCOPE_MISSING',
  });
  expect((await campus.commands()).length, 'nothing went out').toBe(0);
});

it('two people stay two: who answers for the key never consents, under no sign-in, nor does a key', async () => {
  const made = await ask(codes(1, 12));
  expect(made.body).toMatchObject({ state: 'PENDING_APPROVAL' });
  const id = String(made.body.id);
  await campus.run(3);
  expect(await campus.commands()).toEqual([]);
  for (const path of ['approve', 'decide'])
    expect(await call('POST', `/bulk-jobs/${id}/${path}`, {})).toMatchObject({ status: 404 });
  await expect(decide('energy', id)).rejects.toMatchObject({ reason: 'SAME_PERSON' });
  await expect(decide('energy-twin', id)).rejects.toMatchObject({ reason: 'SAME_PERSON' });
  await decide('energy2', id);
  await campus.run(10);
  expect((await job(id)).counts).toEqual({ verified: 12 });
});

it('ten points in ten minutes are ten by whatever way: jobs of several keys, one by one, and by the maker’s own hand', async () => {
  const other = (await keyOf(['read', 'control'], 'user:energy')).key;
  expect((await ask(codes(1, 5))).body.state).toBe('RUNNING');
  for (const point of codes(6, 7))
    expect(
      await call('POST', `/meter-points/${point}/commands`, { action: 'disconnect', reason: 'x' }, other),
    ).toMatchObject({ status: 202 });
  const dry = await call('POST', '/bulk-jobs/dry-run', cut(codes(8, 11)), other);
  expect(dry.body).toMatchObject({ eligible: 4, secondPerson: true });
  expect((await ask(codes(8, 11), other)).body.state).toBe('PENDING_APPROVAL');
  expect((await ask(codes(12, 14), other)).body.state).toBe('RUNNING');
  expect(
    await call('POST', '/meter-points/P-B-15/commands', { action: 'disconnect', reason: 'x' }, other),
  ).toMatchObject({ status: 409, code: 'SECOND_PERSON_NEEDED' });
});

it('a key that nobody answers for asks for no job, and a job of a key ends with the key', async () => {
  const orphan = (await keyOf(['read', 'control'])).key;
  expect(await ask(codes(1, 2), orphan)).toMatchObject({ status: 403, code: 'NOBODY_ANSWERS' });
  const { id: keyId, key } = await keyOf(['read', 'control'], 'user:energy');
  const made = await ask(codes(1, 8), key);
  await campus.database.pool.query('update api_key set revoked_at = now() where id = $1', [keyId]);
  await campus.run(5);
  expect(await job(made.body.id)).toMatchObject({ state: 'STOPPED', endCause: 'RIGHT_GONE' });
  expect((await campus.commands()).filter(({ issued }) => issued)).toEqual([]);
});

it('one Idempotency-Key makes one job, at once or for good; for another body it is 409', async () => {
  const body = order(codes(1, 3));
  const many = await Promise.all(
    Array.from({ length: 10 }, () => call('POST', '/bulk-jobs', body, control, 'riser-7')),
  );
  expect(new Set(many.map((each) => each.body.id)).size).toBe(1);
  await campus.run(3);
  // The kept answers are gone after a while; the job still knows its key.
  await campus.database.pool.query('delete from idempotency');
  expect((await call('POST', '/bulk-jobs', body, control, 'riser-7')).body).toMatchObject({
    id: many[0]!.body.id,
    existing: true,
  });
  await campus.database.pool.query('delete from idempotency');
  expect(await call('POST', '/bulk-jobs', order(codes(1, 2)), control, 'riser-7')).toMatchObject({
    status: 409,
  });
});

it('what changed since the dry run is refused with the count, and a list is refused by the code that is wrong', async () => {
  const changed = await call('POST', '/bulk-jobs', order(codes(1, 3), { confirmed: 2 }));
  expect(changed).toMatchObject({ status: 409, code: 'COUNT_CHANGED' });
  const unknown = await ask(['P-B-01', 'P-NOWHERE']);
  expect(unknown).toMatchObject({ status: 404, code: 'METER_POINT' });
  expect(problemSchema.parse(unknown.body).errors).toMatchObject([{ pointer: '/choice/codes/1' }]);
  expect(await ask([CLINIC])).toMatchObject({ status: 409, code: 'COUNT_CHANGED' });
  const silent = await call('POST', '/bulk-jobs', order(codes(1, 2), { reason: ' ' }));
  expect(silent.status).toBe(422);
  expect(await campus.commands()).toEqual([]);
});

it('a stop leaves what was not sent as it is; a request that waits is taken back by its own key alone', async () => {
  const running = await ask(codes(1, 8));
  await campus.tick();
  const stopped = await call('POST', `/bulk-jobs/${running.body.id}/stop`);
  expect(stopped).toMatchObject({ status: 200, body: { id: running.body.id, state: 'STOPPED' } });
  await campus.run(5);
  const { counts } = await job(running.body.id);
  expect(counts.cancelled).toBe(8);
  expect((await campus.commands()).filter(({ issued }) => issued)).toEqual([]);
  expect(await call('POST', `/bulk-jobs/${running.body.id}/stop`)).toMatchObject({
    status: 409,
    code: 'JOB_STATE',
  });

  await campus.calm();
  const waiting = await ask(codes(1, 12));
  const other = (await keyOf(['read', 'control'], 'user:energy')).key;
  expect(await call('POST', `/bulk-jobs/${waiting.body.id}/stop`, undefined, other)).toMatchObject({
    status: 403,
    code: 'NOT_YOURS',
  });
  expect((await call('POST', `/bulk-jobs/${waiting.body.id}/stop`)).body.state).toBe('CANCELLED');

  const own = await ask(codes(1, 12));
  const { caller, deps } = await campus.as('energy');
  await steerBulk(deps, caller, { jobId: String(own.body.id), event: 'WITHDRAW' });
  expect((await job(own.body.id)).endCause).toBe('WITHDRAWN');
});

it('a key passes under nobody’s tag, also not its maker’s', async () => {
  const { key } = await keyOf(['read', 'control'], 'user:maintainer');
  const one = codes(5, 5);
  await ask(one, key);
  await campus.run(3);
  campus.clock.advance(35_000);
  await campus.report();
  const back = await call('POST', '/bulk-jobs', order(one, { direction: 'RESTORE' }), key);
  const { caller, deps } = await campus.as('maintainer');
  await hangOwnTag(deps, caller, { pointCode: one[0]!, note: 'socket' });
  const dry = await call('POST', '/bulk-jobs/dry-run', { ...cut(one), direction: 'RESTORE' }, key);
  expect(bulkDryRunSchema.parse(dry.body).points).toMatchObject([
    { verdict: 'BLOCKED', reason: 'MAINTENANCE_TAG' },
  ]);
  await campus.run(35);
  expect((await job(back.body.id)).points, 'nor a job that was asked for before it hung').toMatchObject([
    { state: 'blocked', reason: 'MAINTENANCE_TAG' },
  ]);
});
