import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, withTransaction } from '../db/client';
import { samePerson } from '../db/queries/bulkJobs';
import { campusById, raiseConfigVersion } from '../db/queries/campus';
import {
  decideRuleProposal,
  insertRuleProposal,
  insertSettingVersion,
  lockRuleProposal,
  type RuleProposalRow,
  settingVersion,
} from '../db/queries/ruleProposals';
import { spaceIdByCode } from '../db/queries/spaces';
import { notify } from '../db/queries/supply';
import { type SettingBody, settingFaults } from '../domain/detection/ruleSettings';
import { DomainError, invalid } from '../domain/errors';
import type { Closing, EngineContext } from './context';

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
  request: {
    readonly campusId: number;
    readonly id: number;
    readonly userId: number;
    readonly actor: string;
    readonly decision: 'APPROVED' | 'REJECTED' | 'WITHDRAWN';
  },
  closing?: Closing<RuleProposalRow>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    // The configuration first, as whoever changes it does: batches under way end before.
    await campusById(tx.client, request.campusId, true);
    const proposal = await lockRuleProposal(tx.client, request.campusId, request.id);
    if (!proposal) throw new DomainError('notFound', 'PROPOSAL', 'There is no such proposal.');
    if (proposal.state !== 'PENDING')
      throw new DomainError('conflict', 'DECIDED', 'This proposal was decided before.', {
        by: proposal.decidedBy ?? '',
      });
    const own = await samePerson(tx.client, proposal.proposerId, request.userId);
    if (request.decision === 'WITHDRAWN' && !own)
      throw new DomainError('forbidden', 'NOT_YOURS', 'Only who proposed takes a proposal back.');
    if (request.decision !== 'WITHDRAWN' && own)
      throw new DomainError('forbidden', 'SAME_PERSON', 'Another person must decide than proposed.');
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
      await notify(tx.client, DB_CHANNELS.configChanged, { ids: ['RULE'] });
    }
    await decideRuleProposal(tx.client, proposal.id, { state: request.decision, by: request.actor, atMs });
    closing?.(tx, proposal);
  });
}
