import { z } from 'zod';
import {
  codeField,
  dateField,
  decimalField,
  geometryField,
  instantField,
  longText,
  monthField,
  nameField,
  positiveDecimalField,
  shareField,
  shortText,
  signedDecimalField,
  timeOfDayField,
  utilityField,
  wholeNumber,
} from './importFields';

/**
 * The one document of `POST /import`. Rows are told apart by code and refer to each other by code, to rows of the document
 * or to what the campus already holds. A field that is left out keeps what is stored (a new row takes the default); null
 * clears it. A list that is given replaces the stored list, but tariff versions are only added. `since`: from when the links
 * that this row changes hold, default the instant of the import.
 */

export const campusRow = z.strictObject({
  code: codeField,
  name: nameField,
  /** IANA name, such as Asia/Shanghai. */
  timeZone: shortText,
  /** ISO 4217 code; ledger amounts are millionths of it. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as CNY'),
  /** Readings older than this go to quarantine; default 7. */
  lateLimitDays: wholeNumber(1, 3_650).optional(),
});

export const spaceRow = z.strictObject({
  code: codeField,
  /** Code of the space around it; null or absent: a root. */
  parent: codeField.nullish(),
  kind: z.enum(['CAMPUS', 'BUILDING', 'FLOOR', 'ROOM', 'ZONE']),
  name: nameField,
  areaM2: wholeNumber(0, 100_000_000).nullish(),
  headCapacity: wholeNumber(0, 100_000).nullish(),
  geometry: geometryField.nullish(),
});

/** What a department answers for: a code, or a code with the department's share of it (default all of it). */
const assignment = z.union([codeField, z.strictObject({ code: codeField, share: shareField })]);

export const departmentRow = z.strictObject({
  code: codeField,
  parent: codeField.nullish(),
  name: nameField,
  costCenter: shortText.nullish(),
  /** Spaces, each with all that is below it. Shares of one space sum to 1 over the departments. */
  spaces: z.array(assignment).max(2_000).optional(),
  /** Single meter points. */
  points: z.array(assignment).max(5_000).optional(),
  since: instantField.optional(),
});

export const gatewayRow = z.strictObject({
  code: codeField,
  serial: shortText.nullish(),
  space: codeField.nullish(),
});

export const meterPointRow = z.strictObject({
  code: codeField,
  name: nameField.nullish(),
  space: codeField,
  utility: utilityField,
  role: z.enum(['CUSTOMER', 'PUBLIC', 'FEEDER', 'CHECK', 'PV', 'TENANT']),
  /** Code of the feeder's point that supplies it; for role PV the one that it feeds into. */
  feeder: codeField.nullish(),
  /** Rating of the feeder or contract, W. */
  capacityW: wholeNumber(1, 1_000_000_000).nullish(),
  /** Overload limit, W. */
  limitW: wholeNumber(1, 1_000_000_000).nullish(),
  /** Default TRIP for customers and tenants, else ALARM. */
  overloadAction: z.enum(['TRIP', 'ALARM']).optional(),
  protection: z.enum(['NONE', 'CREDIT', 'LIFE_SAFETY']).optional(),
  /** Who answers for a protected point, and on which number. */
  protectionOwner: shortText.nullish(),
  protectionPhone: shortText.nullish(),
  since: instantField.optional(),
});

const profileOptions = z
  .record(z.string().regex(/^[A-Za-z0-9_]{1,32}$/), z.union([z.string().max(256), z.number(), z.boolean()]))
  .refine((options) => Object.keys(options).length <= 32, 'holds more than 32 options');

export const meterRow = z.strictObject({
  code: codeField,
  serial: shortText,
  point: codeField,
  /** Default: the point's. Given, it must be the point's. */
  utility: utilityField.optional(),
  gateway: codeField.nullish(),
  phases: z.union([z.literal(1), z.literal(3)]).optional(),
  /** Whole ct·pt ratio as text, default "1". */
  ctRatio: positiveDecimalField.optional(),
  /** Value at which the register on the display wraps to 0, such as "1000000". */
  registerModulus: positiveDecimalField.nullish(),
  registerDecimals: wholeNumber(0, 6).optional(),
  imaxA: z.number().positive().max(100_000).optional(),
  /** Largest flow of a water or gas meter, m³/h. */
  qmaxM3h: z.number().positive().max(100_000).nullish(),
  intervalS: wholeNumber(1, 86_400).optional(),
  hasRelay: z.boolean().optional(),
  /** Register on the display when it was fitted: the first reading is charged from here. */
  startRegister: decimalField.optional(),
  /** Payload dialect, a name of mqtt-bridge/profiles; default native. */
  profile: z
    .string()
    .regex(/^[a-z][A-Za-z0-9-]{0,31}$/, 'must be a profile name such as native')
    .optional(),
  /** `rateT1` to `rateT4`: period codes of the rate registers; `resetsToZero`; whatever else the profile reads. */
  profileOptions: profileOptions.nullish(),
  /** When it was fitted; `since` is the same. */
  installedAt: instantField.optional(),
  since: instantField.optional(),
});

/** A window of the local day that belongs to a price period; `from` above `to` runs over midnight. */
const periodWindow = z.strictObject({
  code: codeField,
  from: timeOfDayField,
  to: timeOfDayField,
  /** Day types of the calendar (WORKDAY, WEEKEND, HOLIDAY …) that it holds for; absent: all others. */
  dayTypes: z.array(codeField).min(1).max(16).optional(),
});

const pricesByPeriod = z
  .record(codeField, decimalField)
  .refine((prices) => Object.keys(prices).length <= 24, 'holds more than 24 periods');

const surcharge = z.strictObject({
  code: codeField,
  /** Price per unit, percent of the energy lines, amount per local day, or percent of everything before it. */
  kind: z.enum(['PER_UNIT', 'PERCENT', 'PER_DAY', 'TAX']),
  value: signedDecimalField,
});

export const tariffVersionRow = z.strictObject({
  validFrom: instantField,
  /** Over what tiers count; default MONTH with tiers, else NONE. */
  accrual: z.enum(['MONTH', 'YEAR', 'NONE']).optional(),
  /** Together they cover 00:00 to 24:00 of every day type once; absent: one period for the whole day. */
  periods: z.array(periodWindow).min(1).max(200).optional(),
  /** Upper limits in whole units, ascending, the last one null; absent: one tier. */
  tiers: z
    .array(z.strictObject({ limit: positiveDecimalField.nullable() }))
    .min(1)
    .max(16)
    .optional(),
  /** Price per kWh or m³ by period, one record per tier; a single record where there is one tier. */
  prices: z.union([pricesByPeriod, z.array(pricesByPeriod).min(1).max(16)]),
  /** Paid for each kWh that a PV point exports, by period; absent: nothing. */
  exportPrices: pricesByPeriod.optional(),
  surcharges: z.array(surcharge).max(16).optional(),
});

export const tariffRow = z.strictObject({
  code: codeField,
  name: nameField.optional(),
  /** Default ELECTRICITY. */
  utility: utilityField.optional(),
  calendar: codeField.nullish(),
  versions: z.array(tariffVersionRow).min(1).max(100),
});

export const accountRow = z.strictObject({
  code: codeField,
  name: nameField.nullish(),
  kind: z.enum(['ROOM', 'PERSON', 'DEPT', 'PUBLIC']),
  space: codeField.nullish(),
  department: codeField.nullish(),
  points: z.array(codeField).max(5_000).optional(),
  /** A tariff, or one per utility of its points. */
  tariff: z.union([codeField, z.array(codeField).min(1).max(3)]).optional(),
  /** Default: the campus's policy DEFAULT. */
  policy: codeField.optional(),
  /** PREPAID (default); SPECIAL: not cut for so many days without credit, nor down to such a debt; POSTPAID: never cut for credit. */
  class: z.enum(['PREPAID', 'SPECIAL', 'POSTPAID']).optional(),
  /** For SPECIAL. */
  graceDays: wholeNumber(1, 366).nullish(),
  graceLimit: positiveDecimalField.nullish(),
  /** It holds units in place of money: KWH, or M3 of water or gas. Its points are of one utility, its tariff charges one unit for one. */
  unit: z.enum(['KWH', 'M3']).optional(),
  /** For a unit account: the tariff by whose prices its units are sold, at the instant of each payment. */
  soldBy: codeField.optional(),
  /** Money brought along, a multiple of 0.01; booked once, as a top-up at the counter. Not for an account with a unit. */
  openingBalance: decimalField.regex(/^\d+(\.\d{1,2}0*)?$/, 'must be a multiple of 0.01').optional(),
  since: instantField.optional(),
});

export const calendarRow = z.strictObject({
  code: codeField,
  name: nameField.optional(),
  /** Local date to day type: HOLIDAY, EXAM, WORKDAY (a worked weekend) or one of your own. Other days go by weekday. */
  days: z
    .record(dateField, codeField)
    .refine((days) => Object.keys(days).length <= 4_000, 'holds more than 4000 days'),
});

const timeWindow = z.strictObject({ from: timeOfDayField, to: timeOfDayField });
const dateSpan = z.strictObject({ from: dateField, to: dateField });

/** Time in which nobody is cut for credit. */
const noCutPeriods = z.strictObject({
  /** Windows of every day; `from` above `to` runs over midnight. */
  daily: z.array(timeWindow).max(12).optional(),
  /** 1 Monday to 7 Sunday. */
  weekdays: z.array(wholeNumber(1, 7)).max(7).optional(),
  holidays: z.array(dateField).max(1_000).optional(),
  workedDates: z.array(dateField).max(1_000).optional(),
  examWeeks: z.array(dateSpan).max(100).optional(),
});

const seconds = wholeNumber(0, 31 * 86_400);

export const policyRow = z.strictObject({
  code: codeField,
  name: nameField.optional(),
  /** True (default): 22:00 to 08:00 and weekends; false: none; or the periods themselves. */
  noCutPeriods: z.union([z.boolean(), noCutPeriods]).optional(),
  /** Its HOLIDAY and EXAM days are no-cut days, its WORKDAY days are worked; only where no-cut periods hold. */
  calendar: codeField.nullish(),
  eligibleForS: seconds.optional(),
  noticeLeadS: seconds.optional(),
  noticeBeforePeriodEndS: seconds.optional(),
  outageGraceS: seconds.optional(),
  outageGapS: seconds.optional(),
  /** Off for longer than this: the resident confirms before supply comes back. */
  confirmAfterOffS: seconds.optional(),
  confirmDelayS: seconds.optional(),
  confirmationsPerDay: wholeNumber(0, 50).optional(),
  /** Credit above which supply comes back; default "0". */
  reconnectMin: decimalField.optional(),
  /** Share of a top-up that goes to arrears first, percent; default 100. */
  recoveryPercent: wholeNumber(1, 100).optional(),
  /** What an emergency credit lends, once a calendar month and by the resident's tap alone; default "0": none is granted. */
  emergencyCredit: decimalField.optional(),
  /** Two-stage trip: at this credit supply trips once and the resident closes it again; null (default): only the cut at the limit. */
  earlyTripAt: positiveDecimalField.nullish(),
  /** Low-balance levels of accounts in units, kWh or m³; default none. Those by time left hold for all accounts. */
  unitLevels: z.array(positiveDecimalField).max(8).optional(),
});

export const personRow = z.strictObject({
  code: codeField,
  name: shortText,
  contact: shortText.nullish(),
});

export const occupancyRow = z.strictObject({
  account: codeField,
  person: codeField,
  from: instantField,
  to: instantField.nullish(),
  /** All residents of one instant have one, summing to 1, or none has. */
  share: shareField.nullish(),
});

export const ROLES = [
  'STUDENT',
  'DEPARTMENT_HEAD',
  'WARDEN',
  'SECURITY',
  'MAINTAINER',
  'ENERGY_MANAGER',
  'FINANCE',
  'AUDITOR',
  'ADMIN',
] as const;

export const userRow = z.strictObject({
  /** The sign-in name. */
  code: codeField,
  person: codeField.nullish(),
  /** Shown name; default the person's. */
  name: shortText.optional(),
  /** First password, used when the user is made; a password that was changed since stays. */
  password: z
    .string()
    .min(8)
    .refine((password) => new TextEncoder().encode(password).length <= 72, 'must have at most 72 bytes')
    .optional(),
  disabled: z.boolean().optional(),
  /** `scope`: code of a space or department (`space:…` and `department:…` where both exist); absent: the campus. */
  roles: z
    .array(
      z.strictObject({
        role: z.enum(ROLES),
        scope: z
          .string()
          .regex(/^((space|department):)?[A-Za-z0-9_-]{1,32}$/, 'must be the code of a space or department')
          .nullish(),
      }),
    )
    .max(32),
});

export const quotaRow = z.strictObject({
  /** Code of a department or space, as for roles. */
  scope: z
    .string()
    .regex(/^((space|department):)?[A-Za-z0-9_-]{1,32}$/, 'must be the code of a space or department'),
  utility: utilityField,
  period: monthField,
  /** kWh or m³. */
  limit: decimalField,
  /** Percent of the limit, ascending; default 80, 90, 100. */
  thresholds: z.array(wholeNumber(1, 1_000)).min(1).max(10).optional(),
  action: z.enum(['SOFT', 'HARD']).optional(),
  reason: longText.nullish(),
});

export const ruleRow = z.strictObject({
  rule: z.string().regex(/^[A-Z][A-Z0-9_]{0,47}$/, 'must be a rule name such as OVERLOAD'),
  /** Space that the settings hold for; absent: the campus. */
  space: codeField.nullish(),
  settings: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,47}$/),
      z.union([z.number(), z.string().max(256), z.boolean()]),
    )
    .refine((settings) => Object.keys(settings).length <= 32, 'holds more than 32 settings'),
});

/** Row schemas by section, in the order in which rows can refer to each other. */
export const IMPORT_ROWS = {
  calendars: calendarRow,
  policies: policyRow,
  tariffs: tariffRow,
  spaces: spaceRow,
  gateways: gatewayRow,
  meterPoints: meterPointRow,
  meters: meterRow,
  departments: departmentRow,
  accounts: accountRow,
  persons: personRow,
  occupancies: occupancyRow,
  users: userRow,
  quotas: quotaRow,
  rules: ruleRow,
} as const;

export type ImportSection = keyof typeof IMPORT_ROWS;

/**
 * Rows that one document may hold per section: the rooms, floors and buildings of a campus of 100,000 meters, twice over. What comes
 * through the API is bounded by its bytes besides.
 */
export const MAX_ROWS = 250_000;

export const importDocumentSchema = z.strictObject({
  campus: campusRow,
  calendars: z.array(calendarRow).max(MAX_ROWS).optional(),
  policies: z.array(policyRow).max(MAX_ROWS).optional(),
  tariffs: z.array(tariffRow).max(MAX_ROWS).optional(),
  spaces: z.array(spaceRow).max(MAX_ROWS).optional(),
  gateways: z.array(gatewayRow).max(MAX_ROWS).optional(),
  meterPoints: z.array(meterPointRow).max(MAX_ROWS).optional(),
  meters: z.array(meterRow).max(MAX_ROWS).optional(),
  departments: z.array(departmentRow).max(MAX_ROWS).optional(),
  accounts: z.array(accountRow).max(MAX_ROWS).optional(),
  persons: z.array(personRow).max(MAX_ROWS).optional(),
  occupancies: z.array(occupancyRow).max(MAX_ROWS).optional(),
  users: z.array(userRow).max(MAX_ROWS).optional(),
  quotas: z.array(quotaRow).max(MAX_ROWS).optional(),
  rules: z.array(ruleRow).max(MAX_ROWS).optional(),
});

export type ImportDocument = z.infer<typeof importDocumentSchema>;
export type ImportCampus = z.infer<typeof campusRow>;
export type ImportRow<S extends ImportSection> = z.infer<(typeof IMPORT_ROWS)[S]>;

export const importVerdictSchema = z.enum(['CREATED', 'UPDATED', 'UNCHANGED', 'ERROR']);

/** One answer per row. `pointer` is the JSON pointer into the document; `message` names field and rule. */
export const importResultSchema = z.object({
  applied: z.boolean(),
  rows: z.array(
    z.object({
      section: z.string(),
      code: z.string(),
      verdict: importVerdictSchema,
      errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })),
    }),
  ),
  totals: z.record(importVerdictSchema, z.number().int()),
});

export type ImportVerdict = z.infer<typeof importVerdictSchema>;
export type ImportResult = z.infer<typeof importResultSchema>;
export type ImportRowResult = ImportResult['rows'][number];
export type ImportError = ImportRowResult['errors'][number];
