import { type PlaceVerdicts, verdictCounts } from '../../../db/queries/alarmVerdicts';
import { type DowngradeView, listDowngrades } from '../../../db/queries/ruleDowngrades';
import { listRuleProposals, type RuleProposalView } from '../../../db/queries/ruleProposals';
import { alarmsByRule, listRuleSettings, type SettingVersion } from '../../../db/queries/ruleViews';
import type { ScopeFilter } from '../../../db/queries/scope';
import { ALARM_CATALOGUE, ALARM_RULE_CODES, type AlarmRule } from '../../../domain/alarms/alarmCatalogue';
import { PRECISION_WINDOW_MS } from '../../../domain/alarms/alarmVerdict';
import type { Caller } from '../../auth/caller';
import { rolesThatMay } from '../../auth/permissions';
import type { Role } from '../../auth/roles';
import type { ReadDeps } from '../deps';

/** What "lately" is for the count of alarms: 30 days. */
export const COUNT_WINDOW_MS = 30 * 86_400_000;

/** A rule of the catalogue, and how often it spoke lately. */
export interface RuleShown
  extends Pick<AlarmRule, 'code' | 'priority' | 'raisedTo' | 'latching' | 'actWithinMs' | 'firstAction'> {
  /** Alarms raised within the last 30 days. */
  readonly alarms: number;
}

export interface RulesOverview {
  readonly asOfMs: number;
  readonly rules: readonly RuleShown[];
  /** Verdicts of the last 90 days by rule and building. */
  readonly verdicts: readonly PlaceVerdicts[];
  readonly downgrades: readonly DowngradeView[];
  /** All versions of settings; of each rule and place the first is in force. */
  readonly settings: readonly SettingVersion[];
  readonly proposals: readonly RuleProposalView[];
  readonly rights: {
    /** Lifts downgrades and proposes settings. */
    readonly tune: boolean;
    readonly publish: boolean;
    readonly userId: number | null;
    /** Roles that propose settings, and that publish them. */
    readonly tuners: readonly Role[];
    readonly publishers: readonly Role[];
  };
}

/** The rules with what they know of themselves, within the viewer's scope. */
export async function readRules(deps: ReadDeps, caller: Caller, scope: ScopeFilter): Promise<RulesOverview> {
  const nowMs = deps.engine.clock.now();
  const counts = new Map(
    (await alarmsByRule(deps.reader, scope, nowMs - COUNT_WINDOW_MS)).map(({ rule, n }) => [rule, n]),
  );
  return {
    asOfMs: nowMs,
    rules: ALARM_RULE_CODES.map((code) => {
      const { priority, raisedTo, latching, actWithinMs, firstAction } = ALARM_CATALOGUE[code];
      return { code, priority, raisedTo, latching, actWithinMs, firstAction, alarms: counts.get(code) ?? 0 };
    }),
    verdicts: await verdictCounts(deps.reader, scope, nowMs - PRECISION_WINDOW_MS),
    downgrades: await listDowngrades(deps.reader, scope, nowMs - PRECISION_WINDOW_MS),
    settings: await listRuleSettings(deps.reader, scope),
    proposals: await listRuleProposals(deps.reader, scope, nowMs - COUNT_WINDOW_MS),
    rights: {
      tune: caller.permission('TUNE_RULES')?.scope.campusWide ?? false,
      publish: caller.permission('PUBLISH_RULES')?.scope.campusWide ?? false,
      userId: caller.user?.id ?? null,
      tuners: rolesThatMay('TUNE_RULES'),
      publishers: rolesThatMay('PUBLISH_RULES'),
    },
  };
}
