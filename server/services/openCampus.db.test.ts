import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../../engine/context';
import { readApiKey } from '../auth/apiKeys';
import { checkSignIn } from '../auth/checkSignIn';
import { SignInLimit } from '../auth/signInLimit';
import { openCampus } from './openCampus';

const ctx = { clock: new FixedClock(Date.parse('2025-09-10T12:00:00+08:00')), log: silentLog };
const NORTH = {
  code: 'north',
  name: '北校区',
  nameEn: 'North campus',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  admin: 'chief',
} as const;
let database: TestDatabase;

const signIn = (password: string) =>
  checkSignIn(
    { database, signInLimit: new SignInLimit(ctx.clock), demo: false },
    { name: NORTH.admin, password, oneTap: false, address: '127.0.0.1' },
  );

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it('an empty installation gets a campus whose administrator can sign in and whose key can import, once', async () => {
  const { campusId, password, apiKey } = await openCampus(database, ctx, NORTH);
  expect(await signIn(password)).not.toBeNull();
  expect(await signIn(`${password}x`)).toBeNull();
  const key = await readApiKey({ database, clock: ctx.clock }, apiKey, '127.0.0.1');
  expect(key?.campus.id).toBe(campusId);
  expect(key?.permission('IMPORT_CAMPUS')).not.toBeNull();
  await expect(openCampus(database, ctx, NORTH)).rejects.toMatchObject({ reason: 'CAMPUS_EXISTS' });
});

it('a campus that breaks a rule is refused by field, and nothing of it is left', async () => {
  await expect(
    openCampus(database, ctx, { ...NORTH, code: 'south', timeZone: 'Asia/Nowhere' }),
  ).rejects.toMatchObject({ details: { field: '/campus/timeZone' } });
  const { rowCount } = await database.pool.query(`select 1 from campus where code = 'south'`);
  expect(rowCount).toBe(0);
});
