import type {
  ChargebackInput,
  ClaimUnassigned,
  LiftFlag,
  PaymentAttention,
  RefundInput,
  ResolveSuspense,
} from '../../../contracts/payments';
import { listFlaggedAccounts } from '../../../db/queries/chargebacks';
import { listHeldOrders, listOpenSuspense } from '../../../db/queries/paymentAttention';
import { listUnassigned } from '../../../db/queries/unassigned';
import { DomainError, invalid } from '../../../domain/errors';
import { orderCare } from '../../../domain/payments/orderHelp';
import { campusZone } from '../../../domain/time/campusTime';
import { fenTextFromMicro, microFromText, textFromMicro } from '../../../domain/units';
import { type ChargebackVerdict, liftFlag, takeChargeback } from '../../../engine/payments/chargeBack';
import { claimUnassigned } from '../../../engine/payments/claimUnassigned';
import { type RefundOutcome, refundCash } from '../../../engine/payments/refundCash';
import { handOutRefund, tellRefundAgain } from '../../../engine/payments/refundSteps';
import { resolveSuspense } from '../../../engine/payments/suspense';
import { type Caller, requireCampusWide, requirePermission } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { requireAccount } from '../accounts/requireAccount';
import { auditAct, auditConsent } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';

const iso = (ms: number): string => new Date(ms).toISOString();

/** Two decimals, unless it is money of a currency that has more. */
const exactText = (micro: bigint): string =>
  micro % 10_000n === 0n ? fenTextFromMicro(micro) : textFromMicro(micro);

/** Money that waits for finance. @throws DomainError `forbidden` */
export async function paymentAttention(deps: ReadDeps, caller: Caller): Promise<PaymentAttention> {
  const { scope } = requirePermission(caller, 'REFUND');
  const suspense = await listOpenSuspense(deps.reader, scope);
  const unassigned = await listUnassigned(deps.reader, scope);
  const held = await listHeldOrders(deps.reader, scope);
  const zone = campusZone(caller.campus.timeZone);
  const nowMs = deps.engine.clock.now();
  const flagged = await listFlaggedAccounts(deps.reader, scope);
  return {
    suspense: suspense.map(({ amountMicro, receivedMs, dueMs, ...item }) => ({
      ...item,
      amount: exactText(amountMicro),
      receivedAt: iso(receivedMs),
      dueAt: iso(dueMs),
    })),
    unassigned: unassigned.map(({ id, channel, txn, amountMicro, currency, receivedMs }) => ({
      ...{ id, channel, providerTxn: txn, amount: exactText(amountMicro), currency },
      receivedAt: iso(receivedMs),
    })),
    held: held.flatMap(({ amountMicro, paidMs, problem, ...order }) => {
      const care = orderCare({ state: 'PAID', paidMs, problem }, zone, nowMs);
      return care === null
        ? []
        : [
            {
              ...order,
              amount: fenTextFromMicro(amountMicro),
              paidAt: iso(paidMs),
              problem: care.problem,
              who: care.who,
              by: iso(care.byMs),
            },
          ];
    }),
    flagged: flagged.map(({ amountMicro, bookedMs, returnedMs, ...one }) => ({
      ...one,
      amount: fenTextFromMicro(amountMicro),
      bookedAt: iso(bookedMs),
      returnedAt: returnedMs === null ? null : iso(returnedMs),
    })),
  };
}

/**
 * Books a chargeback that came by letter or on a list; taken twice it changes nothing.
 * @throws DomainError `forbidden`, `invalid`, `conflict` `CHARGEBACK_CONFLICT` (no such payment, other money than it was told with,
 *   or more than is left of the payment)
 */
export async function enterChargeback(
  deps: ServiceDeps,
  caller: Caller,
  input: ChargebackInput,
): Promise<{ readonly verdict: ChargebackVerdict }> {
  const { scope } = requireCampusWide(caller, 'REFUND');
  const { channel, reference, step, reason } = input;
  const amountMicro = microFromText(input.amount);
  if (amountMicro === null) throw invalid('/amount', 'AMOUNT', 'An amount with at most two decimals.');
  const verdict = await takeChargeback(
    deps.database,
    deps.engine,
    {
      ...{ campusId: scope.campusId, channel, reference, txn: input.payment, amountMicro, step, reason },
      ...{ currency: caller.campus.currency, actor: caller.actor, event: null },
    },
    (tx, taken) =>
      auditAct(tx, deps, caller, {
        action: 'CHARGEBACK',
        target: `payment:${channel}:${input.payment}`,
        after: { reference, amount: input.amount, step, reason, verdict: taken },
      }),
  );
  if (verdict === 'CONFLICT')
    throw new DomainError(
      'conflict',
      'CHARGEBACK_CONFLICT',
      'No such payment, told before with another amount, or more than is left of it.',
    );
  return { verdict };
}

/** Finance has looked at a chargeback. @throws DomainError `forbidden`, `notFound` `CHARGEBACK`, `invalid` */
export async function liftAccountFlag(deps: ServiceDeps, caller: Caller, input: LiftFlag): Promise<void> {
  const { scope } = requireCampusWide(caller, 'REFUND');
  await liftFlag(
    deps.database,
    deps.engine,
    { campusId: scope.campusId, chargebackId: input.id, actor: caller.actor, note: input.note },
    (tx) =>
      auditAct(tx, deps, caller, {
        action: 'LIFT_FLAG',
        target: `chargeback:${input.id}`,
        after: { note: input.note },
      }),
  );
}

/**
 * Gives cash back to the original payments, newest first.
 * @throws DomainError `forbidden`, `notFound`, `invalid`, `refused` `SECOND_PERSON` / `SECOND_PERSON_WRONG`
 */
export async function refundAccount(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  input: RefundInput,
): Promise<RefundOutcome> {
  const { scope } = requirePermission(caller, 'REFUND');
  const amountMicro = input.amount === null ? null : microFromText(input.amount);
  const second = input.second ? await secondPerson(deps, caller, input.second, 'REFUND') : null;
  await requireAccount(deps, scope, input.accountCode);
  // Whoever consents must be allowed to do it themselves.
  if (second) await requireAccount(deps, requirePermission(second, 'REFUND').scope, input.accountCode);
  return refundCash(
    deps.database,
    deps.engine,
    {
      campusId: scope.campusId,
      accountCode: input.accountCode,
      amountMicro,
      reason: input.reason,
      actor: caller.actor,
      approver: second?.actor ?? null,
    },
    (tx, outcome) => {
      const act = { action: 'REFUND', target: `account:${input.accountCode}` };
      auditAct(tx, deps, caller, {
        ...act,
        after: {
          amount: fenTextFromMicro(outcome.amountMicro),
          refunds: outcome.parts.map(({ refundNo }) => refundNo),
          reason: input.reason,
          ...(second ? { approver: second.actor } : {}),
        },
      });
      auditConsent(tx, deps, caller, second, act);
    },
  );
}

/** A refund was handed out, from the list that finance of the whole campus sees. @throws DomainError `forbidden`, `notFound`, `conflict` `NOT_BY_HAND` */
export async function handOut(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly refundNo: string; readonly reference: string },
): Promise<void> {
  const { scope } = requireCampusWide(caller, 'REFUND');
  await handOutRefund(deps.database, deps.engine, { campusId: scope.campusId, ...input }, (tx) =>
    auditAct(tx, deps, caller, {
      action: 'REFUND_HANDED_OUT',
      target: `refund:${input.refundNo}`,
      after: { reference: input.reference },
    }),
  );
}

/** Has a refund told to its provider again at once. @throws DomainError `forbidden`, `notFound`, `conflict` `NOT_UNDER_WAY` */
export async function retryRefund(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly refundNo: string },
): Promise<void> {
  const { scope } = requireCampusWide(caller, 'REFUND');
  await tellRefundAgain(deps.database, deps.engine, { campusId: scope.campusId, ...input }, (tx) =>
    auditAct(tx, deps, caller, { action: 'REFUND_TOLD_AGAIN', target: `refund:${input.refundNo}` }),
  );
}

/** Takes unassigned money to the caller's campus. @throws DomainError `forbidden`, `notFound` `UNASSIGNED`, `conflict` `RESOLVED` */
export async function claimMoney(deps: ServiceDeps, caller: Caller, input: ClaimUnassigned): Promise<void> {
  const { scope } = requireCampusWide(caller, 'REFUND');
  const claim = { campusId: scope.campusId, eventId: input.id };
  await claimUnassigned(deps.database, deps.engine, claim, (tx) =>
    auditAct(tx, deps, caller, { action: 'CLAIM_PAYMENT', target: `psp_event:${input.id}` }),
  );
}

/**
 * Finds a place for money in suspense.
 * @throws DomainError `forbidden`, `notFound`, `conflict` `RESOLVED`, `invalid`, `refused` `SECOND_PERSON` / `SECOND_PERSON_WRONG`
 */
export async function resolveSuspenseItem(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  input: ResolveSuspense,
): Promise<void> {
  const { scope } = requireCampusWide(caller, 'REFUND');
  const second = input.second ? await secondPerson(deps, caller, input.second, 'REFUND') : null;
  // Whoever consents must be allowed to do it themselves.
  if (second) requireCampusWide(second, 'REFUND');
  await resolveSuspense(
    deps.database,
    deps.engine,
    {
      campusId: scope.campusId,
      itemId: input.id,
      decision: input.decision,
      actor: caller.actor,
      approver: second?.actor ?? null,
      note: input.note,
    },
    (tx) => {
      const act = { action: 'RESOLVE_SUSPENSE', target: `suspense:${input.id}` };
      auditAct(tx, deps, caller, {
        ...act,
        after: { ...input.decision, note: input.note, ...(second ? { approver: second.actor } : {}) },
      });
      auditConsent(tx, deps, caller, second, act);
    },
  );
}
