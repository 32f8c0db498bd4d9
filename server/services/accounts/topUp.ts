import type { Second } from '../../../contracts/payments';
import type { PaymentChannel } from '../../../domain/credit/posting';
import { invalid } from '../../../domain/errors';
import { microFromText, textFromMicro } from '../../../domain/units';
import type { TopUpOutcome } from '../../../engine/applyTopUp';
import { takeAtDesk } from '../../../engine/payments/takeAtDesk';
import { type Caller, requirePermission } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { auditAct, auditConsent } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';
import { requireAccount } from './requireAccount';

export interface TopUpInput {
  readonly accountCode: string;
  /** Decimal text, a positive multiple of 0.01. */
  readonly amount: string;
  readonly channel: PaymentChannel;
  /** The channel's own number of the payment. */
  readonly reference: string;
  readonly reason?: string;
}

/** Over the counter: above what a cashier takes alone, who consents beside. */
export interface CounterInput extends Omit<TopUpInput, 'channel'> {
  readonly second?: Second | undefined;
}

/**
 * Credits what another system received, or a cashier alone; supply comes back where the credit allows it.
 * @throws DomainError `forbidden`, `notFound`, `invalid` (amount), `conflict` `REFERENCE_AMOUNT`, and as `takeAtDesk` of the engine
 */
export function topUpAccount(deps: ServiceDeps, caller: Caller, input: TopUpInput): Promise<ToppedUp> {
  return take(deps, caller, null, input);
}

/**
 * The same over the counter, where a second person may stand beside the cashier.
 * @throws DomainError as `topUpAccount`, `refused` `SECOND_PERSON_WRONG`, and `forbidden` `SECOND_MAY_NOT`
 */
export async function takeOverCounter(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  { second: given, ...input }: CounterInput,
): Promise<ToppedUp> {
  const second = given ? await secondPerson(deps, caller, given, 'CASH_DESK') : null;
  // Whoever consents must be allowed to do it themselves.
  if (second) await requireAccount(deps, requirePermission(second, 'CASH_DESK').scope, input.accountCode);
  return take(deps, caller, second, { ...input, channel: 'counter' });
}

type ToppedUp = TopUpOutcome & { readonly amountMicro: bigint };

async function take(
  deps: ServiceDeps,
  caller: Caller,
  second: Caller | null,
  input: TopUpInput,
): Promise<ToppedUp> {
  const { scope } = requirePermission(caller, 'CASH_DESK');
  await requireAccount(deps, scope, input.accountCode);
  const amountMicro = exactMicro(input.amount);
  const outcome = await takeAtDesk(
    deps.database,
    deps.engine,
    {
      campusId: scope.campusId,
      accountCode: input.accountCode,
      amountMicro,
      channel: input.channel,
      reference: input.reference,
      actor: caller.actor,
      approver: second?.actor ?? null,
      reason: input.reason,
    },
    (tx, { paymentId, replayed }) => {
      if (replayed) return;
      const act = { action: 'TOP_UP', target: `account:${input.accountCode}` };
      auditAct(tx, deps, caller, {
        ...act,
        after: { payment: paymentId, amount: textFromMicro(amountMicro), channel: input.channel },
      });
      auditConsent(tx, deps, caller, second, act);
    },
  );
  return { ...outcome, amountMicro };
}

/** Text to µ, refusing what would be cut off. */
function exactMicro(text: string): bigint {
  const amountMicro = microFromText(text);
  if (amountMicro === null || !/^\d+(\.\d{1,6})?$/.test(text)) {
    throw invalid('/amount', 'AMOUNT', 'The amount must be a decimal such as "50.00".');
  }
  return amountMicro;
}
