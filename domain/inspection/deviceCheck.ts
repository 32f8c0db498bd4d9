/** What is looked at on a device, in the order in which it is shown. */
export const DEVICE_CHECKS = ['CLOCK', 'COMMS', 'RELAY', 'REGISTER', 'SENSORS', 'CREDENTIALS'] as const;
export type DeviceCheckCode = (typeof DEVICE_CHECKS)[number];

/** UNKNOWN: what it would take to say so did not come. Missing data never passes. */
export const CHECK_RESULTS = ['PASS', 'FAIL', 'UNKNOWN', 'NOT_APPLICABLE'] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];

/** What was found, by the result that it makes. Screens have a sentence for each. */
export const FINDINGS = {
  CLOCK_SETTLED: 'PASS',
  CLOCK_WITHIN: 'PASS',
  CLOCK_DRIFTS: 'FAIL',
  CLOCK_NOT_PROVEN: 'UNKNOWN',
  NO_CLOCK: 'NOT_APPLICABLE',
  REPORTS_CAME: 'PASS',
  REPORTS_MISSING: 'FAIL',
  MESSAGES_LOST: 'FAIL',
  RESTARTS: 'FAIL',
  SILENT: 'FAIL',
  NEVER_HEARD: 'UNKNOWN',
  JUST_FITTED: 'UNKNOWN',
  CAMPUS_UNHEARD: 'UNKNOWN',
  DARK_ABOVE: 'UNKNOWN',
  SWITCH_AS_WANTED: 'PASS',
  SWITCH_NOT_AS_WANTED: 'FAIL',
  COMMANDS_NOT_PROVEN: 'FAIL',
  CONTACT_LIFE: 'FAIL',
  OPEN_WITH_LOAD: 'FAIL',
  VALVE_FAULT: 'FAIL',
  SWITCH_UNSEEN: 'UNKNOWN',
  NO_SWITCH: 'NOT_APPLICABLE',
  REGISTER_MOVES: 'PASS',
  REGISTER_AT_REST: 'PASS',
  REGISTER_STILL: 'FAIL',
  REGISTER_FELL: 'FAIL',
  READING_HELD: 'FAIL',
  READINGS_REFUSED: 'FAIL',
  NOTHING_COUNTED: 'UNKNOWN',
  NOT_READ: 'UNKNOWN',
  SENSORS_REPORT: 'PASS',
  DETECTOR_FAULT: 'FAIL',
  SENSORS_GONE: 'FAIL',
  SENSORS_UNHEARD: 'UNKNOWN',
  NO_SENSORS: 'NOT_APPLICABLE',
  GATEWAY_PRESENT: 'PASS',
  GATEWAY_AWAY: 'FAIL',
  METERS_ON_TIME: 'PASS',
  METERS_DRIFT: 'FAIL',
  NO_METER_HEARD: 'UNKNOWN',
  CREDENTIAL_IN_FORCE: 'PASS',
  NO_CREDENTIAL: 'FAIL',
  CREDENTIALS_ELSEWHERE: 'NOT_APPLICABLE',
} as const satisfies Record<string, CheckResult>;
export type FindingCode = keyof typeof FINDINGS;

/** What may fail each check. */
export const FAILURES: Readonly<Record<DeviceCheckCode, readonly FindingCode[]>> = {
  CLOCK: ['CLOCK_DRIFTS', 'METERS_DRIFT'],
  COMMS: ['REPORTS_MISSING', 'MESSAGES_LOST', 'RESTARTS', 'SILENT', 'GATEWAY_AWAY'],
  RELAY: ['SWITCH_NOT_AS_WANTED', 'COMMANDS_NOT_PROVEN', 'CONTACT_LIFE', 'OPEN_WITH_LOAD', 'VALVE_FAULT'],
  REGISTER: ['REGISTER_STILL', 'REGISTER_FELL', 'READING_HELD', 'READINGS_REFUSED'],
  SENSORS: ['DETECTOR_FAULT', 'SENSORS_GONE'],
  CREDENTIALS: ['NO_CREDENTIAL'],
};

/** What its sentence is made of; each finding always carries the same figures. */
export type Figures = Readonly<Record<string, number | string>>;

export interface Finding {
  readonly code: FindingCode;
  readonly figures: Figures;
}

export interface DeviceCheck {
  readonly code: DeviceCheckCode;
  readonly result: CheckResult;
  /** At least one; of a check that fails only what fails it. */
  readonly findings: readonly [Finding, ...Finding[]];
}

export const found = (code: FindingCode, figures: Figures = {}): Finding => ({ code, figures });

/** The check that a single finding makes. */
export const checkOf = (code: DeviceCheckCode, finding: Finding): DeviceCheck => ({
  code,
  result: FINDINGS[finding.code],
  findings: [finding],
});

/** The check that fails of whatever was found wrong, and says `otherwise` where nothing was. */
export function checkOfFaults(
  code: DeviceCheckCode,
  faults: readonly Finding[],
  otherwise: Finding,
): DeviceCheck {
  const [first, ...more] = faults;
  return first ? { code, result: 'FAIL', findings: [first, ...more] } : checkOf(code, otherwise);
}

/** One word for all checks of a device: FAIL if any fails, else UNKNOWN if any says nothing, else PASS. */
export function overallResult(checks: readonly DeviceCheck[]): 'PASS' | 'FAIL' | 'UNKNOWN' {
  if (checks.some(({ result }) => result === 'FAIL')) return 'FAIL';
  return checks.some(({ result }) => result === 'UNKNOWN') ? 'UNKNOWN' : 'PASS';
}
