import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, type Tx, withTransaction } from '../db/client';
import { campusById, raiseConfigVersion } from '../db/queries/campus';
import { notify } from '../db/queries/notify';
import {
  decideProposal,
  insertProposal,
  lockProposal,
  lockProtection,
  type ProposalRow,
  setProtection,
} from '../db/queries/protectionProposals';
import { DomainError, invalid } from '../domain/errors';
import { isCut } from '../domain/supply/resend';
import type { Protection, SupplyReason } from '../domain/supply/supplyState';
import { applyAlarmSignal } from './applyAlarmEvent';
import type { Closing, EngineContext } from './context';
import { needOpenProposal, type ProposalDecision } from './decideOnce';
import { currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

/** Reasons that hold no point of life safety; a hazard or a trip still tells of itself. */
const ENDED_BY_LIFE_SAFETY: readonly SupplyReason[] = ['MANUAL', 'ARREARS', 'SCHEDULE', 'LOADSHED', 'QUOTA'];

export interface ProtectionRequest {
  readonly campusId: number;
  readonly pointId: number;
  readonly protection: Protection;
  readonly owner: string | null;
  readonly phone: string | null;
  readonly reason: string;
  readonly userId: number;
  readonly actor: string;
}

/**
 * Proposes to put a point on the protected list, to change its protection or to take it off. Nothing changes until an admin
 * approves.
 * @returns its id
 * @throws DomainError invalid/REASON, OWNER (life safety names who answers); conflict/NOTHING_TO_DO, PROPOSAL_OPEN
 */
export async function proposeProtection(
  database: Database,
  ctx: EngineContext,
  request: ProtectionRequest,
  closing?: Closing<number>,
): Promise<number> {
  const reason = request.reason.trim();
  if (reason === '') throw invalid('/reason', 'REASON', 'A reason must be given.');
  if (request.protection === 'LIFE_SAFETY' && !request.owner?.trim())
    throw invalid('/owner', 'OWNER', 'A point of life safety names who answers for it.');
  return withTransaction(database, async (tx) => {
    const before = await lockProtection(tx.client, request.pointId);
    if (before === request.protection && request.owner === null && request.phone === null)
      throw new DomainError('conflict', 'NOTHING_TO_DO', 'The point is protected so already.');
    const id = await insertProposal(tx.client, {
      campusId: request.campusId,
      pointId: request.pointId,
      before,
      after: request.protection,
      owner: request.owner,
      phone: request.phone,
      reason,
      proposerId: request.userId,
      proposedBy: request.actor,
      proposedMs: ctx.clock.now(),
    });
    if (id === null)
      throw new DomainError('conflict', 'PROPOSAL_OPEN', 'A change for this point waits for a decision.');
    closing?.(tx, id);
    return id;
  });
}

/**
 * Decides about a proposal, or takes one's own back. What is approved holds from the commit on: every send reads it again.
 * @throws DomainError notFound/PROPOSAL; conflict/DECIDED; forbidden/SAME_PERSON, NOT_YOURS
 */
export async function decideProtection(
  database: Database,
  ctx: EngineContext,
  request: ProposalDecision & {
    readonly campusId: number;
    readonly id: number;
    readonly note: string | null;
  },
  closing?: Closing<ProposalRow>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    // The configuration first, as whoever changes it does: batches under way end before.
    await campusById(tx.client, request.campusId, true);
    const stored = await lockProposal(tx.client, request.campusId, request.id);
    const proposal = await needOpenProposal(tx, stored, request);
    await decideProposal(tx.client, proposal.id, {
      state: request.decision,
      by: request.actor,
      atMs: ctx.clock.now(),
      note: request.note,
    });
    if (request.decision === 'APPROVED') {
      if (proposal.after === 'LIFE_SAFETY') await beginLifeSafety(database, tx, ctx, proposal, request.actor);
      await setProtection(tx.client, proposal.pointId, {
        protection: proposal.after,
        owner: proposal.owner,
        phone: proposal.phone,
      });
      await raiseConfigVersion(tx.client, request.campusId);
      notify(tx, DB_CHANNELS.configChanged, ['POINT']);
    }
    closing?.(tx, proposal);
  });
}

/**
 * From now on nothing cuts the point: a cut that has not gone out never does, and what such a point is not switched off for no
 * longer waits for the day on which the protection ends. What is dark already stays so, for somebody may be at work there; people
 * are called at once to switch it on.
 */
async function beginLifeSafety(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  { campusId, pointId }: ProposalRow,
  actor: string,
): Promise<void> {
  const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
  await desk.open([pointId]);
  const cuts = desk.liveCommands(pointId).filter(({ op }) => isCut(op));
  for (const cut of cuts)
    if (cut.issuedMs === null)
      await desk.step(cut, 'CANCEL', actor, { reason: 'LIFE_SAFETY' }, { resultCode: 'LIFE_SAFETY' });
  const isOut = cuts.some(({ issuedMs }) => issuedMs !== null);
  const { observed } = desk.row(pointId);
  if (observed === 'OPEN')
    await applyAlarmSignal(tx, desk.now, {
      rule: 'LIFE_SAFETY_DARK',
      subject: { campusId, type: 'POINT', id: pointId, spaceId: desk.point(pointId).spaceId },
      kind: 'RAISE',
      atMs: desk.now,
    });
  else if (!isOut) for (const reason of ENDED_BY_LIFE_SAFETY) desk.clearReason(pointId, reason);
  await desk.flush();
}
