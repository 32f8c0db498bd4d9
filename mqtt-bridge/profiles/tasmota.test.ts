import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ForeignMeter } from '../enginePort';
import { ForeignMeters } from '../foreignMeters';
import { testCommand } from '../testing/testCommand';
import type { MeterMessage } from './profile';
import { tasmotaProfile } from './tasmota';
import { tasmotaTime } from './tasmotaTime';

const meter: ForeignMeter = {
  site: 'north',
  meterCode: 'P-1',
  profile: 'tasmota',
  options: { topic: 'plug_1', timeZone: 'Asia/Shanghai' },
};
const rxMs = Date.UTC(2025, 8, 10, 0, 0, 2);
const read = (topic: string, payload: unknown, subject = meter): MeterMessage[] =>
  tasmotaProfile.read(
    { topic, payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)), rxMs },
    subject,
  );
const command = testCommand({
  nodeKind: 'METER',
  nodeCode: 'P-1',
  meterCode: 'P-1',
  profile: 'tasmota',
  signingKey: null,
});

describe('Tasmota readings', () => {
  test('a captured SENSOR message: registers as text, local time in the zone of the meter', () => {
    const text =
      '{"Time":"2025-09-10T08:00:00","ENERGY":{"TotalStartTime":"2024-03-01T10:20:30","Total":1201.2340000000000001,' +
      '"Yesterday":1.002,"Today":0.4,"Power":617,"ApparentPower":622,"ReactivePower":78,"Factor":0.99,"Voltage":229,"Current":2.710}}';
    expect(read('tele/plug_1/SENSOR', text)).toEqual([
      {
        kind: 'DATA',
        data: {
          gatewayCode: null,
          boot: null,
          seq: null,
          errors: [],
          readings: [
            {
              meterCode: 'P-1',
              tsMs: Date.UTC(2025, 8, 10),
              boot: null,
              seq: null,
              registers: { EA: '1201.2340000000000001' },
              powerW: 617,
              voltageV: 229,
              currentA: 2.71,
              pf: 0.99,
              relay: null,
              valve: null,
              extra: { s: 622, q: 78 },
              epochMark: '2024-03-01T10:20:30',
            },
          ],
        },
      },
    ]);
  });

  test('three phases come as arrays: registers and power are summed exactly, phases kept', () => {
    const [message] = read('tele/plug_1/SENSOR', {
      Time: '2025-09-10T08:00:00',
      ENERGY: {
        Total: [1.1, 2.2, 3.3],
        Power: [100, 200, 300],
        Voltage: [229, 230, 231],
        Current: [0.5, 0.9, 1.3],
        Factor: [1, 0.9, 0.8],
        ExportActive: 0.25,
      },
    });
    if (message.kind !== 'DATA') throw new Error(message.kind);
    expect(message.data.readings[0]).toMatchObject({
      registers: { EA: '6.600000', EE: '0.25' },
      powerW: 600,
      voltageV: null,
      extra: {
        pa: 100,
        pb: 200,
        pc: 300,
        ua: 229,
        ub: 230,
        uc: 231,
        ia: 0.5,
        ib: 0.9,
        ic: 1.3,
        pf_phases: [1, 0.9, 0.8],
      },
    });
  });

  test('newer builds: a total with its tariff registers', () => {
    const [message] = read('tele/plug_1/SENSOR', {
      Time: '2025-09-10T08:00:00',
      ENERGY: { Total: 3.5, TotalTariff: [1.25, 2.25] },
    });
    if (message.kind !== 'DATA') throw new Error(message.kind);
    expect(message.data.readings[0].registers).toEqual({ EA: '3.5', EA_T1: '1.25', EA_T2: '2.25' });
  });

  test('the answer to a poll reads like a SENSOR message', () => {
    const [message] = read('stat/plug_1/STATUS10', {
      StatusSNS: { Time: '2025-09-10T08:00:00', ENERGY: { Total: 7.5, Power: 0 } },
    });
    if (message.kind !== 'DATA') throw new Error(message.kind);
    expect(message.data.readings[0]).toMatchObject({ registers: { EA: '7.5' }, powerW: 0 });
  });

  test('presence, contact and its report', () => {
    expect(read('tele/plug_1/LWT', 'Offline')).toMatchObject([{ kind: 'STATUS', status: { online: false } }]);
    expect(read('stat/plug_1/POWER', 'OFF')).toMatchObject([
      { kind: 'RELAY', relay: 0 },
      { kind: 'DATA', data: { readings: [{ relay: 0, tsMs: null }] } },
    ]);
    expect(
      read('tele/plug_1/STATE', { Time: '2025-09-10T08:00:00', POWER: 'ON', Wifi: { Signal: -61 } }),
    ).toMatchObject([
      { kind: 'DATA', data: { readings: [{ relay: 1, extra: { rssi: -61 }, tsMs: Date.UTC(2025, 8, 10) }] } },
    ]);
    expect(read('tele/plug_1/INFO1', { Info1: {} })).toEqual([]);
    expect(read('tele/plug_1/SENSOR', { Time: 'x', AM2301: { Temperature: 20 } })).toEqual([]);
  });

  test('a bad value is refused under the name that the firmware gives it', () => {
    expect(read('tele/plug_1/SENSOR', { ENERGY: { Total: -1 } })).toMatchObject([
      {
        kind: 'DATA',
        data: { readings: [], errors: [{ field: '/ENERGY/Total', code: 'REGISTER_NEGATIVE' }] },
      },
    ]);
    expect(read('stat/plug_1/STATUS10', { StatusSNS: { ENERGY: { Total: 1, Power: 'hot' } } })).toMatchObject(
      [{ data: { errors: [{ field: '/StatusSNS/ENERGY/Power', code: 'NOT_A_NUMBER' }] } }],
    );
    expect(read('tele/plug_1/LWT', 'maybe')).toMatchObject([{ kind: 'REFUSED' }]);
  });

  test('random payloads never throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'tele/plug_1/SENSOR',
          'tele/plug_1/STATE',
          'stat/plug_1/STATUS10',
          'stat/plug_1/POWER',
        ),
        fc.oneof(
          fc.jsonValue({ maxDepth: 3 }),
          fc.record({
            Time: fc.jsonValue(),
            ENERGY: fc.dictionary(
              fc.constantFrom('Total', 'Power', 'Voltage', 'TotalTariff', 'Factor'),
              fc.jsonValue(),
            ),
          }),
        ),
        (topic, value) => {
          for (const message of read(topic, value)) expect(message.kind).toMatch(/DATA|REFUSED/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('Tasmota time', () => {
  test('without a zone it is not known; with an offset it is', () => {
    expect(tasmotaTime('2025-09-10T08:00:00', null, rxMs)).toBeNull();
    expect(tasmotaTime('2025-09-10T08:00:00+02:00', null, rxMs)).toBe(Date.UTC(2025, 8, 10, 6));
    expect(tasmotaTime('2025-09-10T08:00:00', 'No/Where', rxMs)).toBeNull();
    expect(tasmotaTime('yesterday', 'Asia/Shanghai', rxMs)).toBeNull();
    expect(tasmotaTime(7, 'Asia/Shanghai', rxMs)).toBeNull();
  });

  test('in a repeated hour the occurrence nearer to the arrival is meant', () => {
    const first = Date.UTC(2025, 9, 26, 0, 30);
    const second = Date.UTC(2025, 9, 26, 1, 30);
    expect(tasmotaTime('2025-10-26T01:30:00', 'Europe/London', first + 2_000)).toBe(first);
    expect(tasmotaTime('2025-10-26T01:30:00', 'Europe/London', second + 2_000)).toBe(second);
    expect(tasmotaTime('2025-07-26T01:30:00', 'Europe/London', 0)).toBe(Date.UTC(2025, 6, 26, 0, 30));
  });
});

describe('Tasmota commands', () => {
  test('POWER goes out once with QoS 0; what the firmware can not do is refused', () => {
    expect(tasmotaProfile.checksExpiry).toBe(false);
    expect(tasmotaProfile.command(command, meter)).toEqual([
      { topic: 'cmnd/plug_1/POWER', payload: 'OFF', qos: 0, expiresMs: command.expiresMs },
    ]);
    expect(tasmotaProfile.command({ ...command, op: 'connect' }, meter)).toMatchObject([{ payload: 'ON' }]);
    expect(tasmotaProfile.command({ ...command, op: 'set_limit' }, meter)).toEqual({
      refused: 'NOT_SUPPORTED',
    });
    expect(tasmotaProfile.askReading(command, meter, 'x', 1)).toEqual([
      { topic: 'cmnd/plug_1/Status', payload: '10', qos: 0, expiresMs: null },
    ]);
  });

  test('a topic pattern and a relay number of the site are followed both ways', () => {
    const own: ForeignMeter = {
      ...meter,
      options: { ...meter.options, fullTopic: 'site/%topic%/%prefix%', relay: 2 },
    };
    expect(tasmotaProfile.command(command, own)).toMatchObject([{ topic: 'site/plug_1/cmnd/POWER2' }]);
    expect(read('site/plug_1/stat/POWER2', 'ON', own)).toMatchObject([{ kind: 'RELAY', relay: 1 }, {}]);
    expect(read('site/plug_1/stat/POWER1', 'ON', own)).toEqual([]);
    const foreign = new ForeignMeters();
    expect(foreign.replace([own, { ...meter, profile: 'unheard' }])).toEqual(['unheard']);
    expect(foreign.filters()).toEqual(['site/plug_1/tele/+', 'site/plug_1/stat/+']);
    expect(foreign.ofTopic('site/plug_1/tele/SENSOR')?.meter.meterCode).toBe('P-1');
    expect(foreign.ofTopic('site/plug_2/tele/SENSOR')).toBeNull();
    expect(foreign.access('north', 'P-1')).toEqual({
      publishPrefixes: ['site/plug_1/tele/', 'site/plug_1/stat/'],
      subscribePrefixes: ['site/plug_1/cmnd/'],
    });
  });
});
