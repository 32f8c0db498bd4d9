import { afterAll, beforeAll, expect, it } from 'vitest';
import { scopedSource } from '../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../../engine/context';
import { readApiKey } from '../auth/apiKeys';
import { checkSignIn } from '../auth/checkSignIn';
import { SignInLimit } from '../auth/signInLimit';
import { importDocument } from './campus/importDocument';
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

it('the key of the setup brings in the first people of finance and opening balances, and no money once they are there', async () => {
  const { campusId, apiKey } = await openCampus(database, ctx, { ...NORTH, code: 'west', admin: 'west' });
  const key = (await readApiKey({ database, clock: ctx.clock }, apiKey, '127.0.0.1'))!;
  expect(key.permission('CASH_DESK')).toBeNull();
  const reader = scopedSource(database, key.reach);
  const deps = { database, engine: ctx, reader, signInLimit: new SignInLimit(ctx.clock), demo: false };
  const bring = async (account: string, users: object[]) => {
    const { code, name, timeZone, currency } = { ...NORTH, code: 'west' };
    const accounts = [{ code: account, kind: 'PERSON', points: [], openingBalance: '9000' }];
    const document = { campus: { code, name, timeZone, currency }, accounts, users };
    const { rows } = await importDocument(deps, key, document, false);
    return rows.flatMap((row) => row.errors).map((error) => error.code);
  };
  const finance = ['one', 'two'].map((code) => ({ code, name: code, roles: [{ role: 'FINANCE' }] }));
  expect(await bring('A-1', finance)).toEqual([]);
  expect(await bring('A-2', [])).toEqual(['OPENING_BY_FINANCE']);
  const { rows } = await database.pool.query(
    'select a.code, p.amount_micro as micro from payment p join account a on a.id = p.account_id where a.campus_id = $1',
    [campusId],
  );
  expect(rows).toEqual([{ code: 'A-1', micro: 9_000_000_000n }]);
});

it('a campus that breaks a rule is refused by field, and nothing of it is left', async () => {
  await expect(
    openCampus(database, ctx, { ...NORTH, code: 'south', timeZone: 'Asia/Nowhere' }),
  ).rejects.toMatchObject({ details: { field: '/campus/timeZone' } });
  const { rowCount } = await database.pool.query(`select 1 from campus where code = 'south'`);
  expect(rowCount).toBe(0);
});
