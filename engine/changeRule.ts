import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, withTransaction } from '../db/client';
import { campusById, raiseConfigVersion } from '../db/queries/campus';
import { notify } from '../db/queries/notify';
import {
  decideRuleProposal,
  insertRuleProposal,
  insertSettingVersion,
  lockRuleProposal,
  type RuleProposalRow,
  settingVersion,
} from '../db/queries/ruleProposals';
import { spaceIdByCode } from '../db/queries/spaces';
import { type SettingBody, settingFaults } from '../domain/detection/ruleSettings';
import { DomainError, invalid } from '../domain/errors';
import type { Closing, EngineContext } from './context';
import { needOpenProposal, type ProposalDecision } from './decideOnce';

export interface RuleChange {
  readonly campusId: number;
  readonly rule: string;
  /** Null: the campus. */
  readonly space: string | null;
  /** All settings that the place is to have; what it leaves out stands at the rule's default. */
  readonly body: SettingBody;
  readonly reason: string;
  readonly userId: number;
  readonly actor: string;
}

/**
 * Proposes settings of a rule at a place. Nothing changes until an admin publishes them.
 * @returns its id
 * @throws DomainError invalid/REASON and as `settingFaults` names it; notFound/SPACE; conflict/RULE_PROPOSAL_OPEN
 */
export async function proposeRule(
  database: Database,
  ctx: EngineContext,
  change: RuleChange,
  closing?: Closing<number>,
): Promise<number> {
  const reason = change.reason.trim();
  if (reason === '') throw invalid('/reason', 'REASON', 'A reason must be given.');
  const [fault] = settingFaults(change.rule, change.body);
  if (fault) throw invalid(`/body/${fault.key}`, fault.code, fault.words);
  return withTransaction(database, async (tx) => {
    const { campusId, rule, body } = change;
    const spaceId = change.space === null ? null : await spaceIdByCode(tx.client, campusId, change.space);
    if (change.space !== null && spaceId === null)
      throw new DomainError('notFound', 'SPACE', `There is no place ${change.space}.`, { field: '/space' });
    const id = await insertRuleProposal(tx.client, {
      ...{ campusId, rule, spaceId, body, reason },
      seenVersion: await settingVersion(tx.client, campusId, rule, spaceId),
      proposerId: change.userId,
      proposedBy: change.actor,
      atMs: ctx.clock.now(),
    });
    if (id === null)
      throw new DomainError('conflict', 'RULE_PROPOSAL_OPEN', 'A change of this rule waits there already.');
    closing?.(tx, id);
    return id;
  });
}

/**
 * Decides about a proposal, or takes one's own back. What is published is a new version that holds from the next batch on.
 * @throws DomainError notFound/PROPOSAL; conflict/DECIDED, RULE_MOVED (another version came meanwhile); forbidden/SAME_PERSON, NOT_YOURS
 */
export async function decideRule(
  database: Database,
  ctx: EngineContext,
  request: ProposalDecision & { readonly campusId: number; readonly id: number },
  closing?: Closing<RuleProposalRow>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    // The configuration first, as whoever changes it does: batches under way end before.
    await campusById(tx.client, request.campusId, true);
    const stored = await lockRuleProposal(tx.client, request.campusId, request.id);
    const proposal = await needOpenProposal(tx, stored, request);
    const atMs = ctx.clock.now();
    if (request.decision === 'APPROVED') {
      const { rule, spaceId, body, seenVersion } = proposal;
      if ((await settingVersion(tx.client, request.campusId, rule, spaceId)) !== seenVersion)
        throw new DomainError('conflict', 'RULE_MOVED', 'The settings have changed since this was proposed.');
      await insertSettingVersion(
        tx.client,
        request.campusId,
        { rule, spaceId, version: seenVersion + 1, body },
        request.actor,
        atMs,
      );
      await raiseConfigVersion(tx.client, request.campusId);
      notify(tx, DB_CHANNELS.configChanged, ['RULE']);
    }
    await decideRuleProposal(tx.client, proposal.id, { state: request.decision, by: request.actor, atMs });
    closing?.(tx, proposal);
  });
}
