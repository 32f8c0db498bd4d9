import type { ReversalInput } from '../../../contracts/payments';
import { textFromMicro } from '../../../domain/units';
import { reverseCharge } from '../../../engine/reverseCharge';
import { type Caller, requireCampusWide } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { auditAct, auditConsent } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';

/** What came back, as text. */
export interface ReversedCharge {
  readonly txId: string;
  readonly accountCode: string;
  readonly amount: string;
}

/**
 * Gives a charge back to its payer; who may refund may reverse.
 * @throws DomainError `forbidden`, `notFound`, `invalid`, `conflict` `REVERSED`, `refused` `NOT_REVERSIBLE` / `SECOND_PERSON` /
 *   `SECOND_PERSON_WRONG`
 */
export async function reverseByHand(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  input: ReversalInput,
): Promise<ReversedCharge> {
  const { scope } = requireCampusWide(caller, 'REFUND');
  const second = input.second ? await secondPerson(deps, caller, input.second, 'REFUND') : null;
  // Whoever consents must be allowed to do it themselves.
  if (second) requireCampusWide(second, 'REFUND');
  const { txId, accountCode, amountMicro } = await reverseCharge(
    deps.database,
    deps.engine,
    {
      campusId: scope.campusId,
      txId: BigInt(input.txId),
      reason: input.reason,
      actor: caller.actor,
      approver: second?.actor ?? null,
    },
    (tx, outcome) => {
      const act = { action: 'CHARGE_REVERSED', target: `account:${outcome.accountCode}` };
      auditAct(tx, deps, caller, {
        ...act,
        after: {
          transaction: input.txId,
          reversal: outcome.txId.toString(),
          amount: textFromMicro(outcome.amountMicro),
          reason: input.reason,
          ...(second ? { approver: second.actor } : {}),
        },
      });
      auditConsent(tx, deps, caller, second, act);
    },
  );
  return { txId: txId.toString(), accountCode, amount: textFromMicro(amountMicro) };
}
