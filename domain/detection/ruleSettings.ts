import type { AlarmRuleCode } from '../alarms/alarmCatalogue';

/** What a setting of a rule may be: a number within bounds (both included), a yes or no, or text of a form. */
export type SettingForm =
  | { readonly kind: 'NUMBER'; readonly least: number; readonly most: number; readonly whole?: boolean }
  | { readonly kind: 'FLAG' }
  | { readonly kind: 'TEXT'; readonly form: RegExp; readonly example: string };

const number = (least: number, most: number): SettingForm => ({ kind: 'NUMBER', least, most });
const whole = (least: number, most: number): SettingForm => ({ kind: 'NUMBER', least, most, whole: true });
/** ms, from a second to a week. */
const delay = whole(1_000, 604_800_000);
const percent = number(0.1, 100);

/** Switches the rule off where it holds. What protects life or money can't be: gas, its detector, current to earth, heat, charges. */
const switchable = { off: { kind: 'FLAG' } } as const;

/** The settings that each rule listens to; a rule that is not named here has none. Bounds keep out slips, not choices. */
export const RULE_SETTINGS: Readonly<Partial<Record<AlarmRuleCode, Readonly<Record<string, SettingForm>>>>> =
  {
    GAS_LEAK: {
      highLel: number(1, 100),
      lowLel: number(1, 100),
      trickleMs: delay,
      trickleM3h: number(0.001, 1),
    },
    LEAKAGE: { limitA: number(0.005, 1) },
    OVER_TEMPERATURE: { limitC: number(40, 120), onDelayMs: delay },
    TAMPER: switchable,
    NEUTRAL_CURRENT: { ...switchable, limitPercent: percent, leastA: number(0.1, 1_000) },
    REVERSE_ENERGY: { ...switchable, limitKwh: number(0.01, 1_000) },
    FORBIDDEN_LOAD: {
      ...switchable,
      leastStepW: number(30, 100_000),
      leastPf: number(0.5, 1),
      allowedBandsW: {
        kind: 'TEXT',
        form: /^(\d{1,6}-\d{1,6}(,\d{1,6}-\d{1,6})*)?$/,
        example: '420-480,1400-1600',
      },
    },
    WATER_BURST: { ...switchable, limitM3h: number(0.01, 1_000), onDelayMs: delay, trip: { kind: 'FLAG' } },
    OVERLOAD: { ...switchable, limitW: number(1, 10_000_000), onDelayMs: delay, offDelayMs: delay },
    VOLTAGE_RANGE: { ...switchable, rangePercent: number(1, 50), swellPercent: number(105, 200) },
    OVER_CURRENT: { ...switchable, limitA: number(0.1, 10_000) },
    PHASE_IMBALANCE: {
      ...switchable,
      currentPercent: number(1, 1_000),
      voltagePercent: percent,
      onDelayMs: delay,
    },
    FROZEN_REGISTER: {
      ...switchable,
      standstillMs: delay,
      equalSamples: whole(2, 10_000),
      leastW: number(1, 1_000_000),
    },
    FEEDER_OUTAGE: { ...switchable, sharePercent: percent, leastMeters: whole(1, 10_000) },
    FEEDER_VOLTAGE: { ...switchable, sharePercent: percent, leastMeters: whole(1, 10_000) },
    WATER_LEAK: { ...switchable, roomM3h: number(0.0001, 1) },
    CONSUMPTION_ANOMALY: { ...switchable, pushK: number(1, 100), listK: number(1, 100) },
    IDLE_WASTE: { ...switchable, share: number(0.01, 1), leastKw: number(0.01, 1_000) },
    NON_TECHNICAL_LOSS: { ...switchable, stepKwh: number(0.1, 10_000) },
    VACANT_USE: { ...switchable, limitKwh: number(0.01, 100) },
    BALANCE_ANOMALY: { times: number(2, 1_000), leastAmount: number(0.01, 1_000_000) },
    SEQUENCE_GAPS: { ...switchable, limitPercent: percent },
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
