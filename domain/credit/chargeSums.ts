import { sumKeyOfLine } from '../tariffs/chargeLines';
import { type ChargeExtra, customerSideMicro, fundAmounts } from '../tariffs/sideStreams';
import { isMainKey, sumScale } from '../tariffs/surcharge';
import { floorDiv } from '../units';
import type { ChargeLineRecord } from './chargeLines';

/** What of a charge its sums are recomputed from. */
export interface SummedCharge {
  readonly lines: readonly ChargeLineRecord[];
  readonly amountMicro: bigint;
  /** Carry of the main sum just before the charge, pico. */
  readonly carryPico: bigint;
  readonly extra: ChargeExtra;
}

/** The sums of a charge, recomputed from its lines alone. */
export interface ChargeSums {
  /** Σ quantity times price of the lines in the main sum, pico. */
  readonly exactPico: bigint;
  /** What of it is posted, µ: the main sum's running floor. */
  readonly mainMicro: bigint;
  /** Amounts of the lines as differences of their sums' running floors, in their order, µ. */
  readonly lineAmountsMicro: readonly bigint[];
  /** The stored amounts and numerators, of the customer and of each fund, are the recomputed ones. */
  readonly agree: boolean;
}

/** Line k of a sum = ⌊N_k/scale⌋ − ⌊N_(k−1)/scale⌋ in time order; what the first begins with is the carry. */
export function chargeSums({ lines, amountMicro, carryPico, extra }: SummedCharge): ChargeSums {
  const carries = new Map(extra.sums.map((sum) => [sum.key, sum.carry]));
  const running = new Map<string, { numerator: bigint; floor: bigint }>();
  let exactPico = 0n;
  const lineAmountsMicro = lines.map((line) => {
    const key = sumKeyOfLine(line);
    const isMain = isMainKey(key);
    const numerator = BigInt(line.q_u) * BigInt(line.price_u);
    const state = running.get(key) ?? { numerator: isMain ? carryPico : (carries.get(key) ?? 0n), floor: 0n };
    const next = state.numerator + numerator;
    const floor = floorDiv(next, sumScale(key));
    running.set(key, { numerator: next, floor });
    if (isMain) exactPico += numerator;
    return floor - state.floor;
  });
  const mainMicro = floorDiv(carryPico + exactPico, sumScale('CUSTOMER'));
  const ownMicro = lines.some((line) => line.payer === 'SUPPLIER') ? -mainMicro : mainMicro;
  const sides = extra.sums.every(({ key, numerator, amountMicro: posted, carry }) => {
    const state = running.get(key);
    return (
      (state?.numerator ?? carry) === carry + numerator &&
      floorDiv(carry + numerator, sumScale(key)) === posted
    );
  });
  const covered = [...running].every(
    ([key, { numerator }]) => isMainKey(key) || carries.has(key) || numerator === 0n,
  );
  return {
    exactPico,
    mainMicro,
    lineAmountsMicro,
    agree: sides && covered && ownMicro + customerSideMicro(extra.sums) === amountMicro,
  };
}

/** What each fund pays of the charge, by the name of its pot, µ. */
export function fundPots(extra: ChargeExtra): Map<string, bigint> {
  return new Map([...fundAmounts(extra.sums)].map(([code, micro]) => [`fund:${code}`, micro]));
}
