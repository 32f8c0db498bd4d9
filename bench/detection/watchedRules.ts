import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import type { MeterEntry } from '../../engine/registry';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';
import type { MeterRules } from './meterRules';

/** A meter as the rules look at it. */
export interface WatchedMeter {
  readonly meter: SimulatedMeter;
  readonly entry: MeterEntry;
  readonly rules: MeterRules;
  /** Null where its nights are not watched for a leak. */
  readonly leak: object | null;
}

export const judgesUse = ({ entry }: WatchedMeter): boolean =>
  entry.utility === 'ELECTRICITY' && entry.point?.role !== 'PV';

/** Points that a department answers for. */
export const judgesIdle = ({ entry }: WatchedMeter): boolean =>
  entry.point?.payers.some(({ accountKind }) => accountKind === 'DEPT') ?? false;

export const judgesLoss = ({ meter }: WatchedMeter): boolean =>
  meter.load.children.length > 0 && meter.load.infeeds.length === 0;

/** How many meters each rule looks at. @param hoursOnly those over closed hours alone */
export function countWatched(
  watched: readonly WatchedMeter[],
  hoursOnly: boolean,
): ReadonlyMap<AlarmRuleCode, number> {
  const counts = new Map<AlarmRuleCode, number>();
  const add = (rule: AlarmRuleCode) => counts.set(rule, (counts.get(rule) ?? 0) + 1);
  for (const one of watched) {
    if (!hoursOnly) {
      for (const code of new Set(one.rules.rules.map(({ rule }) => rule.code))) add(code);
      add('SEQUENCE_GAPS');
      add('REBOOT_LOOP');
    }
    if (one.leak) add('WATER_LEAK');
    if (!judgesUse(one)) continue;
    add('CONSUMPTION_ANOMALY');
    if (judgesIdle(one)) add('IDLE_WASTE');
    if (judgesLoss(one)) add('NON_TECHNICAL_LOSS');
  }
  return counts;
}
