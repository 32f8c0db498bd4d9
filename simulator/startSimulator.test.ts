import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFleetFile } from './fleetFile';
import { type Simulator, startSimulator } from './startSimulator';
import { FakeBroker, KEY } from './testing/testFleet';

let folder: string;
let running: Simulator[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattkeep-simulator-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((simulator) => simulator.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(
  broker: FakeBroker,
  clock = { atMs: Date.UTC(2026, 10, 12, 12), speed: 60 },
): Promise<Simulator> {
  const simulator = await startSimulator({
    mqttUrl: 'mqtt://127.0.0.1:1',
    controlPort: 0,
    seed: 1,
    meters: 40,
    credentials: { 'GW-01': { password: 'p', key: KEY } },
    stateFile: join(folder, 'state.json'),
    clock,
    log: { info: () => undefined, warn: () => undefined },
    realNow: () => Date.now(),
    connect: broker.connect,
  });
  running.push(simulator);
  return simulator;
}

const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000, interval: 20 });

describe('the simulator', () => {
  it('reports by itself once it has started, and only through nodes that have credentials', async () => {
    const broker = new FakeBroker();
    const { controlPort } = await start(broker);
    await until(() => broker.readings().length > 20).toBe(true);
    const answer = await fetch(`http://127.0.0.1:${controlPort}/gateways`);
    const { nodes } = (await answer.json()) as { nodes: { code: string; online: boolean }[] };
    expect(nodes.filter(({ online }) => online).map(({ code }) => code)).toEqual(['GW-01']);
    expect(broker.published.every(({ topic }) => topic.startsWith('em/v1/lakeside/gw/GW-01/'))).toBe(true);
  });

  it('finds a contact as it was left, even when nothing told it that it would end', async () => {
    const first = await start(new FakeBroker());
    const code = first.fleet.nodeOrRefuse('GW-01').meters.find(({ load }) => load.traits.hasRelay)!.code;
    first.fleet.network.setContact(first.fleet.meterOrRefuse(code), false, first.fleet.now());
    first.fleet.dirty = true;
    await until(() => first.fleet.dirty).toBe(false);
    // A second start reads what is on disk now; the first was not stopped.
    const second = await start(new FakeBroker());
    expect(second.fleet.meterOrRefuse(code).contactClosed).toBe(false);
  });

  it('goes on from the time that it has lived to: no restart takes a campus back behind what its meters said', async () => {
    const first = await start(new FakeBroker(), { atMs: Date.UTC(2026, 10, 14), speed: 1 });
    const livedTo = first.fleet.snapshot().savedAtMs;
    await first.stop();
    running = [];
    const second = await start(new FakeBroker(), { atMs: Date.UTC(2026, 10, 12), speed: 1 });
    expect(second.clock.now()).toBeGreaterThanOrEqual(livedTo);
    expect(second.clock.pace).toBe(1);
  });

  it('starts a new campus beside a state of another one or a damaged file', async () => {
    writeFileSync(join(folder, 'state.json'), '{"seed":1');
    const simulator = await start(new FakeBroker());
    expect(simulator.fleet.network.meters.every(({ contactClosed }) => contactClosed)).toBe(true);
  });
});

describe('the fleet file', () => {
  it('is refused with the field that is wrong', () => {
    const path = join(folder, 'fleet.json');
    writeFileSync(path, JSON.stringify({ seed: 1, meters: 0, credentials: {} }));
    expect(() => readFleetFile(path)).toThrow(/\/meters/);
    expect(() => readFleetFile(join(folder, 'none.json'))).toThrow(/can not be read/);
    writeFileSync(
      path,
      JSON.stringify({ seed: 1, meters: 40, credentials: { 'GW-01': { password: 'p', key: 'k' } } }),
    );
    expect(readFleetFile(path).meters).toBe(40);
  });
});
