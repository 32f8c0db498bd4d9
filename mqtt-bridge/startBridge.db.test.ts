import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { listenDatabase } from '../db/listenDatabase';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { type CommandBody, commandSigningText } from '../domain/supply/commandSignature';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { silentLog } from '../engine/context';
import { type Credential, revokeCredential, rotateCredential, verifyCredential } from '../engine/credentials';
import { requestSupply } from '../engine/requestSupply';
import { booksOf } from '../engine/testing/harness';
import { bindEngine } from './bindEngine';
import { createCounters } from './counters';
import { ForeignMeters } from './foreignMeters';
import { createEmbeddedBroker, type EmbeddedBrokerSource } from './sources/embeddedBroker';
import { createIdentify } from './sources/identify';
import { type Bridge, startBridge } from './startBridge';

const clock = { now: () => Date.now() };
const ctx = { clock, log: silentLog };

let database: TestDatabase;
let campus: TestCampus;
let gateway: { id: number; code: string };
let credential: Credential;
let account: { id: number; code: string };
let meter: TestMeter;
let foreign: TestMeter;
let bridge: Bridge;
let source: EmbeddedBrokerSource;
let clients: MqttClient[] = [];
let seq = 0;

async function startOne(): Promise<void> {
  const foreignMeters = new ForeignMeters();
  const counters = createCounters();
  source = createEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    clock,
    identify: createIdentify({
      verify: (username, password) => verifyCredential(database, null, username, password),
      live: { username: 'server', password: 'server-secret' },
    }),
    foreignAccess: (site, code) => foreignMeters.access(site, code),
    counters,
    log: silentLog,
  });
  bridge = await startBridge({
    engine: bindEngine(database, ctx),
    source,
    foreign: foreignMeters,
    clock,
    counters,
    log: silentLog,
    boot: 'test',
    onConfigChanged: () => source.recheckClients(),
    listen(channels, heard) {
      const listener = listenDatabase({
        url: database.url,
        channels,
        heard,
        connected: () => channels.forEach(heard),
        log: silentLog,
      });
      return () => listener.close();
    },
  });
}

async function client(options: IClientOptions): Promise<MqttClient> {
  const made = await connectAsync(`mqtt://127.0.0.1:${source.port}`, { reconnectPeriod: 50, ...options });
  made.on('error', () => undefined);
  clients.push(made);
  return made;
}

const asGateway = (options: IClientOptions = {}): Promise<MqttClient> =>
  client({ clientId: gateway.code, username: gateway.code, password: credential.password, ...options });

const topic = (leaf: string): string => `em/v1/${campus.code}/gw/${gateway.code}/${leaf}`;
const data = (readings: object[]): string =>
  JSON.stringify({ v: 1, gw: gateway.code, ts: clock.now(), boot: 1, seq: ++seq, r: readings });

async function quarantined(): Promise<{ reason: string; field: string | null; meterCode: string | null }[]> {
  const { rows } = await database.pool.query<{ reason: string; field: string; meterCode: string }>(
    'select reason, field, meter_code as "meterCode" from quarantine order by id',
  );
  return rows;
}

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  await database.pool.query('truncate quarantine');
  campus = await TestCampus.create(database);
  gateway = await campus.gateway(`G${campus.id}`);
  const other = await campus.gateway(`H${campus.id}`);
  account = await campus.account();
  const tariffId = await campus.tariff([flatTariff('F', cst('2024-01-01 00:00'), 500_000n)]);
  meter = await campus.meter({ code: 'E-1', accountId: account.id, tariffId, gatewayId: gateway.id });
  foreign = await campus.meter({ code: 'E-2', gatewayId: other.id });
  credential = await rotateCredential(database, ctx, { campusId: campus.id, code: gateway.code });
  await startOne();
});
afterEach(async () => {
  await Promise.all(clients.map((made) => made.endAsync(true)));
  clients = [];
  await bridge.stop();
});

describe('from meter to money', () => {
  test('what is acknowledged is charged, to the last µ', async () => {
    const node = await asGateway();
    const start = clock.now() - 60_000;
    await node.publishAsync(topic('up/data'), data([{ id: 'E-1', ts: start, ea: '100.000001' }]), { qos: 1 });
    await node.publishAsync(topic('up/data'), data([{ id: 'E-1', ts: start + 30_000, ea: '100.100003' }]), {
      qos: 1,
    });
    // 0.100002 kWh at 0.50; nothing is waited for: the acknowledgement is the proof.
    expect(await booksOf(database, account.id)).toMatchObject({ numeratorPico: 100_002n * 500_000n });
  });

  test('every kind of bad input is set aside by name, acknowledged, and spoils nothing', async () => {
    const node = await asGateway();
    const start = clock.now() - 60_000;
    const publish = (payload: string): Promise<unknown> =>
      node.publishAsync(topic('up/data'), payload, { qos: 1 });
    await publish(data([{ id: 'E-1', ts: start, ea: '10' }]));
    await publish(
      data([
        { id: 'E-9', ts: start, ea: '1' },
        { id: foreign.code, ts: start, ea: '1' },
        { id: 'E-1', ts: start + 1, ea: '-1' },
        { id: 'E-1', ts: start + 30_000, ea: '10.1' },
      ]),
    );
    await publish('{"v":1,');
    await node.publishAsync(topic('up/nonsense'), '{}', { qos: 1 });
    await node.publishAsync(topic('up/event'), JSON.stringify({ v: 1, ts: start, ev: 'cover' }), { qos: 1 });
    expect(await quarantined()).toEqual(
      expect.arrayContaining([
        { reason: 'REGISTER_NEGATIVE', field: '/r/2/ea', meterCode: 'E-1' },
        { reason: 'UNKNOWN_METER', field: '/id', meterCode: 'E-9' },
        { reason: 'FOREIGN_METER', field: '/id', meterCode: 'E-2' },
        { reason: 'NOT_JSON', field: '', meterCode: null },
        { reason: 'UNKNOWN_TOPIC', field: null, meterCode: null },
        { reason: 'NOT_ALLOWED', field: '/ev', meterCode: null },
      ]),
    );
    expect(await booksOf(database, account.id)).toMatchObject({ numeratorPico: 100_000n * 500_000n });
  });

  test('500 random payloads: all acknowledged, then a good reading is charged as if nothing had been', async () => {
    const node = await asGateway();
    const start = clock.now() - 60_000;
    await node.publishAsync(topic('up/data'), data([{ id: 'E-1', ts: start, ea: '10' }]), { qos: 1 });
    const junk = fc.sample(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.jsonValue().map((value) => JSON.stringify(value)),
        fc
          .tuple(fc.constantFrom('id', 'ts', 'ea', 'p', 'relay', 'seq', 'x'), fc.jsonValue())
          .map(([key, value]) => data([{ id: 'E-7', ts: start, ea: '1', [key]: value }])),
        fc.jsonValue().map((value) => JSON.stringify({ v: 1, gw: gateway.code, r: value })),
      ),
      { numRuns: 500, seed: 7 },
    );
    const leaves = ['up/data', 'up/event', 'up/ack', 'status'];
    await Promise.all(
      junk.map((payload, n) => node.publishAsync(topic(leaves[n % leaves.length]), payload, { qos: 1 })),
    );
    await node.publishAsync(topic('up/data'), data([{ id: 'E-1', ts: start + 30_000, ea: '10.1' }]), {
      qos: 1,
    });
    expect(await booksOf(database, account.id)).toMatchObject({ numeratorPico: 100_000n * 500_000n });
    for (const { reason } of await quarantined()) expect(reason).toMatch(/^[A-Z_0-9]+$/);
  });

  test('database connections are cut again and again: every acknowledged reading is there, once', async () => {
    const node = await asGateway();
    const start = clock.now() - 110_000;
    let cuts = 0;
    let cutting = true;
    const cutter = (async () => {
      while (cutting) {
        const { rowCount } = await database.pool
          .query(
            `select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()`,
          )
          .catch(() => ({ rowCount: 0 }));
        if (rowCount) cuts++;
        await new Promise((resolve) => {
          setTimeout(resolve, 150);
        });
      }
    })();
    let n = 0;
    while (cuts < 8 && n < 5_000) {
      const wave = Array.from({ length: 25 }, () => {
        const reading = { id: 'E-1', ts: start + n * 20, ea: (10 + n / 10_000).toFixed(4) };
        n++;
        return node.publishAsync(topic('up/data'), data([reading]), { qos: 1 });
      });
      await Promise.all(wave);
    }
    cutting = false;
    await cutter;
    expect(cuts).toBeGreaterThanOrEqual(8);
    const { rows } = await database.pool.query<{ n: bigint }>(
      'select count(*) as n from reading where meter_id = $1',
      [meter.id],
    );
    expect(rows[0].n).toBe(BigInt(n));
    expect(await booksOf(database, account.id)).toMatchObject({
      numeratorPico: BigInt(n - 1) * 100n * 500_000n,
    });
    expect(await quarantined()).toEqual([]);
  }, 120_000);
});

describe('from operator to relay', () => {
  test('a cut is signed, acknowledged, asked about and proven by the next reading', async () => {
    const node = await asGateway();
    const commands: (CommandBody & { sig: string })[] = [];
    const report = (relay: 0 | 1, powerW: number, ts = clock.now()): Promise<unknown> =>
      node.publishAsync(
        topic('up/data'),
        data([{ id: 'E-1', ts, ea: '5', p: powerW, u: 230, i: powerW / 230, relay }]),
        { qos: 1 },
      );
    node.on('message', (at, payload) => {
      if (!at.endsWith('/dn/cmd')) return;
      const command = JSON.parse(payload.toString()) as CommandBody & { sig: string };
      commands.push(command);
      const answer = {
        v: 1,
        cmd: command.cmd,
        id: command.id,
        st: 'done',
        code: '',
        ts: clock.now(),
        obs: {},
      };
      void node
        .publishAsync(topic('up/ack'), JSON.stringify(answer), { qos: 1 })
        .then(() => (command.op === 'read' ? report(0, 0) : undefined));
    });
    await node.subscribeAsync(topic('dn/#'), { qos: 1 });
    await node.publishAsync(topic('status'), '{"v":1,"online":true}', { qos: 1, retain: true });
    // Closed for longer than the contact must stay closed.
    await report(1, 230, clock.now() - 110_000);
    await report(1, 230);
    const { commandId } = await requestSupply(database, ctx, {
      campusId: campus.id,
      pointCode: meter.pointCode,
      action: 'disconnect',
      actor: 'user:1',
      actorId: '1',
      reason: 'test',
    });
    const stateOf = async (): Promise<string> => {
      const { rows } = await database.pool.query<{ state: string }>(
        'select state from command where id = $1',
        [commandId],
      );
      return rows[0].state;
    };
    await vi.waitFor(async () => expect(await stateOf()).toBe('VERIFIED'), { timeout: 15_000, interval: 50 });
    expect(commands.map(({ op }) => op)).toEqual(['disconnect', 'read']);
    const [{ sig, ...body }] = commands;
    expect(body).toMatchObject({ cmd: commandId, id: 'E-1', why: 'manual' });
    expect(sig).toBe(
      createHmac('sha256', credential.signingKey).update(commandSigningText(body)).digest('hex'),
    );
    // The answer to the bridge's own request is no unknown command.
    expect(await quarantined()).toEqual([]);
  });

  test('presence is stored, and a password that is revoked ends the connection', async () => {
    const node = await asGateway({
      reconnectPeriod: 0,
      will: { topic: topic('status'), payload: Buffer.from('{"v":1,"online":false}'), qos: 1, retain: true },
    });
    const isOnline = async (): Promise<boolean | null> => {
      const { rows } = await database.pool.query<{ online: boolean | null }>(
        'select online from gateway where id = $1',
        [gateway.id],
      );
      return rows[0].online;
    };
    await node.publishAsync(topic('status'), '{"v":1,"online":true,"boot":4,"fw":"1.2"}', {
      qos: 1,
      retain: true,
    });
    expect(await isOnline()).toBe(true);
    await revokeCredential(database, ctx, { campusId: campus.id, code: gateway.code });
    await vi.waitFor(() => expect(node.connected).toBe(false), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await isOnline()).toBe(false), { timeout: 10_000 });
    await expect(asGateway({ reconnectPeriod: 0 })).rejects.toThrow(/Not authorized/);
  });
});
