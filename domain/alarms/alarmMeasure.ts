import type { AlarmRuleCode } from './alarmCatalogue';

/** What a reading holds that an alarm's chart may draw: °C, mA to earth, the largest phase current in A, the phase voltage furthest
 * from nominal in V, m³/h, and the imbalance of the phases' currents or voltages in percent. */
export type ReadingMeasure =
  | 'TEMPERATURE'
  | 'RESIDUAL'
  | 'CURRENT'
  | 'VOLTAGE'
  | 'FLOW'
  | 'CURRENT_IMBALANCE'
  | 'VOLTAGE_IMBALANCE';

/** What the chart of an alarm draws: the load, a measure of its readings, the feeder's loss, or the use by hour around it. */
export type AlarmMeasure = 'LOAD' | ReadingMeasure | 'LOSS' | 'HOURS';

const MEASURES: Partial<Record<AlarmRuleCode, AlarmMeasure>> = {
  OVER_TEMPERATURE: 'TEMPERATURE',
  LEAKAGE: 'RESIDUAL',
  OVER_CURRENT: 'CURRENT',
  VOLTAGE_RANGE: 'VOLTAGE',
  FEEDER_VOLTAGE: 'VOLTAGE',
  WATER_BURST: 'FLOW',
  NON_TECHNICAL_LOSS: 'LOSS',
  CONSUMPTION_ANOMALY: 'HOURS',
  IDLE_WASTE: 'HOURS',
  VACANT_USE: 'HOURS',
  WATER_LEAK: 'HOURS',
};

/** Rules that judge no course of anything that a meter measures: a chart would show something else. */
const WITHOUT_CHART: ReadonlySet<string> = new Set<AlarmRuleCode>([
  'NEUTRAL_CURRENT',
  'CLOCK_DRIFT',
  'DEVICE_CHECK_FAILED',
  'REGISTER_RESET',
  'SEQUENCE_GAPS',
  'REBOOT_LOOP',
]);

/** What the chart of an alarm draws; null: none. @param sign which sign of its rule raised it */
export function alarmMeasure(rule: string, sign: unknown): AlarmMeasure | null {
  if (WITHOUT_CHART.has(rule)) return null;
  if (rule === 'PHASE_IMBALANCE') return sign === 'VOLTAGE' ? 'VOLTAGE_IMBALANCE' : 'CURRENT_IMBALANCE';
  return MEASURES[rule as AlarmRuleCode] ?? 'LOAD';
}

/** Whether the chart of an alarm draws a measure of its readings other than the load. */
export function isReadingMeasure(measure: AlarmMeasure | null): measure is ReadingMeasure {
  return measure !== null && measure !== 'LOAD' && measure !== 'LOSS' && measure !== 'HOURS';
}
