import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettableClock } from '../../domain/time/clock';
import { testFleet } from '../testing/testFleet';
import { type ControlServer, startControlServer } from './controlServer';

let test: ReturnType<typeof testFleet>;
let server: ControlServer;
let clock: SettableClock;

beforeEach(async () => {
  test = testFleet();
  clock = new SettableClock(() => test.clock.now());
  server = await startControlServer({ fleet: test.fleet, plan: test.campus.plan, clock }, 0);
});
afterEach(() => server.close());

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the control port', () => {
  it('lists every meter as someone in front of it sees it', async () => {
    const { status, body } = await call('GET', '/meters');
    expect(status).toBe(200);
    const meters = body.meters as Record<string, unknown>[];
    expect(meters).toHaveLength(test.campus.meters.length);
    const room = meters.find(({ code }) => String(code).startsWith('E-7-'))!;
    expect(room).toMatchObject({ relay: 1, limitW: 800, online: true, faults: [], display: null });
    expect(room.powerW).toBeGreaterThan(20);
    expect(room.register).toMatch(/^\d+\.\d{3}$/);
  });

  it('sets a fault, shows it and takes it away', async () => {
    const code = 'E-7-101';
    const set = await call('POST', `/meters/${code}/faults`, {
      kind: 'overload',
      params: { powerW: 1_300 },
      forS: 30,
    });
    expect(set.status).toBe(200);
    expect(set.body).toMatchObject({
      powerW: 1_300,
      faults: [{ kind: 'overload', params: { powerW: 1_300 } }],
    });
    await test.pass(31_000);
    expect((await call('GET', `/meters/${code}`)).body.faults).toEqual([]);
    await call('POST', `/meters/${code}/faults`, { kind: 'frozen' });
    expect((await call('DELETE', `/meters/${code}/faults/frozen`)).body.faults).toEqual([]);
  });

  it.each([
    ['POST', '/meters/E-9-999/faults', { kind: 'frozen' }, 404, '/code'],
    ['POST', '/meters/E-7-101/faults', { kind: 'explodes' }, 422, '/kind'],
    ['POST', '/meters/E-7-101/faults', { kind: 'leak' }, 422, '/kind'],
    [
      'POST',
      '/meters/E-7-101/faults',
      { kind: 'overload', params: { powerW: 'much' } },
      422,
      '/params/powerW',
    ],
    ['POST', '/meters/E-7-101/faults', { kind: 'frozen', forS: -1 }, 422, '/forS'],
    ['POST', '/meters/E-7-101/faults', { kind: 'frozen', until: 3 }, 422, '/until'],
    ['POST', '/meters/E-7-101/faults', '{', 422, ''],
    ['POST', '/scenarios/S14', {}, 422, '/scenario'],
    ['POST', '/scenarios/S12', {}, 409, '/scenario'],
    ['POST', '/clock', { at: 'noon' }, 422, '/at'],
    ['POST', '/clock', { speed: -1 }, 422, '/speed'],
    ['POST', '/gateways/GW-99/faults', { gatewayDown: true }, 404, '/code'],
    ['PUT', '/meters', {}, 405, ''],
    ['GET', '/nothing', undefined, 404, ''],
  ])('%s %s %j is refused with %i and names the field %s', async (method, path, body, status, field) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ field, error: expect.stringMatching(/\S/) });
  });

  it('runs a scenario and says what it did', async () => {
    const { status, body } = await call('POST', '/scenarios/S2');
    expect(status).toBe(200);
    expect(body.meters).toHaveLength(2);
    expect(body.expect).toMatch(/128 %/);
  });

  it('sets time and pace of the clock', async () => {
    const { body } = await call('POST', '/clock', { at: '2026-12-01T08:00:00+08:00', speed: 60 });
    expect(body).toEqual({ at: Date.UTC(2026, 11, 1), speed: 60 });
    test.clock.advance(1_000);
    expect((await call('GET', '/clock')).body.at).toBe(Date.UTC(2026, 11, 1, 0, 1));
  });

  it('takes a gateway off the network and new credentials for it', async () => {
    const gateway = test.campus.plan.document.gateways[0]!.code;
    expect((await call('POST', `/gateways/${gateway}/faults`, { gatewayDown: true })).body).toMatchObject({
      down: true,
      online: false,
    });
    expect((await call('DELETE', `/gateways/${gateway}/faults`)).body).toMatchObject({
      down: false,
      online: true,
    });
    const given = await call('POST', '/credentials', { [gateway]: { password: 'new', key: 'newer' } });
    expect(given.status).toBe(200);
    expect(test.fleet.nodeOrRefuse(gateway).credentials).toEqual({ password: 'new', key: 'newer' });
    const nodes = (await call('GET', '/gateways')).body.nodes as unknown[];
    expect(nodes).toHaveLength(test.fleet.nodes.length);
  });
});
