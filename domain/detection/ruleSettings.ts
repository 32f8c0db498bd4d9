import type { AlarmRuleCode } from '../alarms/alarmCatalogue';
import { BALANCE_ANOMALY_DEFAULTS } from './balanceAnomaly';
import { CONSUMPTION_ANOMALY_DEFAULTS } from './consumptionAnomaly';
import { FEEDER_OUTAGE_DEFAULTS } from './feederOutage';
import { FEEDER_VOLTAGE_DEFAULTS } from './feederVoltage';
import { FORBIDDEN_LOAD_DEFAULTS } from './forbiddenLoad';
import { FROZEN_DEFAULTS } from './frozenRegister';
import { GAS_LEAK_DEFAULTS } from './gasLeak';
import { IDLE_WASTE_DEFAULTS } from './idleWaste';
import { IMBALANCE_DEFAULTS } from './imbalance';
import { LEAKAGE_DEFAULTS } from './leakage';
import { NON_TECHNICAL_LOSS_DEFAULTS } from './nonTechnicalLoss';
import { OVERLOAD_DEFAULTS } from './overload';
import { OVER_TEMPERATURE_DEFAULTS } from './overTemperature';
import { REVERSE_ENERGY_DEFAULTS } from './reverseEnergy';
import { SEQUENCE_GAPS_DEFAULTS } from './sequenceGaps';
import { NEUTRAL_CURRENT_DEFAULTS } from './tamper';
import { VACANT_USE_DEFAULTS } from './vacantUse';
import { VOLTAGE_DEFAULTS } from './voltageRange';
import { WATER_BURST_DEFAULTS } from './waterBurst';
import { WATER_LEAK_DEFAULTS } from './waterLeak';

/**
 * A default that is not the same at every point: its own load limit, what its meter is built for, or a value in homes and none
 * elsewhere.
 */
export type UsualOfPoint =
  | { readonly of: 'LOAD_LIMIT' | 'METER_RATING' }
  | { readonly of: 'HOMES'; readonly value: number };

/** What a setting of a rule may be: a number within bounds (both included), a yes or no, or text of a form; and what holds by default. */
export type SettingForm =
  | {
      readonly kind: 'NUMBER';
      readonly usual: number | UsualOfPoint;
      readonly least: number;
      readonly most: number;
      readonly whole?: boolean;
    }
  | { readonly kind: 'FLAG'; readonly usual: boolean }
  | { readonly kind: 'TEXT'; readonly usual: string; readonly form: RegExp; readonly example: string };

/** The settings of a rule by name. */
export type SettingForms = Readonly<Record<string, SettingForm>>;

const number = (usual: number | UsualOfPoint, least: number, most: number): SettingForm => ({
  ...{ kind: 'NUMBER', usual, least, most },
});
const whole = (usual: number, least: number, most: number): SettingForm => ({
  ...{ kind: 'NUMBER', usual, least, most, whole: true },
});
/** ms, from a second to a week. */
const delay = (usual: number): SettingForm => whole(usual, 1_000, 604_800_000);
const percent = (usual: number): SettingForm => number(usual, 0.1, 100);
const not: SettingForm = { kind: 'FLAG', usual: false };

/** Switches the rule off where it holds. What protects life or money can't be: gas, its detector, current to earth, heat, charges. */
const switchable = { off: not } as const;

/**
 * The settings that each rule listens to; a rule that is not named here has none. Defaults are the rule's own. Bounds keep out slips,
 * not choices.
 */
export const RULE_SETTINGS: Readonly<Partial<Record<AlarmRuleCode, SettingForms>>> = {
  GAS_LEAK: {
    highLel: number(GAS_LEAK_DEFAULTS.highLel, 1, 100),
    lowLel: number(GAS_LEAK_DEFAULTS.lowLel, 1, 100),
    trickleMs: delay(GAS_LEAK_DEFAULTS.trickleMs),
    trickleM3h: number(GAS_LEAK_DEFAULTS.trickleM3h, 0.001, 1),
  },
  LEAKAGE: { limitA: number(LEAKAGE_DEFAULTS.limitA, 0.005, 1) },
  OVER_TEMPERATURE: {
    limitC: number(OVER_TEMPERATURE_DEFAULTS.limitC, 40, 120),
    onDelayMs: delay(OVER_TEMPERATURE_DEFAULTS.onDelayMs),
  },
  TAMPER: switchable,
  NEUTRAL_CURRENT: {
    ...switchable,
    limitPercent: percent(NEUTRAL_CURRENT_DEFAULTS.limitPercent),
    leastA: number(NEUTRAL_CURRENT_DEFAULTS.leastA, 0.1, 1_000),
  },
  REVERSE_ENERGY: { ...switchable, limitKwh: number(REVERSE_ENERGY_DEFAULTS.limitKwh, 0.01, 1_000) },
  FORBIDDEN_LOAD: {
    ...switchable,
    leastStepW: number(FORBIDDEN_LOAD_DEFAULTS.leastStepW, 30, 100_000),
    leastPf: number(FORBIDDEN_LOAD_DEFAULTS.leastPf, 0.5, 1),
    allowedBandsW: {
      kind: 'TEXT',
      usual: FORBIDDEN_LOAD_DEFAULTS.allowedBandsW,
      form: /^(\d{1,6}-\d{1,6}(,\d{1,6}-\d{1,6})*)?$/,
      example: '420-480,1400-1600',
    },
  },
  WATER_BURST: {
    ...switchable,
    limitM3h: number({ of: 'HOMES', value: WATER_BURST_DEFAULTS.limitM3h }, 0.01, 1_000),
    onDelayMs: delay(WATER_BURST_DEFAULTS.onDelayMs),
    trip: not,
  },
  OVERLOAD: {
    ...switchable,
    limitW: number({ of: 'LOAD_LIMIT' }, 1, 10_000_000),
    onDelayMs: delay(OVERLOAD_DEFAULTS.onDelayMs),
    offDelayMs: delay(OVERLOAD_DEFAULTS.offDelayMs),
  },
  VOLTAGE_RANGE: {
    ...switchable,
    rangePercent: number(VOLTAGE_DEFAULTS.rangePercent, 1, 50),
    swellPercent: number(VOLTAGE_DEFAULTS.swellPercent, 105, 200),
  },
  OVER_CURRENT: { ...switchable, limitA: number({ of: 'METER_RATING' }, 0.1, 10_000) },
  PHASE_IMBALANCE: {
    ...switchable,
    currentPercent: number(IMBALANCE_DEFAULTS.currentPercent, 1, 1_000),
    voltagePercent: percent(IMBALANCE_DEFAULTS.voltagePercent),
    onDelayMs: delay(IMBALANCE_DEFAULTS.onDelayMs),
  },
  FROZEN_REGISTER: {
    ...switchable,
    standstillMs: delay(FROZEN_DEFAULTS.standstillMs),
    equalSamples: whole(FROZEN_DEFAULTS.equalSamples, 2, 10_000),
    leastW: number(FROZEN_DEFAULTS.leastW, 1, 1_000_000),
  },
  FEEDER_OUTAGE: {
    ...switchable,
    sharePercent: percent(FEEDER_OUTAGE_DEFAULTS.sharePercent),
    leastMeters: whole(FEEDER_OUTAGE_DEFAULTS.leastMeters, 1, 10_000),
  },
  FEEDER_VOLTAGE: {
    ...switchable,
    sharePercent: percent(FEEDER_VOLTAGE_DEFAULTS.sharePercent),
    leastMeters: whole(FEEDER_VOLTAGE_DEFAULTS.leastMeters, 1, 10_000),
  },
  WATER_LEAK: { ...switchable, roomM3h: number(WATER_LEAK_DEFAULTS.roomM3h, 0.0001, 1) },
  CONSUMPTION_ANOMALY: {
    ...switchable,
    pushK: number(CONSUMPTION_ANOMALY_DEFAULTS.pushK, 1, 100),
    listK: number(CONSUMPTION_ANOMALY_DEFAULTS.listK, 1, 100),
  },
  IDLE_WASTE: {
    ...switchable,
    share: number(IDLE_WASTE_DEFAULTS.share, 0.01, 1),
    leastKw: number(IDLE_WASTE_DEFAULTS.leastKw, 0.01, 1_000),
  },
  NON_TECHNICAL_LOSS: { ...switchable, stepKwh: number(NON_TECHNICAL_LOSS_DEFAULTS.stepKwh, 0.1, 10_000) },
  VACANT_USE: { ...switchable, limitKwh: number(VACANT_USE_DEFAULTS.limitKwh, 0.01, 100) },
  BALANCE_ANOMALY: {
    times: number(BALANCE_ANOMALY_DEFAULTS.times, 2, 1_000),
    leastAmount: number(BALANCE_ANOMALY_DEFAULTS.leastAmount, 0.01, 1_000_000),
  },
  SEQUENCE_GAPS: { ...switchable, limitPercent: percent(SEQUENCE_GAPS_DEFAULTS.limitPercent) },
  DEVICE_CHECK_FAILED: switchable,
};

/** Whether settings switch a rule off; those of a rule that can't be switched off never do. */
export function isSwitchedOff(rule: AlarmRuleCode, settings: Readonly<Record<string, unknown>>): boolean {
  return settings.off === true && RULE_SETTINGS[rule]?.off !== undefined;
}

/** Settings of a rule by name. */
export type SettingBody = Readonly<Record<string, number | string | boolean>>;

/** What is wrong with a setting, in words and by code. */
export interface SettingFault {
  readonly key: string;
  readonly code: 'UNKNOWN_SETTING' | 'SETTING_KIND' | 'SETTING_RANGE';
  readonly words: string;
}

/** Every setting that a rule does not have, that is of another kind, or that lies out of bounds. */
export function settingFaults(rule: string, settings: SettingBody): SettingFault[] {
  const forms = Object.hasOwn(RULE_SETTINGS, rule) ? RULE_SETTINGS[rule as AlarmRuleCode]! : {};
  return Object.entries(settings).flatMap(([key, value]): SettingFault[] => {
    if (!Object.hasOwn(forms, key)) {
      const known = Object.keys(forms);
      const words =
        known.length > 0
          ? `${rule} has no setting "${key}", only ${known.join(', ')}`
          : `${rule} has no settings`;
      return [{ key, code: 'UNKNOWN_SETTING', words }];
    }
    const fault = faultOf(forms[key]!, value);
    return fault ? [{ key, ...fault }] : [];
  });
}

function faultOf(form: SettingForm, value: number | string | boolean): Omit<SettingFault, 'key'> | null {
  switch (form.kind) {
    case 'FLAG':
      return typeof value === 'boolean' ? null : { code: 'SETTING_KIND', words: 'must be true or false' };
    case 'TEXT':
      if (typeof value !== 'string')
        return { code: 'SETTING_KIND', words: `must be text such as "${form.example}"` };
      return form.form.test(value)
        ? null
        : { code: 'SETTING_RANGE', words: `must be text such as "${form.example}"` };
    case 'NUMBER': {
      if (typeof value !== 'number' || (form.whole && !Number.isInteger(value)))
        return { code: 'SETTING_KIND', words: `must be a ${form.whole ? 'whole ' : ''}number` };
      return value >= form.least && value <= form.most
        ? null
        : { code: 'SETTING_RANGE', words: `must lie between ${form.least} and ${form.most}` };
    }
  }
}
