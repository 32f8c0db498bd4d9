import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/startTestServer';

let test: TestServer;
let key: string;
beforeAll(async () => {
  test = await startTestServer();
  key = await test.key(['read']);
});
afterAll(() => test?.stop());

async function limitOf(point: string) {
  const response = await fetch(`${test.url}/api/v1/meter-points/${point}`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  const { limitW, limitInForceW, limitSource, limitCapW } = await response.json();
  return { limitW, limitInForceW, limitSource, limitCapW };
}

it('a point tells the figure of staff as ever, and beside it the limit by which its load is judged, whose it is, and what staff allow', async () => {
  const { pool } = test.database;
  const set = (limitW: number | null) =>
    pool.query("update meter_point set limit_w = $1 where code = 'P-101'", [limitW]);
  await set(null);
  expect(await limitOf('P-101')).toEqual({
    limitW: null,
    limitInForceW: null,
    limitSource: null,
    limitCapW: null,
  });
  await set(800);
  expect(await limitOf('P-101')).toEqual({
    limitW: 800,
    limitInForceW: 800,
    limitSource: 'STAFF',
    limitCapW: 800,
  });
  await pool.query(
    `with c as (insert into command select (jsonb_populate_record(null::command, $1::jsonb || jsonb_build_object(
         'campus_id', p.campus_id, 'point_id', p.id, 'meter_id', i.meter_id))).*
       from meter_point p join meter_install i on i.point_id = p.id where p.code = 'P-101' returning id, campus_id, point_id)
     insert into limit_change (campus_id, point_id, command_id, by_resident, actor, to_w, cap_w, asked_ms, in_force_ms)
     select campus_id, point_id, id, true, 'user:student', 600, 800, 1, 2 from c`,
    [
      JSON.stringify({
        ...{
          id: '01J7ZK3V8N4QK6T2M9R5W1X0YB',
          op: 'set_limit',
          args: { w: 600 },
          state: 'VERIFIED',
          cause: 'LIMIT',
        },
        ...{ why: 'own_limit', actor: 'user:student', origin: 'RESIDENT', created_ms: 1, finished_ms: 2 },
        ...{ not_before_ms: 1, expires_ms: 3, sends: 1, automatic: false },
      }),
    ],
  );
  expect(await limitOf('P-101')).toEqual({
    ...{ limitW: 800, limitInForceW: 600, limitSource: 'RESIDENT', limitCapW: 800 },
  });
  await set(500);
  expect(await limitOf('P-101')).toEqual({
    limitW: 500,
    limitInForceW: 500,
    limitSource: 'STAFF',
    limitCapW: 500,
  });
});
