import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { balanceAnomalyParams } from './balanceAnomaly';
import { anomalyParams } from './consumptionAnomaly';
import { feederOutageParams } from './feederOutage';
import { feederVoltageParams } from './feederVoltage';
import { forbiddenLoadParams } from './forbiddenLoad';
import { frozenParams } from './frozenRegister';
import { gasLeakParams } from './gasLeak';
import { idleWasteParams } from './idleWaste';
import { imbalanceParams } from './imbalance';
import { leakageParams } from './leakage';
import { lossParams } from './nonTechnicalLoss';
import { overCurrentParams } from './overCurrent';
import { overloadParams } from './overload';
import { overTemperatureParams } from './overTemperature';
import { reverseEnergyParams } from './reverseEnergy';
import {
  isSwitchedOff,
  RULE_SETTINGS,
  type SettingForm,
  type SettingForms,
  settingFaults,
} from './ruleSettings';
import { sequenceGapsParams } from './sequenceGaps';
import type { RuleBody } from './streamingRule';
import { neutralCurrentParams } from './tamper';
import { vacantUseParams } from './vacantUse';
import { voltageParams } from './voltageRange';
import { waterBurstParams } from './waterBurst';
import { roomFlowM3h } from './waterLeak';

const TEN_S = 10_000;
const RATING_A = 60;
/** Thresholds of each rule as the engine makes them; the limit of an overload, `trip` and `off` are read in the engine itself. */
const PARAMS: Readonly<Record<string, (body: RuleBody) => unknown>> = {
  GAS_LEAK: (body) => gasLeakParams(TEN_S, body),
  LEAKAGE: (body) => leakageParams(TEN_S, body),
  OVER_TEMPERATURE: (body) => overTemperatureParams(TEN_S, body),
  NEUTRAL_CURRENT: (body) => neutralCurrentParams(1, TEN_S, body),
  REVERSE_ENERGY: (body) => reverseEnergyParams(TEN_S, body),
  FORBIDDEN_LOAD: forbiddenLoadParams,
  WATER_BURST: (body) => waterBurstParams(null, true, TEN_S, body),
  VOLTAGE_RANGE: (body) => voltageParams(TEN_S, body),
  OVERLOAD: (body) => overloadParams(1_500, TEN_S, body),
  OVER_CURRENT: (body) => overCurrentParams(RATING_A, TEN_S, body),
  PHASE_IMBALANCE: (body) => imbalanceParams(60, TEN_S, body),
  FROZEN_REGISTER: (body) => frozenParams(1_000n, TEN_S, body),
  SEQUENCE_GAPS: (body) => sequenceGapsParams(TEN_S, body),
  FEEDER_OUTAGE: feederOutageParams,
  FEEDER_VOLTAGE: feederVoltageParams,
  WATER_LEAK: roomFlowM3h,
  CONSUMPTION_ANOMALY: (body) => anomalyParams(true, body),
  IDLE_WASTE: idleWasteParams,
  NON_TECHNICAL_LOSS: lossParams,
  VACANT_USE: vacantUseParams,
  BALANCE_ANOMALY: balanceAnomalyParams,
};
const OF_ENGINE = new Set(['OVERLOAD.limitW', 'WATER_BURST.trip']);
const isReadHere = (rule: string, key: string): boolean => key !== 'off' && !OF_ENGINE.has(`${rule}.${key}`);
const formsOf = (rule: string): SettingForms => RULE_SETTINGS[rule as keyof typeof RULE_SETTINGS] ?? {};
/** What a form says to hold where nothing is set, at the points of `PARAMS`. */
function usualOf({ usual }: SettingForm): number | string | boolean | null {
  if (typeof usual !== 'object') return usual;
  if (usual.of === 'HOMES') return usual.value;
  return usual.of === 'METER_RATING' ? RATING_A : null;
}
const atItsBound = (form: SettingForm) =>
  form.kind === 'NUMBER' ? form.most : form.kind === 'FLAG' ? true : form.example;

describe('settings of rules', () => {
  it('each moves a threshold of its rule', () => {
    for (const [rule, params] of Object.entries(PARAMS))
      for (const [key, form] of Object.entries(formsOf(rule)))
        if (isReadHere(rule, key))
          expect(params({ [key]: atItsBound(form) }), `${rule}.${key}`).not.toEqual(params({}));
  });

  it('each names the default that its rule goes by, which lies in its bounds', () => {
    for (const rule of Object.keys(RULE_SETTINGS))
      for (const [key, form] of Object.entries(formsOf(rule))) {
        const usual = usualOf(form);
        if (usual === null) continue;
        expect(settingFaults(rule, { [key]: usual }), `${rule}.${key}`).toEqual([]);
        if (isReadHere(rule, key))
          expect(PARAMS[rule]!({ [key]: usual }), `${rule}.${key}`).toEqual(PARAMS[rule]!({}));
        else if (form.kind === 'FLAG') expect(usual, `${rule}.${key}`).toBe(false);
      }
  });

  it('are the ones that the documentation names', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'detection.md'), 'utf8');
    const named = new Map<string, string[]>();
    for (const line of page.split('\n')) {
      const [, rule, settings] = /^\| `([A-Z_]+)`,? P.*\| ([^|]*) \|$/.exec(line) ?? [];
      if (!rule) continue;
      // An example in brackets is no name.
      const keys = [...settings!.replace(/\(`[^`]*`\)/g, '').matchAll(/`([A-Za-z0-9]+)`/g)].map(
        ([, key]) => key!,
      );
      named.set(rule, [...(named.get(rule) ?? []), ...keys]);
    }
    for (const [rule, forms] of Object.entries(RULE_SETTINGS)) {
      const missing = Object.keys(forms).filter((key) => !named.get(rule)?.includes(key));
      expect(
        missing.filter((key) => key !== 'off'),
        rule,
      ).toEqual([]);
    }
    for (const [rule, keys] of named)
      expect(Object.keys(RULE_SETTINGS[rule as keyof typeof RULE_SETTINGS] ?? {}), rule).toEqual(
        expect.arrayContaining(keys),
      );
  });

  it('what is none, of another kind or out of bounds is told by its name', () => {
    const codes = (rule: string, settings: RuleBody) =>
      settingFaults(rule, settings).map(({ key, code }) => `${key} ${code}`);
    expect(codes('OVERLOAD', { onDelayMs: 10_000, limitW: 1_500 })).toEqual([]);
    expect(codes('OVERLOAD', { ondelayMs: 10_000, onDelayMs: 10 })).toEqual([
      'ondelayMs UNKNOWN_SETTING',
      'onDelayMs SETTING_RANGE',
    ]);
    expect(codes('WATER_BURST', { trip: 'yes', limitM3h: true })).toEqual([
      'trip SETTING_KIND',
      'limitM3h SETTING_KIND',
    ]);
    expect(codes('FROZEN_REGISTER', { equalSamples: 2.5 })).toEqual(['equalSamples SETTING_KIND']);
    expect(codes('FORBIDDEN_LOAD', { allowedBandsW: '420 to 480' })).toEqual(['allowedBandsW SETTING_RANGE']);
    expect(codes('FORBIDDEN_LOAD', { allowedBandsW: '420-480,1400-1600' })).toEqual([]);
    expect(codes('TAMPER', { limitW: 1 })).toEqual(['limitW UNKNOWN_SETTING']);
    expect(codes('constructor', { limitW: 1 })).toEqual(['limitW UNKNOWN_SETTING']);
    expect(codes('OVERLOAD', { limitW: Number.NaN })).toEqual(['limitW SETTING_RANGE']);
  });

  it('switch off what disturbs, and never what protects life', () => {
    expect(isSwitchedOff('OVERLOAD', { off: true })).toBe(true);
    expect(isSwitchedOff('OVERLOAD', { off: false })).toBe(false);
    expect(isSwitchedOff('OVERLOAD', {})).toBe(false);
    for (const rule of [
      'GAS_LEAK',
      'GAS_DETECTOR_FAULT',
      'LEAKAGE',
      'OVER_TEMPERATURE',
      'RELAY_WELD_OR_BYPASS',
    ] as const) {
      expect(isSwitchedOff(rule, { off: true }), rule).toBe(false);
      expect(settingFaults(rule, { off: true }), rule).toMatchObject([{ code: 'UNKNOWN_SETTING' }]);
    }
  });
});
