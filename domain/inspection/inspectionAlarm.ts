import type { AlarmPriority } from '../alarms/alarm';
import type { AlarmRuleCode } from '../alarms/alarmCatalogue';
import type { DeviceCheck, DeviceCheckCode } from './deviceCheck';

/** Alarms that tell of the same cause as a check that fails. */
export const TOLD_BY: Readonly<Record<DeviceCheckCode, readonly AlarmRuleCode[]>> = {
  CLOCK: ['CLOCK_DRIFT'],
  COMMS: ['METER_OFFLINE', 'GATEWAY_OFFLINE', 'SEQUENCE_GAPS', 'REBOOT_LOOP'],
  RELAY: [
    'CUT_NOT_PROVEN',
    'RESTORE_FAILED',
    'RESTORE_HELD',
    'SUPPLY_UNEXPLAINED',
    'RELAY_WELD_OR_BYPASS',
    'LIFE_SAFETY_DARK',
  ],
  REGISTER: ['FROZEN_REGISTER', 'REGISTER_RESET', 'BALANCE_ANOMALY'],
  SENSORS: ['GAS_DETECTOR_FAULT'],
  CREDENTIALS: [],
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
 * The one alarm of a device: raised for checks that fail and that no other alarm tells of; P3 with the relay, for supply that can't
 * be switched is a matter of safety, else P4. It stands for a check until that passes: one that says nothing this time is neither
 * better nor worse. Under a tag it stays as it is.
 */
export function inspectionAlarm(
  checks: readonly DeviceCheck[],
  { toldBy, standing, tagged }: InspectionAlarmFacts,
): InspectionAlarm {
  if (tagged) return { standing, signal: null };
  const next = checks
    .filter(({ code, result }) => {
      if (result === 'UNKNOWN') return standing.includes(code);
      return result === 'FAIL' && !TOLD_BY[code].some((rule) => toldBy.has(rule));
    })
    .map(({ code }) => code);
  if (next.length > 0)
    return { standing: next, signal: { kind: 'RAISE', priority: next.includes('RELAY') ? 'P3' : 'P4' } };
  return { standing: next, signal: standing.length > 0 ? { kind: 'RETURN' } : null };
}
