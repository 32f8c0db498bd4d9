import { describe, expect, it } from 'vitest';
import { ALARM_CATALOGUE } from '../alarms/alarmCatalogue';
import {
  cutNotProvenPriority,
  judgeRelayProof,
  judgeValveProof,
  type ProofMeter,
  proofWindowMs,
} from './proof';

const single: ProofMeter = { phases: 1, powerMaxW: 13_800, measuresVoltage: true };
const threePhase: ProofMeter = { phases: 3, powerMaxW: 69_282, measuresVoltage: true };
const ACK = 1_000;
const dead = { at: 1_001, relay: 0, powerW: 0, currentA: 0, voltageV: 229 };

describe('a disconnect is proven', () => {
  it('by relay 0, no power and no current in a reading newer than the acknowledgement', () => {
    expect(judgeRelayProof('disconnect', ACK, dead, single).verdict).toBe('PROVEN');
    expect(judgeRelayProof('disconnect', ACK, { ...dead, at: ACK }, single).verdict).toBe('NOT_NEWER');
  });

  it('up to max(5 W, 0.1 % of rated power) and, single-phase, 0.05 A', () => {
    const judge = (powerW: number, currentA: number, meter = single) =>
      judgeRelayProof('disconnect', ACK, { ...dead, powerW, currentA }, meter);
    expect(judge(13.8, 0.05).verdict).toBe('PROVEN');
    expect(judge(13.9, 0.05)).toEqual({ verdict: 'CONTRADICTED', weldOrBypass: true });
    expect(judge(0, 0.051)).toEqual({ verdict: 'CONTRADICTED', weldOrBypass: false });
    expect(judge(69, 3, threePhase).verdict).toBe('PROVEN');
    expect(judge(5, 0, { ...single, powerMaxW: 1_000 }).verdict).toBe('PROVEN');
    expect(judge(5.1, 0, { ...single, powerMaxW: 1_000 }).verdict).toBe('CONTRADICTED');
  });

  it('never when a needed quantity is missing', () => {
    for (const quantity of ['relay', 'powerW', 'currentA'] as const)
      expect(judgeRelayProof('disconnect', ACK, { ...dead, [quantity]: null }, single)).toEqual({
        verdict: 'INCOMPLETE',
        missing: [quantity],
      });
    expect(judgeRelayProof('disconnect', ACK, { ...dead, currentA: null }, threePhase).verdict).toBe(
      'PROVEN',
    );
  });

  it('never while the relay reports closed', () => {
    expect(judgeRelayProof('disconnect', ACK, { ...dead, relay: 1 }, single).verdict).toBe('CONTRADICTED');
  });
});

describe('a connect is proven', () => {
  const live = { at: 1_001, relay: 1, powerW: 0, currentA: 0, voltageV: 229 };
  it('by relay 1 and voltage where it is measured; power may be 0', () => {
    expect(judgeRelayProof('connect', ACK, live, single).verdict).toBe('PROVEN');
    expect(judgeRelayProof('connect', ACK, { ...live, voltageV: null }, single).verdict).toBe('INCOMPLETE');
    expect(judgeRelayProof('connect', ACK, { ...live, voltageV: 0 }, single).verdict).toBe('CONTRADICTED');
    const blind = { ...single, measuresVoltage: false };
    expect(judgeRelayProof('connect', ACK, { ...live, voltageV: null }, blind).verdict).toBe('PROVEN');
  });
  it('never while the relay reports open', () => {
    expect(judgeRelayProof('connect', ACK, { ...live, relay: 0 }, single).verdict).toBe('CONTRADICTED');
  });
});

describe('a valve', () => {
  const shut = (at: number, flowM3PerHour = 0) => ({ at, valve: 0, flowM3PerHour });
  it('is proven closed after 60 s at position closed and flow 0', () => {
    expect(judgeValveProof('valve_close', ACK, [shut(2_000), shut(61_999)]).verdict).toBe('SETTLING');
    expect(judgeValveProof('valve_close', ACK, [shut(2_000), shut(62_000)]).verdict).toBe('PROVEN');
    const flowing = [shut(2_000), shut(30_000, 0.1), shut(40_000), shut(95_000)];
    expect(judgeValveProof('valve_close', ACK, flowing).verdict).toBe('SETTLING');
    expect(judgeValveProof('valve_close', ACK, [...flowing, shut(100_000)]).verdict).toBe('PROVEN');
  });
  it('that reports closed while water flows is leaking past', () => {
    expect(judgeValveProof('valve_close', ACK, [shut(2_000, 0.2)])).toEqual({
      verdict: 'CONTRADICTED',
      weldOrBypass: true,
    });
  });
  it('needs position and flow, newer than the acknowledgement', () => {
    expect(judgeValveProof('valve_close', ACK, [shut(500)]).verdict).toBe('NOT_NEWER');
    expect(judgeValveProof('valve_close', ACK, [{ at: 2_000, valve: 0 }]).verdict).toBe('INCOMPLETE');
    expect(judgeValveProof('valve_close', ACK, [{ at: 2_000, valve: 2 }]).verdict).toBe('SETTLING');
    expect(judgeValveProof('valve_open', ACK, [{ at: 2_000, valve: 1 }]).verdict).toBe('PROVEN');
    expect(judgeValveProof('valve_open', ACK, [{ at: 2_000, valve: 3 }]).verdict).toBe('CONTRADICTED');
  });
});

it('the proof window is two intervals and 30 s, at most 120 s, and a minute more for a valve to be seen shut', () => {
  const windows = [10_000, 45_000, 46_000, 900_000].map((interval) => proofWindowMs('disconnect', interval));
  expect(windows).toEqual([50_000, 120_000, 120_000, 120_000]);
  expect(proofWindowMs('valve_close', 10_000)).toBe(110_000);
  expect(proofWindowMs('valve_open', 10_000)).toBe(50_000);
});

it('an unproven cut is P1 while power flows or safety asked for it, else P2', () => {
  expect(cutNotProvenPriority(true, false)).toBe('P1');
  expect(cutNotProvenPriority(false, true)).toBe('P1');
  expect(cutNotProvenPriority(false, false)).toBe('P2');
  expect(ALARM_CATALOGUE.CUT_NOT_PROVEN, 'as the list of rules says').toMatchObject({
    priority: cutNotProvenPriority(false, false),
    raisedTo: cutNotProvenPriority(true, false),
  });
});
