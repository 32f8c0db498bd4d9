import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  alarmEventSchema,
  balanceEventSchema,
  type ClientToServerEvents,
  commandEventSchema,
  deltaSchema,
  helloSchema,
  type JoinAnswer,
  type LiveRoom,
  type ServerToClientEvents,
  snapshotSchema,
} from '../../contracts/liveEvents';
import { buildLiveFrame, type LiveFrame } from '../../contracts/liveFrame';
import { liveFrameTopic } from '../../contracts/mqttTopics';
import { withTransaction } from '../../db/client';
import { applyAlarmAct, applyAlarmSignal } from '../../engine/applyAlarmEvent';
import { applyTopUp } from '../../engine/applyTopUp';
import { silentLog } from '../../engine/context';
import { announceOrder } from '../../engine/payments/announceOrder';
import { requestSupply } from '../../engine/requestSupply';
import { reportReadings } from '../testing/reportReadings';
import { startTestServer, TEST_NOW_MS, type TestServer } from '../testing/startTestServer';
import { startTestBroker, type TestBroker } from '../testing/testBroker';

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

let broker: TestBroker;
let test: TestServer;
const open: Client[] = [];

beforeAll(async () => {
  broker = await startTestBroker();
  test = await startTestServer({
    mqttUrl: broker.url,
    prepare: async (parts) => {
      for (const meter of ['M-101', 'M-102', 'M-201']) {
        await reportReadings(parts, meter, [['11:59', '10.000']], { relay: 1, powerW: 100 });
      }
    },
  });
  await eventually(async () => {
    const ready = (await (await fetch(`${test.url}/readyz`)).json()) as { checks: { broker: boolean } };
    expect(ready.checks.broker).toBe(true);
  });
});

afterEach(() => {
  for (const client of open.splice(0)) client.disconnect();
});

afterAll(async () => {
  await test?.stop();
  await broker?.close();
});

function connect(cookie: string | null, headers: Record<string, string> = {}): Client {
  const client: Client = io(test.url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { ...headers, ...(cookie === null ? {} : { cookie }) },
  });
  open.push(client);
  return client;
}

/** A client with everything that it was sent, in order. */
async function listen(cookie: string | null) {
  const client = connect(cookie);
  const heard: { event: string; data: unknown }[] = [];
  client.onAny((event: string, data: unknown) => heard.push({ event, data }));
  await new Promise<void>((resolve, reject) => {
    client.once('hello', () => resolve());
    client.once('connect_error', reject);
  });
  return {
    client,
    heard,
    of: (event: string) => heard.filter((h) => h.event === event).map((h) => h.data),
    join: (room: LiveRoom) => new Promise<JoinAnswer>((resolve) => client.emit('join', { room }, resolve)),
  };
}

let frameSeq = 0;
function frame(change: Partial<LiveFrame>): Promise<void> {
  frameSeq += 1;
  const text = buildLiveFrame({
    v: 1,
    boot: 'bridge-1',
    seq: frameSeq,
    at: test.clock.now(),
    rows: [],
    balances: [],
    commandIds: [],
    ...change,
  });
  return broker.publish(liveFrameTopic('TC'), text);
}

function row(code: string, powerW: number, tsMs: number): LiveFrame['rows'][number] {
  return [code, tsMs, tsMs, powerW, 1, 230, powerW / 230, '10000000'];
}

/** A sum goes out twice a second at most, and later on a busy machine. */
const eventually = (look: () => unknown, options = { timeout: 15_000 }) => vi.waitFor(look, options);

describe('getting in', () => {
  it('takes a session or a display token; nothing else, and no page of another site', async () => {
    const refused = (client: Client) =>
      new Promise<void>((resolve, reject) => {
        client.once('connect_error', () => resolve());
        client.once('connect', () => reject(new Error('let in')));
      });
    await refused(connect(null));
    await refused(connect('next-auth.session-token=forged'));
    await refused(connect(await test.cookie('energy'), { origin: 'https://evil.example' }));
    const { heard } = await listen(await test.cookie('energy'));
    expect(helloSchema.parse(heard[0]!.data)).toMatchObject({
      campusZone: 'Asia/Shanghai',
      buildId: 'test-build',
    });
  });

  it('refuses rooms by role and zone, and says so', async () => {
    const { join } = await listen(await test.cookie('security-n'));
    expect(await join('building:N')).toMatchObject({ ok: true });
    expect(await join('building:S')).toEqual({ ok: false, reason: 'FORBIDDEN' });
    expect(await join('room:NOWHERE')).toEqual({ ok: false, reason: 'UNKNOWN_ROOM' });
    expect(await join('nonsense' as LiveRoom)).toEqual({ ok: false, reason: 'UNKNOWN_ROOM' });
  });

  it('ends when the rights change, within seconds', async () => {
    const { client } = await listen(await test.cookie('maintainer'));
    const gone = new Promise<void>((resolve) => client.once('disconnect', () => resolve()));
    await test.database.pool.query(
      "update app_user set session_version = session_version + 1 where code = 'maintainer'",
    );
    await gone;
  }, 20_000);
});

describe('what is sent', () => {
  it('a snapshot at once, then numbered deltas with the newest value only', async () => {
    const { join, of } = await listen(await test.cookie('energy'));
    await join('building:N');
    await eventually(() => expect(of('snapshot')).toHaveLength(1));
    const first = snapshotSchema.parse(of('snapshot')[0]);
    expect(first.rows.map((r) => r[0]).sort()).toEqual(['M-101', 'M-102']);
    expect(first.balances.map((b) => b.account).sort()).toEqual(['A-101', 'A-102']);
    const at = test.clock.now();
    for (const powerW of [200, 300, 400]) {
      await frame({ rows: [row('M-101', powerW, at), row('M-201', 9, at)] });
    }
    await eventually(() => expect(of('delta').length).toBeGreaterThan(0));
    const delta = deltaSchema.parse(of('delta')[0]);
    expect(delta).toMatchObject({ bootId: first.bootId, room: 'building:N', seq: first.seq + 1 });
    expect(delta.rows).toEqual([row('M-101', 400, at)]);
    // M-102 is a minute old by now: four of its intervals, so it is out of the sum.
    expect(delta.buildings).toEqual([['N', at, 400, 1, 2, at]]);
  });

  it('an older value never overwrites a newer one', async () => {
    const { join, of } = await listen(await test.cookie('energy'));
    await join('room:N-102');
    await frame({ rows: [row('M-102', 700, TEST_NOW_MS + 2_000)] });
    await frame({ rows: [row('M-102', 1, TEST_NOW_MS)] });
    await frame({ rows: [row('M-102', 750, TEST_NOW_MS + 3_000)] });
    await eventually(() => expect(JSON.stringify(of('delta'))).toContain('750'));
    for (const delta of of('delta')) expect(deltaSchema.parse(delta).rows[0]![3]).toBeGreaterThanOrEqual(700);
  });

  it('a campus sum leaves stale meters out and says how many counted', async () => {
    const { join, of } = await listen(await test.cookie('energy'));
    const now = test.clock.now();
    await frame({ rows: [row('M-101', 400, now), row('M-201', 50, now)] });
    await join('campus');
    await eventually(() => expect(of('snapshot')).toHaveLength(1));
    test.clock.advance(120_000);
    await frame({ rows: [row('M-201', 60, test.clock.now())] });
    await eventually(() => {
      const south = of('delta')
        .flatMap((d) => deltaSchema.parse(d).buildings)
        .filter((b) => b[0] === 'S')
        .at(-1);
      expect(south?.slice(2, 5)).toEqual([60, 1, 2]);
    });
    const north = of('delta')
      .flatMap((d) => deltaSchema.parse(d).buildings)
      .filter((b) => b[0] === 'N')
      .at(-1);
    expect(north?.slice(2, 5)).toEqual([null, 0, 2]);
    test.clock.set(TEST_NOW_MS);
  });

  it('an alarm and its acknowledgement reach every screen of the zone at once, and no other zone', async () => {
    const energy = await listen(await test.cookie('energy'));
    const north = await listen(await test.cookie('security-n'));
    const finance = await listen(await test.cookie('finance'));
    for (const screen of [energy, north, finance]) await screen.join('alarms');
    const raise = async (pointCode: string) => {
      const { rows } = await test.database.pool.query<{ id: number; spaceId: number }>(
        'select id, space_id as "spaceId" from meter_point where code = $1',
        [pointCode],
      );
      const { id, spaceId } = rows[0]!;
      return withTransaction(test.database, (tx) =>
        applyAlarmSignal(tx, test.clock.now(), {
          rule: 'OVERLOAD',
          subject: { campusId: test.campusId, type: 'POINT', id, spaceId },
          kind: 'RAISE',
          atMs: test.clock.now(),
          evidence: { value: 1900, limit: 1500, unit: 'W' },
        }),
      );
    };
    await raise('P-201');
    const id = await raise('P-101');
    await eventually(() => expect(energy.of('alarm')).toHaveLength(2));
    await eventually(() => expect(north.of('alarm')).toHaveLength(1));
    const seen = alarmEventSchema.parse(north.of('alarm')[0]);
    expect(seen).toMatchObject({
      alarm: { rule: 'OVERLOAD', state: 'UNACK', value: '1900', limit: '1500', unit: 'W' },
      summary: { active: [0, 1, 0, 0], unacknowledged: [0, 1, 0, 0] },
    });
    const at = test.clock.now();
    await withTransaction(test.database, (tx) =>
      applyAlarmAct(tx, at, {
        campusId: test.campusId,
        alarmId: id!,
        actor: 'user:energy',
        event: { kind: 'ACKNOWLEDGE', at },
      }),
    );
    await eventually(() => expect(north.of('alarm')).toHaveLength(2));
    expect(alarmEventSchema.parse(north.of('alarm')[1]).alarm).toMatchObject({
      state: 'ACKED',
      acknowledgedBy: 'Energy',
    });
    expect(seen.alarm.place).toMatchObject({
      building: 'N',
      space: 'N-101',
      point: 'P-101',
      path: ['北楼', '101'],
    });
    expect(seen.alarm.causes).toEqual({ gateway: 'G-N', feeder: 'F-N' });
    // Of the campus as a whole finance sees what is about money, and nothing else.
    for (const rule of ['JOB_FAILED', 'PAYMENT_CONFLICT'] as const)
      await withTransaction(test.database, (tx) =>
        applyAlarmSignal(tx, at, {
          ...{ rule, kind: 'RAISE', atMs: at },
          subject: { campusId: test.campusId, type: 'SITE', id: test.campusId, spaceId: null },
        }),
      );
    await eventually(() => expect(finance.of('alarm')).toHaveLength(1));
    expect(alarmEventSchema.parse(finance.of('alarm')[0])).toMatchObject({
      alarm: { rule: 'PAYMENT_CONFLICT' },
      summary: { active: [0, 1, 0, 0] },
    });
    await eventually(() => expect(energy.of('alarm')).toHaveLength(5));
    expect(north.of('alarm')).toHaveLength(2);
  });

  it('each step of a command, and a top-up’s money to those who may see it', async () => {
    const energy = await listen(await test.cookie('energy'));
    const finance = await listen(await test.cookie('finance'));
    await energy.join('room:S-201');
    await finance.join('account:A-201');
    const { commandId } = await requestSupply(
      test.database,
      { clock: test.clock, log: silentLog },
      {
        campusId: test.campusId,
        pointCode: 'P-201',
        action: 'disconnect',
        actor: 'user:energy',
        actorId: null,
        reason: 'test',
      },
    );
    await eventually(() => expect(energy.of('command')).toHaveLength(1));
    expect(commandEventSchema.parse(energy.of('command')[0]).command).toMatchObject({
      id: commandId,
      action: 'DISCONNECT',
      state: 'QUEUED',
      requestedBy: 'Energy',
      steps: [{ state: 'QUEUED' }],
    });
    await applyTopUp(
      test.database,
      { clock: test.clock, log: silentLog },
      {
        campusId: test.campusId,
        accountCode: 'A-201',
        amountMicro: 20_000_000n,
        channel: 'counter',
        reference: 'L-1',
        actor: 'user:finance',
      },
    );
    await eventually(() => expect(finance.of('balance').length).toBeGreaterThan(0));
    const money = balanceEventSchema.parse(finance.of('balance').at(-1)).balances[0]!;
    expect(money).toMatchObject({ account: 'A-201', ledgerMicro: '70000000' });
    await eventually(() => expect(energy.of('balance').length).toBeGreaterThan(0));
    expect(JSON.stringify(energy.of('balance'))).not.toContain('70000000');
  });

  it('an order that moves is told to who follows its account and to who follows all payments, also without money', async () => {
    const student = await listen(await test.cookie('student'));
    const finance = await listen(await test.cookie('finance'));
    const energy = await listen(await test.cookie('energy'));
    await student.join('account:A-101');
    await finance.join('payments');
    expect(await energy.join('payments')).toMatchObject({ ok: false, reason: 'FORBIDDEN' });
    const told = student.of('balance').length;
    const { rows } = await test.database.pool.query<{ id: number }>(
      `select id from account where code = 'A-101' and campus_id = $1`,
      [test.campusId],
    );
    await withTransaction(test.database, async (tx) => announceOrder(tx, { accountId: rows[0]!.id }));
    await eventually(() => expect(student.of('balance').length).toBeGreaterThan(told));
    await eventually(() => expect(finance.of('balance').length).toBeGreaterThan(0));
    expect(balanceEventSchema.parse(finance.of('balance').at(-1))).toMatchObject({
      room: 'payments',
      balances: [{ account: 'A-101' }],
    });
  });

  it('an alarm whose notification was lost comes with the slow poll', async () => {
    const { join, of } = await listen(await test.cookie('energy'));
    await join('alarms');
    await test.database.pool.query(
      `insert into alarm (campus_id, rule, subject_type, subject_id, priority, active, since_ms, raised_ms, last_ms,
                          active_since_ms, activations, evidence)
       values ($1, 'GATEWAY_OFFLINE', 'GATEWAY', 1, 2, true, $2, $2, $2, $2, '[]', '{}')`,
      [test.campusId, test.clock.now()],
    );
    await eventually(() => expect(JSON.stringify(of('alarm'))).toContain('GATEWAY_OFFLINE'), {
      timeout: 15_000,
    });
  }, 20_000);

  it('a lost frame is noticed by the next one’s number, and what it held is read from the database', async () => {
    const { join, of } = await listen(await test.cookie('energy'));
    await join('room:S-202');
    await reportReadings(test, 'M-202', [['11:59', '77.000']], { relay: 1, powerW: 321 });
    frameSeq += 1;
    await frame({});
    await eventually(() => expect(JSON.stringify(of('delta'))).toContain('321'), { timeout: 10_000 });
  });

  it('a heartbeat names the newest number of each room, so that a loss in a quiet room shows', async () => {
    const { join, of } = await listen(await test.cookie('energy'));
    const answer = await join('commands');
    await eventually(() => expect(of('heartbeat').length).toBeGreaterThan(0), { timeout: 15_000 });
    expect(of('heartbeat')[0]).toMatchObject({ rooms: { commands: answer.ok ? answer.seq : -1 } });
  }, 20_000);
});

describe('health', () => {
  it('is ready with database, broker and a bridge that was heard of lately; metrics count readings', async () => {
    await frame({});
    await eventually(async () => {
      const response = await fetch(`${test.url}/readyz`);
      expect(await response.json()).toMatchObject({
        ready: true,
        checks: { database: true, broker: true, bridge: true },
      });
    });
    test.clock.advance(120_000);
    expect((await fetch(`${test.url}/readyz`)).status).toBe(503);
    test.clock.set(TEST_NOW_MS);
    expect(await (await fetch(`${test.url}/healthz`)).text()).toBe('ok\n');
    const metrics = await (await fetch(`${test.url}/metrics`)).text();
    expect(metrics).toMatch(/wattkeep_live_readings_total [1-9]/);
    expect(metrics).toMatch(/wattkeep_database_connections\{state="total"\} [1-9]/);
    const forwarded = await fetch(`${test.url}/metrics`, { headers: { 'x-forwarded-for': '127.0.0.1' } });
    expect(forwarded.status).toBe(401);
    expect(await forwarded.text()).not.toContain('wattkeep_');
  });
});
