import type { AlarmPriority } from '../alarms/alarm';
import type { AlarmRuleCode } from '../alarms/alarmCatalogue';
import type { DeviceCheck, DeviceCheckCode, FindingCode } from './deviceCheck';

/** Alarms that tell of the same cause as a finding; of one that is missing here no other alarm tells. */
export const TOLD_BY: Readonly<Partial<Record<FindingCode, readonly AlarmRuleCode[]>>> = {
  CLOCK_DRIFTS: ['CLOCK_DRIFT'],
  METERS_DRIFT: ['CLOCK_DRIFT'],
  REPORTS_MISSING: ['METER_OFFLINE', 'GATEWAY_OFFLINE', 'SEQUENCE_GAPS', 'REBOOT_LOOP'],
  MESSAGES_LOST: ['METER_OFFLINE', 'GATEWAY_OFFLINE', 'SEQUENCE_GAPS', 'REBOOT_LOOP'],
  RESTARTS: ['REBOOT_LOOP'],
  SILENT: ['METER_OFFLINE', 'GATEWAY_OFFLINE'],
  GATEWAY_AWAY: ['GATEWAY_OFFLINE'],
  SWITCH_NOT_AS_WANTED: [
    'CUT_NOT_PROVEN',
    'RESTORE_FAILED',
    'RESTORE_HELD',
    'SUPPLY_UNEXPLAINED',
    'RELAY_WELD_OR_BYPASS',
    'LIFE_SAFETY_DARK',
  ],
  COMMANDS_NOT_PROVEN: ['CUT_NOT_PROVEN', 'RESTORE_FAILED', 'RELAY_WELD_OR_BYPASS'],
  OPEN_WITH_LOAD: ['CUT_NOT_PROVEN', 'RELAY_WELD_OR_BYPASS'],
  REGISTER_STILL: ['FROZEN_REGISTER'],
  REGISTER_FELL: ['REGISTER_RESET'],
  READING_HELD: ['REGISTER_RESET', 'BALANCE_ANOMALY'],
  DETECTOR_FAULT: ['GAS_DETECTOR_FAULT'],
};

export interface InspectionAlarmFacts {
  /** Rules with an alarm about the device, its point or its gateway that stood at some time of the day. */
  readonly toldBy: ReadonlySet<string>;
  /** Checks that the device's own alarm stands for since the inspection before. */
  readonly standing: readonly DeviceCheckCode[];
  /** A maintenance tag hangs at its point: somebody works on it. */
  readonly tagged: boolean;
}

export interface InspectionAlarm {
  /** Checks that the alarm stands for from now on. */
  readonly standing: readonly DeviceCheckCode[];
  readonly signal:
    | { readonly kind: 'RAISE'; readonly priority: AlarmPriority }
    | { readonly kind: 'RETURN' }
    | null;
}

/**
 * The one alarm of a device: raised for checks that fail of anything that no other alarm tells of; P3 with the relay, for supply that can't
 * be switched is a matter of safety, else P4. It stands for a check until that passes: one that says nothing this time is neither
 * better nor worse. Under a tag it stays as it is.
 */
export function inspectionAlarm(
  checks: readonly DeviceCheck[],
  { toldBy, standing, tagged }: InspectionAlarmFacts,
): InspectionAlarm {
  if (tagged) return { standing, signal: null };
  const next = checks
    .filter(({ code, result, findings }) => {
      if (result === 'UNKNOWN') return standing.includes(code);
      const isTold = (finding: FindingCode) => TOLD_BY[finding]?.some((rule) => toldBy.has(rule)) === true;
      return result === 'FAIL' && !findings.every((one) => isTold(one.code));
    })
    .map(({ code }) => code);
  if (next.length > 0)
    return { standing: next, signal: { kind: 'RAISE', priority: next.includes('RELAY') ? 'P3' : 'P4' } };
  return { standing: next, signal: standing.length > 0 ? { kind: 'RETURN' } : null };
}
