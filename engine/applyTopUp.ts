import { ulid } from 'ulid';
import { DB_CHANNELS } from '../contracts/dbChannels';
import { brokenConstraint, type Database, type Tx, withTransaction } from '../db/client';
import { notify } from '../db/queries/notify';
import { insertPayment, paymentByReference, type StoredPayment } from '../db/queries/payments';
import { ledgerBalanceMicro } from '../domain/credit/buckets';
import { PAYMENT_CHANNELS, type PaymentChannel, pspAccount } from '../domain/credit/posting';
import { applyTopUp as applyCredit } from '../domain/credit/repayment';
import { DomainError, invalid } from '../domain/errors';
import type { AccountWork } from './accountWork';
import type { Closing, EngineContext } from './context';
import { watchCredit } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { consenting } from './needSecondPerson';
import { openForMovement } from './openAccounts';
import { type LedgerRequest, postLedger } from './postLedger';
import { accountIdOf, currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';
import { topUpRequestHash } from './topUpRequestHash';
import { saleFor } from './unitSale';

/** Money received for an account. (channel, reference) is the money key. */
export interface TopUp {
  readonly campusId: number;
  readonly accountCode: string;
  /** µ-currency; a positive multiple of one fen. */
  readonly amountMicro: bigint;
  readonly channel: PaymentChannel;
  /** The channel's own number of the payment. */
  readonly reference: string;
  readonly actor: string;
  /** Who consents beside, verified by the caller; absent or null: nobody. */
  readonly approver?: string | null;
  readonly reason?: string;
}

export interface TopUpOutcome {
  readonly paymentId: string;
  readonly txId: bigint;
  /** Units that it bought, µ; null: it credited money. Balances are in the account's own currency. */
  readonly unitsMicro: bigint | null;
  readonly balanceMicro: bigint;
  readonly availableMicro: bigint;
  /** Restores that it caused. */
  readonly commandIds: readonly string[];
  /** True if this reference had been credited before: nothing was added. */
  readonly replayed: boolean;
}

/** One ledger transaction per (channel, reference). */
const LEDGER_KEY = 'ledger_tx_key';
const FEN_MICRO = 10_000n;
/** One payment of more than this is a slip of the keyboard. */
const AMOUNT_LIMIT_MICRO = 1_000_000_000_000n;

/** Asked under the account's lock before money is credited that was not credited before; throws where it must not be. */
export type TopUpGuard = (tx: Tx) => Promise<void>;

/**
 * Credits a payment and queues the restores that follow from it, in one transaction. An account in units gets the units that the
 * money buys at this instant, by a second ledger transaction in their currency.
 * @throws DomainError invalid (amount, channel, reference), notFound (account), conflict/REFERENCE_AMOUNT (same reference, other amount or account)
 */
export async function applyTopUp(
  database: Database,
  ctx: EngineContext,
  topUp: TopUp,
  closing?: Closing<TopUpOutcome>,
  guard?: TopUpGuard,
): Promise<TopUpOutcome> {
  validate(topUp);
  const credit = () =>
    withTransaction(database, async (tx) => {
      const outcome = await creditInTransaction(database, tx, ctx, topUp, guard);
      closing?.(tx, outcome);
      return outcome;
    });
  try {
    return await credit();
  } catch (error) {
    if (brokenConstraint(error) !== LEDGER_KEY) throw error;
    // The same reference was credited to another account at this very moment: by now it can be read.
    return credit().catch((again: unknown) => {
      if (brokenConstraint(again) !== LEDGER_KEY) throw again;
      throw new DomainError('conflict', 'REFERENCE_AMOUNT', 'This reference has been credited already.');
    });
  }
}

function validate({ amountMicro, channel, reference }: TopUp): void {
  if (amountMicro <= 0n || amountMicro % FEN_MICRO !== 0n)
    throw invalid('/amount', 'AMOUNT', 'The amount must be positive and have at most two decimals.');
  if (amountMicro > AMOUNT_LIMIT_MICRO)
    throw invalid('/amount', 'AMOUNT_LIMIT', 'The amount is above the limit of one payment (1,000,000.00).');
  if (!PAYMENT_CHANNELS.includes(channel))
    throw invalid('/channel', 'CHANNEL', `The channel must be one of ${PAYMENT_CHANNELS.join(', ')}.`);
  if (!/^[\x21-\x7e]{1,64}$/.test(reference))
    throw invalid(
      '/reference',
      'REFERENCE',
      'The reference must be 1 to 64 printable characters without spaces.',
    );
}

/** The same inside a transaction that others have begun (an import's opening balances). */
export async function creditInTransaction(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  topUp: TopUp,
  guard?: TopUpGuard,
): Promise<TopUpOutcome> {
  const registry = await currentRegistry(database, tx);
  const campus = registry.campuses.get(topUp.campusId);
  const accountId = accountIdOf(registry, topUp.campusId, topUp.accountCode);
  const opened =
    accountId === undefined
      ? null
      : await openForMovement(tx, registry, accountId, [pspAccount(topUp.channel)]);
  if (!campus || accountId === undefined || !opened)
    throw new DomainError('notFound', 'ACCOUNT', `There is no account ${topUp.accountCode}.`);
  const { account, book } = opened;
  const known = await paymentByReference(tx.client, topUp.campusId, topUp.channel, topUp.reference);
  if (known)
    return replay(known, topUp, accountId, account.available(), ledgerBalanceMicro(account.credit.buckets));
  if (account.row.status === 'CLOSED')
    throw new DomainError('refused', 'ACCOUNT_CLOSED', `Account ${topUp.accountCode} is closed.`);
  await guard?.(tx);

  const now = ctx.clock.now();
  const sale = account.unit === null ? null : await saleFor(tx, registry, account, topUp, now);
  const { credit, requests } = sale ?? creditOf(account, topUp, now);
  const [txId, unitsTxId] = await postLedger(tx, campus, book, requests);
  account.noteRecovered(credit.buckets.arrearsMicro - account.credit.buckets.arrearsMicro);
  account.setCredit(credit);
  const paymentId = ulid(now);
  const desk = new SupplyDesk(tx, ctx, registry);
  await watchCredit(desk, account, now, { originId: paymentId });
  await insertPayment(tx.client, {
    id: paymentId,
    campusId: topUp.campusId,
    accountId,
    channel: topUp.channel,
    reference: topUp.reference,
    amountMicro: topUp.amountMicro,
    txId: txId!,
    actor: topUp.actor,
    approver: await consenting(tx, topUp),
    reason: topUp.reason ?? null,
    acceptedMs: now,
    commandIds: desk.queuedIds,
    units: sale && { micro: sale.quantityMicro, txId: unitsTxId!, lines: sale.lines },
  });
  await flushAccounts(tx, campus, book, [account]);
  await desk.flush();
  notify(tx, DB_CHANNELS.accountCredited, [String(accountId)]);
  return {
    paymentId,
    txId: txId!,
    unitsMicro: sale?.quantityMicro ?? null,
    balanceMicro: ledgerBalanceMicro(account.credit.buckets) - account.unposted(),
    availableMicro: account.available(),
    commandIds: desk.queuedIds,
    replayed: false,
  };
}

/** Money as it is credited: debts first, then cash. */
function creditOf(
  account: AccountWork,
  topUp: TopUp,
  nowMs: number,
): { readonly credit: AccountWork['credit']; readonly requests: readonly LedgerRequest[] } {
  const { credit, postings } = applyCredit(account.credit, topUp.amountMicro, pspAccount(topUp.channel), {
    recoveryRatePpm: account.recoveryRatePpm(),
  });
  const key = `topup:${topUp.channel}:${topUp.reference}`;
  const requestHash = topUpRequestHash(topUp);
  return { credit, requests: [{ key, kind: 'topup', atMs: nowMs, postings, requestHash }] };
}

function replay(
  known: StoredPayment,
  topUp: TopUp,
  accountId: number,
  availableMicro: bigint,
  balanceMicro: bigint,
): TopUpOutcome {
  if (known.accountId !== accountId || known.amountMicro !== topUp.amountMicro)
    throw new DomainError(
      'conflict',
      'REFERENCE_AMOUNT',
      `Reference ${topUp.reference} was already credited with another amount or to another account.`,
      { field: '/reference' },
    );
  return {
    paymentId: known.id,
    txId: known.txId,
    unitsMicro: known.unitsMicro,
    balanceMicro,
    availableMicro,
    commandIds: known.commandIds,
    replayed: true,
  };
}
