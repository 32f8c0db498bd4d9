import type { ChargeLineRecord } from '../credit/chargeLines';
import type { Payer, RatedPiece } from './ratedPiece';

/** The frozen, hashed shape of a line; tier is numbered from 1. */
export type ChargeLine = ChargeLineRecord;

/** Neighbouring pieces of equal period, tier, tariff version, payer and certainty, as one line of a charge. */
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

/** Pieces without quantity leave no line. */
export function mergePieces(pieces: readonly RatedPiece[]): RatedLine[] {
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

function sameLine(line: RatedLine, piece: RatedPiece): boolean {
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

/** Σ amount_n of frozen lines, having checked each against quantity times price; null if one does not hold. */
export function provenNumeratorPico(lines: readonly ChargeLine[]): bigint | null {
  let total = 0n;
  for (const line of lines) {
    const numeratorPico = BigInt(line.amount_n);
    if (BigInt(line.q_u) * BigInt(line.price_u) !== numeratorPico) return null;
    total += numeratorPico;
  }
  return total;
}
