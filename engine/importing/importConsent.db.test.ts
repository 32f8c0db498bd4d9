import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportDocument } from '../../contracts/importDocument';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../context';
import { importCampus } from '../importCampus';
import { takeAtDesk } from '../payments/takeAtDesk';
import type { ImportRights } from './importRights';
import { smallCampus } from './testDocument';

const DAY_MS = 86_400_000;
const clock = new FixedClock(Date.parse('2025-09-10T08:00:00+08:00'));
const context = { clock, log: silentLog };
type Part = Omit<ImportDocument, 'campus'>;
type Code = NonNullable<ImportDocument['users']>[number];
type RoleCode = Code['roles'][number]['role'];

let database: TestDatabase;

/** A user with a person of the same code in capitals, unless another is given. */
const user = (code: string, role: RoleCode, more: Partial<Code> = {}, scope?: string): Code => ({
  ...{ code, name: code, person: code.toUpperCase() },
  ...{ roles: [{ role, ...(scope === undefined ? {} : { scope }) }] },
  ...more,
});

beforeAll(async () => {
  database = await createTestDatabase();
  const document = smallCampus();
  for (const code of ['BOSS', 'CHIEF', 'FIN', 'GONE', 'PLACE', 'NEW'])
    document.persons!.push({ code, name: code });
  document.users!.push(
    user('boss', 'ADMIN'),
    user('chief', 'ADMIN'),
    user('fin', 'FINANCE'),
    user('gone', 'FINANCE', { disabled: true }),
    user('place', 'FINANCE', {}, 'B1'),
    user('purse', 'FINANCE', { person: 'BOSS' }),
  );
  expect(await refusals(document, null)).toEqual([]);
});
afterAll(() => database?.drop());

/** Brings a part in by an administrator's key that may credit payments, beside somebody; null: whoever installs. */
async function refusals(part: Part, by: { second: string | null } | null): Promise<string[]> {
  return (await errorsOf(part, by)).map(({ code, pointer }) => `${code} ${pointer}`);
}

/** The same in words. */
async function wordsOf(part: Part, by: { second: string | null } | null): Promise<string> {
  return (await errorsOf(part, by)).map(({ message }) => message).join('\n');
}

async function errorsOf(part: Part, by: { second: string | null } | null) {
  const { campus } = smallCampus();
  const rights: ImportRights | null = by && { ...by, finance: true, answerable: 'user:boss' };
  const options = { actor: 'key:K', ...(rights === null ? {} : { rights }) };
  const { applied, rows } = await importCampus(database, context, { campus, ...part }, options);
  const errors = rows.flatMap((row) => row.errors);
  expect(applied).toBe(errors.length === 0);
  return errors;
}

const alone = { second: null };
const beside = (code: string) => ({ second: `user:${code}` });

describe('roles by which people consent', () => {
  it('are given by an administrator with somebody who had one before, another human being', async () => {
    const finance = { users: [user('new', 'FINANCE')] };
    const two = ['ROLE_BY_TWO /users/0/roles'];
    expect(await refusals(finance, alone)).toEqual(two);
    expect(await refusals({ users: [user('new', 'FINANCE', {}, 'B1')] }, alone)).toEqual(two);
    expect(await refusals({ users: [user('new', 'ADMIN')] }, alone)).toEqual(two);
    // Not by a role at one place, of one who is shut out, of nobody, of oneself, nor of another sign-in of oneself.
    for (const code of ['place', 'gone', 'nobody', 'boss', 'purse', 'new'])
      expect(await refusals(finance, beside(code)), code).toEqual(two);
    // Another administrator speaks for administration, not for finance.
    expect(await refusals(finance, beside('chief'))).toEqual(two);
    expect(await refusals({ users: [user('new', 'ADMIN')] }, beside('chief'))).toEqual([]);
    expect(await refusals(finance, beside('fin'))).toEqual([]);
    // Other roles are the administrator's, and so is taking one away.
    expect(await refusals({ users: [user('new', 'WARDEN', {}, 'B1')] }, alone)).toEqual([]);
  });

  it('pass to no other human being, and open to nobody who was shut out, on one word', async () => {
    const other = { users: [user('fin', 'FINANCE', { person: 'NEW' })] };
    expect(await refusals(other, alone)).toEqual(['ROLE_BY_TWO /users/0/person']);
    const open = { users: [user('gone', 'FINANCE', { disabled: false })] };
    expect(await refusals(open, alone)).toEqual(['ROLE_BY_TWO /users/0/disabled']);
    // Nor does who has two sign-ins become two people.
    const apart = { users: [user('boss', 'ADMIN', { person: 'NEW' })] };
    expect(await refusals(apart, alone)).toEqual(['ROLE_BY_TWO /users/0/person']);
    expect(await refusals(open, beside('fin'))).toEqual([]);
  });

  it('are given by two administrators once nobody of finance is left', async () => {
    const ended = [
      user('fin', 'STUDENT'),
      user('gone', 'STUDENT'),
      user('purse', 'STUDENT', { person: 'BOSS' }),
    ];
    expect(await refusals({ users: ended }, null)).toEqual([]);
    const finance = { users: [user('fin', 'FINANCE')] };
    expect(await refusals(finance, alone)).toEqual(['ROLE_BY_TWO /users/0/roles']);
    expect(await refusals(finance, beside('chief'))).toEqual([]);
  });
});

describe('a campus that is being set up', () => {
  it('gets its first people of finance and its money from whoever sets it up, and from then on from two', async () => {
    const campus = { ...smallCampus().campus, code: 'C2' };
    const first = { campus, users: [{ code: 'root', name: 'Root', roles: [{ role: 'ADMIN' }] }] };
    await importCampus(database, context, first, { actor: 'setup' });
    const { rows } = await database.pool.query<{ id: number }>("select id from campus where code = 'C2'");
    const bring = async (part: Part) => {
      const rights: ImportRights = { finance: true, answerable: 'user:root', second: null };
      const options = { actor: 'key:SETUP', campusId: rows[0]!.id, rights };
      const result = await importCampus(database, context, { campus, ...part }, options);
      return result.rows.flatMap((row) => row.errors).map(({ code, pointer }) => `${code} ${pointer}`);
    };
    const account = (code: string, openingBalance: string) => ({
      ...{ code, kind: 'PERSON' as const, points: [], openingBalance },
    });
    const one = { code: 'first', name: 'First', roles: [{ role: 'FINANCE' as const }] };
    expect(await bring({ users: [one], accounts: [account('RICH', '60000')] })).toEqual([]);
    expect(await bring({ users: [{ ...one, code: 'again' }] })).toEqual(['ROLE_BY_TWO /users/0/roles']);
    clock.advance(1);
    expect(await bring({ accounts: [account('LATE', '500.01')] })).toEqual([
      'OPENING_BY_TWO /accounts/0/openingBalance',
    ]);
    // What came at the setup counts towards no day.
    expect(await bring({ accounts: [account('LATE', '500')] })).toEqual([]);
  });
});

describe('opening balances', () => {
  const account = (code: string, openingBalance?: string) => ({
    ...{ code, kind: 'PERSON' as const, points: [] },
    ...(openingBalance === undefined ? {} : { openingBalance }),
  });
  const many = (from: number, count: number, amount: string) =>
    Array.from({ length: count }, (_, i) => account(`M-${from + i}`, amount));
  const atDesk = async (accountCode: string, amountMicro: bigint, actor: string) => {
    const { rows } = await database.pool.query<{ id: number }>("select id from campus where code = 'C1'");
    const by = { campusId: rows[0]!.id, actor, approver: null };
    const payment = { channel: 'card' as const, reference: `${accountCode}-${amountMicro}-${clock.now()}` };
    await takeAtDesk(database, context, { ...by, ...payment, accountCode, amountMicro });
  };

  it('by a key are no way around what one person credits to an account in a day', async () => {
    clock.advance(2 * DAY_MS);
    const refused = (i: number) => `OPENING_BY_TWO /accounts/${i}/openingBalance`;
    expect(await refusals({ accounts: [account('NEW', '500.01')] }, alone)).toEqual([refused(0)]);
    expect(await refusals({ accounts: [account('STANDS'), account('NEW', '500')] }, alone)).toEqual([]);
    await atDesk('STANDS', 200_000_000n, 'key:CARD');
    expect(await refusals({ accounts: [account('STANDS', '300.01')] }, alone)).toEqual([refused(0)]);
    expect(await refusals({ accounts: [account('STANDS', '300')] }, alone)).toEqual([]);
    // Nor is the desk a way around them.
    await expect(atDesk('NEW', 10_000n, 'key:CARD')).rejects.toMatchObject({ reason: 'KEY_LIMIT' });
    // With finance beside any sum comes in, with an administrator none, and it says why.
    const big = { accounts: [account('BIG', '90000')] };
    expect(await refusals(big, beside('chief'))).toEqual([refused(0)]);
    expect(await wordsOf(big, beside('chief'))).toMatch(/role of the second person .* may not/);
    expect(await wordsOf(big, alone)).toMatch(/name them as "second"/);
    expect(await refusals(big, beside('fin'))).toEqual([]);
  });

  it('by keys are no more than 50,000.00 a day for the campus, card and desk keys included', async () => {
    clock.advance(2 * DAY_MS);
    expect(await refusals({ accounts: many(0, 99, '500') }, alone)).toEqual([]);
    const refused = ['OPENING_BY_TWO /accounts/1/openingBalance'];
    expect(await refusals({ accounts: many(200, 2, '499.99') }, alone)).toEqual(refused);
    await atDesk('STANDS', 499_990_000n, 'key:CARD');
    expect(await refusals({ accounts: many(300, 2, '0.01') }, alone)).toEqual(refused);
    // What finance consents to counts towards no day.
    expect(await refusals({ accounts: many(400, 2, '400') }, beside('fin'))).toEqual([]);
    expect(await refusals({ accounts: many(500, 1, '0.01') }, alone)).toEqual([]);
    await expect(atDesk('BIG', 10_000n, 'key:CARD')).rejects.toMatchObject({ reason: 'KEY_LIMIT' });
    const { rows } = await database.pool.query(
      `select reference, approver from payment where reference in ('opening-M-400', 'opening-M-500') order by reference`,
    );
    expect(rows).toEqual([
      { reference: 'opening-M-400', approver: 'user:fin' },
      { reference: 'opening-M-500', approver: null },
    ]);
  });
});
