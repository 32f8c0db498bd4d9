import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseLiveFrame } from '../../contracts/liveFrame';
import { buildCommandBody, buildCommandPayload } from '../../contracts/mqttMessages';
import { FixedClock } from '../../domain/time/clock';
import { FakeEngine } from '../testing/fakeEngine';
import { embeddedBridge } from '../testing/testBridge';
import type { MqttIdentity } from './accessRules';

const T0 = 1_757_462_400_000;
const upData = (code: string): string => `em/v1/north/gw/${code}/up/data`;
const reading = (n: number): string =>
  JSON.stringify({ v: 1, id: `E-${n % 50}`, ts: T0 + n, boot: 1, seq: n, ea: `${n}.5` });

const identities: Record<string, MqttIdentity> = {
  G1: { role: 'NODE', site: 'north', kind: 'GATEWAY', code: 'G1' },
  G2: { role: 'NODE', site: 'north', kind: 'GATEWAY', code: 'G2' },
  'E-9': { role: 'NODE', site: 'north', kind: 'METER', code: 'E-9' },
  plug: { role: 'NODE', site: 'north', kind: 'METER', code: 'plug' },
  server: { role: 'LIVE' },
};
const passwords: Record<string, string> = {};
const identify = (username: string, password: string): Promise<MqttIdentity | null> =>
  username === 'unchecked'
    ? Promise.reject(new Error('the database is away'))
    : Promise.resolve((passwords[username] ?? 'secret') === password ? (identities[username] ?? null) : null);

type Running = Awaited<ReturnType<typeof embeddedBridge>>;
let running: Running[] = [];
let clients: MqttClient[] = [];

async function start(engine: FakeEngine, ...rest: [object?, FixedClock?]): Promise<Running> {
  const made = await embeddedBridge(engine, identify, ...rest);
  running.push(made);
  return made;
}

async function client(at: Running, code: string, options: IClientOptions = {}): Promise<MqttClient> {
  const made = await connectAsync(at.url, {
    clientId: code,
    username: code,
    password: 'secret',
    reconnectPeriod: 50,
    ...options,
  });
  made.on('error', () => undefined);
  clients.push(made);
  return made;
}

const until = (condition: () => boolean, timeout = 20_000): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout, interval: 5 });

afterEach(async () => {
  await Promise.all(clients.map((made) => made.endAsync(true)));
  await Promise.all(running.map(({ bridge }) => bridge.stop(200)));
  running = [];
  clients = [];
  for (const key of Object.keys(passwords)) delete passwords[key];
});

describe('embedded broker: acknowledgement after the commit', () => {
  test('the publisher gets its acknowledgement only when the transaction is through', async () => {
    const engine = new FakeEngine();
    const order: string[] = [];
    const commits: (() => void)[] = [];
    const real = engine.ingestReadings.bind(engine);
    engine.ingestReadings = async (batch) => {
      await new Promise<void>((resolve) => commits.push(resolve));
      order.push('commit');
      return real(batch);
    };
    const at = await start(engine);
    const gateway = await client(at, 'G1');
    const acknowledged = gateway
      .publishAsync(upData('G1'), reading(1), { qos: 1 })
      .then(() => order.push('ack'));
    await until(() => commits.length === 1);
    // A round trip of another client shows that the broker is not merely slow.
    const other = await client(at, 'G2');
    await other.subscribeAsync('em/v1/north/gw/G2/dn/#');
    expect(order).toEqual([]);
    commits[0]();
    await acknowledged;
    expect(order).toEqual(['commit', 'ack']);
  });

  test('ten publishers with failing commits: every reading is stored, none is acknowledged too early', async () => {
    const engine = new FakeEngine();
    engine.commitMs = 5;
    let commits = 0;
    const real = engine.ingestReadings.bind(engine);
    engine.ingestReadings = (batch) => {
      if (++commits % 10 === 0) engine.failCommits = 1;
      return real(batch);
    };
    for (let g = 0; g < 10; g++) {
      identities[`P${g}`] = { role: 'NODE', site: 'north', kind: 'GATEWAY', code: `P${g}` };
    }
    const at = await start(engine);
    const publishers = await Promise.all(Array.from({ length: 10 }, (_, g) => client(at, `P${g}`)));
    const early: number[] = [];
    await Promise.all(
      publishers.flatMap((publisher, g) =>
        Array.from({ length: 500 }, (_, k) => {
          const n = g * 500 + k;
          return publisher.publishAsync(upData(`P${g}`), reading(n), { qos: 1 }).then(() => {
            if (!engine.stored.has(`E-${n % 50}@${T0 + n}`)) early.push(n);
          });
        }),
      ),
    );
    expect(engine.stored.size).toBe(5_000);
    expect(early).toEqual([]);
  });

  test('a forced disconnect before the commit: the publisher sends again, nothing is lost', async () => {
    const engine = new FakeEngine();
    engine.databaseUp = false;
    const at = await start(engine);
    const gateway = await client(at, 'G1');
    const published = Promise.all(
      Array.from({ length: 50 }, (_, n) => gateway.publishAsync(upData('G1'), reading(n), { qos: 1 })),
    );
    await until(() => at.bridge.held === 50);
    gateway.stream.destroy();
    // MQTT.js sends again one by one, so one more is enough to see it.
    await until(() => at.bridge.held > 50);
    expect(engine.stored.size).toBe(0);
    engine.databaseUp = true;
    await published;
    expect(engine.stored.size).toBe(50);
  });

  test('the bridge is stopped before the commit: the publisher delivers to the next one', async () => {
    const stuck = new FakeEngine();
    stuck.databaseUp = false;
    const first = await start(stuck);
    const gateway = await client(first, 'G1', { reconnectPeriod: 20 });
    const published = gateway.publishAsync(upData('G1'), reading(7), { qos: 1 });
    await until(() => first.bridge.held === 1);
    await first.bridge.stop(20);
    running = [];
    const healthy = new FakeEngine();
    const second = await start(healthy);
    gateway.options.port = second.source.port;
    await published;
    expect([...healthy.stored.keys()]).toEqual([`E-7@${T0 + 7}`]);
    // The end of the bridge is not the end of its gateways.
    expect(stuck.statuses).toEqual([]);
  });

  test('a full bridge holds publishers back and takes everything in the end', async () => {
    const engine = new FakeEngine();
    engine.databaseUp = false;
    const at = await start(engine, { capacityReadings: 20, flushReadings: 10 });
    const gateways = [await client(at, 'G1'), await client(at, 'G2')];
    const published = Promise.all(
      gateways.flatMap((gateway) =>
        Array.from({ length: 60 }, (_, n) =>
          gateway.publishAsync(
            upData(gateway.options.clientId!),
            reading(gateways.indexOf(gateway) * 60 + n),
            {
              qos: 1,
            },
          ),
        ),
      ),
    );
    await until(() => at.bridge.held === 20);
    engine.databaseUp = true;
    await published;
    expect(engine.stored.size).toBe(120);
  });
});

describe('embedded broker: who may do what', () => {
  const refusals = async (at: Running, kind: string): Promise<number> =>
    (await at.counters.refusedClients.get()).values.find(({ labels }) => labels.kind === kind)?.value ?? 0;

  test('a password that can not be checked is not called wrong: the device is told to try again', async () => {
    const at = await start(new FakeEngine());
    await expect(client(at, 'unchecked', { reconnectPeriod: 0 })).rejects.toThrow(/Server unavailable/);
  });

  test('a wrong password, an unknown user and a client id that is not the user name are refused', async () => {
    const at = await start(new FakeEngine());
    const attempts: IClientOptions[] = [
      { password: 'wrong' },
      { username: 'nobody', clientId: 'nobody' },
      { clientId: 'G2' },
      { username: undefined, password: undefined },
    ];
    for (const attempt of attempts) {
      await expect(client(at, 'G1', { reconnectPeriod: 0, ...attempt })).rejects.toThrow(/Not authorized/);
    }
    expect(await refusals(at, 'login')).toBe(4);
  });

  test.each([
    upData('G2'),
    'em/v1/south/gw/G1/up/data',
    'em/v1/north/m/G1/up/data',
    'em/v1/north/gw/G1/dn/cmd',
    'em/v1/north/gw/G1',
    'em/v1/north/live/frame',
    'cmnd/plug/POWER',
  ])('a publish outside its own up/ ends the connection: %s', async (topic) => {
    const engine = new FakeEngine();
    const at = await start(engine);
    const gateway = await client(at, 'G1', { reconnectPeriod: 0 });
    let closed = false;
    gateway.on('close', () => {
      closed = true;
    });
    gateway.publish(topic, reading(1), { qos: 1 }, () => undefined);
    await until(() => closed);
    expect(await refusals(at, 'publish')).toBe(1);
    expect(engine.stored.size + engine.quarantined.length).toBe(0);
  });

  test.each([
    'em/v1/north/gw/G2/dn/#',
    'em/v1/+/gw/+/dn/#',
    'em/v1/north/gw/G1/#',
    'em/v1/north/live/#',
    '#',
    '$SYS/#',
    'nowhere',
  ])('a subscription outside its own dn/ is refused: %s', async (filter) => {
    const at = await start(new FakeEngine());
    const gateway = await client(at, 'G1');
    const granted = await gateway.subscribeAsync(filter).catch((error: unknown) => error);
    expect(JSON.stringify(granted) + String(granted)).toMatch(/128|Unspecified/);
    expect(await refusals(at, 'subscribe')).toBe(1);
  });

  test('a server reads live frames and may publish nothing', async () => {
    const engine = new FakeEngine();
    const at = await start(engine);
    const frames: string[] = [];
    const server = await client(at, 'server', { reconnectPeriod: 0 });
    server.on('message', (_topic, payload) => frames.push(payload.toString()));
    await server.subscribeAsync('em/v1/+/live/#');
    const gateway = await client(at, 'G1');
    await gateway.publishAsync(upData('G1'), reading(3), { qos: 1 });
    await until(() => frames.length === 1);
    expect(parseLiveFrame(Buffer.from(frames[0]))).toMatchObject({ v: 1, boot: 'test', seq: 1 });
    expect(parseLiveFrame(Buffer.from(frames[0]))?.rows[0].slice(0, 2)).toEqual(['E-3', T0 + 3]);
    let closed = false;
    server.on('close', () => {
      closed = true;
    });
    server.publish('em/v1/north/live/frame', '{}', { qos: 1 }, () => undefined);
    await until(() => closed);
  });

  test('a password that was changed ends the connection', async () => {
    const at = await start(new FakeEngine());
    const gateway = await client(at, 'G1', { reconnectPeriod: 0 });
    const other = await client(at, 'G2', { reconnectPeriod: 0 });
    passwords.G1 = 'rotated';
    await at.source.recheckClients();
    await until(() => !gateway.connected);
    expect(other.connected).toBe(true);
  });

  test('a meter of another dialect publishes its own topics; what else it says goes nowhere', async () => {
    const engine = new FakeEngine();
    engine.foreign = [
      {
        site: 'north',
        meterCode: 'plug',
        profile: 'tasmota',
        options: { topic: 'plug', timeZone: 'Asia/Shanghai' },
      },
    ];
    const at = await start(engine);
    const plug = await client(at, 'plug', { reconnectPeriod: 0 });
    await plug.subscribeAsync('cmnd/plug/#');
    await plug.publishAsync('tasmota/discovery/ABC/config', '{}', { qos: 1, retain: true });
    await plug.publishAsync(
      'tele/plug/SENSOR',
      '{"Time":"2025-09-10T08:00:00","ENERGY":{"Total":12.345,"Power":60}}',
      { qos: 1 },
    );
    expect([...engine.stored.keys()]).toEqual([`plug@${Date.UTC(2025, 8, 10)}`]);
    expect(engine.quarantined).toEqual([]);
  });
});

describe('embedded broker: topics that two meters claim', () => {
  test('what comes there is kept aside and charged to neither, and neither hears commands', async () => {
    const engine = new FakeEngine();
    engine.foreign = ['plug', 'E-9'].map((meterCode) => ({
      site: 'north',
      meterCode,
      profile: 'tasmota',
      options: { topic: 'same' },
    }));
    const at = await start(engine);
    const plug = await client(at, 'plug', { reconnectPeriod: 0 });
    await expect(plug.subscribeAsync('cmnd/same/#')).rejects.toThrow();
    await plug.publishAsync('tele/same/SENSOR', '{"ENERGY":{"Total":12.345}}', { qos: 1 });
    expect([...engine.stored.keys()]).toEqual([]);
    expect(engine.quarantined).toMatchObject([
      { site: 'north', topic: 'tele/same/SENSOR', reason: 'TOPIC_SHARED', meterCode: null },
    ]);
  });
});

describe('embedded broker: what goes down', () => {
  const command = (expMs: number): string =>
    buildCommandPayload({
      ...buildCommandBody({
        commandId: '01J7ZK3V8N4QK6T2M9R5W1X0YB',
        meterCode: 'E-9',
        op: 'disconnect',
        args: {},
        iatMs: T0,
        expMs,
        why: 'arrears',
      }),
      sig: 'ff',
    });
  const topic = 'em/v1/north/gw/G1/dn/cmd';

  test('a command that expired while its gateway was away is never delivered', async () => {
    const clock = new FixedClock(T0);
    const at = await start(new FakeEngine(), {}, clock);
    const heard: number[] = [];
    const options = { clean: false, reconnectPeriod: 0 };
    const gateway = await client(at, 'G1', options);
    await gateway.subscribeAsync('em/v1/north/gw/G1/dn/#', { qos: 1 });
    await gateway.endAsync();
    await at.source.publish({ topic, payload: command(T0 + 1_000), qos: 1, expiresMs: T0 + 1_000 });
    await at.source.publish({ topic, payload: command(T0 + 120_000), qos: 1, expiresMs: T0 + 120_000 });
    clock.advance(60_000);
    const back = connect(at.url, {
      clientId: 'G1',
      username: 'G1',
      password: 'secret',
      ...options,
      manualConnect: true,
    });
    clients.push(back);
    back.on('message', (_topic, payload) =>
      heard.push((JSON.parse(payload.toString()) as { exp: number }).exp),
    );
    back.connect();
    await until(() => heard.length > 0);
    // A second round through the same session: had the first been kept, it would have come before.
    await at.source.publish({ topic, payload: command(T0 + 130_000), qos: 1, expiresMs: null });
    await until(() => heard.length === 2);
    expect(heard).toEqual([T0 + 120_000, T0 + 130_000]);
  });

  test('an expired command is refused at the door', async () => {
    const clock = new FixedClock(T0);
    const at = await start(new FakeEngine(), {}, clock);
    await expect(at.source.publish({ topic, payload: command(T0), qos: 1, expiresMs: T0 })).rejects.toThrow(
      'expired',
    );
  });

  test('a gateway that vanishes is reported offline by its last will', async () => {
    const engine = new FakeEngine();
    const at = await start(engine);
    const gateway = await client(at, 'G1', {
      will: {
        topic: 'em/v1/north/gw/G1/status',
        payload: Buffer.from('{"v":1,"online":false}'),
        qos: 1,
        retain: true,
      },
    });
    await gateway.publishAsync('em/v1/north/gw/G1/status', '{"v":1,"online":true}', { qos: 1, retain: true });
    await gateway.publishAsync(upData('G1'), reading(1), { qos: 1, retain: true });
    expect(engine.statuses).toMatchObject([{ site: 'north', kind: 'GATEWAY', code: 'G1', online: true }]);
    gateway.options.reconnectPeriod = 0;
    gateway.stream.destroy();
    await until(() => engine.statuses.length === 2);
    expect(engine.statuses[1]).toMatchObject({ online: false, retained: false });
  });

  test('a last will that comes while the bridge is full is held, and told once there is room', async () => {
    const engine = new FakeEngine();
    const commits: (() => void)[] = [];
    const real = engine.ingestReadings.bind(engine);
    engine.ingestReadings = async (batch) => {
      await new Promise<void>((resolve) => commits.push(resolve));
      return real(batch);
    };
    const at = await start(engine, { capacityReadings: 1 });
    const gateway = await client(at, 'G1', {
      reconnectPeriod: 0,
      will: {
        topic: 'em/v1/north/gw/G1/status',
        payload: Buffer.from('{"v":1,"online":false}'),
        qos: 1,
        retain: true,
      },
    });
    const other = await client(at, 'G2');
    const stored = other.publishAsync(upData('G2'), reading(1), { qos: 1 });
    await until(() => commits.length === 1);
    const waiting = other.publishAsync(upData('G2'), reading(2), { qos: 1 });
    await until(() => at.source.waitingBytes > 0);
    const before = at.source.waitingBytes;
    gateway.stream.destroy();
    await until(() => at.source.waitingBytes > before);
    expect(engine.statuses).toEqual([]);
    commits[0]!();
    await stored;
    await until(() => commits.length === 2);
    commits[1]!();
    await waiting;
    await until(() => engine.statuses.length === 1);
    expect(engine.statuses).toMatchObject([{ code: 'G1', online: false }]);
  });
});
