import type { Tx } from '../db/client';
import { isSamePerson } from '../db/queries/samePerson';
import { DomainError } from '../domain/errors';
import { needOtherThanAuthor } from './needSecondPerson';

/** What waits for somebody's word, as its row is read under a lock. */
interface Waiting {
  readonly state: string;
}

export interface Proposal extends Waiting {
  readonly proposedBy: string;
  readonly decidedBy: string | null;
}

/** What becomes of a proposal: others publish or refuse it, its author takes it back. */
export interface ProposalDecision {
  readonly actor: string;
  readonly decision: 'APPROVED' | 'REJECTED' | 'WITHDRAWN';
}

/**
 * The proposal, where it waits and this person may decide about it so.
 * @throws DomainError notFound/PROPOSAL; conflict/DECIDED; forbidden/SAME_PERSON, NOT_YOURS
 */
export async function needOpenProposal<T extends Proposal>(
  tx: Tx,
  proposal: T | null,
  { actor, decision }: ProposalDecision,
): Promise<T> {
  const open = needWaiting(proposal, 'PENDING', { reason: 'PROPOSAL', words: 'proposal' }, (decided) => ({
    by: decided.decidedBy ?? '',
  }));
  const own = await isSamePerson(tx, open.proposedBy, actor);
  if (decision === 'WITHDRAWN' && !own)
    throw new DomainError('forbidden', 'NOT_YOURS', 'Only who proposed takes a proposal back.');
  if (decision !== 'WITHDRAWN' && own)
    throw new DomainError('forbidden', 'SAME_PERSON', 'Another person must decide than proposed.');
  return open;
}

/** A draft of finance: its author may take it back, by refusing it, and approves it never. */
export interface Draft extends Waiting {
  readonly draftedBy: string;
}

/**
 * The draft, where it waits and this person may decide about it so.
 * @param what its code in refusals, and the word for it
 * @throws DomainError notFound with that code; conflict/DECIDED; refused/OWN_DRAFT
 */
export async function needOpenDraft<T extends Draft>(
  tx: Tx,
  draft: T | null,
  what: { readonly reason: string; readonly words: string },
  decision: { readonly actor: string; readonly approve: boolean },
): Promise<T> {
  const open = needWaiting(draft, 'DRAFT', what, ({ state }) => ({ state }));
  if (decision.approve) await needOtherThanAuthor(tx, open.draftedBy, decision.actor);
  return open;
}

function needWaiting<T extends Waiting>(
  row: T | null,
  state: T['state'],
  { reason, words }: { readonly reason: string; readonly words: string },
  detailsOf: (decided: T) => Record<string, string>,
): T {
  if (!row) throw new DomainError('notFound', reason, `There is no such ${words}.`);
  if (row.state !== state)
    throw new DomainError('conflict', 'DECIDED', `This ${words} was decided before.`, detailsOf(row));
  return row;
}
