import { floorDiv } from '../units';
import { sumsOfPiece } from './chargeLines';
import type { RatedPiece } from './ratedPiece';
import { isMainKey, sumPayerOf, sumScale } from './surcharge';

/** Adds rated pieces with their surcharges to exact sums by payer and kind. */
export function addPieces(sums: Map<string, bigint>, pieces: readonly RatedPiece[]): void {
  for (const piece of pieces)
    for (const [key, numerator] of sumsOfPiece(piece) ?? [['CUSTOMER', piece.numeratorPico] as const])
      sums.set(key, (sums.get(key) ?? 0n) + numerator);
}

/** What exact sums come to for the customer and for funds, µ; each sum is rounded down once. */
export function microOfSums(sums: ReadonlyMap<string, bigint>): { customerMicro: bigint; fundMicro: bigint } {
  let customerMicro = 0n;
  let fundMicro = 0n;
  for (const [key, numerator] of sums) {
    const micro = floorDiv(numerator, sumScale(key));
    if (isMainKey(key) || sumPayerOf(key) === 'CUSTOMER') customerMicro += micro;
    else fundMicro += micro;
  }
  return { customerMicro, fundMicro };
}
