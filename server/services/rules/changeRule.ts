import { spaceIdByCode } from '../../../db/queries/spaces';
import type { AlarmRuleCode } from '../../../domain/alarms/alarmCatalogue';
import { type SettingBody, settingFaults } from '../../../domain/detection/ruleSettings';
import { DomainError, invalid } from '../../../domain/errors';
import { decideRule, proposeRule } from '../../../engine/changeRule';
import { previewRule, type RulePreview } from '../../../engine/previewRule';
import { freshRegistry } from '../../../engine/registry';
import { type Caller, requireCampusWide, roleMissing } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { COUNT_WINDOW_MS } from './readRules';
import { missingOfRule } from './ruleWords';

/** Settings of a rule for a place (null: the campus), all of them. */
export interface ProposedRule {
  readonly rule: AlarmRuleCode;
  readonly space: string | null;
  readonly body: SettingBody;
}

/** How many alarms the last 30 days would have had. @throws DomainError forbidden, notFound/SPACE, invalid for a bad setting */
export async function previewRuleChange(
  deps: ServiceDeps,
  caller: Caller,
  { rule, space, body }: ProposedRule,
): Promise<RulePreview> {
  const { scope } = requireCampusWide(caller, 'TUNE_RULES');
  const [fault] = settingFaults(rule, body);
  if (fault) throw invalid(`/body/${fault.key}`, fault.code, fault.words);
  const { campusId } = scope;
  const spaceId = space === null ? null : await spaceIdByCode(deps.database.pool, campusId, space);
  if (space !== null && spaceId === null)
    throw new DomainError('notFound', 'SPACE', `There is no place ${space}.`, { field: '/space' });
  const toMs = deps.engine.clock.now();
  return previewRule(deps.reader, await freshRegistry(deps.database), {
    ...{ campusId, rule, spaceId, body, toMs },
    fromMs: toMs - COUNT_WINDOW_MS,
  });
}

/** Proposes settings of a rule. @throws DomainError forbidden, and as the engine's `proposeRule` */
export async function proposeRuleChange(
  deps: ServiceDeps,
  caller: Caller,
  { reason, ...change }: ProposedRule & { readonly reason: string },
): Promise<{ id: number }> {
  const { scope } = requireCampusWide(caller, 'TUNE_RULES');
  if (caller.user === null) throw roleMissing('TUNE_RULES');
  const request = {
    ...{ ...change, reason, campusId: scope.campusId },
    ...{ userId: caller.user.id, actor: caller.actor },
  };
  const id = await proposeRule(deps.database, deps.engine, request, (tx, proposal) =>
    auditAct(tx, deps, caller, {
      action: 'RULE_PROPOSED',
      target: `rule:${change.rule}`,
      after: { proposal, space: change.space ?? '', body: { ...change.body }, reason },
    }),
  );
  return { id };
}

/**
 * An admin publishes or refuses, or whoever proposed takes it back.
 * @throws DomainError `refused` `RULE_INCOMPLETE` where the alarm says no response or time to act; as the engine's `decideRule`
 */
export async function decideRuleChange(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly id: number; readonly decision: 'APPROVED' | 'REJECTED' | 'WITHDRAWN' },
): Promise<void> {
  const action = input.decision === 'WITHDRAWN' ? 'TUNE_RULES' : 'PUBLISH_RULES';
  const { scope } = requireCampusWide(caller, action);
  if (caller.user === null) throw roleMissing(action);
  const request = { ...input, campusId: scope.campusId, actor: caller.actor };
  await decideRule(deps.database, deps.engine, request, (tx, proposal) => {
    const missing = input.decision === 'APPROVED' ? missingOfRule(proposal.rule) : [];
    if (missing.length > 0)
      throw new DomainError('refused', 'RULE_INCOMPLETE', `Its alarm lacks ${missing.join(', ')}.`);
    auditAct(tx, deps, caller, {
      action: `RULE_${input.decision}`,
      target: `rule:${proposal.rule}`,
      before: { version: proposal.seenVersion },
      after: { proposal: proposal.id, body: { ...proposal.body }, proposedBy: proposal.proposedBy },
    });
  });
}
