import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';

let database: TestDatabase;
let child: ChildProcess | null = null;
let output = '';

beforeAll(async () => {
  database = await createTestDatabase(2);
});
afterAll(async () => {
  await database.drop();
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
});

function start(env: Record<string, string>): Promise<number | null> {
  output = '';
  const started = spawn(process.execPath, ['--import', 'tsx', 'mqtt-bridge/main.ts'], {
    env: { ...process.env, MQTT_URL: '', BRIDGE_PORT: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  started.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  started.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => started.once('exit', (code) => resolve(code)));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

describe('the process', () => {
  test('without a broker it refuses to run and names the setting', async () => {
    expect(await start({ DATABASE_URL: database.url })).toBe(78);
    expect(output).toBe('wattkeep bridge: MQTT_URL is missing\n');
  });

  test('tells its health, serves the embedded broker, and ends cleanly at SIGTERM', async () => {
    const [mqttPort, healthPort] = [await freePort(), await freePort()];
    const ended = start({
      DATABASE_URL: database.url,
      MQTT_EMBEDDED: '1',
      MQTT_PORT: String(mqttPort),
      MQTT_SERVER_PASSWORD: 'live-secret',
      BRIDGE_PORT: String(healthPort),
      METRICS_TOKEN: 'scrape-token-of-this-test',
    });
    const get = async (
      path: string,
      headers: Record<string, string> = {},
    ): Promise<{ status: number; text: string }> => {
      const response = await fetch(`http://127.0.0.1:${healthPort}${path}`, { headers });
      return { status: response.status, text: await response.text() };
    };
    await vi.waitFor(async () => expect((await get('/readyz')).status).toBe(200), {
      timeout: 20_000,
      interval: 50,
    });
    expect(JSON.parse((await get('/readyz')).text)).toEqual({
      ready: true,
      database: true,
      broker: true,
      heldReadings: 0,
    });
    expect((await get('/healthz')).status).toBe(200);
    const scraped = await get('/metrics', { authorization: 'Bearer scrape-token-of-this-test' });
    expect(scraped.text).toContain('wattkeep_bridge_readings_total');
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/else')).status).toBe(404);
    const server = await connectAsync(`mqtt://server:live-secret@127.0.0.1:${mqttPort}`, {
      reconnectPeriod: 0,
    });
    await server.subscribeAsync('em/v1/+/live/#');
    child?.kill('SIGTERM');
    expect(await ended).toBe(0);
    await server.endAsync(true);
    expect(output).toContain('bridge stopped');
    expect(output).not.toContain('live-secret');
  });

  test('a database that is not there yet is waited for, and SIGTERM still ends it', async () => {
    const ended = start({
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      MQTT_EMBEDDED: '1',
      MQTT_PORT: String(await freePort()),
    });
    await vi.waitFor(() => expect(output).toContain('waiting for the database'), { timeout: 20_000 });
    child?.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
