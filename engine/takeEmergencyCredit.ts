import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, withTransaction } from '../db/client';
import { notify } from '../db/queries/notify';
import {
  activateEmergencyCredit,
  OFFER_AT_MICRO,
  offerEmergencyCredit,
} from '../domain/credit/emergencyCredit';
import { takeLoan } from '../domain/credit/takeLoan';
import { DomainError } from '../domain/errors';
import type { Closing, EngineContext } from './context';
import { creditPolicyFor } from './creditFacts';
import { grantedThisMonth, watchCredit } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { openForMovement } from './openAccounts';
import { postLedger } from './postLedger';
import { accountIdOf, currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

export interface LoanOutcome {
  readonly limitMicro: bigint;
  readonly availableMicro: bigint;
  readonly grantedMs: number;
  /** Restores that it caused. */
  readonly commandIds: readonly string[];
  /** True if the loan was running already: nothing was added. */
  readonly replayed: boolean;
}

const REFUSALS = {
  NOT_OFFERED: 'Emergency credit is offered at 5.00 and below, where the site grants it.',
  ALREADY_RUNNING: 'The emergency credit is used up. It ends when it is paid back.',
  ALREADY_GRANTED_THIS_MONTH: 'The emergency credit of this month has been taken.',
} as const;

/**
 * The resident takes the emergency credit that is offered: one loan at a time, one a calendar month. Supply comes back in the
 * same transaction where credit alone had kept it off. Asking again while it runs changes nothing.
 * @throws DomainError notFound/ACCOUNT; refused/UNIT_ACCOUNT, ACCOUNT_CLOSED, NOT_OFFERED, ALREADY_RUNNING (used up), ALREADY_GRANTED_THIS_MONTH
 */
export async function takeEmergencyCredit(
  database: Database,
  ctx: EngineContext,
  request: { readonly campusId: number; readonly accountCode: string },
  closing?: Closing<LoanOutcome>,
): Promise<LoanOutcome> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const campus = registry.campuses.get(request.campusId);
    const accountId = accountIdOf(registry, request.campusId, request.accountCode);
    const opened = accountId === undefined ? null : await openForMovement(tx, registry, accountId, []);
    if (!campus || !opened)
      throw new DomainError('notFound', 'ACCOUNT', `There is no account ${request.accountCode}.`);
    const { account, book } = opened;
    account.requireMoney('it takes no emergency credit, which is money');
    const { row } = account;
    if (row.status === 'CLOSED')
      throw new DomainError('refused', 'ACCOUNT_CLOSED', `Account ${row.code} is closed.`);
    if (account.credit.emergencyCredit.status === 'ACTIVE')
      return {
        limitMicro: row.ecLimitMicro,
        availableMicro: account.available(),
        grantedMs: row.ecGrantedMs ?? ctx.clock.now(),
        commandIds: [],
        replayed: true,
      };

    const desk = new SupplyDesk(tx, ctx, registry);
    const { now } = desk;
    const limitMicro = creditPolicyFor(registry, account).emergencyCreditMicro;
    const granted = grantedThisMonth(desk, account, now);
    const { status } = account.credit.emergencyCredit;
    const offered = offerEmergencyCredit(
      { status },
      {
        limitMicro,
        availableMicro: account.available(),
        offerAtMicro: OFFER_AT_MICRO,
        grantedThisMonth: granted,
      },
    );
    const answer = activateEmergencyCredit({ status: offered, limitMicro }, granted);
    if ('refused' in answer) throw new DomainError('refused', answer.refused, REFUSALS[answer.refused]);

    const move = takeLoan(account.credit, limitMicro, row.recoveryPercent !== null);
    if (move.postings.length > 0)
      await postLedger(tx, campus, book, [
        { key: `loan:${row.code}:${now}`, kind: 'repay', atMs: now, postings: move.postings },
      ]);
    account.setCredit(move.credit);
    row.ecGrantedMs = now;
    account.watchDirty = true;
    await watchCredit(desk, account, now);
    await flushAccounts(tx, campus, book, [account]);
    await desk.flush();
    notify(tx, DB_CHANNELS.accountCredited, [String(row.id)]);
    const outcome: LoanOutcome = {
      limitMicro,
      availableMicro: account.available(),
      grantedMs: now,
      commandIds: desk.queuedIds,
      replayed: false,
    };
    closing?.(tx, outcome);
    return outcome;
  });
}
