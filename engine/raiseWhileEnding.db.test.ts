import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { withTransaction } from '../db/client';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { cst } from '../domain/tariffs/testing';
import { type AlarmSignal, applyAlarmSignal } from './applyAlarmEvent';

const NOW = cst('2025-09-10 12:00');
const HOUR = 3_600_000;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it('an alarm that is raised while somebody ends its last episode stays shelved as that was', async () => {
  const campus = await TestCampus.create(database);
  const meter = await campus.meter({});
  const signal: AlarmSignal = {
    rule: 'VOLTAGE_RANGE',
    subject: { campusId: campus.id, type: 'POINT', id: meter.pointId, spaceId: null },
    kind: 'RAISE',
    atMs: NOW,
  };
  const raise = () => withTransaction(database, (tx) => applyAlarmSignal(tx, NOW, signal));
  const first = await raise();
  const ending = await database.pool.connect();
  await ending.query('begin');
  await ending.query(
    `update alarm set active = false, returned_ms = $2, ended_ms = $2, shelved_until_ms = $3, shelved_by = 'user:x',
            shelve_reason = 'WORKS' where id = $1`,
    [first, NOW, NOW + HOUR],
  );
  const second = raise();
  await vi.waitFor(
    async () => {
      const { rows } = await database.pool.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      expect(rows).toHaveLength(1);
    },
    { timeout: 30_000 },
  );
  await ending.query('commit');
  ending.release();
  const { rows } = await database.pool.query(
    'select id <> $2 as anew, shelved_until_ms as until, shelve_reason as reason from alarm where id = $1',
    [await second, first],
  );
  expect(rows).toEqual([{ anew: true, until: BigInt(NOW + HOUR), reason: 'WORKS' }]);
});
