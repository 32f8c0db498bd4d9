import { floorDiv, MICRO } from '../units';

/**
 * Running totals of one payment stream (account, point, payer): the exact numerator N in pico-currency and what of it was
 * posted in µ. Between postings N runs ahead; after one, postedMicro = ⌊N/10⁶⌋, so no reading rate can change a total.
 */
export interface StreamState {
  numeratorPico: bigint;
  postedMicro: bigint;
}

export const EMPTY_STREAM: StreamState = { numeratorPico: 0n, postedMicro: 0n };

/** Whole µ that are rated but not yet posted. */
export function unpostedMicro(stream: StreamState): bigint {
  return floorDiv(stream.numeratorPico, MICRO) - stream.postedMicro;
}

/** What is left below 1 µ once everything is posted, in pico: 0 ≤ carry < 10⁶. */
export function carryPico(stream: StreamState): bigint {
  return stream.numeratorPico - floorDiv(stream.numeratorPico, MICRO) * MICRO;
}

/** Adds rated numerators to the stream without posting. */
export function addToStream(stream: StreamState, pieces: readonly { numeratorPico: bigint }[]): StreamState {
  let { numeratorPico } = stream;
  for (const piece of pieces) numeratorPico += piece.numeratorPico;
  return { numeratorPico, postedMicro: stream.postedMicro };
}

/** Posts all that is due: the amount, and the stream afterwards. */
export function postStream(stream: StreamState): { amountMicro: bigint; stream: StreamState } {
  const amountMicro = unpostedMicro(stream);
  return {
    amountMicro,
    stream: { numeratorPico: stream.numeratorPico, postedMicro: stream.postedMicro + amountMicro },
  };
}

/** Takes a superseded charge out of the stream: its numerators and the amount that its reversal gives back. */
export function takeFromStream(
  stream: StreamState,
  charge: { numeratorPico: bigint; amountMicro: bigint },
): StreamState {
  return {
    numeratorPico: stream.numeratorPico - charge.numeratorPico,
    postedMicro: stream.postedMicro - charge.amountMicro,
  };
}

/**
 * Amounts of a charge's merged lines as differences of the stream's running floors, in time order:
 * line k = ⌊N_k/10⁶⌋ − ⌊N_(k−1)/10⁶⌋. `stream` is the state before the charge with all before it posted; the one returned
 * has the charge added and posted.
 */
export function lineAmounts(
  stream: StreamState,
  lines: readonly { numeratorPico: bigint }[],
): { amountsMicro: bigint[]; stream: StreamState } {
  let { numeratorPico, postedMicro } = stream;
  const amountsMicro: bigint[] = [];
  for (const line of lines) {
    const before = floorDiv(numeratorPico, MICRO);
    numeratorPico += line.numeratorPico;
    const amountMicro = floorDiv(numeratorPico, MICRO) - before;
    amountsMicro.push(amountMicro);
    postedMicro += amountMicro;
  }
  return { amountsMicro, stream: { numeratorPico, postedMicro } };
}
