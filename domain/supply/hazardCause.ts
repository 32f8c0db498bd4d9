import type { AlarmRuleCode } from '../alarms/alarmCatalogue';
import type { TripCause } from './supplyState';

/**
 * Alarms out of which a cut is one for safety; others, such as a restore that failed, only led somebody there. With each the cause
 * that decides how supply comes back: of some nobody knows it without looking.
 */
const CAUSES: ReadonlyMap<string, TripCause> = new Map<AlarmRuleCode, TripCause>([
  ['OVERLOAD', 'OVERLOAD'],
  ['FORBIDDEN_LOAD', 'FORBIDDEN_LOAD'],
  ['GAS_LEAK', 'GAS_LEAK'],
  ['LEAKAGE', 'LEAKAGE'],
  ['WATER_BURST', 'WATER_BURST'],
  ['FEEDER_OVERLOAD', 'UNKNOWN'],
  ['RELAY_WELD_OR_BYPASS', 'UNKNOWN'],
  ['OVER_CURRENT', 'UNKNOWN'],
  ['OVER_TEMPERATURE', 'UNKNOWN'],
]);

/** Cause of a person's cut out of an alarm of this rule; null: the rule tells of no hazard. */
export const hazardCause = (rule: string): TripCause | null => CAUSES.get(rule) ?? null;
