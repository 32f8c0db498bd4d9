import type { ImportRow } from '../../contracts/importDocument';
import type { PolicyRow, RuleSettingRow } from '../../db/queries/policies';
import type { PolicyBody } from '../../db/queries/storedPolicy';
import { ALARM_CATALOGUE } from '../../domain/alarms/alarmCatalogue';
import { settingFaults } from '../../domain/detection/ruleSettings';
import type { NoCutPeriods } from '../../domain/supply/noCutPeriods';
import { kept, namesOf, sameFacts } from './importRun';
import { microOf, type PlanContext, referred } from './planContext';
import { minuteOf } from './planTariffs';
import { moneyApart } from './policyMoney';

/** The policy of accounts that name none. */
export const DEFAULT_POLICY_CODE = 'DEFAULT';

export interface PoliciesPlan {
  /** Codes of the policies that accounts may name. */
  readonly policies: ReadonlyMap<string, PolicyRow>;
  readonly written: readonly PolicyRow[];
}

export function planPolicies(
  context: PlanContext,
  stored: readonly PolicyRow[],
  calendars: ReadonlyMap<string, unknown>,
): PoliciesPlan {
  const { run } = context;
  const policies = new Map(stored.map((row) => [row.code, row]));
  const written: PolicyRow[] = [];
  for (const row of run.rows('policies')) {
    const { value } = row;
    const before = policies.get(value.code);
    const body = policyBodyOf(value, before?.body);
    if (body.calendar != null) referred(context, row, '/calendar', 'calendars', calendars, body.calendar);
    const names = value.name
      ? namesOf(value.name)
      : { name: before?.name ?? value.code, nameEn: before?.nameEn ?? null };
    if (before && sameFacts({ ...before, version: 0 }, { code: value.code, ...names, version: 0, body }))
      continue;
    if (!context.finance)
      for (const field of moneyApart(body, before?.body ?? {}))
        run.fail(
          row,
          `/${field}`,
          'AGREED_BY_FINANCE',
          `${field}: it is about money: import it with a key that may credit payments.`,
        );
    const after: PolicyRow = { code: value.code, ...names, version: (before?.version ?? 0) + 1, body };
    policies.set(after.code, after);
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    written.push(after);
  }
  if (!policies.has(DEFAULT_POLICY_CODE)) {
    const plain: PolicyRow = {
      code: DEFAULT_POLICY_CODE,
      name: DEFAULT_POLICY_CODE,
      nameEn: null,
      version: 1,
      body: {},
    };
    policies.set(plain.code, plain);
    written.push(plain);
  }
  return { policies, written };
}

function policyBodyOf(given: ImportRow<'policies'>, before: PolicyBody = {}): PolicyBody {
  const disconnect = {
    ...before.disconnect,
    ...inMs({
      eligibleForMs: given.eligibleForS,
      noticeLeadMs: given.noticeLeadS,
      noticeBeforePeriodEndMs: given.noticeBeforePeriodEndS,
      outageGraceMs: given.outageGraceS,
      outageGapMs: given.outageGapS,
    }),
  };
  const reconnect = {
    ...before.reconnect,
    ...inMs({ confirmAfterOffMs: given.confirmAfterOffS, confirmDelayMs: given.confirmDelayS }),
    ...(given.confirmationsPerDay === undefined ? {} : { confirmationsPerDay: given.confirmationsPerDay }),
  };
  const reconnectMinMicro =
    given.reconnectMin === undefined ? before.reconnectMinMicro : microOf(given.reconnectMin).toString();
  const calendar = given.calendar === undefined ? before.calendar : given.calendar;
  const recoveryPercent = given.recoveryPercent ?? before.recoveryPercent;
  const emergencyCreditMicro =
    given.emergencyCredit === undefined
      ? before.emergencyCreditMicro
      : microOf(given.emergencyCredit).toString();
  const earlyTripAtMicro =
    given.earlyTripAt == null
      ? kept(given.earlyTripAt, before.earlyTripAtMicro, undefined)
      : microOf(given.earlyTripAt).toString();
  const unitLevelsMicro =
    given.unitLevels === undefined ? before.unitLevelsMicro : levelsOf(given.unitLevels);
  return {
    noCutPeriods:
      given.noCutPeriods === undefined ? (before.noCutPeriods ?? true) : noCutOf(given.noCutPeriods),
    disconnect,
    reconnect,
    ...(calendar === undefined ? {} : { calendar }),
    ...(reconnectMinMicro === undefined ? {} : { reconnectMinMicro }),
    ...(recoveryPercent === undefined ? {} : { recoveryPercent }),
    ...(emergencyCreditMicro === undefined ? {} : { emergencyCreditMicro }),
    ...(earlyTripAtMicro == null ? {} : { earlyTripAtMicro }),
    ...(unitLevelsMicro === undefined ? {} : { unitLevelsMicro }),
  };
}

/** The highest first, each once. */
function levelsOf(given: readonly string[]): string[] {
  const levels = [...new Set(given.map(microOf))].sort((a, b) => (a > b ? -1 : 1));
  return levels.map(String);
}

/** Seconds to ms, leaving out what is not given. */
function inMs(seconds: Record<string, number | undefined>): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [name, value] of Object.entries(seconds)) if (value !== undefined) out[name] = value * 1_000;
  return out;
}

function noCutOf(given: NonNullable<ImportRow<'policies'>['noCutPeriods']>): boolean | Partial<NoCutPeriods> {
  if (typeof given === 'boolean') return given;
  return {
    dailyWindows: (given.daily ?? []).map(({ from, to }) => ({
      fromMinute: minuteOf(from),
      toMinute: minuteOf(to),
    })),
    weekdays: given.weekdays ?? [],
    holidays: given.holidays ?? [],
    workedDates: given.workedDates ?? [],
    examWeeks: (given.examWeeks ?? []).map(({ from, to }) => ({ fromDate: from, toDate: to })),
  };
}

/** Settings of alarm rules; each change is a new version. */
export function planRules(
  context: PlanContext,
  stored: readonly RuleSettingRow[],
  spaces: ReadonlyMap<string, unknown>,
): RuleSettingRow[] {
  const { run } = context;
  const settings = new Map(stored.map((row) => [`${row.rule}/${row.space ?? ''}`, row]));
  const written: RuleSettingRow[] = [];
  for (const row of run.rows('rules')) {
    const { rule, space, settings: body } = row.value;
    if (!Object.hasOwn(ALARM_CATALOGUE, rule))
      run.fail(row, '/rule', 'UNKNOWN_RULE', `rule: there is no alarm rule "${rule}".`);
    else
      for (const { key, code, words } of settingFaults(rule, body))
        run.fail(row, `/settings/${key}`, code, `settings.${key}: ${words}.`);
    if (space != null) referred(context, row, '/space', 'spaces', spaces, space);
    const before = settings.get(`${rule}/${space ?? ''}`);
    if (before && sameFacts(before.body, body)) continue;
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    written.push({ rule, space: space ?? null, version: (before?.version ?? 0) + 1, body });
  }
  return written;
}
