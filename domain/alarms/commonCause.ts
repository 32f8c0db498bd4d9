import type { AlarmRuleCode } from './alarmCatalogue';

/** What the failure of a parent makes its children report, whether or not the parent has an alarm itself. */
const FAILS_WITH: Readonly<Record<'GATEWAY' | 'FEEDER', readonly AlarmRuleCode[]>> = {
  GATEWAY: ['GATEWAY_OFFLINE', 'METER_OFFLINE', 'SEQUENCE_GAPS'],
  FEEDER: [
    'FEEDER_OVERLOAD',
    'FEEDER_80',
    'FEEDER_OUTAGE',
    'FEEDER_VOLTAGE',
    'METER_OFFLINE',
    'VOLTAGE_RANGE',
  ],
};

/** What belongs together with a parent that has an alarm now: a feeder is overloaded by what its rooms draw. */
const BELONGS_TO: Readonly<Record<'GATEWAY' | 'FEEDER', readonly AlarmRuleCode[]>> = {
  GATEWAY: ['CLOCK_DRIFT', 'FROZEN_REGISTER', 'REBOOT_LOOP'],
  FEEDER: ['OVERLOAD', 'OVER_CURRENT'],
};

/**
 * Whether alarms below one gateway or feeder may be called of one cause. Others are merely near each other: a leak and an
 * overload in two rooms say nothing of what supplies both, and whoever reads "same cause" looks for it at the wrong place.
 *
 * @param rules rules of all alarms below it, its own among them
 * @param isAlarmed whether it has an alarm of its own now
 */
export function shareCause(
  parent: 'GATEWAY' | 'FEEDER',
  rules: readonly string[],
  isAlarmed: boolean,
): boolean {
  const own: readonly string[] = isAlarmed
    ? [...FAILS_WITH[parent], ...BELONGS_TO[parent]]
    : FAILS_WITH[parent];
  return rules.every((rule) => own.includes(rule));
}
