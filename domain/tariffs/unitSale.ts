import { DomainError } from '../errors';
import type { Utility } from '../metering/reading';
import { MICRO } from '../units';
import type { ChargeLine } from './chargeLines';
import type { TariffBook } from './tariffBook';

/** What an account may hold in place of money: kWh, or m³ of water or gas. Its ledger's currency then. */
export const ACCOUNT_UNITS = ['KWH', 'M3'] as const;
export type AccountUnit = (typeof ACCOUNT_UNITS)[number];

/** The unit in which a utility is measured. */
export const unitOf = (utility: Utility): AccountUnit => (utility === 'ELECTRICITY' ? 'KWH' : 'M3');

/** A part of a sale, in one tier, from 1. Quantity in µ-units, price in µ-currency per unit. */
export interface SoldPart {
  readonly tier: number;
  readonly quantityMicro: bigint;
  readonly priceMicro: bigint;
}

/** Units that money bought, tier by tier, and the tariff version and period whose prices held. */
export interface UnitSale {
  readonly quantityMicro: bigint;
  readonly period: string;
  readonly tariffVersion: string;
  readonly parts: readonly SoldPart[];
}

/**
 * How many units money (µ-currency) buys at the price of this instant, tier by tier from what the account bought in the running
 * accrual period before. What is less than a µ-unit is rounded down.
 * @throws DomainError refused/SALE_TARIFF where the version in force has surcharges or a price of nothing
 */
export function sellUnits(
  book: TariffBook,
  soldBeforeMicro: bigint,
  atMs: number,
  amountMicro: bigint,
): UnitSale {
  const { version, period, pricesMicro, surcharges } = book.at(atMs);
  if (surcharges || pricesMicro.some((price) => price <= 0n))
    throw new DomainError(
      'refused',
      'SALE_TARIFF',
      'Units are sold by plain prices: the tariff in force has surcharges, or a price of nothing.',
    );
  const parts: SoldPart[] = [];
  let restPico = amountMicro * MICRO;
  let reachedMicro = soldBeforeMicro;
  for (const [at, limitMicro] of version.tierLimitsMicro.entries()) {
    if (limitMicro !== null && limitMicro <= reachedMicro) continue;
    const priceMicro = pricesMicro[at]!;
    const affordableMicro = restPico / priceMicro;
    const roomMicro = limitMicro === null ? affordableMicro : limitMicro - reachedMicro;
    const quantityMicro = affordableMicro < roomMicro ? affordableMicro : roomMicro;
    if (quantityMicro > 0n) parts.push({ tier: at + 1, quantityMicro, priceMicro });
    restPico -= quantityMicro * priceMicro;
    reachedMicro += quantityMicro;
    if (affordableMicro <= roomMicro) break;
  }
  const quantityMicro = parts.reduce((sum, part) => sum + part.quantityMicro, 0n);
  return { quantityMicro, period, tariffVersion: version.code, parts };
}

/** A sale in the frozen shape of charge lines: stored with its payment, and hashed into the transaction that hands the units out. */
export function saleLines({ period, parts }: Pick<UnitSale, 'period' | 'parts'>): ChargeLine[] {
  return parts.map(({ tier, quantityMicro, priceMicro }) => ({
    period,
    tier: String(tier),
    q_u: quantityMicro.toString(),
    price_u: priceMicro.toString(),
    amount_n: (quantityMicro * priceMicro).toString(),
    payer: 'CUSTOMER',
    estimated: false,
  }));
}

type SaleLine = Pick<ChargeLine, 'q_u' | 'price_u'>;

/**
 * Units that stay sold while so much of a sale's money is still paid (µ-currency): those which that money buys of the sale's own
 * parts, first to last. So what is refunded takes back the units sold last, at the price that they were sold for.
 */
export function unitsStillSold(lines: readonly SaleLine[], paidMicro: bigint): bigint {
  let restPico = paidMicro * MICRO;
  let unitsMicro = 0n;
  for (const { q_u, price_u } of lines) {
    const affordableMicro = restPico / BigInt(price_u);
    const soldMicro = BigInt(q_u);
    if (affordableMicro <= soldMicro) return unitsMicro + affordableMicro;
    unitsMicro += soldMicro;
    restPico -= soldMicro * BigInt(price_u);
  }
  return unitsMicro;
}

/** The least money (µ-currency) at which so many units of a sale stay sold: `unitsStillSold` the other way round. */
export function priceOfUnits(lines: readonly SaleLine[], unitsMicro: bigint): bigint {
  let restMicro = unitsMicro;
  let pico = 0n;
  for (const { q_u, price_u } of lines) {
    if (restMicro <= 0n) break;
    const quantityMicro = restMicro < BigInt(q_u) ? restMicro : BigInt(q_u);
    pico += quantityMicro * BigInt(price_u);
    restMicro -= quantityMicro;
  }
  return (pico + MICRO - 1n) / MICRO;
}

type Prices = readonly Readonly<Record<string, bigint | string>>[];

/** Whether units may be sold by a version: by prices above 0 alone. */
export function sellsUnits(version: {
  readonly pricesMicro: Prices;
  readonly surcharges?: readonly unknown[];
}): boolean {
  return (
    (version.surcharges ?? []).length === 0 &&
    version.pricesMicro.every((prices) => Object.values(prices).every((price) => BigInt(price) > 0n))
  );
}

/** Whether a version charges one unit for one unit, and nothing besides: what an account in units is charged by. */
export function chargesUnits(version: {
  readonly tierLimitsMicro: readonly unknown[];
  readonly pricesMicro: Prices;
  readonly surcharges?: readonly unknown[];
  readonly exportPricesMicro?: unknown;
}): boolean {
  return (
    version.tierLimitsMicro.length === 1 &&
    (version.surcharges ?? []).length === 0 &&
    version.exportPricesMicro === undefined &&
    version.pricesMicro.every((prices) => Object.values(prices).every((price) => BigInt(price) === MICRO))
  );
}
