import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../client';
import { createTestDatabase, type TestDatabase } from '../testing/createTestDatabase';
import { type AuditEntry, appendAudit, auditHash } from './audit';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Text that would break out of a literal, of JSON or of a canonical form, if anything could. */
const AWKWARD = [
  "o'neill",
  '\\',
  "\\'; select 1; --",
  '"quoted"',
  '名字\u2028',
  '$1 %s {"previous":"x"}',
  '',
];

function entry(n: number): AuditEntry {
  const text = AWKWARD[n % AWKWARD.length]!;
  return {
    campusId: n % 3 === 0 ? null : n,
    atMs: 1_757_476_800_000 + n,
    actor: `user:${text}`,
    action: 'TESTED',
    target: `thing:${n}:${text}`,
    ip: n % 2 === 0 ? null : '192.0.2.7',
    ...(n % 4 === 0 ? {} : { before: { text, zero: 0, list: [text, null, true] } }),
    ...(n % 5 === 0 ? {} : { after: { [text]: text } }),
  };
}

it('lines of many writers at once make one chain, each over its canonical text and the line before', async () => {
  const entries = Array.from({ length: 60 }, (_, n) => entry(n));
  await Promise.all(entries.map((one) => withTransaction(database, async (tx) => appendAudit(tx, one))));
  const { rows } = await database.pool.query<{ at_ms: bigint; hash: string; target: string }>(
    'select at_ms, hash, target from audit_log order by id',
  );
  expect(rows).toHaveLength(entries.length);
  let previous = '';
  for (const row of rows) {
    const one = entries[Number(row.at_ms - 1_757_476_800_000n)]!;
    previous = auditHash(previous, one);
    expect(row).toMatchObject({ hash: previous, target: one.target });
  }
});

it('a line stands exactly when its transaction does', async () => {
  const count = async () =>
    (await database.pool.query<{ n: number }>('select count(*)::int as n from audit_log')).rows[0]!.n;
  const before = await count();
  await expect(
    withTransaction(database, async (tx) => {
      appendAudit(tx, entry(1));
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await count()).toBe(before);
  await database.pool.query('create table act (n int)');
  await database.pool.query(
    "alter table audit_log add constraint refuses check (action <> 'REFUSED') not valid",
  );
  await expect(
    withTransaction(database, async (tx) => {
      await tx.client.query('insert into act values (1)');
      appendAudit(tx, { ...entry(2), action: 'REFUSED' });
    }),
  ).rejects.toThrow();
  expect((await database.pool.query('select 1 from act')).rowCount).toBe(0);
  expect(await count()).toBe(before);
  await expect(
    withTransaction(database, async (tx) => appendAudit(tx, { ...entry(3), target: 'a\0b' })),
  ).rejects.toThrow(RangeError);
});
