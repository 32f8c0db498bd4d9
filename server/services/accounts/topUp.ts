import type { PaymentChannel } from '../../../domain/credit/posting';
import { invalid } from '../../../domain/errors';
import { microFromText, textFromMicro } from '../../../domain/units';
import { applyTopUp, type TopUpOutcome } from '../../../engine/applyTopUp';
import { type Caller, requirePermission } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
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

/**
 * Credits a payment at the cash desk or from another system; supply comes back where the credit allows it.
 * @throws DomainError `forbidden`, `notFound`, `invalid` (amount), `conflict` `REFERENCE_AMOUNT`
 */
export async function topUpAccount(
  deps: ServiceDeps,
  caller: Caller,
  input: TopUpInput,
): Promise<TopUpOutcome & { amountMicro: bigint }> {
  const { scope } = requirePermission(caller, 'CASH_DESK');
  await requireAccount(deps, scope, input.accountCode);
  const amountMicro = exactMicro(input.amount);
  const outcome = await applyTopUp(
    deps.database,
    deps.engine,
    {
      campusId: scope.campusId,
      accountCode: input.accountCode,
      amountMicro,
      channel: input.channel,
      reference: input.reference,
      actor: caller.actor,
      reason: input.reason,
    },
    (tx, { paymentId, replayed }) => {
      if (replayed) return;
      auditAct(tx, deps, caller, {
        action: 'TOP_UP',
        target: `account:${input.accountCode}`,
        after: { payment: paymentId, amount: textFromMicro(amountMicro), channel: input.channel },
      });
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
