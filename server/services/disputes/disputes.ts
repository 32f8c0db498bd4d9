import type { Second } from '../../../contracts/payments';
import { findProofCharge } from '../../../db/queries/chargeProofs';
import { type DisputeView, disputeOfCharge, evidenceOf, listDisputes } from '../../../db/queries/disputes';
import type { ScopeFilter } from '../../../db/queries/scope';
import { DomainError, invalid } from '../../../domain/errors';
import { microFromText, textFromMicro } from '../../../domain/units';
import { decideDispute, endDispute, type Remedy, startReview } from '../../../engine/decideDispute';
import { type OpenedDispute, openDispute } from '../../../engine/openDispute';
import { type Caller, requirePermission } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { auditAct, auditConsent } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';

const LIST_MAX = 200;

/** Disputes of the accounts that the caller sees, open ones first. */
export function viewDisputes(deps: ReadDeps, caller: Caller): Promise<DisputeView[]> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  return listDisputes(deps.reader, scope, LIST_MAX);
}

/** The dispute about a charge, or about the one that it replaced; null: nobody contested it. */
export function viewDisputeOfCharge(
  deps: ReadDeps,
  caller: Caller,
  input: { readonly chargeId: string },
): Promise<DisputeView | null> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  return disputeOfCharge(deps.reader, scope, BigInt(input.chargeId));
}

/** What was frozen when a dispute was opened. @throws DomainError `notFound` `DISPUTE` */
export async function viewEvidence(
  deps: ReadDeps,
  caller: Caller,
  input: { readonly id: string },
): Promise<{ evidence: string; evidenceHash: string }> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  const evidence = await evidenceOf(deps.reader, scope, input.id);
  if (!evidence) throw new DomainError('notFound', 'DISPUTE', `There is no dispute ${input.id}.`);
  return evidence;
}

async function requireDispute(deps: ReadDeps, scope: ScopeFilter, id: string): Promise<void> {
  if (!(await evidenceOf(deps.reader, scope, id)))
    throw new DomainError('notFound', 'DISPUTE', `There is no dispute ${id}.`);
}

/** Contests a charge of an account that the caller answers for. @throws DomainError as `openDispute` */
export async function contestCharge(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly chargeId: string; readonly reason: string },
): Promise<OpenedDispute> {
  const { scope } = requirePermission(caller, 'CONTEST_CHARGE');
  const chargeId = BigInt(input.chargeId);
  if (!(await findProofCharge(deps.reader, scope, chargeId)))
    throw new DomainError('notFound', 'CHARGE', `There is no charge ${input.chargeId}.`);
  const { reason } = input;
  return openDispute(
    deps.database,
    deps.engine,
    {
      ...{ campusId: scope.campusId, chargeId, reason, actor: caller.actor },
      byStaff: caller.permission('DECIDE_DISPUTE') !== null,
    },
    (tx, opened) =>
      auditAct(tx, deps, caller, {
        action: 'CONTEST_CHARGE',
        target: `account:${opened.accountCode}`,
        after: {
          dispute: opened.id,
          charge: input.chargeId,
          amount: textFromMicro(opened.disputedMicro),
          evidence: opened.evidenceHash,
          reason,
        },
      }),
  );
}

/** Takes a dispute on. @throws DomainError as `startReview` */
export async function reviewDispute(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly id: string },
): Promise<void> {
  const { scope } = requirePermission(caller, 'DECIDE_DISPUTE');
  await requireDispute(deps, scope, input.id);
  return startReview(
    deps.database,
    deps.engine,
    { campusId: scope.campusId, id: input.id, actor: caller.actor },
    (tx) => auditAct(tx, deps, caller, { action: 'REVIEW_DISPUTE', target: `dispute:${input.id}` }),
  );
}

/** A decision as it comes in; the amount is decimal text. */
export interface DecisionInput {
  readonly id: string;
  readonly reason: string;
  readonly remedy:
    | { readonly kind: 'RERATE'; readonly discardReadingMs: number | null }
    | { readonly kind: 'GOODWILL'; readonly amount: string }
    | null;
  /** For goodwill above what one person may give back in a day: who consents beside. */
  readonly second?: Second | undefined;
}

/** Decides a dispute: upheld with a remedy, rejected without. @throws DomainError as `decideDispute`; `refused` `SECOND_PERSON_WRONG` */
export async function settleDispute(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  input: DecisionInput,
): Promise<void> {
  const { scope } = requirePermission(caller, 'DECIDE_DISPUTE');
  const { id, reason } = input;
  await requireDispute(deps, scope, id);
  const second = input.second ? await secondPerson(deps, caller, input.second, 'DECIDE_DISPUTE') : null;
  // Whoever consents must be allowed to do it themselves.
  if (second) await requireDispute(deps, requirePermission(second, 'DECIDE_DISPUTE').scope, id);
  await decideDispute(
    deps.database,
    deps.engine,
    {
      ...{ campusId: scope.campusId, id, reason, remedy: remedyOf(input.remedy) },
      actor: caller.actor,
      approver: second?.actor ?? null,
    },
    (tx, outcome) => {
      const act = { action: input.remedy ? 'UPHOLD_DISPUTE' : 'REJECT_DISPUTE', target: `dispute:${id}` };
      auditAct(tx, deps, caller, {
        ...act,
        after: { reason, ...outcome, remedy: input.remedy?.kind ?? null },
      });
      auditConsent(tx, deps, caller, second, act);
    },
  );
}

function remedyOf(remedy: DecisionInput['remedy']): Remedy | null {
  if (remedy?.kind !== 'GOODWILL') return remedy;
  const amountMicro = microFromText(remedy.amount);
  if (amountMicro === null || !/^\d+(\.\d{1,6})?$/.test(remedy.amount))
    throw invalid('/remedy/amount', 'GOODWILL_AMOUNT', 'The amount must be a decimal such as "0.50".');
  return { kind: 'GOODWILL', amountMicro };
}

/** Closes a decided dispute: by the payer who has read it, or by finance. @throws DomainError as `endDispute` */
export async function closeDecided(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly id: string },
): Promise<void> {
  const { scope } = requirePermission(caller, 'CONTEST_CHARGE');
  await requireDispute(deps, scope, input.id);
  await endDispute(
    deps.database,
    deps.engine,
    { campusId: scope.campusId, id: input.id, actor: caller.actor },
    (tx) => auditAct(tx, deps, caller, { action: 'CLOSE_DISPUTE', target: `dispute:${input.id}` }),
  );
}
