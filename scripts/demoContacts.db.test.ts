import { expect, it } from 'vitest';
import { giveContacts } from '../db/queries/demoState';
import { createTestDatabase } from '../db/testing/createTestDatabase';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from '../engine/context';
import { importCampus } from '../engine/importCampus';
import { TEST_NOW_MS } from '../server/testing/startTestServer';
import { testCampusDocument } from '../server/testing/testCampus';

it('in the demo everybody who may be put on duty has a contact, and one resident', async () => {
  const database = await createTestDatabase();
  try {
    const ctx = { clock: new FixedClock(TEST_NOW_MS), log: silentLog };
    await importCampus(database, ctx, testCampusDocument, { actor: 'test' });
    await giveContacts(database.pool, 'lakeside.example', TEST_NOW_MS);
    await giveContacts(database.pool, 'lakeside.example', TEST_NOW_MS);
    const { rows } = await database.pool.query<{ without: string[]; residents: number }>(
      `select coalesce(array_agg(distinct u.code) filter (where b.role <> 'STUDENT' and c.id is null), '{}') as without,
              count(distinct u.id) filter (where b.role = 'STUDENT' and c.id is not null)::int as residents
         from app_user u join role_binding b on b.user_id = u.id
         left join notice_contact c on c.user_id = u.id and c.verified_ms is not null`,
    );
    expect(rows).toEqual([{ without: [], residents: 1 }]);
  } finally {
    await database.drop();
  }
});
