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
  /** Days of the month on which it is read, from 0. */
  readonly readOn: ReadonlySet<number>;
  /** Days on which nobody lives there. */
  readonly vacantDays: number;
}

/** How much a rule looked at. */
export interface Watching {
  readonly meters: number;
  readonly meterDays: number;
}

export const judgesUse = ({ entry }: WatchedMeter): boolean =>
  entry.utility === 'ELECTRICITY' && entry.point?.role !== 'PV';

/** Points that a department answers for. */
export const judgesIdle = ({ entry }: WatchedMeter): boolean =>
  entry.point?.payers.some(({ accountKind }) => accountKind === 'DEPT') ?? false;

export const judgesLoss = ({ meter }: WatchedMeter): boolean =>
  meter.load.children.length > 0 && meter.load.infeeds.length === 0;

/** Whether a feeder and all meters directly below it are read on a day, so that what they say together can be judged. */
export const isWholeFeeder = (one: WatchedMeter, all: readonly WatchedMeter[], day: number): boolean => {
  const { load } = one.meter;
  return (
    load.traits.utility === 'ELECTRICITY' &&
    load.children.length > 0 &&
    [load.index, ...load.children].every((index) => all[index]!.readOn.has(day))
  );
};

/** How much each rule looks at in a month of `days`. @param hoursOnly those over closed hours alone */
export function countWatched(
  watched: readonly WatchedMeter[],
  days: number,
  hoursOnly: boolean,
): ReadonlyMap<AlarmRuleCode, Watching> {
  const counts = new Map<AlarmRuleCode, Watching>();
  const add = (rule: AlarmRuleCode, meterDays: number) => {
    const before = counts.get(rule) ?? { meters: 0, meterDays: 0 };
    counts.set(rule, { meters: before.meters + 1, meterDays: before.meterDays + meterDays });
  };
  const gateways = new Set(watched.flatMap(({ meter }) => meter.load.traits.gateway ?? [])).size;
  if (!hoursOnly) counts.set('GATEWAY_OFFLINE', { meters: gateways, meterDays: gateways * days });
  for (const one of watched) {
    if (!hoursOnly) {
      for (const code of new Set(one.rules.rules.map(({ rule }) => rule.code))) add(code, one.readOn.size);
      add('SEQUENCE_GAPS', one.readOn.size);
      add('REBOOT_LOOP', one.readOn.size);
      add('CLOCK_DRIFT', one.readOn.size);
      add('METER_OFFLINE', one.readOn.size);
      const whole = [...one.readOn].filter((day) => isWholeFeeder(one, watched, day)).length;
      if (whole > 0) for (const rule of ['FEEDER_OUTAGE', 'FEEDER_VOLTAGE'] as const) add(rule, whole);
    }
    if (one.leak) add('WATER_LEAK', days);
    if (one.vacantDays > 0) add('VACANT_USE', one.vacantDays);
    if (!judgesUse(one)) continue;
    add('CONSUMPTION_ANOMALY', days);
    if (judgesIdle(one)) add('IDLE_WASTE', days);
    if (judgesLoss(one)) add('NON_TECHNICAL_LOSS', days);
  }
  return counts;
}
