import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RestCharge, RestLedgerEntry } from '../../contracts/restAccounts';
import type { RestQuarantined, RestReading } from '../../contracts/restMeters';
import { microFromText, textFromMicro } from '../../domain/units';
import { type ExampleMeter, goldenCampus, OPENING } from './goldenCampus';
import { connectNode, type NodeClient } from './nodeClient';
import { type Path, startPath } from './startPath';

/** How long a busy machine may take; what is promised of the time is measured in bench/. */
const WITHIN = { timeout: 30_000, interval: 15 };

const cst = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);
const micro = (text: string) => microFromText(text)!;
/** What is left of the opening credit after these charges. */
const left = (...charges: string[]) =>
  textFromMicro(charges.reduce((rest, charge) => rest - micro(charge), micro(OPENING)));

/** Everything here was worked out by hand from the tariff; a payload is given as the text that a meter sends. */
const EXAMPLES: ExampleMeter[] = [
  { code: 'G1', tariff: 'A' },
  { code: 'G2', tariff: 'A' },
  { code: 'G3a', tariff: 'B' },
  { code: 'G3b', tariff: 'B' },
  { code: 'G4a', tariff: 'F', more: { registerModulus: '1000000', imaxA: 60, registerDecimals: 2 } },
  { code: 'G4b', tariff: 'F', more: { registerModulus: '1000000', imaxA: 60, registerDecimals: 2 } },
  { code: 'G5', tariff: 'A' },
  { code: 'G6', tariff: 'A' },
  { code: 'G7a', tariff: 'F2' },
  { code: 'G7b', tariff: 'F2' },
  { code: 'G7c', tariff: 'B' },
  { code: 'G9a', tariff: 'F' },
  { code: 'G9b', tariff: 'F' },
  { code: 'G12', tariff: 'F' },
  { code: 'G19', tariff: 'F', more: { registerDecimals: 2 } },
  { code: 'G20a', tariff: 'F', more: { registerDecimals: 2, imaxA: 2_000 } },
  { code: 'G20b', tariff: 'F', more: { registerDecimals: 2, imaxA: 2_000 } },
  {
    code: 'G21',
    tariff: 'A',
    more: { registerDecimals: 2, profileOptions: { rateT1: 'P', rateT2: 'F', rateT3: 'V' } },
  },
  { code: 'D1', tariff: 'A', more: { gateway: null } },
];

describe.each(['EMBEDDED', 'MOSQUITTO'] as const)('worked examples, MQTT in and REST out (%s)', (broker) => {
  let path: Path;
  let gateway: NodeClient;

  beforeAll(async () => {
    path = await startPath({ broker, document: goldenCampus(EXAMPLES) });
    gateway = await connectNode(path, 'GATEWAY', 'GW');
  });
  afterAll(async () => {
    await gateway?.end();
    await path?.stop();
  });

  /** One reading, its registers written into the payload just as given. */
  async function report(meter: string, at: string, registers: string): Promise<void> {
    await gateway.raw(`{"v":1,"gw":"GW","r":[{"id":"${meter}","ts":${cst(at)},${registers}}]}`);
  }

  async function balanceBecomes(meter: string, expected: string): Promise<void> {
    await vi.waitFor(async () => {
      const { balance } = await path.get<{ balance: string }>(`/accounts/A-${meter}`);
      expect(balance).toBe(expected);
    }, WITHIN);
  }

  /** The reading stands among the stored ones: whatever it was to change has changed. */
  async function isStored(meter: string, at: string): Promise<RestReading> {
    const from = new Date(cst(at)).toISOString();
    const to = new Date(cst(at) + 1).toISOString();
    return vi.waitFor(async () => {
      const { readings } = await path.get<{ readings: RestReading[] }>(
        `/meters/${meter}/readings?from=${from}&to=${to}`,
      );
      expect(readings).toHaveLength(1);
      return readings[0]!;
    }, WITHIN);
  }

  const chargesOf = async (meter: string) =>
    (await path.get<{ items: RestCharge[] }>(`/accounts/A-${meter}/charges?limit=500`)).items.reverse();

  async function quarantineBecomes(meter: string, reasons: readonly string[]): Promise<RestQuarantined[]> {
    return vi.waitFor(async () => {
      const { items } = await path.get<{ items: RestQuarantined[] }>(`/quarantine?meter=${meter}`);
      expect(items.map(({ reason }) => reason).reverse()).toEqual(reasons);
      return items;
    }, WITHIN);
  }

  it('G1: 0.846215 over a time-of-use edge, with the lines that prove it', async () => {
    await report('G1', '2025-09-10 08:00', '"ea":"1200.000"');
    await report('G1', '2025-09-10 09:00', '"ea":"1201.234"');
    await balanceBecomes('G1', left('0.846215'));
    const [charge] = await chargesOf('G1');
    expect(charge).toMatchObject({
      from: '2025-09-10T08:00:00.000+08:00',
      to: '2025-09-10T09:00:00.000+08:00',
      startRegister: '1200.000000',
      endRegister: '1201.234000',
      quantity: '1.234000',
      amount: '0.846215',
      estimated: false,
      lines: [
        { period: 'F', quantity: '0.617000', price: '0.528300', amount: '0.325961100000' },
        { period: 'P', quantity: '0.617000', price: '0.843200', amount: '0.520254400000' },
      ],
    });
    const { items } = await path.get<{ items: RestLedgerEntry[] }>('/accounts/A-G1/ledger');
    expect(items.map(({ key, amount, balanceAfter }) => ({ key, amount, balanceAfter }))).toEqual([
      {
        key: `charge:G1:1:${cst('2025-09-10 08:00')}:${cst('2025-09-10 09:00')}:0`,
        amount: '-0.846215',
        balanceAfter: '499.153785',
      },
      { key: items[1]!.key, amount: '500.000000', balanceAfter: '500.000000' },
    ]);
  });

  it('G1 from a plain MQTT client: mosquitto_pub with the credential of a direct meter', async () => {
    const { password } = await path.credential('meters', 'D1');
    const payload = (at: string, ea: string) =>
      JSON.stringify({ v: 1, id: 'D1', ts: cst(at), ea, p: 617, u: 229.4, i: 2.71, relay: 1 });
    await mosquittoPub(path, 'D1', password, payload('2025-09-10 08:00', '1200.000'));
    await mosquittoPub(path, 'D1', password, payload('2025-09-10 09:00', '1201.234'));
    await balanceBecomes('D1', left('0.846215'));
  });

  it('G2: three periods in one interval, 1.199400', async () => {
    await report('G2', '2025-09-10 06:50', '"ea":0');
    await report('G2', '2025-09-10 09:10', '"ea":2.000');
    await balanceBecomes('G2', left('1.199400'));
    expect((await chargesOf('G2')).flatMap(({ lines }) => lines)).toMatchObject([
      { period: 'V', quantity: '0.142857', amount: '0.038328533100' },
      { period: 'F', quantity: '1.285714', amount: '0.679242706200' },
      { period: 'P', quantity: '0.571429', amount: '0.481828932800' },
    ]);
  });

  it('G3: one and two tier limits in one reading', async () => {
    await report('G3a', '2025-09-10 08:00', '"ea":"0"');
    await report('G3a', '2025-09-10 09:00', '"ea":"97.5"');
    await report('G3a', '2025-09-10 10:00', '"ea":"103.75"');
    await balanceBecomes('G3a', left('48.750000', '3.312500'));
    expect((await chargesOf('G3a')).at(-1)?.lines).toMatchObject([
      { tier: 1, quantity: '2.500000', amount: '1.250000000000' },
      { tier: 2, quantity: '3.750000', amount: '2.062500000000' },
    ]);
    await report('G3b', '2025-09-10 08:00', '"ea":"0"');
    await report('G3b', '2025-09-10 09:00', '"ea":"95"');
    await report('G3b', '2025-09-10 11:00', '"ea":"215"');
    await balanceBecomes('G3b', left('47.500000', '69.500000'));
  });

  it('G4: a proven rollover is charged, the jump of a reset is not', async () => {
    await report('G4a', '2025-09-10 08:00', '"ea":"999998.50"');
    await report('G4a', '2025-09-10 08:30', '"ea":"3.25"');
    await balanceBecomes('G4a', left('2.509425'));
    await report('G4b', '2025-09-10 08:00', '"ea":"5000.00"');
    await report('G4b', '2025-09-10 08:30', '"ea":"3.25"');
    await quarantineBecomes('G4b', ['RESET_CANDIDATE']);
    await balanceBecomes('G4b', left());
    await report('G4b', '2025-09-10 09:00', '"ea":"3.40"');
    await report('G4b', '2025-09-10 09:30', '"ea":"3.55"');
    await balanceBecomes('G4b', left('0.158490'));
    await quarantineBecomes('G4b', []);
    const { items } = await path.get<{ items: { rule: string; subject: { code: string } }[] }>('/alarms');
    expect(items).toContainEqual(
      expect.objectContaining({
        rule: 'REGISTER_RESET',
        subject: expect.objectContaining({ code: 'G4b' }),
      }),
    );
  });

  it('G5: a late reading moves the charge by 0.188940, visibly', async () => {
    await report('G5', '2025-09-10 11:00', '"ea":"500.000"');
    await report('G5', '2025-09-10 12:00', '"ea":"502.000"');
    await balanceBecomes('G5', left('1.371500'));
    await report('G5', '2025-09-10 11:30', '"ea":"501.600"');
    await balanceBecomes('G5', left('1.560440'));
    expect(await chargesOf('G5')).toMatchObject([{ amount: '1.560440', revision: 1, inForce: true }]);
    const { items } = await path.get<{ items: RestLedgerEntry[] }>('/accounts/A-G5/ledger');
    expect(items.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
      'charge -1.560440',
      'reversal 1.371500',
      'charge -1.371500',
      'topup 500.000000',
    ]);
  });

  it('G6: a message three times is one, another value for its instant is a conflict', async () => {
    await report('G6', '2025-09-10 11:00', '"ea":"500.000"');
    for (let i = 0; i < 3; i++) await report('G6', '2025-09-10 12:00', '"ea":"502.000"');
    await balanceBecomes('G6', left('1.371500'));
    await report('G6', '2025-09-10 12:00', '"ea":"502.100"');
    await quarantineBecomes('G6', ['CONFLICT']);
    await balanceBecomes('G6', left('1.371500'));
    expect(await chargesOf('G6')).toHaveLength(1);
  });

  it('G7: a tariff change, an indivisible split, a silent gap over the month end', async () => {
    await report('G7a', '2025-06-30 23:40', '"ea":"0"');
    await report('G7a', '2025-07-01 00:10', '"ea":"0.900"');
    await balanceBecomes('G7a', left('0.484470'));
    // The balance shows use at once; its charge is closed by the first reading past the quarter hour.
    await report('G7a', '2025-07-01 00:15', '"ea":"0.900"');
    await isStored('G7a', '2025-07-01 00:15');
    expect((await chargesOf('G7a')).map(({ amount, to }) => `${to} ${amount}`)).toEqual([
      '2025-07-01T00:00:00.000+08:00 0.316980',
      '2025-07-01T00:15:00.000+08:00 0.167490',
    ]);
    await balanceBecomes('G7a', left('0.484470'));
    await report('G7b', '2025-06-30 23:47', '"ea":"0"');
    await report('G7b', '2025-07-01 00:08', '"ea":"1.000"');
    await balanceBecomes('G7b', left('0.539728'));
    await report('G7b', '2025-07-01 00:15', '"ea":"1.000"');
    await isStored('G7b', '2025-07-01 00:15');
    expect((await chargesOf('G7b')).map(({ quantity, amount }) => `${quantity} ${amount}`)).toEqual([
      '0.619047 0.327042',
      '0.380953 0.212686',
    ]);
    await report('G7c', '2025-06-29 00:00', '"ea":"0"');
    await report('G7c', '2025-06-29 12:00', '"ea":"190"');
    await balanceBecomes('G7c', left('99.500000'));
    await report('G7c', '2025-07-02 12:00', '"ea":"226"');
    await balanceBecomes('G7c', left('99.500000', '20.900000'));
    const gap = (await chargesOf('G7c')).slice(1);
    // Windows break at midnights as well.
    expect(gap.map(({ to, amount }) => `${to.slice(0, 10)} ${amount}`)).toEqual([
      '2025-06-30 3.300000',
      '2025-07-01 8.600000',
      '2025-07-02 6.000000',
      '2025-07-02 3.000000',
    ]);
    expect(gap.every(({ estimated }) => estimated)).toBe(true);
  });

  it('G9: seven readings of 1 Wh and a day of 1440, without a rounding lost', async () => {
    const charged = ['0.000528', '0.001056', '0.001584', '0.002113', '0.002641', '0.003169', '0.003698'];
    await report('G9a', '2025-09-10 10:00', '"ea":"0.000"');
    for (const [i, sum] of charged.entries()) {
      await report('G9a', `2025-09-10 10:0${i + 1}`, `"ea":"0.00${i + 1}"`);
      await balanceBecomes('G9a', left(sum));
    }
    const start = cst('2025-09-10 00:00');
    const day = Array.from({ length: 1_441 }, (_, i) => ({
      id: 'G9b',
      ts: start + i * 60_000,
      ea: (i / 1_000).toFixed(3),
    }));
    for (let at = 0; at < day.length; at += 200) await gateway.data(day.slice(at, at + 200));
    await balanceBecomes('G9b', left('0.760752'));
  });

  it('G12: an exchange by REST charges both meters, 5.969790', async () => {
    await report('G12', '2025-09-10 12:00', '"ea":"4560.00"');
    await isStored('G12', '2025-09-10 12:00');
    const answer = await path.rest('POST', '/meter-points/P-G12/replace', {
      oldEndRegister: '4567.80',
      meter: { code: 'G12-new', serial: 'S-G12-new', startRegister: '0.25', gateway: 'GW', imaxA: 400 },
      at: '2025-09-10T12:30:00+08:00',
      reason: 'display dark',
    });
    expect(answer).toMatchObject({ status: 200, body: { chargedQuantity: '7.800000' } });
    await report('G12-new', '2025-09-10 13:00', '"ea":"3.75"');
    await balanceBecomes('G12', left('5.969790'));
    expect((await chargesOf('G12')).map(({ meter, quantity }) => `${meter} ${quantity}`)).toEqual([
      'G12 7.800000',
      'G12-new 3.500000',
    ]);
  });

  it('G19: the first reading of a used meter charges nothing', async () => {
    await report('G19', '2025-09-10 08:00', '"ea":56842170.81');
    expect(await isStored('G19', '2025-09-10 08:00')).toMatchObject({
      register: '56842170.810000',
      quality: 'VALID',
    });
    await balanceBecomes('G19', left());
    expect(await chargesOf('G19')).toEqual([]);
  });

  it('G20: an absurd value and a false zero bill nothing and reset nothing; what follows is charged once', async () => {
    await report('G20a', '2025-09-10 08:00', '"ea":115603.01');
    await report('G20a', '2025-09-10 09:00', '"ea":1.83e21');
    await report('G20a', '2025-09-10 10:00', '"ea":115749.01');
    await balanceBecomes('G20a', left('77.131800'));
    expect(await quarantineBecomes('G20a', ['REGISTER_TOO_LARGE'])).toMatchObject([{ field: '/r/0/ea' }]);
    await report('G20b', '2025-09-10 08:00', '"ea":115823.01');
    await report('G20b', '2025-09-10 09:00', '"ea":0');
    await report('G20b', '2025-09-10 10:00', '"ea":115969.01');
    await balanceBecomes('G20b', left('77.131800'));
    await quarantineBecomes('G20b', ['RESET_CANDIDATE']);
    for (const meter of ['G20a', 'G20b'])
      expect((await chargesOf(meter)).map(({ quantity }) => quantity)).toEqual(['146.000000']);
  });

  it('G21: the meter’s own rate registers beat the split by time', async () => {
    await report('G21', '2025-09-10 00:00', '"ea":100.00,"ea_t1":40.00,"ea_t2":30.00,"ea_t3":30.00');
    await report('G21', '2025-09-11 00:00', '"ea":104.00,"ea_t1":41.00,"ea_t2":31.50,"ea_t3":31.50');
    await balanceBecomes('G21', left('2.038100'));
    expect((await chargesOf('G21')).some(({ estimated }) => estimated)).toBe(false);
  });

  it('after all of it the ledger verifies', async () => {
    expect(await path.get('/ledger/verify')).toMatchObject({ ok: true, firstBadId: null });
  });
});

/** Publishes once with QoS 1 by the client that comes with mosquitto. */
async function mosquittoPub(path: Path, code: string, password: string, payload: string): Promise<void> {
  const topic = `em/v1/${path.site}/m/${code}/up/data`;
  const args = ['-h', '127.0.0.1', '-p', String(path.mqttPort), '-i', code, '-u', code, '-P', password];
  await new Promise<void>((resolve, reject) => {
    const child = spawn('mosquitto_pub', [...args, '-q', '1', '-t', topic, '-m', payload], {
      stdio: 'ignore',
    });
    child.once('error', () =>
      reject(new Error('mosquitto_pub is missing: apt-get install -y mosquitto-clients')),
    );
    child.once('exit', (status) =>
      status === 0 ? resolve() : reject(new Error(`mosquitto_pub ended with ${status}`)),
    );
  });
}
