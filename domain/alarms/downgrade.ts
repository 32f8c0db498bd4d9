import type { AlarmPriority } from './alarm';
import type { AlarmRuleCode } from './alarmCatalogue';
import { countedVerdicts, precisionOf, type VerdictCounts } from './alarmVerdict';

/** Verdicts from which on a precision says enough to act on it. */
export const DOWNGRADE_FROM = 30;
/** Precision below which a rule only tells. */
export const DOWNGRADE_BELOW = 0.5;

/**
 * Rules that judge what is likely, and may be wrong about it. What measures a hazard to people or wiring (gas, current to earth, heat,
 * overload, over-current, bursts), tampering, supply that was not proven, and money are never downgraded.
 */
const MAY_BE: ReadonlySet<string> = new Set<AlarmRuleCode>([
  'FORBIDDEN_LOAD',
  'FEEDER_80',
  'FEEDER_VOLTAGE',
  'VOLTAGE_RANGE',
  'PHASE_IMBALANCE',
  'FROZEN_REGISTER',
  'SEQUENCE_GAPS',
  'REBOOT_LOOP',
  'CLOCK_DRIFT',
  'DEVICE_CHECK_FAILED',
  'WATER_LEAK',
  'CONSUMPTION_ANOMALY',
  'IDLE_WASTE',
  'NON_TECHNICAL_LOSS',
  'VACANT_USE',
]);

export const mayBeDowngraded = (rule: string): boolean => MAY_BE.has(rule);
export const DOWNGRADABLE_RULES: readonly string[] = [...MAY_BE];

/**
 * Whether a rule is wrong too often at a place: at least 30 verdicts that count, and fewer than half of them right.
 * The verdicts are those of `PRECISION_WINDOW_MS`, since the last time that a person lifted a downgrade there.
 */
export function isWrongTooOften(counts: VerdictCounts): boolean {
  const precision = precisionOf(counts);
  return precision !== null && precision < DOWNGRADE_BELOW && countedVerdicts(counts) >= DOWNGRADE_FROM;
}

/** Priority of a downgraded rule's word: one lower. A P1 stays one, whatever the rule: it tells of danger. */
export function downgradedPriority(priority: AlarmPriority): AlarmPriority {
  switch (priority) {
    case 'P1':
      return 'P1';
    case 'P2':
      return 'P3';
    default:
      return 'P4';
  }
}
