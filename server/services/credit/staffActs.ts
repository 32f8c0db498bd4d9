import type { Second } from '../../../contracts/payments';
import { invalid } from '../../../domain/errors';
import { microFromText, textFromMicro } from '../../../domain/units';
import { declareNoCut, endNoCut, type NoCutRequest } from '../../../engine/declareNoCut';
import {
  createFund,
  decideSubsidy,
  draftSubsidy,
  type NewFund,
  type SubsidyDraft,
} from '../../../engine/draftSubsidy';
import { decideGift, draftGift } from '../../../engine/giveGift';
import { type CreditTermsInput, setCreditTerms } from '../../../engine/setCreditTerms';
import { type Caller, requireCampusWide, requirePermission } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { requireAccount } from '../accounts/requireAccount';
import { auditAct, auditConsent } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';

/** What staff agree on about credit: each act with its role, and its line in the audit. */

/** Decimal text to µ. @throws DomainError invalid */
function money(text: string, pointer: string): bigint {
  const micro = /^\d+(\.\d{1,6})?$/.test(text) ? microFromText(text) : null;
  if (micro === null) throw invalid(pointer, 'AMOUNT', 'The amount must be a decimal such as "50.00".');
  return micro;
}

const moneyOrNull = (text: string | null, pointer: string): bigint | null =>
  text === null ? null : money(text, pointer);

export interface TermsInput {
  readonly accountCode: string;
  readonly class: CreditTermsInput['class'];
  readonly graceDays: number | null;
  readonly graceLimit: string | null;
  readonly recovery: { readonly percent: number; readonly instalment: string } | null;
  /** Who agrees beside, by name and password. */
  readonly second?: Second | undefined;
}

const termsText = ({ class: kind, graceDays, graceLimitMicro, recovery }: CreditTermsInput) => ({
  class: kind,
  graceDays,
  graceLimit: graceLimitMicro === null ? null : textFromMicro(graceLimitMicro),
  recovery: recovery && {
    percent: recovery.percent,
    instalment: textFromMicro(recovery.instalmentMicro),
  },
});

/** @throws DomainError `forbidden` where either of the two may not, `refused` `SECOND_PERSON_WRONG`, and as `setCreditTerms` of the engine */
export async function agreeOnTerms(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  input: TermsInput,
): Promise<void> {
  const { scope } = requirePermission(caller, 'SET_CREDIT_TERMS');
  await requireAccount(deps, scope, input.accountCode);
  const second = input.second ? await secondPerson(deps, caller, input.second, 'SET_CREDIT_TERMS') : null;
  if (second)
    await requireAccount(deps, requirePermission(second, 'SET_CREDIT_TERMS').scope, input.accountCode);
  await setCreditTerms(
    deps.database,
    deps.engine,
    {
      campusId: scope.campusId,
      accountCode: input.accountCode,
      terms: {
        class: input.class,
        graceDays: input.graceDays,
        graceLimitMicro: moneyOrNull(input.graceLimit, '/graceLimit'),
        recovery: input.recovery && {
          percent: input.recovery.percent,
          instalmentMicro: money(input.recovery.instalment, '/recovery/instalment'),
        },
      },
      actor: caller.actor,
      approver: second?.actor ?? null,
    },
    (tx, { before, after }) => {
      const act = { action: 'CREDIT_TERMS_SET', target: `account:${input.accountCode}` };
      auditAct(tx, deps, caller, {
        ...act,
        before: termsText(before),
        after: { ...termsText(after), approver: second?.actor ?? null },
      });
      auditConsent(tx, deps, caller, second, act);
    },
  );
}

/** @throws DomainError `forbidden`, and as `declareNoCut` of the engine */
export async function declareNoCutTime(
  deps: ServiceDeps,
  caller: Caller,
  input: Omit<NoCutRequest, 'campusId' | 'actor'>,
): Promise<{ id: number }> {
  const { scope } = requireCampusWide(caller, 'DECLARE_NO_CUT');
  const id = await declareNoCut(
    deps.database,
    deps.engine,
    { ...input, campusId: scope.campusId, actor: caller.actor },
    (tx, made) =>
      auditAct(tx, deps, caller, {
        action: 'NO_CUT_DECLARED',
        target: `noCut:${made}`,
        after: {
          kind: input.kind,
          policy: input.policyCode,
          from: input.fromMs,
          to: input.toMs,
          reason: input.reason,
        },
      }),
  );
  return { id };
}

/** @throws DomainError `forbidden`, and as `endNoCut` of the engine */
export async function endNoCutTime(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly id: number },
): Promise<void> {
  const { scope } = requireCampusWide(caller, 'DECLARE_NO_CUT');
  await endNoCut(
    deps.database,
    deps.engine,
    { campusId: scope.campusId, id: input.id, actor: caller.actor },
    (tx, { kind, toMs }) =>
      auditAct(tx, deps, caller, {
        action: 'NO_CUT_ENDED',
        target: `noCut:${input.id}`,
        before: { kind, to: toMs },
      }),
  );
}

/** @throws DomainError `forbidden`, and as `createFund` of the engine */
export async function openFund(
  deps: ServiceDeps,
  caller: Caller,
  input: Omit<NewFund, 'campusId' | 'actor' | 'budgetMicro'> & { readonly budget: string | null },
): Promise<void> {
  const { scope } = requireCampusWide(caller, 'DRAFT_SUBSIDY');
  await createFund(
    deps.database,
    deps.engine,
    {
      ...input,
      budgetMicro: moneyOrNull(input.budget, '/budget'),
      campusId: scope.campusId,
      actor: caller.actor,
    },
    (tx) =>
      auditAct(tx, deps, caller, {
        action: 'FUND_OPENED',
        target: `fund:${input.code}`,
        after: { name: input.name, budget: input.budget },
      }),
  );
}

/** @throws DomainError `forbidden`, and as `draftSubsidy` of the engine */
export async function draftMoneySubsidy(
  deps: ServiceDeps,
  caller: Caller,
  input: Omit<SubsidyDraft, 'campusId' | 'actor' | 'amountMicro'> & { readonly amount: string },
): Promise<void> {
  const { scope } = requirePermission(caller, 'DRAFT_SUBSIDY');
  await requireAccount(deps, scope, input.accountCode);
  await draftSubsidy(
    deps.database,
    deps.engine,
    {
      ...input,
      amountMicro: money(input.amount, '/amount'),
      campusId: scope.campusId,
      actor: caller.actor,
    },
    (tx) =>
      auditAct(tx, deps, caller, {
        action: 'SUBSIDY_DRAFTED',
        target: `subsidy:${input.code}`,
        after: {
          account: input.accountCode,
          fund: input.fundCode,
          amount: input.amount,
          monthly: input.monthly,
          carryOver: input.carryOver,
          note: input.note,
        },
      }),
  );
}

/** @throws DomainError `forbidden`, and as `decideSubsidy` of the engine */
export async function decideMoneySubsidy(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly code: string; readonly approve: boolean },
): Promise<void> {
  const { scope } = requireCampusWide(caller, 'APPROVE_SUBSIDY');
  await decideSubsidy(
    deps.database,
    deps.engine,
    { ...input, campusId: scope.campusId, actor: caller.actor },
    (tx, { accountCode, amountMicro, draftedBy }) =>
      auditAct(tx, deps, caller, {
        action: input.approve ? 'SUBSIDY_APPROVED' : 'SUBSIDY_REJECTED',
        target: `subsidy:${input.code}`,
        after: { account: accountCode, amount: textFromMicro(amountMicro), draftedBy },
      }),
  );
}

/** @throws DomainError `forbidden`, and as `draftGift` of the engine */
export async function draftMoneyGift(
  deps: ServiceDeps,
  caller: Caller,
  input: {
    readonly accountCode: string;
    readonly amount: string;
    readonly paymentId: string | null;
    readonly reason: string;
  },
): Promise<{ id: number }> {
  const { scope } = requirePermission(caller, 'DRAFT_SUBSIDY');
  await requireAccount(deps, scope, input.accountCode);
  const id = await draftGift(
    deps.database,
    deps.engine,
    {
      ...input,
      amountMicro: money(input.amount, '/amount'),
      campusId: scope.campusId,
      actor: caller.actor,
    },
    (tx, made) =>
      auditAct(tx, deps, caller, {
        action: 'GIFT_DRAFTED',
        target: `gift:${made}`,
        after: {
          account: input.accountCode,
          amount: input.amount,
          payment: input.paymentId,
          reason: input.reason,
        },
      }),
  );
  return { id };
}

/** @throws DomainError `forbidden`, and as `decideGift` of the engine */
export async function decideMoneyGift(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly id: number; readonly approve: boolean },
): Promise<void> {
  const { scope } = requireCampusWide(caller, 'APPROVE_SUBSIDY');
  await decideGift(
    deps.database,
    deps.engine,
    { campusId: scope.campusId, giftId: input.id, approve: input.approve, actor: caller.actor },
    (tx, { accountCode, amountMicro, draftedBy }) =>
      auditAct(tx, deps, caller, {
        action: input.approve ? 'GIFT_APPROVED' : 'GIFT_REJECTED',
        target: `gift:${input.id}`,
        after: { account: accountCode, amount: textFromMicro(amountMicro), draftedBy },
      }),
  );
}
