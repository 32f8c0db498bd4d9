import { type Database, withTransaction } from '../db/client';
import { updateCreditTerms } from '../db/queries/creditTerms';
import { DomainError, invalid } from '../domain/errors';
import type { AccountClass } from '../domain/supply/creditTerms';
import type { Closing, EngineContext } from './context';
import { watchCredit } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { needSecondAlways, type TwoPeople } from './needSecondPerson';
import { openAccounts } from './openAccounts';
import { accountIdOf, currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

/** What is agreed with an account about its credit; all of it, as it holds from now on. */
export interface CreditTermsInput {
  readonly class: AccountClass;
  /** SPECIAL only, 1 to 366. */
  readonly graceDays: number | null;
  /** SPECIAL only, > 0, µ of what the account holds. */
  readonly graceLimitMicro: bigint | null;
  /** Arrears by instalments: percent of each top-up (1 to 99), and µ-currency a month; null: all at once. */
  readonly recovery: { readonly percent: number; readonly instalmentMicro: bigint } | null;
}

export interface CreditTermsChange {
  readonly before: CreditTermsInput;
  readonly after: CreditTermsInput;
  /** Restores that it caused. */
  readonly commandIds: readonly string[];
}

export interface CreditTermsRequest extends TwoPeople {
  readonly campusId: number;
  readonly accountCode: string;
  readonly terms: CreditTermsInput;
}

/**
 * Agrees on credit terms with one account, as two people of finance. Supply follows at once: a room that would not be cut under the new terms comes back.
 * A plan that is agreed anew, with other terms than before, starts counting its instalments now.
 * @throws DomainError notFound/ACCOUNT; refused/ACCOUNT_CLOSED, TWO_PERSONS, UNIT_ACCOUNT (instalments); invalid/GRACE_OF_SPECIAL, GRACE_DAYS,
 *   GRACE_LIMIT, PERCENT, INSTALMENT
 */
export async function setCreditTerms(
  database: Database,
  ctx: EngineContext,
  request: CreditTermsRequest,
  closing?: Closing<CreditTermsChange>,
): Promise<CreditTermsChange> {
  validate(request.terms);
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const accountId = accountIdOf(registry, request.campusId, request.accountCode);
    const accounts = await openAccounts(tx, registry, accountId === undefined ? [] : [accountId]);
    const account = accounts.all()[0];
    if (!account) throw new DomainError('notFound', 'ACCOUNT', `There is no account ${request.accountCode}.`);
    const { row } = account;
    if (row.status === 'CLOSED')
      throw new DomainError('refused', 'ACCOUNT_CLOSED', `Account ${row.code} is closed.`);
    await needSecondAlways(tx, request);
    const before: CreditTermsInput = {
      class: row.class,
      graceDays: row.graceDays,
      graceLimitMicro: row.graceLimitMicro,
      recovery:
        row.recoveryPercent === null || row.instalmentMicro === null
          ? null
          : { percent: row.recoveryPercent, instalmentMicro: row.instalmentMicro },
    };
    const { terms } = request;
    if (terms.recovery !== null) account.requireMoney('instalments are agreed in money');
    const desk = new SupplyDesk(tx, ctx, registry);
    const samePlan =
      before.recovery?.percent === terms.recovery?.percent &&
      before.recovery?.instalmentMicro === terms.recovery?.instalmentMicro;
    Object.assign(row, {
      class: terms.class,
      graceDays: terms.graceDays,
      graceLimitMicro: terms.graceLimitMicro,
      recoveryPercent: terms.recovery?.percent ?? null,
      instalmentMicro: terms.recovery?.instalmentMicro ?? null,
      ...(samePlan ? {} : { recoverySinceMs: terms.recovery === null ? null : desk.now, recoveredMicro: 0n }),
    });
    await updateCreditTerms(tx.client, row);
    account.watchDirty = true;
    await watchCredit(desk, account, desk.now, { termsChanged: true });
    await flushAccounts(tx, registry.campuses.get(row.campusId)!, accounts.book, [account]);
    await desk.flush();
    const change: CreditTermsChange = { before, after: terms, commandIds: desk.queuedIds };
    closing?.(tx, change);
    return change;
  });
}

function validate({ class: kind, graceDays, graceLimitMicro, recovery }: CreditTermsInput): void {
  if (kind !== 'SPECIAL' && (graceDays !== null || graceLimitMicro !== null))
    throw invalid('/graceDays', 'GRACE_OF_SPECIAL', 'Only an account of class SPECIAL has a grace.');
  if (graceDays !== null && (!Number.isInteger(graceDays) || graceDays < 1 || graceDays > 366))
    throw invalid('/graceDays', 'GRACE_DAYS', 'The grace must be 1 to 366 whole days.');
  if (graceLimitMicro !== null && graceLimitMicro <= 0n)
    throw invalid('/graceLimit', 'GRACE_LIMIT', 'The debt that is tolerated must be above 0.');
  if (recovery === null) return;
  if (!Number.isInteger(recovery.percent) || recovery.percent < 1 || recovery.percent > 99)
    throw invalid('/recovery/percent', 'PERCENT', 'The share of a top-up must be 1 to 99 percent.');
  if (recovery.instalmentMicro <= 0n)
    throw invalid('/recovery/instalment', 'INSTALMENT', 'The instalment must be above 0.');
}
