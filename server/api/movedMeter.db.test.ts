import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportReadings } from '../testing/reportReadings';
import { startTestServer, type TestServer } from '../testing/startTestServer';

const AT_NOON = '2025-09-10T12:00:00+08:00';

describe('a key of one building', () => {
  let test: TestServer;
  let whole: string;
  let north: string;

  beforeAll(async () => {
    test = await startTestServer();
    whole = await test.key(['read', 'admin']);
    north = await test.key(['read', 'admin'], 'N');
    await reportReadings(test, 'M-101', [
      ['08:00', '1.000'],
      ['09:00', '2.000'],
    ]);
    await reportReadings(test, 'M-201', [
      ['08:00', '1.000'],
      ['08:30', '3.000'],
      ['09:00', '5.000'],
    ]);
  });
  afterAll(() => test?.stop());

  async function call(key: string, path: string, body?: object): Promise<{ status: number; text: string }> {
    const response = await fetch(`${test.url}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  const exchange = (key: string, point: string, oldEndRegister: string, at: string, meter: object) =>
    call(key, `/meter-points/${point}/replace`, { oldEndRegister, at, reason: 'worn out', meter });

  it('fits no meter behind another building’s gateway, and reads of a meter from stock only what it measured here', async () => {
    const readings = `/meters/M-201/readings?from=2025-09-10T00:00:00Z&to=${encodeURIComponent(AT_NOON)}`;
    expect((await call(north, readings)).status).toBe(404);
    const new201 = { code: 'M-201X', serial: 'S-201X', startRegister: '0.000', gateway: 'G-S' };
    expect((await exchange(whole, 'P-201', '6.000', '2025-09-10T10:00:00+08:00', new201)).status).toBe(200);

    const stock = { code: 'M-201', serial: 'S-201', startRegister: '6.000' };
    const abroad = await exchange(north, 'P-101', '3.000', '2025-09-10T10:30:00+08:00', {
      ...stock,
      gateway: 'G-S',
    });
    expect(abroad.status).toBe(404);
    expect(abroad.text).toContain('/meter/gateway');
    const own = await exchange(north, 'P-101', '3.000', '2025-09-10T10:30:00+08:00', stock);
    expect(own.status).toBe(200);

    const seen = await call(north, readings);
    expect(seen.status).toBe(200);
    expect(seen.text).not.toContain('"3.000000"');
    expect((await call(whole, readings)).text).toContain('"3.000000"');
  });
});
