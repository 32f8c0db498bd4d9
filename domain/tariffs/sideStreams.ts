import { floorDiv } from '../units';
import type { FreeLeft, FundPayer } from './ratedPiece';
import { sumPayerOf, sumScale } from './surcharge';

/**
 * Exact sums that stand beside the customer's own in a stream: what funds pay, percentages, taxes. Each floors and carries
 * for itself, like the main one (`residual.ts`), in the scale of its key.
 */
export interface SideState {
  readonly numerator: bigint;
  readonly postedMicro: bigint;
}
export type SideStreams = ReadonlyMap<string, SideState>;

/** A charge's part in one of these sums: its numerator, what was posted with it, and the carry just before it. */
export interface SideAmount {
  readonly key: string;
  readonly numerator: bigint;
  readonly amountMicro: bigint;
  readonly carry: bigint;
}

/** What a charge holds beside the customer's main sum. */
export interface ChargeExtra {
  readonly sums: readonly SideAmount[];
  /** Free units when it began; null: the account had none. */
  readonly free: readonly FreeLeft[] | null;
}

const NOTHING: SideState = { numerator: 0n, postedMicro: 0n };

export function addToSide(streams: SideStreams | null, key: string, numerator: bigint): SideStreams {
  const next = new Map(streams);
  const before = next.get(key) ?? NOTHING;
  next.set(key, { ...before, numerator: before.numerator + numerator });
  return next;
}

/** Whole µ that the customer owes in these sums beyond what was posted. */
export function sideUnpostedMicro(streams: SideStreams | null): bigint {
  let sum = 0n;
  if (streams)
    for (const [key, { numerator, postedMicro }] of streams)
      if (sumPayerOf(key) === 'CUSTOMER') sum += floorDiv(numerator, sumScale(key)) - postedMicro;
  return sum;
}

/**
 * Posts what is due. `window` holds the numerators of the charge, `open` those that are in the streams and not due with it.
 * @returns the amounts of the charge, in the order of their keys, and the streams after it
 */
export function postSides(
  streams: SideStreams,
  window: ReadonlyMap<string, bigint>,
  open: ReadonlyMap<string, bigint>,
): { amounts: SideAmount[]; streams: SideStreams } {
  const next = new Map(streams);
  const amounts: SideAmount[] = [];
  for (const key of [...streams.keys()].sort()) {
    const state = streams.get(key)!;
    const scale = sumScale(key);
    const closed = state.numerator - (open.get(key) ?? 0n);
    const numerator = window.get(key) ?? 0n;
    const amountMicro = floorDiv(closed, scale) - state.postedMicro;
    if (numerator === 0n && amountMicro === 0n) continue;
    amounts.push({
      key,
      numerator,
      amountMicro,
      carry: closed - numerator - state.postedMicro * scale,
    });
    next.set(key, { numerator: state.numerator, postedMicro: state.postedMicro + amountMicro });
  }
  return { amounts, streams: next };
}

/** Takes a superseded charge out: its numerators and what its reversal gives back. */
export function takeFromSides(
  streams: SideStreams | null,
  amounts: readonly SideAmount[],
): SideStreams | null {
  if (amounts.length === 0) return streams;
  const next = new Map(streams);
  for (const { key, numerator, amountMicro } of amounts) {
    const before = next.get(key) ?? NOTHING;
    next.set(key, {
      numerator: before.numerator - numerator,
      postedMicro: before.postedMicro - amountMicro,
    });
  }
  return next;
}

/** What of a charge's side amounts leaves the customer's pots, µ. */
export function customerSideMicro(amounts: readonly SideAmount[]): bigint {
  let sum = 0n;
  for (const { key, amountMicro } of amounts) if (sumPayerOf(key) === 'CUSTOMER') sum += amountMicro;
  return sum;
}

/** What funds pay of a charge, by fund code, µ; funds that pay nothing stay out. */
export function fundAmounts(amounts: readonly SideAmount[]): Map<string, bigint> {
  const funds = new Map<string, bigint>();
  for (const { key, amountMicro } of amounts) {
    const payer = sumPayerOf(key);
    if (!payer.startsWith('FUND:') || amountMicro === 0n) continue;
    const code = payer.slice('FUND:'.length);
    funds.set(code, (funds.get(code) ?? 0n) + amountMicro);
  }
  for (const [code, amountMicro] of funds) if (amountMicro === 0n) funds.delete(code);
  return funds;
}

type StoredStreams = Record<string, [string, string]>;

/** The JSON form in `stream.extra`; null: nothing. */
export function storeSides(streams: SideStreams | null): StoredStreams | null {
  if (!streams || streams.size === 0) return null;
  const stored: StoredStreams = {};
  for (const [key, { numerator, postedMicro }] of streams)
    stored[key] = [numerator.toString(), postedMicro.toString()];
  return stored;
}

/** Reads `stream.extra`; written by `storeSides` alone. */
export function readSides(stored: unknown): SideStreams | null {
  if (stored === null || stored === undefined) return null;
  return new Map(
    Object.entries(stored as StoredStreams).map(([key, [n, posted]]) => [
      key,
      { numerator: BigInt(n), postedMicro: BigInt(posted) },
    ]),
  );
}

interface StoredExtra {
  s: [key: string, n: string, amount: string, carry: string][];
  f: [payer: string, left: string, advances: 0 | 1][] | null;
}

/** The JSON form in `charge.extra`; null: nothing. */
export function storeExtra(extra: ChargeExtra): StoredExtra | null {
  if (extra.sums.length === 0 && extra.free === null) return null;
  return {
    s: extra.sums.map(({ key, numerator, amountMicro, carry }) => [
      key,
      numerator.toString(),
      amountMicro.toString(),
      carry.toString(),
    ]),
    f: storeFree(extra.free),
  };
}

/** Reads `charge.extra`. @throws where it is not of the shape that is stored */
export function readExtra(stored: unknown): ChargeExtra {
  if (stored === null || stored === undefined) return { sums: [], free: null };
  const { s, f } = stored as StoredExtra;
  return {
    sums: s.map(([key, n, amount, carry]) => ({
      key,
      numerator: BigInt(n),
      amountMicro: BigInt(amount),
      carry: BigInt(carry),
    })),
    free: readFree(f),
  };
}

export function storeFree(free: readonly FreeLeft[] | null): StoredExtra['f'] {
  if (free === null) return null;
  return free.map(({ payer, leftMicro, advancesTier }) => [
    payer,
    leftMicro.toString(),
    advancesTier ? 1 : 0,
  ]);
}

export function readFree(stored: StoredExtra['f'] | undefined): readonly FreeLeft[] | null {
  return (
    stored?.map(([payer, left, advances]) => ({
      payer: payer as FundPayer,
      leftMicro: BigInt(left),
      advancesTier: advances === 1,
    })) ?? null
  );
}
