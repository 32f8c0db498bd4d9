import { ulid } from 'ulid';
import { type Database, type Tx, withTransaction } from '../../db/client';
import {
  clearChargeback,
  goneOfPayment,
  insertChargeback,
  lockChargeback,
  type PaymentAtProvider,
  paymentAtProvider,
  returnChargeback,
} from '../../db/queries/chargebacks';
import { type EventVerdict, insertPspEvent, isEventKnown, NOTHING_SAID } from '../../db/queries/pspEvents';
import { saleLinesOf } from '../../db/queries/unitSales';
import { chargeBack } from '../../domain/credit/chargeBack';
import { type PaymentChannel, posting, pspAccount, revenueAccount } from '../../domain/credit/posting';
import { applyTopUp } from '../../domain/credit/repayment';
import { DomainError, invalid } from '../../domain/errors';
import { textFromMicro } from '../../domain/units';
import type { AccountWork } from '../accountWork';
import type { Closing, EngineContext } from '../context';
import { watchCredit } from '../creditWatch';
import { flushAccounts } from '../flushAccounts';
import { openForMovement } from '../openAccounts';
import { type LedgerRequest, postLedger } from '../postLedger';
import { currentRegistry, type Registry } from '../registry';
import { SupplyDesk } from '../supplyDesk';
import { saleKindOf, type UnitMove, unitsFollowing } from '../unitSale';
import { announceOrder } from './announceOrder';
import { campusOfMerchant } from './merchantCampus';
import { alarmPaymentOnce } from './paymentAlarms';

/** A payer's bank took a payment back, wholly or in part, or gave it back to us after all. */
export interface ChargebackTold {
  /** Null: the provider tells it, whose payment may be of any campus. */
  readonly campusId: number | null;
  readonly channel: PaymentChannel;
  /** The provider's number of the chargeback: with the channel it is taken once. */
  readonly reference: string;
  /** The provider's number of the payment. */
  readonly txn: string;
  readonly amountMicro: bigint;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly reason: string;
  /** TAKEN from us, or RETURNED to us. */
  readonly step: 'TAKEN' | 'RETURNED';
  readonly actor: string;
  /** As it was told by the provider; null: entered by a person. */
  readonly event: { readonly eventId: string; readonly bodyHash: Buffer; readonly address: string } | null;
  /** Code of the campus whose merchant account it came over; null or absent: the settings name none. */
  readonly merchantCampus?: string | null;
}

export type ChargebackVerdict = Extract<
  EventVerdict,
  'CHARGED_BACK' | 'CHARGEBACK_RETURNED' | 'REPEAT' | 'CONFLICT'
>;

/**
 * Books a chargeback: cash → psp, as far as there is cash, and the rest as arrears (the overdraft). The account is flagged until
 * finance has looked at it, and told. What comes back repays debts first, like a top-up. Of an account in units the units go, or
 * come, that this money bought. Safe to repeat. One of a payment that we
 * don't know, in other money, or of more than is left of the payment books nothing and is told to finance.
 * @throws Error for a return that was told before its chargeback: the provider comes again
 */
export async function takeChargeback(
  database: Database,
  ctx: EngineContext,
  told: ChargebackTold,
  closing?: Closing<ChargebackVerdict>,
): Promise<ChargebackVerdict> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const payment = await paymentAtProvider(tx.client, told.campusId, told.channel, told.txn);
    const campusId =
      payment?.campusId ?? told.campusId ?? campusOfMerchant(registry, told.merchantCampus ?? null);
    const verdict = payment ? await carryOut(tx, ctx, registry, told, payment) : 'CONFLICT';
    // Where nobody can tell whose it is, finance of every campus hears of it.
    if (verdict === 'CONFLICT')
      for (const id of campusId === null ? registry.campuses.keys() : [campusId])
        await tellConflict(tx, ctx, told, id, campusId === null ? `:${id}` : '');
    if (told.event) await record(tx, ctx, told, told.event, campusId, verdict);
    closing?.(tx, verdict);
    return verdict;
  });
}

async function carryOut(
  tx: Tx,
  ctx: EngineContext,
  registry: Registry,
  told: ChargebackTold,
  payment: PaymentAtProvider,
): Promise<ChargebackVerdict> {
  const { channel, reference, amountMicro } = told;
  const { campusId } = payment;
  const campus = registry.campuses.get(campusId)!;
  const psp = pspAccount(channel);
  const opened = await openForMovement(tx, registry, payment.accountId, [psp]);
  if (!opened) throw new Error(`account ${payment.accountId} is gone`);
  const { account, book } = opened;
  const known = await lockChargeback(tx.client, campusId, channel, reference);
  const sameMoney = told.currency === payment.currency && (!known || known.amountMicro === amountMicro);
  if (!sameMoney || (known && known.paymentId !== payment.id)) return 'CONFLICT';
  const now = ctx.clock.now();
  const returns = told.step === 'RETURNED';
  if (returns && !known) throw new Error(`chargeback ${reference} is returned before it was told`);
  if (known && (!returns || known.returnedMs !== null)) return 'REPEAT';
  const goneMicro = await goneOfPayment(tx.client, payment.id);
  if (!known && goneMicro + amountMicro > payment.amountMicro) return 'CONFLICT';
  const key = `chargeback:${channel}:${reference}${returns ? ':returned' : ''}`;
  const lines = await saleLinesOf(tx.client, payment.id);
  const move = lines
    ? unitsBack(registry, account, told, key, now, {
        lines,
        paidMicro: payment.amountMicro - goneMicro,
        paidAfterMicro: payment.amountMicro - goneMicro + (returns ? amountMicro : -amountMicro),
      })
    : moneyBack(account, told, key, now);
  const [txId] = await postLedger(tx, campus, book, move.requests);
  account.setCredit(move.credit);
  const id = known?.id ?? ulid(now);
  if (known) await returnChargeback(tx.client, id, { atMs: now, txId: txId! });
  else
    await insertChargeback(tx.client, {
      ...{ id, campusId, accountId: payment.accountId, paymentId: payment.id, channel, reference },
      ...{ amountMicro, reason: told.reason, actor: told.actor, bookedMs: now, txId: txId! },
    });
  const desk = new SupplyDesk(tx, ctx, registry);
  await watchCredit(desk, account, now, { originId: id });
  await flushAccounts(tx, campus, book, [account]);
  await desk.flush();
  announceOrder(tx, { accountId: payment.accountId });
  if (!returns)
    await alarmPaymentOnce(tx, now, {
      rule: 'PAYMENT_CHARGEBACK',
      campusId,
      accountId: payment.accountId,
      ticket: `${channel}:${reference}`,
      evidence: {
        account: account.row.code,
        channel,
        amount: textFromMicro(amountMicro),
        currency: told.currency,
        reason: told.reason,
      },
    });
  return returns ? 'CHARGEBACK_RETURNED' : 'CHARGED_BACK';
}

/** Cash → psp as far as there is cash, the rest as arrears; what comes again pays debts first. */
function moneyBack(account: AccountWork, told: ChargebackTold, key: string, now: number): UnitMove {
  const psp = pspAccount(told.channel);
  const { credit, postings } =
    told.step === 'RETURNED'
      ? applyTopUp(account.credit, told.amountMicro, psp, { recoveryRatePpm: account.recoveryRatePpm() })
      : chargeBack(account.credit, told.amountMicro, psp);
  return { credit, requests: [{ key, kind: 'chargeback', atMs: now, postings }] };
}

/** The income of a sale leaves, or comes again, and the units follow it. */
function unitsBack(
  registry: Registry,
  account: AccountWork,
  told: ChargebackTold,
  key: string,
  now: number,
  sale: Parameters<typeof unitsFollowing>[2],
): UnitMove {
  const kind = saleKindOf(registry, account);
  const [from, to] = [revenueAccount(kind), pspAccount(told.channel)];
  const income = told.step === 'RETURNED' ? ([to, from] as const) : ([from, to] as const);
  const money: LedgerRequest = {
    key,
    kind: 'chargeback',
    atMs: now,
    postings: [posting(...income, told.amountMicro, told.currency)],
  };
  const units = unitsFollowing(account.credit, kind, sale, {
    key: `units:${key}`,
    atMs: now,
    recoveryRatePpm: account.recoveryRatePpm(),
  });
  return { credit: units.credit, requests: [money, ...units.requests] };
}

function tellConflict(
  tx: Tx,
  ctx: EngineContext,
  told: ChargebackTold,
  campusId: number,
  /** Tells the tickets of several campuses apart. */
  apart: string,
): Promise<void> {
  const { channel, reference, txn, amountMicro, currency } = told;
  return alarmPaymentOnce(tx, ctx.clock.now(), {
    rule: 'PAYMENT_CONFLICT',
    campusId,
    accountId: null,
    ticket: `${channel}:${reference}:${amountMicro}:${currency}${apart}`,
    evidence: { channel, chargeback: reference, payment: txn, amount: textFromMicro(amountMicro), currency },
  });
}

async function record(
  tx: Tx,
  ctx: EngineContext,
  told: ChargebackTold,
  event: NonNullable<ChargebackTold['event']>,
  campusId: number | null,
  verdict: ChargebackVerdict,
): Promise<void> {
  await insertPspEvent(tx.client, {
    ...NOTHING_SAID,
    campusId,
    channel: told.channel,
    eventId: event.eventId,
    first: !(await isEventKnown(tx.client, told.channel, event.eventId)),
    verdict,
    receivedMs: ctx.clock.now(),
    providerTxn: told.txn,
    amountMicro: told.amountMicro,
    currency: told.currency,
    detail: `${told.reference}: ${told.reason}`.slice(0, 200),
    bodyHash: event.bodyHash,
    address: event.address,
  });
}

/**
 * Finance has looked at a chargeback: the account is flagged no longer by it.
 * @throws DomainError notFound/CHARGEBACK (none that is open); invalid (note)
 */
export async function liftFlag(
  database: Database,
  ctx: EngineContext,
  act: {
    readonly campusId: number;
    readonly chargebackId: string;
    readonly actor: string;
    readonly note: string;
  },
  closing?: Closing<void>,
): Promise<void> {
  if (!act.note.trim()) throw invalid('/note', 'NOTE', 'Say what came of it.');
  await withTransaction(database, async (tx) => {
    const lifted = await clearChargeback(tx.client, act.campusId, act.chargebackId, {
      by: act.actor,
      atMs: ctx.clock.now(),
      note: act.note.trim(),
    });
    if (!lifted)
      throw new DomainError('notFound', 'CHARGEBACK', `No account is flagged for ${act.chargebackId}.`);
    closing?.(tx, undefined);
  });
}
