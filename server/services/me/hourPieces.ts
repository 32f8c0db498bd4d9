const HOUR_MS = 3_600_000;

/** Energy of a stretch of time, [fromMs, toMs); within it, use counts as even. */
export interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly quantityMicro: bigint;
}

/** Hours as pieces, those of several points together; the one that runs reaches to now. */
export function hourPieces(
  hours: readonly { readonly hourMs: number; readonly quantityMicro: bigint }[],
  nowMs: number,
): Piece[] {
  const byHour = new Map<number, bigint>();
  for (const { hourMs, quantityMicro } of hours)
    byHour.set(hourMs, (byHour.get(hourMs) ?? 0n) + quantityMicro);
  return [...byHour].map(([hourMs, quantityMicro]) => ({
    fromMs: hourMs,
    toMs: Math.min(hourMs + HOUR_MS, nowMs),
    quantityMicro,
  }));
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Energy in [fromMs, toMs), µ: what the edges cut counts in proportion, as hours of UTC are cut in zones of half hours. */
export function energyBetween(pieces: readonly Piece[], { fromMs, toMs }: Span): number {
  let sum = 0;
  for (const piece of pieces) {
    const overlapMs = Math.min(piece.toMs, toMs) - Math.max(piece.fromMs, fromMs);
    if (overlapMs <= 0) continue;
    const lengthMs = piece.toMs - piece.fromMs;
    sum +=
      overlapMs === lengthMs
        ? Number(piece.quantityMicro)
        : (Number(piece.quantityMicro) * overlapMs) / lengthMs;
  }
  return sum;
}

/** Whether every instant of [fromMs, toMs) lies in a piece: a day that lost an hour is no measure of a day. */
export function coversWhole(pieces: readonly Piece[], { fromMs, toMs }: Span): boolean {
  let coveredMs = 0;
  for (const piece of pieces)
    coveredMs += Math.max(0, Math.min(piece.toMs, toMs) - Math.max(piece.fromMs, fromMs));
  return coveredMs === toMs - fromMs;
}
