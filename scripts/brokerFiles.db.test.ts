import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { BrokerAccount } from '../db/queries/brokerAccounts';
import { hashMqttPassword } from '../engine/mqttPassword';
import { ForeignMeters } from '../mqtt-bridge/foreignMeters';
import { renderBrokerFiles } from './renderBrokerFiles';
import { findProgram } from './systemPackages';

const dir = mkdtempSync(join(tmpdir(), 'wattkeep-broker-'));
const clients: MqttClient[] = [];
let broker: ChildProcess;
let port: number;

const native = { profile: 'native', profileOptions: null } as const;

async function write(accounts: readonly BrokerAccount[]): Promise<string[]> {
  const foreign = new ForeignMeters();
  foreign.replace(
    accounts
      .filter(({ profile }) => profile !== 'native')
      .map((account) => ({
        site: account.site,
        meterCode: account.code,
        profile: account.profile,
        options: account.profileOptions ?? {},
      })),
  );
  const files = renderBrokerFiles(accounts, foreign, [
    { user: 'bridge', passwordHash: await hashMqttPassword('bridge-pw') },
    { user: 'server', passwordHash: await hashMqttPassword('server-pw') },
  ]);
  writeFileSync(join(dir, 'passwords'), files.passwords);
  writeFileSync(join(dir, 'access'), files.access);
  return files.collisions;
}

async function accounts(): Promise<BrokerAccount[]> {
  return [
    {
      site: 'north',
      kind: 'GATEWAY',
      code: 'G12',
      passwordHash: await hashMqttPassword('g12-pw'),
      ...native,
    },
    {
      site: 'north',
      kind: 'METER',
      code: 'E-0301',
      passwordHash: await hashMqttPassword('meter-pw'),
      ...native,
    },
    {
      site: 'north',
      kind: 'METER',
      code: 'PLUG1',
      passwordHash: await hashMqttPassword('plug-pw'),
      profile: 'tasmota',
      profileOptions: { topic: 'plug1' },
    },
  ];
}

beforeAll(async () => {
  chmodSync(dir, 0o755);
  port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
  await write(await accounts());
  const production = readFileSync(new URL('../deploy/mosquitto/mosquitto.conf', import.meta.url), 'utf8');
  // The production file without its certificate listener, on this test's port and files.
  const config = production
    .slice(0, production.indexOf('listener 8883'))
    .replace('listener 1883', `listener ${port} 127.0.0.1`)
    .replaceAll('/mosquitto/accounts/', `${dir}/`)
    .replace('persistence true', 'persistence false');
  writeFileSync(join(dir, 'mosquitto.conf'), config);
  for (const file of ['passwords', 'access', 'mosquitto.conf']) chmodSync(join(dir, file), 0o644);
  broker = spawn(findProgram('mosquitto')!, ['-c', join(dir, 'mosquitto.conf')], { stdio: 'ignore' });
  await vi.waitFor(() => connect('bridge', 'bridge-pw'), { timeout: 10_000 });
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  broker.kill();
  rmSync(dir, { recursive: true, force: true });
});

async function connect(username: string, password: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync({
    host: '127.0.0.1',
    port,
    username,
    password,
    clientId: `${username}-${clients.length}`,
    reconnectPeriod: 0,
  });
  clients.push(client);
  return client;
}

/** Topics that reach `listener` after `speaker` published them all, a closing word of the bridge last. */
async function heard(
  listener: MqttClient,
  filter: string,
  speaker: MqttClient,
  topics: string[],
): Promise<string[]> {
  const got: string[] = [];
  listener.on('message', (topic) => got.push(topic));
  await listener.subscribeAsync(filter, { qos: 1 }).catch(() => undefined);
  for (const topic of topics) await speaker.publishAsync(topic, 'x', { qos: 1 });
  const end = topics.at(-1)!;
  await vi.waitUntil(() => got.includes(end), { timeout: 30_000 });
  listener.removeAllListeners('message');
  return got;
}

it('lets in who has the right password, and nobody without one', async () => {
  await connect('G12', 'g12-pw');
  await expect(connect('G12', 'wrong')).rejects.toThrow(/not authorized/i);
  await expect(connect('nobody', 'g12-pw')).rejects.toThrow(/not authorized/i);
  await expect(connect('', '')).rejects.toThrow();
});

it('a gateway speaks below its own topics only', async () => {
  const bridge = await connect('bridge', 'bridge-pw');
  const gateway = await connect('G12', 'g12-pw');
  const topics = [
    'em/v1/north/gw/G13/up/data',
    'em/v1/south/gw/G12/up/data',
    'em/v1/north/m/E-0301/up/data',
    'em/v1/north/live/frame',
    'em/v1/north/gw/G12/dn/cmd',
    'em/v1/north/gw/G12/up/data',
  ];
  expect(await heard(bridge, 'em/v1/+/+/+/up/#', gateway, topics)).toEqual(['em/v1/north/gw/G12/up/data']);
});

it('a command of the bridge reaches its gateway and no other', async () => {
  const bridge = await connect('bridge', 'bridge-pw');
  const meter = await connect('E-0301', 'meter-pw');
  const topics = ['em/v1/north/gw/G12/dn/cmd', 'em/v1/north/m/E-0301/dn/cmd'];
  expect(await heard(meter, 'em/v1/north/#', bridge, topics)).toEqual(['em/v1/north/m/E-0301/dn/cmd']);
});

it('a server reads live frames and can write nothing', async () => {
  const bridge = await connect('bridge', 'bridge-pw');
  const server = await connect('server', 'server-pw');
  expect(await heard(server, 'em/v1/+/live/#', bridge, ['em/v1/north/live/frame'])).toEqual([
    'em/v1/north/live/frame',
  ]);
  const gateway = await connect('G12', 'g12-pw');
  const own = 'em/v1/north/gw/G12/dn/time';
  await server.publishAsync('em/v1/north/gw/G12/dn/cmd', 'x', { qos: 1 });
  expect(await heard(gateway, 'em/v1/north/gw/G12/dn/#', bridge, [own])).toEqual([own]);
});

it('a meter of another dialect has its own topics', async () => {
  const bridge = await connect('bridge', 'bridge-pw');
  const plug = await connect('PLUG1', 'plug-pw');
  const topics = ['tele/other/SENSOR', 'tele/plug1/SENSOR'];
  expect(await heard(bridge, 'tele/+/+', plug, topics)).toEqual(['tele/plug1/SENSOR']);
  expect(await heard(plug, 'cmnd/#', bridge, ['cmnd/plug1/POWER'])).toEqual(['cmnd/plug1/POWER']);
});

it('a revoked credential ends its connection and opens nothing once the broker read its accounts again', async () => {
  const connected = await connect('G12', 'g12-pw');
  await write((await accounts()).filter(({ code }) => code !== 'G12'));
  broker.kill('SIGHUP');
  await vi.waitFor(() => expect(connect('G12', 'g12-pw')).rejects.toThrow(/not authorized/i), {
    timeout: 10_000,
  });
  await vi.waitUntil(() => !connected.connected, { timeout: 10_000 });
  await connect('E-0301', 'meter-pw');
});

it('a code that two campuses share is told and given to the first only', async () => {
  const [first] = await accounts();
  expect(await write([first!, { ...first!, site: 'south' }])).toEqual(['G12']);
});
