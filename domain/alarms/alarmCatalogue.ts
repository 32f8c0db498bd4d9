import type { AlarmPriority } from './alarm';

const MINUTE_MS = 60_000;

/** Codes of the rules in force. A new rule adds its code here, its texts in the languages and a file in `detection`. */
export const ALARM_RULE_CODES = [
  'OVERLOAD',
  'FEEDER_OVERLOAD',
  'FEEDER_80',
  'FEEDER_OUTAGE',
  'FEEDER_VOLTAGE',
  'METER_OFFLINE',
  'GATEWAY_OFFLINE',
  'CUT_NOT_PROVEN',
  'RESTORE_FAILED',
  'RESTORE_HELD',
  'SUPPLY_UNEXPLAINED',
  'LIFE_SAFETY_DARK',
  'REGISTER_RESET',
  'RELAY_WELD_OR_BYPASS',
  'CLOCK_DRIFT',
  'DEVICE_CHECK_FAILED',
  'GAS_LEAK',
  'GAS_DETECTOR_FAULT',
  'LEAKAGE',
  'OVER_TEMPERATURE',
  'TAMPER',
  'NEUTRAL_CURRENT',
  'REVERSE_ENERGY',
  'FORBIDDEN_LOAD',
  'WATER_BURST',
  'VOLTAGE_RANGE',
  'OVER_CURRENT',
  'PHASE_IMBALANCE',
  'FROZEN_REGISTER',
  'SEQUENCE_GAPS',
  'REBOOT_LOOP',
  'WATER_LEAK',
  'CONSUMPTION_ANOMALY',
  'IDLE_WASTE',
  'NON_TECHNICAL_LOSS',
  'VACANT_USE',
  'BALANCE_ANOMALY',
  'RULE_FAILED',
  'JOB_FAILED',
  'LEDGER_INVALID',
  'PAYMENT_SUSPENSE',
  'PAYMENT_HELD',
  'PAYMENT_FORGED',
  'PAYMENT_CONFLICT',
  'PAYMENT_CHARGEBACK',
] as const;
export type AlarmRuleCode = (typeof ALARM_RULE_CODES)[number];

/** Rules about money, which finance is to know of: paid and not where it should be, charges that are held, a ledger that does not hold. */
export const MONEY_RULES: readonly AlarmRuleCode[] = ALARM_RULE_CODES.filter(
  (code) => code.startsWith('PAYMENT_') || code === 'BALANCE_ANOMALY' || code === 'LEDGER_INVALID',
);

/** Kind of thing that an alarm stands at. */
export type AlarmObjectKind = 'POINT' | 'METER' | 'GATEWAY' | 'SPACE' | 'SITE';

/** What every alarm must be able to say. The texts are message keys; an alarm without a response would be an event. */
export interface AlarmRule {
  readonly code: AlarmRuleCode;
  /** Priority unless the rule's signal names another. */
  readonly priority: AlarmPriority;
  /** Graver priority that its signal names at its worst; null: none. */
  readonly raisedTo: AlarmPriority | null;
  readonly latching: boolean;
  readonly objectKind: AlarmObjectKind;
  /** Time within which a person should act (ms). */
  readonly actWithinMs: number;
  readonly titleKey: string;
  readonly causeKey: string;
  readonly consequenceKey: string;
  readonly responseKey: string;
  /** The first act that the alarm page offers. */
  readonly firstAction: 'CUT' | 'CALL' | 'OPEN_GATEWAY' | 'OPEN_METER' | 'TICKET' | 'ACKNOWLEDGE';
  /** Acknowledged without action, the alarm comes back after this time (ms); null = it doesn't. */
  readonly realarmAfterMs: number | null;
}

/** Time to act by priority (ms): P1 5 min, P2 30 min, P3 and P4 a shift of 8 h. */
const ACT_WITHIN_MS: Readonly<Record<AlarmPriority, number>> = {
  P1: 5 * MINUTE_MS,
  P2: 30 * MINUTE_MS,
  P3: 480 * MINUTE_MS,
  P4: 480 * MINUTE_MS,
};

/** A cut against which current flows or that is for safety, a swell, a relay that does not switch. */
const RAISED_TO: Readonly<Partial<Record<AlarmRuleCode, AlarmPriority>>> = {
  CUT_NOT_PROVEN: 'P1',
  VOLTAGE_RANGE: 'P1',
  DEVICE_CHECK_FAILED: 'P3',
};

/** Time within which a person should act on an alarm of this priority (ms), which its signal may have raised above its rule's. */
export const actWithinMs = (priority: AlarmPriority): number => ACT_WITHIN_MS[priority];

function rule(
  code: AlarmRuleCode,
  priority: AlarmPriority,
  objectKind: AlarmObjectKind,
  firstAction: AlarmRule['firstAction'],
  latching = false,
): AlarmRule {
  return {
    code,
    priority,
    raisedTo: RAISED_TO[code] ?? null,
    latching,
    objectKind,
    firstAction,
    actWithinMs: ACT_WITHIN_MS[priority],
    titleKey: `alarms.rules.${code}.title`,
    causeKey: `alarms.rules.${code}.cause`,
    consequenceKey: `alarms.rules.${code}.consequence`,
    responseKey: `alarms.rules.${code}.response`,
    realarmAfterMs: priority === 'P1' ? 10 * MINUTE_MS : null,
  };
}

export const ALARM_CATALOGUE: Readonly<Record<AlarmRuleCode, AlarmRule>> = {
  OVERLOAD: rule('OVERLOAD', 'P2', 'POINT', 'CUT'),
  FEEDER_OVERLOAD: rule('FEEDER_OVERLOAD', 'P1', 'POINT', 'CALL'),
  FEEDER_80: rule('FEEDER_80', 'P3', 'POINT', 'TICKET'),
  FEEDER_OUTAGE: rule('FEEDER_OUTAGE', 'P2', 'POINT', 'CALL'),
  FEEDER_VOLTAGE: rule('FEEDER_VOLTAGE', 'P3', 'POINT', 'CALL'),
  METER_OFFLINE: rule('METER_OFFLINE', 'P3', 'METER', 'TICKET'),
  GATEWAY_OFFLINE: rule('GATEWAY_OFFLINE', 'P2', 'GATEWAY', 'OPEN_GATEWAY'),
  CUT_NOT_PROVEN: rule('CUT_NOT_PROVEN', 'P2', 'POINT', 'CALL'),
  RESTORE_FAILED: rule('RESTORE_FAILED', 'P2', 'POINT', 'OPEN_METER'),
  RESTORE_HELD: rule('RESTORE_HELD', 'P2', 'POINT', 'OPEN_METER'),
  SUPPLY_UNEXPLAINED: rule('SUPPLY_UNEXPLAINED', 'P3', 'POINT', 'OPEN_METER'),
  LIFE_SAFETY_DARK: rule('LIFE_SAFETY_DARK', 'P1', 'POINT', 'CALL'),
  REGISTER_RESET: rule('REGISTER_RESET', 'P3', 'METER', 'OPEN_METER'),
  RELAY_WELD_OR_BYPASS: rule('RELAY_WELD_OR_BYPASS', 'P1', 'POINT', 'CALL', true),
  CLOCK_DRIFT: rule('CLOCK_DRIFT', 'P4', 'METER', 'OPEN_METER'),
  DEVICE_CHECK_FAILED: rule('DEVICE_CHECK_FAILED', 'P4', 'METER', 'OPEN_METER'),
  GAS_LEAK: rule('GAS_LEAK', 'P1', 'POINT', 'CALL', true),
  GAS_DETECTOR_FAULT: rule('GAS_DETECTOR_FAULT', 'P2', 'POINT', 'TICKET'),
  LEAKAGE: rule('LEAKAGE', 'P2', 'POINT', 'CUT', true),
  OVER_TEMPERATURE: rule('OVER_TEMPERATURE', 'P1', 'POINT', 'CUT', true),
  TAMPER: rule('TAMPER', 'P2', 'POINT', 'CALL', true),
  NEUTRAL_CURRENT: rule('NEUTRAL_CURRENT', 'P2', 'POINT', 'CALL'),
  REVERSE_ENERGY: rule('REVERSE_ENERGY', 'P2', 'POINT', 'OPEN_METER'),
  FORBIDDEN_LOAD: rule('FORBIDDEN_LOAD', 'P2', 'POINT', 'CUT'),
  WATER_BURST: rule('WATER_BURST', 'P1', 'POINT', 'CALL'),
  VOLTAGE_RANGE: rule('VOLTAGE_RANGE', 'P3', 'POINT', 'CALL'),
  OVER_CURRENT: rule('OVER_CURRENT', 'P2', 'POINT', 'CUT'),
  PHASE_IMBALANCE: rule('PHASE_IMBALANCE', 'P3', 'POINT', 'TICKET'),
  FROZEN_REGISTER: rule('FROZEN_REGISTER', 'P2', 'POINT', 'OPEN_METER'),
  SEQUENCE_GAPS: rule('SEQUENCE_GAPS', 'P4', 'METER', 'OPEN_METER'),
  REBOOT_LOOP: rule('REBOOT_LOOP', 'P3', 'METER', 'OPEN_METER'),
  WATER_LEAK: rule('WATER_LEAK', 'P2', 'POINT', 'TICKET'),
  CONSUMPTION_ANOMALY: rule('CONSUMPTION_ANOMALY', 'P3', 'POINT', 'OPEN_METER'),
  IDLE_WASTE: rule('IDLE_WASTE', 'P4', 'SPACE', 'TICKET'),
  NON_TECHNICAL_LOSS: rule('NON_TECHNICAL_LOSS', 'P2', 'POINT', 'TICKET'),
  VACANT_USE: rule('VACANT_USE', 'P4', 'POINT', 'OPEN_METER'),
  BALANCE_ANOMALY: rule('BALANCE_ANOMALY', 'P1', 'POINT', 'OPEN_METER'),
  RULE_FAILED: rule('RULE_FAILED', 'P3', 'SITE', 'TICKET'),
  JOB_FAILED: rule('JOB_FAILED', 'P3', 'SITE', 'TICKET'),
  LEDGER_INVALID: rule('LEDGER_INVALID', 'P1', 'SITE', 'CALL'),
  PAYMENT_SUSPENSE: rule('PAYMENT_SUSPENSE', 'P2', 'SITE', 'CALL'),
  PAYMENT_HELD: rule('PAYMENT_HELD', 'P2', 'SITE', 'CALL'),
  PAYMENT_FORGED: rule('PAYMENT_FORGED', 'P3', 'SITE', 'ACKNOWLEDGE'),
  PAYMENT_CONFLICT: rule('PAYMENT_CONFLICT', 'P2', 'SITE', 'CALL'),
  PAYMENT_CHARGEBACK: rule('PAYMENT_CHARGEBACK', 'P2', 'SITE', 'CALL'),
};
