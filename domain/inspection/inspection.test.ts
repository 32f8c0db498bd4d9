import { describe, expect, it, test } from 'vitest';
import { type DeviceCheckCode, FINDINGS, overallResult } from './deviceCheck';
import { type GatewayFacts, inspectGateway } from './gatewayChecks';
import { inspectionAlarm } from './inspectionAlarm';
import { expectedNext, inspectMeter, type MeterFacts } from './meterChecks';
import type { SwitchFacts } from './switchCheck';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TO = 100 * DAY;

const sound: MeterFacts = {
  fromMs: TO - DAY,
  dueFromMs: TO - DAY,
  toMs: TO,
  nowMs: TO + 600_000,
  intervalMs: 60_000,
  electric: true,
  lastRxMs: TO + 590_000,
  readings: 1_440,
  lost: 0,
  restarts: 0,
  campusShare: 1,
  darkAbove: false,
  clock: { driftMs: null, settled: true, none: false },
  switch: {
    present: true,
    position: 'CLOSED',
    positionMs: TO,
    valveFault: false,
    powerW: 300,
    wanted: 'CONNECTED',
    standsSinceMs: TO - 9 * DAY,
    explained: false,
    lastProven: 'CLOSED',
    failed: 0,
    operations: 12,
  },
  register: { quantity: 6.2, byPowerKwh: 6.1, step: 0.01, falls: 0, held: false, refused: 0 },
  sensors: { hours: 24, seen: ['ires'], expected: { ires: 0 }, detectorFault: false },
};
const mute = { readings: 0, sensors: { ...sound.sensors, hours: 0, seen: [] } };
const ofSwitch = (facts: Partial<SwitchFacts>) => ({ switch: { ...sound.switch, ...facts } });
const ofRegister = (facts: Partial<MeterFacts['register']>) => ({
  register: { ...sound.register, ...facts },
});
const ofSensors = (facts: Partial<MeterFacts['sensors']>) => ({ sensors: { ...sound.sensors, ...facts } });

function told(facts: Partial<MeterFacts>, code: DeviceCheckCode): string {
  const check = inspectMeter({ ...sound, ...facts }).find((one) => one.code === code)!;
  return `${check.result} ${check.findings.map((one) => one.code).join(' ')}`;
}

it('a sound meter passes every check that it can be asked', () => {
  const checks = inspectMeter(sound);
  expect(checks.map(({ code, result }) => `${code} ${result}`)).toEqual([
    'CLOCK PASS',
    'COMMS PASS',
    'RELAY PASS',
    'REGISTER PASS',
    'SENSORS PASS',
  ]);
  expect(overallResult(checks)).toBe('PASS');
});

test.each<[string, Partial<MeterFacts>, DeviceCheckCode, string]>([
  ['60 s off', { clock: { driftMs: 60_000, settled: false, none: false } }, 'CLOCK', 'PASS CLOCK_WITHIN'],
  ['60.1 s slow', { clock: { driftMs: 60_100, settled: false, none: false } }, 'CLOCK', 'FAIL CLOCK_DRIFTS'],
  ['61 s fast', { clock: { driftMs: -61_000, settled: false, none: false } }, 'CLOCK', 'FAIL CLOCK_DRIFTS'],
  [
    'four messages',
    { clock: { driftMs: null, settled: false, none: false } },
    'CLOCK',
    'UNKNOWN CLOCK_NOT_PROVEN',
  ],
  ['settled, and mute all day', mute, 'CLOCK', 'UNKNOWN CLOCK_NOT_PROVEN'],
  ['no clock', { clock: { driftMs: null, settled: true, none: true } }, 'CLOCK', 'NOT_APPLICABLE NO_CLOCK'],
  ['98 % of its reports', { readings: 1_412 }, 'COMMS', 'PASS REPORTS_CAME'],
  ['one fewer', { readings: 1_411 }, 'COMMS', 'FAIL REPORTS_MISSING'],
  ['few, as all meters', { readings: 700, campusShare: 0.5 }, 'COMMS', 'UNKNOWN CAMPUS_UNHEARD'],
  [
    'few, on a campus too small to say',
    { readings: 700, campusShare: null },
    'COMMS',
    'FAIL REPORTS_MISSING',
  ],
  ['few, below a feeder that was off', { readings: 700, darkAbove: true }, 'COMMS', 'UNKNOWN DARK_ABOVE'],
  ['all, below a feeder that was off', { darkAbove: true }, 'COMMS', 'PASS REPORTS_CAME'],
  ['silent for an hour and more', { lastRxMs: TO + 600_000 - HOUR - 1 }, 'COMMS', 'FAIL SILENT'],
  [
    'an hour by an hourly meter',
    { intervalMs: HOUR, readings: 24, lastRxMs: TO - HOUR },
    'COMMS',
    'PASS REPORTS_CAME',
  ],
  ['never heard', { ...mute, lastRxMs: null }, 'COMMS', 'UNKNOWN NEVER_HEARD'],
  [
    'fitted in the evening',
    { fromMs: TO - 5 * HOUR, dueFromMs: TO - 5 * HOUR, readings: 3 },
    'COMMS',
    'UNKNOWN JUST_FITTED',
  ],
  ['heard for an hour, all of it', { dueFromMs: TO - HOUR, readings: 60 }, 'COMMS', 'PASS REPORTS_CAME'],
  ['heard for an hour, half of it', { dueFromMs: TO - HOUR, readings: 30 }, 'COMMS', 'FAIL REPORTS_MISSING'],
  ['heard for ten minutes', { dueFromMs: TO - HOUR / 6, readings: 9 }, 'COMMS', 'UNKNOWN JUST_FITTED'],
  ['29 messages lost', { lost: 29 }, 'COMMS', 'FAIL MESSAGES_LOST'],
  ['28 messages lost', { lost: 28 }, 'COMMS', 'PASS REPORTS_CAME'],
  ['no counters', { lost: null, restarts: null }, 'COMMS', 'PASS REPORTS_CAME'],
  ['three restarts', { restarts: 3 }, 'COMMS', 'PASS REPORTS_CAME'],
  ['four restarts', { restarts: 4 }, 'COMMS', 'FAIL RESTARTS'],
  ['no relay', ofSwitch({ present: false, position: 'UNKNOWN' }), 'RELAY', 'NOT_APPLICABLE NO_SWITCH'],
  ['position of two days ago', ofSwitch({ positionMs: TO - 2 * DAY }), 'RELAY', 'UNKNOWN SWITCH_UNSEEN'],
  [
    'position never told',
    ofSwitch({ position: 'UNKNOWN', positionMs: null }),
    'RELAY',
    'UNKNOWN SWITCH_UNSEEN',
  ],
  [
    'open though wanted closed',
    ofSwitch({ position: 'OPEN', powerW: 0 }),
    'RELAY',
    'FAIL SWITCH_NOT_AS_WANTED',
  ],
  ['closed though wanted open', ofSwitch({ wanted: 'DISCONNECTED' }), 'RELAY', 'FAIL SWITCH_NOT_AS_WANTED'],
  [
    'the same for half an hour',
    ofSwitch({ wanted: 'DISCONNECTED', standsSinceMs: TO }),
    'RELAY',
    'PASS SWITCH_AS_WANTED',
  ],
  [
    'the same with a refusal',
    ofSwitch({ wanted: 'DISCONNECTED', explained: true }),
    'RELAY',
    'PASS SWITCH_AS_WANTED',
  ],
  [
    'a cut that holds',
    ofSwitch({ position: 'OPEN', wanted: 'DISCONNECTED', powerW: 20 }),
    'RELAY',
    'PASS SWITCH_AS_WANTED',
  ],
  [
    'power through an open relay',
    ofSwitch({ position: 'OPEN', wanted: 'DISCONNECTED', powerW: 21 }),
    'RELAY',
    'FAIL OPEN_WITH_LOAD',
  ],
  ['a command not proven', ofSwitch({ failed: 1 }), 'RELAY', 'FAIL COMMANDS_NOT_PROVEN'],
  [
    'that, of a relay that was not heard',
    ofSwitch({ failed: 1, positionMs: null }),
    'RELAY',
    'FAIL COMMANDS_NOT_PROVEN',
  ],
  ['8,000 operations', ofSwitch({ operations: 8_000 }), 'RELAY', 'FAIL CONTACT_LIFE'],
  ['7,999 operations', ofSwitch({ operations: 7_999 }), 'RELAY', 'PASS SWITCH_AS_WANTED'],
  ['a valve in fault', ofSwitch({ position: 'UNKNOWN', valveFault: true }), 'RELAY', 'FAIL VALVE_FAULT'],
  [
    'still while 0.1 kWh flowed',
    ofRegister({ quantity: 0, byPowerKwh: 0.1 }),
    'REGISTER',
    'FAIL REGISTER_STILL',
  ],
  [
    'still while less flowed',
    ofRegister({ quantity: 0, byPowerKwh: 0.09 }),
    'REGISTER',
    'PASS REGISTER_AT_REST',
  ],
  [
    'still within three coarse steps',
    ofRegister({ quantity: 0, byPowerKwh: 2.9, step: 1 }),
    'REGISTER',
    'PASS REGISTER_AT_REST',
  ],
  [
    'water that stood still',
    { electric: false, ...ofRegister({ quantity: 0, byPowerKwh: null }) },
    'REGISTER',
    'UNKNOWN NOTHING_COUNTED',
  ],
  [
    'water that moved',
    { electric: false, ...ofRegister({ quantity: 0.2, byPowerKwh: null }) },
    'REGISTER',
    'PASS REGISTER_MOVES',
  ],
  ['fell', ofRegister({ falls: 1 }), 'REGISTER', 'FAIL REGISTER_FELL'],
  ['held', ofRegister({ held: true }), 'REGISTER', 'FAIL READING_HELD'],
  [
    'contradicted itself twice',
    ofRegister({ refused: 2, falls: 1 }),
    'REGISTER',
    'FAIL REGISTER_FELL READINGS_REFUSED',
  ],
  ['not read', { ...mute, ...ofRegister({ quantity: 0, byPowerKwh: null }) }, 'REGISTER', 'UNKNOWN NOT_READ'],
  ['read in the hours before its reports were due', { readings: 0 }, 'REGISTER', 'PASS REGISTER_MOVES'],
  ['no sensor ever', ofSensors({ seen: [], expected: {} }), 'SENSORS', 'NOT_APPLICABLE NO_SENSORS'],
  ['a sensor that is gone', ofSensors({ seen: [] }), 'SENSORS', 'FAIL SENSORS_GONE'],
  [
    'a sensor of a meter hardly heard',
    ofSensors({ seen: [], hours: 11 }),
    'SENSORS',
    'UNKNOWN SENSORS_UNHEARD',
  ],
  [
    'a detector out of order',
    ofSensors({ seen: ['detfault'], expected: {}, detectorFault: true }),
    'SENSORS',
    'FAIL DETECTOR_FAULT',
  ],
])('%s: %o', (_name, facts, code, expected) => {
  expect(told(facts, code)).toBe(expected);
});

test('each finding makes the result that it is listed with', () => {
  for (const facts of [sound, { ...sound, ...mute }, { ...sound, readings: 3, restarts: 9, lost: 800 }])
    for (const check of inspectMeter(facts))
      for (const { code } of check.findings) expect(FINDINGS[code]).toBe(check.result);
});

test('a sensor that is silent is expected for thirty days, and no longer', () => {
  let expected: MeterFacts['sensors']['expected'] = { ires: 0 };
  let nights = 0;
  while (expected.ires !== undefined) {
    expected = expectedNext({ hours: 24, seen: [], expected, detectorFault: false });
    nights += 1;
  }
  expect(nights).toBe(30);
  expect(
    expectedNext({ hours: 24, seen: ['ires'], expected: { ires: 29, ch4: 1 }, detectorFault: false }),
  ).toEqual({
    ires: 0,
    ch4: 2,
  });
});

const gateway: GatewayFacts = {
  ...{ dayMs: DAY, heard: true, awayMs: 0, absences: 0, metersHeard: 40, metersDrifting: 0 },
  ...{ credentialDays: 12, keepsCredentials: true },
};

test.each<[string, Partial<GatewayFacts>, string[]]>([
  ['a sound one', {}, ['METERS_ON_TIME', 'GATEWAY_PRESENT', 'CREDENTIAL_IN_FORCE']],
  [
    'away for 14 min',
    { awayMs: 840_000, absences: 1 },
    ['METERS_ON_TIME', 'GATEWAY_PRESENT', 'CREDENTIAL_IN_FORCE'],
  ],
  [
    'away for 15 min',
    { awayMs: 900_000, absences: 2 },
    ['METERS_ON_TIME', 'GATEWAY_AWAY', 'CREDENTIAL_IN_FORCE'],
  ],
  [
    'half of its meters off',
    { metersDrifting: 20 },
    ['METERS_DRIFT', 'GATEWAY_PRESENT', 'CREDENTIAL_IN_FORCE'],
  ],
  [
    'one never heard',
    { heard: false, metersHeard: 0 },
    ['NO_METER_HEARD', 'NEVER_HEARD', 'CREDENTIAL_IN_FORCE'],
  ],
  [
    'one without a credential',
    { credentialDays: null },
    ['METERS_ON_TIME', 'GATEWAY_PRESENT', 'NO_CREDENTIAL'],
  ],
  [
    'one whose credentials are kept elsewhere',
    { credentialDays: null, keepsCredentials: false },
    ['METERS_ON_TIME', 'GATEWAY_PRESENT', 'CREDENTIALS_ELSEWHERE'],
  ],
])('gateway: %s', (_name, facts, findings) => {
  const checks = inspectGateway({ ...gateway, ...facts });
  expect(checks.map((check) => check.findings[0].code)).toEqual(findings);
});

describe('the alarm of a device', () => {
  const nothing = { toldBy: new Set<string>(), standing: [], tagged: false };
  const checks = (facts: Partial<MeterFacts>) => inspectMeter({ ...sound, ...facts });
  const drifting = { clock: { driftMs: 90_000, settled: false, none: false } };

  it('is raised for what fails, and graver with the relay', () => {
    expect(inspectionAlarm(checks({}), nothing)).toEqual({ standing: [], signal: null });
    expect(inspectionAlarm(checks(drifting), nothing)).toEqual({
      standing: ['CLOCK'],
      signal: { kind: 'RAISE', priority: 'P4' },
    });
    expect(inspectionAlarm(checks({ ...drifting, ...ofSwitch({ failed: 1 }) }), nothing)).toEqual({
      standing: ['CLOCK', 'RELAY'],
      signal: { kind: 'RAISE', priority: 'P3' },
    });
  });

  it('leaves to another alarm what that tells, and takes back its own word about it', () => {
    const toldBy = new Set(['CLOCK_DRIFT']);
    expect(inspectionAlarm(checks(drifting), { ...nothing, toldBy })).toEqual({ standing: [], signal: null });
    expect(inspectionAlarm(checks(drifting), { ...nothing, toldBy, standing: ['CLOCK'] }).signal).toEqual({
      kind: 'RETURN',
    });
    // A fault of the same check that no other alarm tells of is its own.
    const held = new Set(['RESTORE_HELD']);
    const valve = checks(ofSwitch({ valveFault: true }));
    expect(inspectionAlarm(valve, { ...nothing, toldBy: held, standing: ['RELAY'] })).toEqual({
      standing: ['RELAY'],
      signal: { kind: 'RAISE', priority: 'P3' },
    });
    const gone = checks(ofSensors({ expected: { temp: 1 } }));
    const detector = new Set(['GAS_DETECTOR_FAULT']);
    expect(inspectionAlarm(gone, { ...nothing, toldBy: detector }).standing).toEqual(['SENSORS']);
    const unmet = checks(ofSwitch({ position: 'OPEN', powerW: 0 }));
    expect(inspectionAlarm(unmet, { ...nothing, toldBy: held }).standing).toEqual([]);
    // Another cause at the same device is its own.
    expect(inspectionAlarm(checks({ restarts: 9 }), { ...nothing, toldBy }).standing).toEqual(['COMMS']);
  });

  it('stands until the check passes: to hear nothing is no repair', () => {
    const unheard = { ...mute, ...ofSwitch({ positionMs: null }), lastRxMs: TO + 500_000, campusShare: 0.1 };
    const standing: DeviceCheckCode[] = ['CLOCK'];
    expect(inspectionAlarm(checks(unheard), { ...nothing, standing })).toEqual({
      standing: ['CLOCK'],
      signal: { kind: 'RAISE', priority: 'P4' },
    });
    expect(inspectionAlarm(checks({}), { ...nothing, standing })).toEqual({
      standing: [],
      signal: { kind: 'RETURN' },
    });
  });

  it('is left as it is while somebody works there', () => {
    const tagged = { ...nothing, tagged: true };
    expect(inspectionAlarm(checks(drifting), tagged)).toEqual({ standing: [], signal: null });
    expect(inspectionAlarm(checks({}), { ...tagged, standing: ['CLOCK'] })).toEqual({
      standing: ['CLOCK'],
      signal: null,
    });
  });
});
