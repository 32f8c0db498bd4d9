import { linesWithSurcharges, mergePieces, type RatedLine, sumsOfLines } from '../domain/tariffs/chargeLines';
import type { FreeLeft, RatedPiece } from '../domain/tariffs/ratedPiece';
import { readFree, storeFree } from '../domain/tariffs/sideStreams';
import { isMainKey, type Surcharge, type SurchargeKind } from '../domain/tariffs/surcharge';

/** Ledger windows close at the first reading at or past each UTC quarter hour. */
export const WINDOW_MS = 900_000;

/** A piece inside an open window, merged with its equal neighbour. */
export interface WindowPiece {
  tariffVersion: string;
  period: string;
  tier: number;
  payer: RatedPiece['payer'];
  quantityMicro: bigint;
  priceMicro: bigint;
  estimated: boolean;
}

/** Use that is rated and not yet a charge: (fromMs, toMs] of one stream on one meter and epoch. */
export interface OpenWindow {
  meterId: number;
  epoch: number;
  fromMs: number;
  toMs: number;
  startMicro: bigint;
  endMicro: bigint;
  /** Tier accrual of the account just before the window. */
  accruedMicro: bigint;
  pieces: WindowPiece[];
  /** Of its tariff version; null: none. */
  surcharges: readonly Surcharge[] | null;
  /** Local days with a standing charge that begin in it. */
  days: number;
  /** Free units at hand just before the window; null: the account has none. */
  free: readonly FreeLeft[] | null;
}

/** A window that begins with a piece, which is yet to be added. */
export function windowFrom(
  piece: RatedPiece,
  on: { meterId: number; epoch: number; registerMicro: bigint; accruedMicro: bigint },
): OpenWindow {
  return {
    meterId: on.meterId,
    epoch: on.epoch,
    fromMs: piece.fromMs,
    toMs: piece.fromMs,
    startMicro: on.registerMicro,
    endMicro: on.registerMicro,
    accruedMicro: on.accruedMicro,
    pieces: [],
    surcharges: piece.surcharges,
    days: 0,
    free: piece.freeBefore,
  };
}

/** The end of the quarter hour that begins at or before `fromMs`: a reading at or past it closes the window. */
export function windowDueMs(fromMs: number): number {
  return (Math.floor(fromMs / WINDOW_MS) + 1) * WINDOW_MS;
}

export function windowQuantityMicro(window: OpenWindow): bigint {
  let sum = 0n;
  for (const piece of window.pieces) sum += piece.quantityMicro;
  return sum;
}

/** Numerator of the stream's main sum: what the customer pays by unit and day, or the supplier for what is exported. */
export function windowNumeratorPico(window: OpenWindow): bigint {
  let sum = 0n;
  if (!window.surcharges) {
    for (const piece of window.pieces)
      if (isMainKey(piece.payer)) sum += piece.quantityMicro * piece.priceMicro;
    return sum;
  }
  for (const [key, numerator] of sumsOfLines(windowLines(window))) if (isMainKey(key)) sum += numerator;
  return sum;
}

/** Numerators of the sums beside the main one; null: none. */
export function windowSides(window: OpenWindow): Map<string, bigint> | null {
  if (!window.surcharges && window.pieces.every((piece) => isMainKey(piece.payer))) return null;
  const sums = sumsOfLines(windowLines(window));
  for (const key of [...sums.keys()]) if (isMainKey(key)) sums.delete(key);
  return sums;
}

/** Adds a rated piece at the window's end. */
export function addPiece(window: OpenWindow, piece: RatedPiece): void {
  window.toMs = piece.toMs;
  if (piece.beginsDay) window.days++;
  if (piece.quantityMicro === 0n) {
    // Nothing used, but the window must still know which tariff version it stands under.
    if (window.pieces.length === 0) window.pieces.push(windowPiece(piece));
    return;
  }
  const last = window.pieces[window.pieces.length - 1];
  if (last && sameTerms(last, piece)) last.quantityMicro += piece.quantityMicro;
  else if (last && last.quantityMicro === 0n) window.pieces[window.pieces.length - 1] = windowPiece(piece);
  else window.pieces.push(windowPiece(piece));
}

function windowPiece(piece: RatedPiece): WindowPiece {
  const { tariffVersion, period, tier, payer, quantityMicro, priceMicro, estimated } = piece;
  return { tariffVersion, period, tier, payer, quantityMicro, priceMicro, estimated };
}

function sameTerms(a: WindowPiece, b: RatedPiece): boolean {
  return (
    a.period === b.period &&
    a.tier === b.tier &&
    a.tariffVersion === b.tariffVersion &&
    a.payer === b.payer &&
    a.estimated === b.estimated
  );
}

/** The window's pieces as charge lines, merged by the one rule of domain/tariffs, with their surcharges. */
export function windowLines(window: OpenWindow): RatedLine[] {
  const energy = mergePieces(
    window.pieces.map((piece) => ({
      ...piece,
      numeratorPico: piece.quantityMicro * piece.priceMicro,
    })),
  );
  if (!window.surcharges) return energy;
  return linesWithSurcharges(energy, window.surcharges, window.days, window.pieces[0]?.tariffVersion ?? '');
}

type StoredPiece = [string, string, number, string, string, string, 0 | 1];
interface StoredWindow {
  m: number;
  e: number;
  f: number;
  t: number;
  s: string;
  r: string;
  a: string;
  p: StoredPiece[];
  /** Surcharges, days and free units: only where there are any. */
  x?: [kind: string, code: string, value: string][];
  d?: number;
  g?: ReturnType<typeof storeFree>;
}

/** The JSON form in `stream.open`; short names, since every batch rewrites it. */
export function storeWindow(window: OpenWindow | null): StoredWindow | null {
  return (
    window && {
      m: window.meterId,
      e: window.epoch,
      f: window.fromMs,
      t: window.toMs,
      s: window.startMicro.toString(),
      r: window.endMicro.toString(),
      a: window.accruedMicro.toString(),
      p: window.pieces.map((p) => [
        p.tariffVersion,
        p.period,
        p.tier,
        p.payer,
        p.quantityMicro.toString(),
        p.priceMicro.toString(),
        p.estimated ? 1 : 0,
      ]),
      ...(window.surcharges
        ? { x: window.surcharges.map((s) => [s.kind, s.code, s.valueMicro.toString()]), d: window.days }
        : {}),
      ...(window.free ? { g: storeFree(window.free) } : {}),
    }
  );
}

/** Reads `stream.open`; the column is written by `storeWindow` alone. */
export function readWindow(stored: unknown): OpenWindow | null {
  if (stored === null || stored === undefined) return null;
  const w = stored as StoredWindow;
  return {
    meterId: w.m,
    epoch: w.e,
    fromMs: w.f,
    toMs: w.t,
    startMicro: BigInt(w.s),
    endMicro: BigInt(w.r),
    accruedMicro: BigInt(w.a),
    pieces: w.p.map(([tariffVersion, period, tier, payer, q, price, estimated]) => ({
      tariffVersion,
      period,
      tier,
      payer: payer as RatedPiece['payer'],
      quantityMicro: BigInt(q),
      priceMicro: BigInt(price),
      estimated: estimated === 1,
    })),
    surcharges:
      w.x?.map(([kind, code, value]) => ({
        kind: kind as SurchargeKind,
        code,
        valueMicro: BigInt(value),
      })) ?? null,
    days: w.d ?? 0,
    free: readFree(w.g),
  };
}
