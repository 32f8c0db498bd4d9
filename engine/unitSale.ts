import type { Tx } from '../db/client';
import { unitSalesOf } from '../db/queries/unitSales';
import type { AccountCredit } from '../domain/credit/buckets';
import { chargeBack } from '../domain/credit/chargeBack';
import { chargeLinesHash } from '../domain/credit/chargeLines';
import {
  type PaymentChannel,
  posting,
  pspAccount,
  type RevenueKind,
  revenueAccount,
  unitsAccount,
} from '../domain/credit/posting';
import { applyTopUp } from '../domain/credit/repayment';
import { DomainError } from '../domain/errors';
import { unitsSoldBy } from '../domain/payments/unitRefund';
import type { ChargeLine } from '../domain/tariffs/chargeLines';
import { saleLines, sellUnits, unitsStillSold } from '../domain/tariffs/unitSale';
import { MICRO } from '../domain/units';
import { type AccountWork, REVENUE } from './accountWork';
import { nodeSha256 } from './context';
import type { LedgerRequest } from './postLedger';
import type { AccountEntry, Registry, TariffEntry } from './registry';

/** Units on their way to or from an account: what to book, and its credit after it. */
export interface UnitMove {
  readonly credit: AccountCredit;
  readonly requests: readonly LedgerRequest[];
}

export interface UnitSaleMove extends UnitMove {
  readonly quantityMicro: bigint;
  readonly lines: readonly ChargeLine[];
  /** The money to income first, then the units to the account. */
  readonly requests: readonly [LedgerRequest, LedgerRequest];
}

/** The worth of units that nothing prices. */
const UNPRICED_MICRO = 1_000_000_000_000_000n;

/** The tariff that sells units to an account. @throws DomainError refused/SALE_TARIFF where none is in force at `nowMs` */
function saleTariffOf(registry: Registry, account: AccountEntry, nowMs: number): TariffEntry {
  const tariff = registry.tariffs.get(account.soldById ?? 0);
  if (!tariff?.book || nowMs < tariff.book.startMs)
    throw new DomainError('refused', 'SALE_TARIFF', `No tariff sells units to account ${account.code} now.`);
  return tariff;
}

/** Kind of income of an account in units: that of the one utility which it holds. */
export function saleKindOf(registry: Registry, account: AccountWork): RevenueKind {
  const { soldById } = registry.accounts.get(account.row.id)!;
  return REVENUE[registry.tariffs.get(soldById!)!.utility];
}

/**
 * What an amount of an account's own currency is worth in money, µ: units at the highest price at which they are sold now, so that a
 * limit in money holds for them too. Where no tariff sells them now, more than any limit.
 */
export function worthOf(
  registry: Registry,
  account: AccountWork,
  amountMicro: bigint,
  nowMs: number,
): bigint {
  if (account.unit === null || amountMicro === 0n) return amountMicro;
  const { soldById } = registry.accounts.get(account.row.id)!;
  const book = registry.tariffs.get(soldById ?? 0)?.book;
  if (!book || nowMs < book.startMs) return UNPRICED_MICRO;
  const priceMicro = book.at(nowMs).pricesMicro.reduce((most, price) => (price > most ? price : most), 0n);
  return (amountMicro * priceMicro) / MICRO;
}

/**
 * Sells units for a payment at the price of the instant, tiers counted over what was sold in the running accrual period. Units
 * pay debts first, like money would. The hash of the sale's parts stands in the transaction that hands the units out.
 * @throws DomainError refused/SALE_TARIFF where no plain price is in force; invalid/AMOUNT for less than a µ-unit
 */
export async function saleFor(
  tx: Tx,
  registry: Registry,
  account: AccountWork,
  { amountMicro, channel, reference }: { amountMicro: bigint; channel: PaymentChannel; reference: string },
  nowMs: number,
): Promise<UnitSaleMove> {
  const tariff = saleTariffOf(registry, registry.accounts.get(account.row.id)!, nowMs);
  const book = tariff.book!;
  const { accrualStartMs } = book.at(nowMs);
  const before =
    accrualStartMs === null ? 0n : unitsSoldBy(await unitSalesOf(tx, account.row.id, accrualStartMs));
  const sale = sellUnits(book, before, nowMs, amountMicro);
  if (sale.quantityMicro === 0n)
    throw new DomainError('invalid', 'AMOUNT', 'The amount buys less than a millionth of a unit.', {
      field: '/amount',
    });
  const kind = REVENUE[tariff.utility];
  const { currency } = registry.campuses.get(account.row.campusId)!;
  const lines = saleLines(sale);
  const move = applyTopUp(account.credit, sale.quantityMicro, unitsAccount(kind), {
    recoveryRatePpm: account.recoveryRatePpm(),
  });
  return {
    quantityMicro: sale.quantityMicro,
    lines,
    credit: move.credit,
    requests: [
      {
        key: `topup:${channel}:${reference}`,
        kind: 'topup',
        atMs: nowMs,
        postings: [posting(pspAccount(channel), revenueAccount(kind), amountMicro, currency)],
      },
      {
        key: `units:${channel}:${reference}`,
        kind: 'units',
        atMs: nowMs,
        postings: move.postings,
        linesHash: chargeLinesHash(lines, nodeSha256),
      },
    ],
  };
}

/**
 * Moves the units that follow a change of a sale's paid money: those sold last leave the account when money goes back, and return
 * when it comes again. What an account no longer holds stands as arrears in units; what returns pays debts first.
 * @param credit the account's, as the acts before this one left it
 */
export function unitsFollowing(
  credit: AccountCredit,
  kind: RevenueKind,
  sale: {
    readonly lines: readonly ChargeLine[];
    readonly paidMicro: bigint;
    readonly paidAfterMicro: bigint;
  },
  booking: { readonly key: string; readonly atMs: number; readonly recoveryRatePpm: number },
): UnitMove {
  const { lines, paidMicro, paidAfterMicro } = sale;
  const change = unitsStillSold(lines, paidAfterMicro) - unitsStillSold(lines, paidMicro);
  if (change === 0n) return { credit, requests: [] };
  const { key, atMs, recoveryRatePpm } = booking;
  const move =
    change < 0n
      ? chargeBack(credit, -change, unitsAccount(kind))
      : applyTopUp(credit, change, unitsAccount(kind), { recoveryRatePpm });
  return { credit: move.credit, requests: [{ key, kind: 'units', atMs, postings: move.postings }] };
}
