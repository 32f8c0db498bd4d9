import type { ChargeLineRecord } from '../credit/chargeLines';
import type { Payer, RatedPiece } from './ratedPiece';
import {
  isMainKey,
  type SumKind,
  type Surcharge,
  type SurchargeKind,
  sumKey,
  surchargeAmounts,
} from './surcharge';

/** The frozen, hashed shape of a line; tier is numbered from 1. */
export type ChargeLine = ChargeLineRecord;

/**
 * Neighbouring pieces of equal period, tier, tariff version, payer and certainty, as one line of a charge. A surcharge is a
 * line of tier 0 whose period names its kind and code: `TAX:vat`. Its quantity is then what it is reckoned on (units or days
 * in µ, or the numerator that a percentage is of) and its price the rate; numerators of percentages are finer than pico (see
 * `surcharge.ts`).
 */
export interface RatedLine {
  tariffVersion: string;
  period: string;
  tier: number;
  payer: Payer;
  estimated: boolean;
  quantityMicro: bigint;
  priceMicro: bigint;
  numeratorPico: bigint;
}

/** What of a piece makes a line. */
export type LinePiece = Pick<
  RatedPiece,
  | 'tariffVersion'
  | 'period'
  | 'tier'
  | 'payer'
  | 'estimated'
  | 'quantityMicro'
  | 'priceMicro'
  | 'numeratorPico'
>;

/** Pieces without quantity leave no line. */
export function mergePieces(pieces: readonly LinePiece[]): RatedLine[] {
  const lines: RatedLine[] = [];
  for (const piece of pieces) {
    if (piece.quantityMicro === 0n) continue;
    const last = lines[lines.length - 1];
    if (last && sameLine(last, piece)) {
      last.quantityMicro += piece.quantityMicro;
      last.numeratorPico += piece.numeratorPico;
      continue;
    }
    const { tariffVersion, period, tier, payer, estimated, quantityMicro, priceMicro, numeratorPico } = piece;
    lines.push({ tariffVersion, period, tier, payer, estimated, quantityMicro, priceMicro, numeratorPico });
  }
  return lines;
}

function sameLine(line: RatedLine, piece: LinePiece): boolean {
  return (
    line.period === piece.period &&
    line.tier === piece.tier &&
    line.tariffVersion === piece.tariffVersion &&
    line.payer === piece.payer &&
    line.estimated === piece.estimated
  );
}

/** Pieces in time order, grouped into the charges that they must go to. */
export function chargeGroups(pieces: readonly RatedPiece[]): RatedPiece[][] {
  const groups: RatedPiece[][] = [];
  for (const piece of pieces) {
    const open = groups[groups.length - 1];
    if (open && !piece.breakBefore) open.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

/** A line in its frozen shape. */
export function chargeLine(line: RatedLine): ChargeLine {
  return {
    period: line.period,
    tier: String(line.tier),
    q_u: line.quantityMicro.toString(),
    price_u: line.priceMicro.toString(),
    amount_n: line.numeratorPico.toString(),
    payer: line.payer,
    estimated: line.estimated,
  };
}

/**
 * All lines of a charge: its energy lines with the surcharges on them, payer by payer. `days` is how many local days begin in
 * it; their standing charge is the customer's, whoever pays for the energy.
 */
export function linesWithSurcharges(
  energy: readonly RatedLine[],
  surcharges: readonly Surcharge[] | null,
  days: number,
  tariffVersion: string,
): RatedLine[] {
  if (!surcharges) return [...energy];
  const lines = [...energy];
  for (const payer of new Set<Payer>([...energy.map((line) => line.payer), ...(days > 0 ? CUSTOMER : [])])) {
    const own = energy.filter((line) => line.payer === payer);
    const used = {
      quantityMicro: own.reduce((sum, line) => sum + line.quantityMicro, 0n),
      energyPico: own.reduce((sum, line) => sum + line.numeratorPico, 0n),
      days: payer === 'CUSTOMER' ? days : 0,
    };
    const estimated = own.some((line) => line.estimated);
    for (const { surcharge, base, numerator } of surchargeAmounts(surcharges, used))
      lines.push({
        tariffVersion,
        period: `${surcharge.kind}:${surcharge.code}`,
        tier: SURCHARGE_TIER,
        payer,
        estimated,
        quantityMicro: base,
        priceMicro: surcharge.valueMicro,
        numeratorPico: numerator,
      });
  }
  return lines;
}

const CUSTOMER: readonly Payer[] = ['CUSTOMER'];
const SURCHARGE_TIER = 0;

/** The surcharge that a stored line is; null for a line of energy. */
export function surchargeOfLine(
  line: Pick<ChargeLineRecord, 'tier' | 'period'>,
): { kind: SurchargeKind; code: string } | null {
  if (line.tier !== '0') return null;
  const at = line.period.indexOf(':');
  return { kind: line.period.slice(0, at) as SurchargeKind, code: line.period.slice(at + 1) };
}

/** Key of the exact sum that a stored line belongs to. */
export function sumKeyOfLine(line: Pick<ChargeLineRecord, 'tier' | 'period' | 'payer'>): string {
  const kind = surchargeOfLine(line)?.kind;
  const sum: SumKind = kind === 'PERCENT' || kind === 'TAX' ? kind : 'MAIN';
  return sumKey(line.payer as Payer, sum);
}

/** Σ numerators of lines by the sum they belong to. */
export function sumsOfLines(lines: readonly RatedLine[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const line of lines) {
    const key = sumKeyOfLine({ tier: String(line.tier), period: line.period, payer: line.payer });
    sums.set(key, (sums.get(key) ?? 0n) + line.numeratorPico);
  }
  return sums;
}

/** Exact sums of one piece with its surcharges; null where it is its numerator alone, in the main sum. */
export function sumsOfPiece(piece: RatedPiece): Map<string, bigint> | null {
  if (!piece.surcharges && isMainKey(piece.payer)) return null;
  return sumsOfLines(
    linesWithSurcharges(mergePieces([piece]), piece.surcharges, piece.beginsDay ? 1 : 0, piece.tariffVersion),
  );
}

/** Σ amount_n of frozen lines by the sum they belong to, having checked each against quantity times price; null if one does not hold. */
export function provenSums(lines: readonly ChargeLine[]): Map<string, bigint> | null {
  const sums = new Map<string, bigint>();
  for (const line of lines) {
    const numerator = BigInt(line.amount_n);
    if (BigInt(line.q_u) * BigInt(line.price_u) !== numerator) return null;
    const key = sumKeyOfLine(line);
    sums.set(key, (sums.get(key) ?? 0n) + numerator);
  }
  return sums;
}

/** Σ quantity of the lines of energy, µ. */
export function energyMicro(lines: readonly ChargeLine[]): bigint {
  let sum = 0n;
  for (const line of lines) if (line.tier !== '0') sum += BigInt(line.q_u);
  return sum;
}
