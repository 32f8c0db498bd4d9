import { invalid } from '../errors';
import { MICRO } from '../units';
import type { Payer } from './ratedPiece';

/**
 * What a tariff version asks beside the price matrix. `value` in µ: currency per unit (PER_UNIT), percent of the energy lines
 * (PERCENT), currency per local day (PER_DAY), percent of all that stands before (TAX). Negative: a rebate.
 */
export interface Surcharge {
  readonly code: string;
  readonly kind: SurchargeKind;
  readonly valueMicro: bigint;
}

export const SURCHARGE_KINDS = ['PER_UNIT', 'PER_DAY', 'PERCENT', 'TAX'] as const;
export type SurchargeKind = (typeof SURCHARGE_KINDS)[number];

/** @throws DomainError `invalid` for two surcharges of one code, or a percentage that gives more than all of it back. */
export function validateSurcharges(surcharges: readonly Surcharge[], field: string): void {
  surcharges.forEach((surcharge, i) => {
    const at = `${field}/surcharges/${i}`;
    const { code, kind, valueMicro } = surcharge;
    if (surcharges.findIndex((other) => other.code === code) < i)
      throw invalid(`${at}/code`, 'SURCHARGE_CODE', `Two surcharges have the code ${code}.`);
    if ((kind === 'PERCENT' || kind === 'TAX') && valueMicro < -100n * MICRO)
      throw invalid(`${at}/value`, 'SURCHARGE_VALUE', `Surcharge ${code} gives back more than all of it.`);
  });
}

/** Which of a payer's exact sums a line belongs to: money by the unit and day, percentages of it, taxes on both. */
export type SumKind = 'MAIN' | 'PERCENT' | 'TAX';

/** Parts of a sum's numerator in one µ of currency: each percentage makes it finer by 10⁸ (µ percent). */
const SCALE: Record<SumKind, bigint> = { MAIN: 10n ** 6n, PERCENT: 10n ** 14n, TAX: 10n ** 22n };
const PERCENT_STEP = 10n ** 8n;

/** Exact sums of one payer, by kind. */
export type PayerSums = Record<SumKind, bigint>;

/** Key of a payer's sum: `FUND:aid`, `CUSTOMER:PERCENT`, … */
export function sumKey(payer: Payer, kind: SumKind): string {
  return kind === 'MAIN' ? payer : `${payer}:${kind}`;
}

/** Whether a key is that of a stream's main sum, which its own columns hold. */
export function isMainKey(key: string): boolean {
  return key === 'CUSTOMER' || key === 'SUPPLIER';
}

export function sumKindOf(key: string): SumKind {
  if (key.endsWith(':PERCENT')) return 'PERCENT';
  return key.endsWith(':TAX') ? 'TAX' : 'MAIN';
}

/** Who pays the sum of a key. */
export function sumPayerOf(key: string): Payer {
  const kind = sumKindOf(key);
  return (kind === 'MAIN' ? key : key.slice(0, -kind.length - 1)) as Payer;
}

/** Numerator of a sum that makes 1 µ of currency. */
export function sumScale(key: string): bigint {
  return SCALE[sumKindOf(key)];
}

/** A surcharge of one payer as it enters a charge: base times rate, in its own sum. */
export interface SurchargeAmount {
  readonly surcharge: Surcharge;
  readonly sum: SumKind;
  /** Units, days (both in µ), or the numerator that the percentage is of. */
  readonly base: bigint;
  readonly numerator: bigint;
}

/**
 * The surcharges on what one payer used: linear in units, days and energy, so that the parts of a window always sum to the
 * window. Order: per unit, per day, percentages of the energy, then taxes on everything before.
 */
export function surchargeAmounts(
  surcharges: readonly Surcharge[],
  used: { quantityMicro: bigint; energyPico: bigint; days: number },
): SurchargeAmount[] {
  const amounts: SurchargeAmount[] = [];
  const add = (surcharge: Surcharge, sum: SumKind, base: bigint): bigint => {
    if (base === 0n) return 0n;
    const numerator = base * surcharge.valueMicro;
    amounts.push({ surcharge, sum, base, numerator });
    return numerator;
  };
  const of = (kind: SurchargeKind) => surcharges.filter((surcharge) => surcharge.kind === kind);
  let mainPico = used.energyPico;
  for (const surcharge of of('PER_UNIT')) mainPico += add(surcharge, 'MAIN', used.quantityMicro);
  for (const surcharge of of('PER_DAY')) mainPico += add(surcharge, 'MAIN', BigInt(used.days) * MICRO);
  let percent = 0n;
  for (const surcharge of of('PERCENT')) percent += add(surcharge, 'PERCENT', used.energyPico);
  const taxed = mainPico * PERCENT_STEP + percent;
  for (const surcharge of of('TAX')) add(surcharge, 'TAX', taxed);
  return amounts;
}
