import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, withTransaction } from '../db/client';
import { campusById, raiseConfigVersion } from '../db/queries/campus';
import { reviewUsedUp } from '../db/queries/creditTerms';
import {
  endNoCutDeclaration,
  insertNoCutDeclaration,
  lockNoCutDeclaration,
  type NoCutDeclaration,
} from '../db/queries/noCutDeclarations';
import { notify } from '../db/queries/notify';
import { currentPolicies } from '../db/queries/policies';
import { DomainError, invalid } from '../domain/errors';
import type { DeclaredPeriod } from '../domain/supply/noCutPeriods';
import type { Closing, EngineContext } from './context';

const DAY_MS = 86_400_000;
/** A declaration is an exception with an end in sight; what holds longer belongs into the policy. */
const LONGEST_MS = 62 * DAY_MS;
/** One that is declared for "from now" may be a moment old when it arrives. */
const BEHIND_MS = 15 * 60_000;

export interface NoCutRequest {
  readonly campusId: number;
  /** Policy that it holds for; null: all of the campus. */
  readonly policyCode: string | null;
  readonly kind: DeclaredPeriod['kind'];
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
  readonly actor: string;
}

/**
 * Declares a time without cuts for credit, for heat, cold or an outage of payments. It bars the reason ARREARS alone; a cut that
 * waits to go out is taken back when it is sent, and arrears accrue.
 * @returns its id
 * @throws DomainError invalid: TO (not after from, past, or over 62 days), FROM (in the past), REASON, POLICY (unknown)
 */
export async function declareNoCut(
  database: Database,
  ctx: EngineContext,
  request: NoCutRequest,
  closing?: Closing<number>,
): Promise<number> {
  const now = ctx.clock.now();
  const { fromMs, toMs } = request;
  if (fromMs < now - BEHIND_MS) throw invalid('/from', 'FROM', 'It can’t begin in the past.');
  if (toMs <= fromMs || toMs <= now || toMs - fromMs > LONGEST_MS)
    throw invalid('/to', 'TO', 'It must end after it begins, within 62 days.');
  if (request.reason.trim() === '') throw invalid('/reason', 'REASON', 'A reason must be given.');
  return withTransaction(database, async (tx) => {
    await campusById(tx.client, request.campusId, true);
    const policies = await currentPolicies(tx.client, request.campusId);
    if (request.policyCode !== null && !policies.some(({ code }) => code === request.policyCode))
      throw invalid('/policy', 'POLICY', `There is no policy ${request.policyCode}.`);
    const id = await insertNoCutDeclaration(tx.client, request.campusId, {
      policyCode: request.policyCode,
      kind: request.kind,
      fromMs,
      toMs,
      reason: request.reason,
      declaredBy: request.actor,
      declaredMs: now,
    });
    await takeEffect(tx, request.campusId, now);
    closing?.(tx, id);
    return id;
  });
}

/**
 * Ends a declared time at once; what it barred is looked at anew.
 * @throws DomainError notFound/DECLARATION; conflict/ENDED
 */
export async function endNoCut(
  database: Database,
  ctx: EngineContext,
  request: { readonly campusId: number; readonly id: number; readonly actor: string },
  closing?: Closing<NoCutDeclaration>,
): Promise<NoCutDeclaration> {
  return withTransaction(database, async (tx) => {
    await campusById(tx.client, request.campusId, true);
    const declared = await lockNoCutDeclaration(tx.client, request.campusId, request.id);
    if (!declared) throw new DomainError('notFound', 'DECLARATION', `There is no declaration ${request.id}.`);
    const now = ctx.clock.now();
    if (declared.endedMs !== null || declared.toMs <= now)
      throw new DomainError('conflict', 'ENDED', 'This time is over already.');
    await endNoCutDeclaration(tx.client, request.id, request.actor, now);
    await takeEffect(tx, request.campusId, now);
    closing?.(tx, declared);
    return declared;
  });
}

async function takeEffect(
  tx: Parameters<Parameters<typeof withTransaction>[1]>[0],
  campusId: number,
  now: number,
): Promise<void> {
  await reviewUsedUp(tx.client, campusId, now);
  await raiseConfigVersion(tx.client, campusId);
  notify(tx, DB_CHANNELS.configChanged, ['NO_CUT']);
}
