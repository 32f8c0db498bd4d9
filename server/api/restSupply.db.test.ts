import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meterPointSchema } from '../../contracts/restSupply';
import { reportReadings } from '../testing/reportReadings';
import { problemOf, type RestCall, restCalls } from '../testing/restCalls';
import { startTestServer, type TestServer } from '../testing/startTestServer';

let test: TestServer;
let call: RestCall;

beforeAll(async () => {
  test = await startTestServer();
  call = restCalls(test, await test.key(['read', 'vend', 'control', 'import', 'admin']));
});

afterAll(() => test?.stop());

describe('supply over REST', () => {
  it('a life-safety point refuses the cut by name; nothing is queued', async () => {
    await reportReadings(test, 'M-202', [['11:59', '10.000']], { relay: 1 });
    const answer = await call('POST', '/meter-points/P-202/commands', {
      action: 'disconnect',
      reason: 'test',
    });
    expect(answer.status).toBe(409);
    expect(problemOf(answer).code).toBe('LIFE_SAFETY');
    const { rows } = await test.database.pool.query('select 1 from command');
    expect(rows).toHaveLength(0);
  });

  it('a cut is taken with 202, can be followed, and asked again returns the live one', async () => {
    await reportReadings(test, 'M-201', [['11:59', '10.000']], { relay: 1 });
    const ask = { action: 'disconnect', reason: 'Room vacated' };
    const first = await call('POST', '/meter-points/P-201/commands', ask);
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({ state: 'QUEUED', existing: false });
    const again = await call('POST', '/meter-points/P-201/commands', ask);
    expect(again.body).toMatchObject({ id: first.body.id, existing: true });
    const command = await call('GET', `/commands/${first.body.id}`);
    expect(command.body).toMatchObject({
      point: 'P-201',
      op: 'disconnect',
      reason: 'Room vacated',
      timeline: [{ event: 'CREATE', to: 'QUEUED' }],
    });
    const point = meterPointSchema.parse((await call('GET', '/meter-points/P-201')).body);
    expect(point.measured.supply).toBe('CLOSED');
    expect(point.wanted).toMatchObject({ supply: 'DISCONNECTED', command: first.body.id });
  });

  it('a restore where supply is on lifts the hold with 200, and makes no command', async () => {
    await reportReadings(test, 'M-102', [['11:59', '10.000']], { relay: 1 });
    const { rowCount } = await test.database.pool.query(
      `update supply_state set reasons = '{"MANUAL": {"sinceMs": 1, "by": "user:energy"}}'
        where point_id = (select id from meter_point where code = 'P-102')`,
    );
    expect(rowCount).toBe(1);
    const ask = { action: 'connect', reason: 'called off' };
    const answer = await call('POST', '/meter-points/P-102/commands', ask);
    expect([answer.status, answer.body]).toEqual([200, { lifted: ['MANUAL'] }]);
    expect((await call('POST', '/meter-points/P-102/commands', ask)).status).toBe(409);
  });

  it('a cut where supply is proven off adds its hold with 200, and makes no command', async () => {
    await reportReadings(test, 'M-102', [['12:00', '10.000']], { relay: 0 });
    await test.database.pool.query(
      `update supply_state set reasons = '{}', observed = 'OPEN' where point_id = (select id from meter_point where code = 'P-102')`,
    );
    const ask = { action: 'disconnect', reason: 'Room vacated' };
    const answer = await call('POST', '/meter-points/P-102/commands', ask);
    expect([answer.status, answer.body]).toEqual([200, { held: 'MANUAL' }]);
    expect((await call('POST', '/meter-points/P-102/commands', ask)).status).toBe(409);
    const { rows } = await test.database.pool.query(
      "select action, after ->> 'command' as command from audit_log where target = 'point:P-102' order by id desc limit 1",
    );
    expect(rows).toEqual([{ action: 'SUPPLY_HOLD_ADDED', command: null }]);
  });

  it('setLimit needs its limit, and other actions refuse one', async () => {
    const missing = await call('POST', '/meter-points/P-201/commands', { action: 'setLimit', reason: 'x' });
    expect(missing.status).toBe(422);
    expect(problemOf(missing).errors).toMatchObject([{ pointer: '/limitW', code: 'REQUIRED' }]);
    const extra = await call('POST', '/meter-points/P-201/commands', {
      action: 'read',
      reason: 'x',
      limitW: 500,
    });
    expect(extra.status).toBe(422);
  });
});

describe('alarms over REST', () => {
  it('are listed, acknowledged once and shelved with a reason and an end', async () => {
    const { rows } = await test.database.pool.query<{ id: bigint }>(
      `insert into alarm (campus_id, rule, subject_type, subject_id, space_id, priority, active, since_ms, raised_ms, last_ms,
                          active_since_ms, activations, evidence)
       select $1, 'OVERLOAD', 'POINT', p.id, p.space_id, 2, true, $2, $2, $2, $2, '[]', '{"value": 1900, "limit": 1500, "unit": "W"}'
         from meter_point p where p.code = 'P-101' returning id`,
      [test.campusId, test.clock.now()],
    );
    const id = String(rows[0]!.id);
    const list = await call('GET', '/alarms?priority=2&rule=OVERLOAD');
    expect(list.body.items).toMatchObject([
      { id, state: 'UNACK', subject: { type: 'POINT', code: 'P-101' } },
    ]);
    const acked = await call('POST', `/alarms/${id}/acknowledge`);
    expect(acked.body).toMatchObject({ state: 'ACKED', acknowledgedBy: expect.stringMatching(/^key:/) });
    const endless = await call('POST', `/alarms/${id}/shelve`, {
      reason: 'WORKS',
      until: '2025-09-12T12:00:00+08:00',
    });
    expect(endless.status).toBe(422);
    const silent = await call('POST', `/alarms/${id}/shelve`, { until: '2025-09-10T13:00:00+08:00' });
    expect(silent.status).toBe(422);
    const shelved = await call('POST', `/alarms/${id}/shelve`, {
      reason: 'WORKS',
      until: '2025-09-10T13:00:00+08:00',
    });
    expect(shelved.body).toMatchObject({ state: 'SHELVED', shelvedUntil: '2025-09-10T13:00:00.000+08:00' });
    expect((await call('POST', `/alarms/${id}/unshelve`)).body).toMatchObject({ state: 'ACKED' });
    expect((await call('POST', `/alarms/${id}/reset`, { note: 'seen' })).status).toBe(409);
    expect((await call('POST', '/alarms/999999/acknowledge')).status).toBe(404);
  });
});
