import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FakeEngine } from '../testing/fakeEngine';
import { startMosquitto, type TestBroker } from '../testing/mosquitto';
import { bridgeOn, type TestBridge } from '../testing/testBridge';

const T0 = 1_757_462_400_000;
const topic = 'em/v1/north/gw/G1/up/data';
const reading = (n: number): string =>
  JSON.stringify({ v: 1, id: `E-${n % 50}`, ts: T0 + n, boot: 1, seq: n, ea: `${n}.5`, p: 100 });

let broker: TestBroker;
let running: TestBridge[] = [];
let clients: MqttClient[] = [];

async function client(options: object = {}): Promise<MqttClient> {
  const made = await connectAsync(broker.url, { reconnectPeriod: 50, ...options });
  made.on('error', () => undefined);
  clients.push(made);
  return made;
}

async function start(...args: Parameters<typeof bridgeOn>): Promise<TestBridge> {
  const made = await bridgeOn(...args);
  running.push(made);
  return made;
}

const until = (condition: () => boolean, timeout = 20_000): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout, interval: 10 });

afterEach(async () => {
  await Promise.all(running.map(({ bridge }) => bridge.stop(200)));
  await Promise.all(clients.map((made) => made.endAsync(true)));
  running = [];
  clients = [];
  await broker.stop();
});

describe('external broker', () => {
  test.each([4, 5] as const)(
    'MQTT %i: what was not committed comes again after a restart',
    async (protocolVersion) => {
      broker = await startMosquitto();
      const stuck = new FakeEngine();
      stuck.databaseUp = false;
      const first = await start(stuck, { url: broker.url, protocolVersion });
      const publisher = await client();
      for (let n = 0; n < 20; n++) await publisher.publishAsync(topic, reading(n), { qos: 1 });
      await until(() => first.bridge.held === 20);
      await first.bridge.stop(50);
      running = [];
      expect(stuck.stored.size).toBe(0);

      const healthy = new FakeEngine();
      await start(healthy, { url: broker.url, protocolVersion });
      await until(() => healthy.stored.size === 20);
      // And what was acknowledged after the commit does not come a third time.
      await running[0].bridge.stop();
      running = [];
      const third = new FakeEngine();
      await start(third, { url: broker.url, protocolVersion });
      await publisher.publishAsync(topic, reading(1_000), { qos: 1 });
      await until(() => third.stored.size > 0);
      expect([...third.stored.keys()]).toEqual([`E-0@${T0 + 1_000}`]);
    },
  );

  test('the acknowledgement follows the commit, never precedes it', async () => {
    // With one message in flight the broker hands out the next only after the acknowledgement of the one before.
    broker = await startMosquitto({ maxInflight: 1 });
    const engine = new FakeEngine();
    const commits: (() => void)[] = [];
    const real = engine.ingestReadings.bind(engine);
    engine.ingestReadings = async (batch) => {
      await new Promise<void>((resolve) => commits.push(resolve));
      return real(batch);
    };
    const { source, counters } = await start(engine, { url: broker.url, protocolVersion: 4 });
    const publisher = await client();
    for (let n = 0; n < 5; n++) await publisher.publishAsync(topic, reading(n), { qos: 1 });
    const received = async () =>
      (await counters.messages.get()).values.reduce((sum, { value }) => sum + value, 0);
    for (let n = 1; n <= 5; n++) {
      await until(() => commits.length === n);
      // A round trip through the broker on the same connection: had the next message been sent, it would be here.
      await source.publish({ topic: 'em/v1/north/gw/G1/dn/time', payload: '{}', qos: 1, expiresMs: null });
      expect(await received()).toBe(n);
      expect(engine.stored.size).toBe(n - 1);
      commits[n - 1]();
      await until(() => engine.stored.size === n);
    }
  });

  test('20,000 readings with 5 % failing commits and forced disconnects: none is lost', async () => {
    broker = await startMosquitto();
    const engine = new FakeEngine();
    engine.commitMs = 2;
    let commits = 0;
    const real = engine.ingestReadings.bind(engine);
    engine.ingestReadings = (batch) => {
      if (++commits % 20 === 0) engine.failCommits = 1;
      return real(batch);
    };
    await start(engine, { url: broker.url }, { flushReadings: 500 });
    const publisher = await client();
    const intruder = {
      clientId: 'bridge-under-test',
      clean: false,
      reconnectPeriod: 0,
      protocolVersion: 5 as const,
    };
    const total = 20_000;
    const published: Promise<unknown>[] = [];
    for (let n = 0; n < total; n++) {
      published.push(publisher.publishAsync(topic, reading(n), { qos: 1 }));
      if (n % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (n === 5_000 || n === 12_000) {
        // Another client with the same id makes the broker end the bridge's connection.
        const other = await connectAsync(broker.url, {
          ...intruder,
          properties: { sessionExpiryInterval: 3_600, receiveMaximum: 1 },
        });
        await other.endAsync(true);
      }
    }
    await Promise.all(published);
    await until(() => engine.stored.size === total, 60_000);
    // The disconnects did happen: what was in flight came a second time.
    expect([...engine.stored.values()].some((times) => times > 1)).toBe(true);
    expect(engine.quarantined).toEqual([]);
  }, 120_000);

  test('a full bridge takes nothing more and goes on when there is room', async () => {
    broker = await startMosquitto();
    const engine = new FakeEngine();
    engine.databaseUp = false;
    const { bridge } = await start(
      engine,
      { url: broker.url, protocolVersion: 4 },
      { capacityReadings: 100 },
    );
    const publisher = await client();
    for (let n = 0; n < 400; n++) await publisher.publishAsync(topic, reading(n), { qos: 1 });
    await until(() => bridge.held >= 100);
    await new Promise((resolve) => setImmediate(resolve));
    expect(bridge.held).toBeLessThanOrEqual(101);
    engine.databaseUp = true;
    await until(() => engine.stored.size === 400);
  });

  test('a bridge that comes back to more than it may hold is connected, and its commands go out meanwhile', async () => {
    broker = await startMosquitto();
    const away = await start(new FakeEngine(), { url: broker.url });
    await away.bridge.stop();
    running = [];
    const publisher = await client();
    for (let n = 0; n < 1_000; n++) await publisher.publishAsync(topic, reading(n), { qos: 1 });

    const engine = new FakeEngine();
    engine.databaseUp = false;
    const { bridge, source } = await start(engine, { url: broker.url }, { capacityReadings: 100 });
    expect(bridge.held).toBeLessThanOrEqual(101);
    expect(source.connected).toBe(true);
    expect(source.waitingBytes).toBeGreaterThan(0);
    const heard: string[] = [];
    const meter = await client();
    meter.on('message', (_topic, payload) => heard.push(payload.toString()));
    await meter.subscribeAsync('em/v1/north/gw/G1/dn/#', { qos: 1 });
    await source.publish({ topic: 'em/v1/north/gw/G1/dn/cmd', payload: '"cut"', qos: 1, expiresMs: null });
    await until(() => heard.length > 0);
    engine.databaseUp = true;
    await until(() => engine.stored.size === 1_000);
    expect(source.waitingBytes).toBe(0);
  });

  test('what waits when the broker restarts comes again and is stored once', async () => {
    broker = await startMosquitto();
    const engine = new FakeEngine();
    engine.databaseUp = false;
    const { bridge, source } = await start(
      engine,
      { url: broker.url, shareGroup: null },
      { capacityReadings: 100, flushReadings: 50 },
    );
    const publisher = await client();
    for (let n = 0; n < 400; n++) await publisher.publishAsync(topic, reading(n), { qos: 1 });
    // Answers come in order: behind this one nothing is on its way any more.
    const caughtUp = () =>
      source.publish({ topic: 'em/v1/north/gw/G1/dn/time', payload: '{}', qos: 1, expiresMs: null });
    await caughtUp();
    expect(bridge.held).toBe(100);
    await broker.killSaved();
    await until(() => !source.connected);
    await broker.restart();
    await until(() => source.connected);
    await caughtUp();
    engine.databaseUp = true;
    await until(() => engine.stored.size === 400 && bridge.held === 0);
    // What the bridge had begun with can't be acknowledged any more; of the rest nothing was done twice.
    expect([...engine.stored.values()].filter((times) => times > 1)).toHaveLength(100);
  });

  test('what waits for a database that is away takes 64 MiB of memory and no more', async () => {
    broker = await startMosquitto();
    const engine = new FakeEngine();
    engine.databaseUp = false;
    const { source } = await start(
      engine,
      { url: broker.url, protocolVersion: 4 },
      { capacityReadings: 10, flushReadings: 10 },
    );
    const publisher = await client();
    const large = (n: number) => reading(n).padEnd(120_000);
    for (let n = 0; n < 620; n++) await publisher.publishAsync(topic, large(n), { qos: 1 });
    const limit = 64 * 1_048_576;
    await until(() => source.waitingBytes >= limit);
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.waitingBytes).toBeLessThan(limit + 120_000);
    engine.databaseUp = true;
    await until(() => engine.stored.size === 620);
  });

  test('the broker is killed: the bridge reconnects by itself and messages flow again', async () => {
    broker = await startMosquitto();
    const engine = new FakeEngine();
    const { source } = await start(engine, { url: broker.url });
    const publisher = await client();
    await publisher.publishAsync(topic, reading(1), { qos: 1 });
    await until(() => engine.stored.size === 1);
    await broker.kill();
    await until(() => !source.connected);
    await expect(
      source.publish({ topic: 'em/v1/north/gw/G1/dn/cmd', payload: '{}', qos: 1, expiresMs: null }),
    ).rejects.toThrow('not connected');
    await broker.restart();
    await until(() => source.connected && publisher.connected);
    await publisher.publishAsync(topic, reading(2), { qos: 1 });
    await until(() => engine.stored.size === 2);
  });

  test('what a restarted broker takes before the bridge is back is not lost', async () => {
    broker = await startMosquitto();
    const engine = new FakeEngine();
    const first = await start(engine, { url: broker.url, shareGroup: null });
    const publisher = await client();
    await publisher.publishAsync(topic, reading(1), { qos: 1 });
    await until(() => engine.stored.size === 1);
    await first.bridge.stop();
    await broker.killSaved();
    await broker.restart();
    await until(() => publisher.connected);
    for (let n = 2; n <= 20; n++) await publisher.publishAsync(topic, reading(n), { qos: 1 });
    await start(engine, { url: broker.url, shareGroup: null });
    await until(() => engine.stored.size === 20);
  });

  test('two bridges of one group share the messages; both see every status', async () => {
    broker = await startMosquitto();
    const engines = [new FakeEngine(), new FakeEngine()];
    await start(engines[0], { url: broker.url, clientId: 'bridge-a' });
    await start(engines[1], { url: broker.url, clientId: 'bridge-b' });
    const publisher = await client();
    for (let n = 0; n < 100; n++) await publisher.publishAsync(topic, reading(n), { qos: 1 });
    await publisher.publishAsync('em/v1/north/gw/G1/status', '{"v":1,"online":true}', {
      qos: 1,
      retain: true,
    });
    await until(() => engines[0].stored.size + engines[1].stored.size === 100);
    await until(() => engines.every(({ statuses }) => statuses.length === 1));
    expect(Math.min(...engines.map(({ stored }) => stored.size))).toBeGreaterThan(0);
  });

  test('a command that the broker did not acknowledge is not sent later by itself', async () => {
    broker = await startMosquitto();
    const engine = new FakeEngine();
    const { source } = await start(engine, { url: broker.url });
    const heard: string[] = [];
    const meter = await client({ clientId: 'G1', clean: false });
    meter.on('message', (_topic, payload) => heard.push(payload.toString()));
    await meter.subscribeAsync('em/v1/north/gw/G1/dn/#', { qos: 1 });
    await broker.kill();
    const lost = source.publish({
      topic: 'em/v1/north/gw/G1/dn/cmd',
      payload: '"lost"',
      qos: 1,
      expiresMs: Date.now() + 60_000,
    });
    await expect(lost).rejects.toThrow();
    await broker.restart();
    await until(() => source.connected && meter.connected);
    await source.publish({ topic: 'em/v1/north/gw/G1/dn/cmd', payload: '"kept"', qos: 1, expiresMs: null });
    await until(() => heard.length > 0);
    expect(heard).toEqual(['"kept"']);
  });

  test('nothing that a meter obeys is retained', async () => {
    broker = await startMosquitto();
    const { source } = await start(new FakeEngine(), { url: broker.url });
    await source.publish({ topic: 'em/v1/north/gw/G1/dn/cmd', payload: '"old"', qos: 1, expiresMs: null });
    const meter = await client();
    const heard: string[] = [];
    meter.on('message', (_topic, payload) => heard.push(payload.toString()));
    await meter.subscribeAsync('em/v1/north/gw/G1/dn/#', { qos: 1 });
    await source.publish({ topic: 'em/v1/north/gw/G1/dn/cmd', payload: '"new"', qos: 1, expiresMs: null });
    await until(() => heard.length > 0);
    expect(heard).toEqual(['"new"']);
  });
});
