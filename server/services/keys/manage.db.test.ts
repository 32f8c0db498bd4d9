import { afterAll, beforeAll, expect, it } from 'vitest';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import { readApiKey } from '../../auth/apiKeys';
import type { Caller } from '../../auth/caller';
import { SignInLimit } from '../../auth/signInLimit';
import { callerOf } from '../../testing/callerOf';
import { TEST_NOW_MS } from '../../testing/startTestServer';
import { testCampusDocument } from '../../testing/testCampus';
import { createKey, listKeys, revokeKey } from './manage';

const engine = { clock: new FixedClock(TEST_NOW_MS), log: silentLog };
let database: TestDatabase;
let admin: Caller;

beforeAll(async () => {
  database = await createTestDatabase();
  await importCampus(database, engine, testCampusDocument, { actor: 'test' });
  admin = await callerOf(database, 'admin', TEST_NOW_MS);
});
afterAll(() => database?.drop());

const depsOf = (caller: Caller) => ({
  database,
  reader: scopedSource(database, caller.reach),
  engine,
  signInLimit: new SignInLimit(engine.clock),
  demo: false,
});
const finance = { name: 'finance', password: 'finance-pass' };
const asking = (key: string) => readApiKey({ database, clock: engine.clock }, key, '192.0.2.1');

it('a key may do what its scopes say, where its place says, until it is revoked; both acts are written down', async () => {
  const deps = depsOf(admin);
  const { id, key } = await createKey(deps, admin, {
    ...{ name: 'Card', scopes: ['vend'], space: 'N', second: finance },
  });
  const caller = await asking(key);
  expect(caller?.permission('CASH_DESK')).not.toBeNull();
  expect(caller?.permission('CUT')).toBeNull();
  expect(caller?.campusWide).toBe(false);
  expect(await listKeys(deps, admin)).toMatchObject([{ id, name: 'Card', space: { code: 'N' } }]);
  await revokeKey(deps, admin, { id });
  expect(await asking(key)).toBeNull();
  await expect(revokeKey(deps, admin, { id })).rejects.toMatchObject({ reason: 'API_KEY' });
  const { rows } = await database.pool.query<{ action: string }>(
    'select action from audit_log where target = $1 order by id',
    [`key:${id}`],
  );
  expect(rows.map(({ action }) => action)).toEqual(['API_KEY_CREATED', 'CONSENT', 'API_KEY_REVOKED']);
});

it('a place that is not there is refused by field and makes no key; nobody but an admin makes one', async () => {
  const input = { name: 'Card', scopes: ['read'], space: 'NOWHERE' } as const;
  await expect(createKey(depsOf(admin), admin, input)).rejects.toMatchObject({
    reason: 'UNKNOWN_SPACE',
    details: { field: '/space' },
  });
  expect(await listKeys(depsOf(admin), admin)).toEqual([]);
  const energy = await callerOf(database, 'energy', TEST_NOW_MS);
  await expect(createKey(depsOf(energy), energy, { ...input, space: null })).rejects.toMatchObject({
    reason: 'ROLE_MISSING',
  });
});

it('a key that credits money is made with the consent of finance of the whole campus alone', async () => {
  const deps = depsOf(admin);
  const input = { name: 'Desk', scopes: ['read', 'vend'], space: null } as const;
  await expect(createKey(deps, admin, input)).rejects.toMatchObject({ reason: 'TWO_PERSONS' });
  const own = { name: 'admin', password: 'admin-pass' };
  await expect(createKey(deps, admin, { ...input, second: own })).rejects.toMatchObject({
    reason: 'SECOND_MAY_NOT',
  });
  await expect(
    createKey(deps, admin, { ...input, second: { ...finance, password: 'guessed' } }),
  ).rejects.toMatchObject({ reason: 'SECOND_PERSON_WRONG' });
  expect(await listKeys(deps, admin)).toEqual([]);
  // Who is both consents to nothing of their own.
  const both = { ...testCampusDocument.users.at(-1)!, roles: [{ role: 'ADMIN' }, { role: 'FINANCE' }] };
  const { campus } = testCampusDocument;
  expect(await importCampus(database, engine, { campus, users: [both] }, { actor: 'test' })).toMatchObject({
    applied: true,
  });
  const twofold = await callerOf(database, 'admin', TEST_NOW_MS);
  await expect(createKey(depsOf(twofold), twofold, { ...input, second: own })).rejects.toMatchObject({
    reason: 'TWO_PERSONS',
  });
  await createKey(depsOf(twofold), twofold, { ...input, second: finance });
});
