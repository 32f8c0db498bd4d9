import { microFromText, textFromMicro } from '../units';

const HOUR_MS = 3_600_000;

/** A level of the low-balance notice, by money or units left (µ) or by time left (ms). */
export type LowBalanceLevel =
  | { readonly code: string; readonly leftMicro: bigint }
  | { readonly code: string; readonly timeLeftMs: number };

/** Time left from which no level is crossed any more, ms. */
export const LONGEST_TIME_LEVEL_MS = 72 * HOUR_MS;

/** Default levels from the mildest to the most urgent; "lowest crossed" is the last of them that is crossed. */
export const LOW_BALANCE_LEVELS: readonly LowBalanceLevel[] = [
  { code: 'MONEY_20', leftMicro: 20_000_000n },
  { code: 'TIME_3D', timeLeftMs: LONGEST_TIME_LEVEL_MS },
  { code: 'MONEY_10', leftMicro: 10_000_000n },
  { code: 'TIME_24H', timeLeftMs: 24 * HOUR_MS },
  { code: 'MONEY_5', leftMicro: 5_000_000n },
  { code: 'TIME_6H', timeLeftMs: 6 * HOUR_MS },
];

const UNITS_PREFIX = 'UNITS_';

/**
 * The levels of an account that holds units: those by time left, and these by units (µ). The levels by money say nothing of a
 * quantity.
 */
export function unitBalanceLevels(levelsMicro: readonly bigint[]): LowBalanceLevel[] {
  return [
    ...levelsMicro.map((leftMicro) => ({ code: `${UNITS_PREFIX}${shortText(leftMicro)}`, leftMicro })),
    ...LOW_BALANCE_LEVELS.filter(({ code }) => isTimeLevel(code)),
  ];
}

/** Decimal text without zeros at its end: 7.5. */
const shortText = (micro: bigint): string => textFromMicro(micro).replace(/\.?0+$/, '');

/** The quantity, as decimal text, of a level by units; null for any other code. */
export const unitsOfLevel = (code: string): string | null =>
  code.startsWith(UNITS_PREFIX) ? code.slice(UNITS_PREFIX.length) : null;

/** The amount, as decimal text, of a level by money; null for any other code. */
export const moneyOfLevel = (code: string): string | null => {
  const level = LOW_BALANCE_LEVELS.find((one) => one.code === code);
  return level && 'leftMicro' in level ? shortText(level.leftMicro) : null;
};

/**
 * Whether a level, by its code as a notice names it, still is what is left or more: a notice ends once what is left is above it.
 * An unknown time left ends nothing, and neither does an unknown code.
 */
export function isStillLow(
  code: string,
  { availableMicro, timeLeftMs }: { readonly availableMicro: bigint; readonly timeLeftMs: number | null },
): boolean {
  const units = unitsOfLevel(code);
  const level =
    units === null
      ? LOW_BALANCE_LEVELS.find((one) => one.code === code)
      : { leftMicro: microFromText(units) ?? availableMicro };
  if (!level) return true;
  if ('leftMicro' in level) return availableMicro <= level.leftMicro;
  return timeLeftMs === null || timeLeftMs <= level.timeLeftMs;
}

/** Whether a code is that of a level by time left. */
export const isTimeLevel = (code: string): boolean => code.startsWith('TIME_');

/** Days of data from which time-left levels count. */
export const TIME_LEVELS_MIN_DATA_DAYS = 7;

/** The highest of the levels by what is left, µ: above it none of them is crossed. */
export function highestLevelMicro(levels: readonly LowBalanceLevel[]): bigint {
  let highest = 0n;
  for (const level of levels)
    if ('leftMicro' in level && level.leftMicro > highest) highest = level.leftMicro;
  return highest;
}

export interface LowBalanceInput {
  readonly availableMicro: bigint;
  /** Null while unknown, which neither crosses nor re-arms; Infinity beyond the horizon. */
  readonly timeLeftMs: number | null;
  readonly dataDays: number;
}

export interface LowBalanceStep {
  /** Codes of the levels already told in this descent; to be stored. */
  readonly told: readonly string[];
  /** The one level to name in a notice now, or null. */
  readonly notice: string | null;
}

/**
 * One step on a new balance or time left: names at most one level, the lowest newly crossed. A level is told once per
 * descent and armed again 20 % above itself.
 */
export function lowBalanceStep(
  told: readonly string[],
  input: LowBalanceInput,
  levels: readonly LowBalanceLevel[] = LOW_BALANCE_LEVELS,
): LowBalanceStep {
  const nextTold: string[] = [];
  let notice: string | null = null;
  for (const level of levels) {
    const known = told.includes(level.code);
    const crossed = isCrossed(level, input);
    if (crossed && !known) notice = level.code;
    if (crossed || (known && !isRearmed(level, input))) nextTold.push(level.code);
  }
  return { told: nextTold, notice };
}

function timeLeftOf(input: LowBalanceInput): number | null {
  return input.dataDays >= TIME_LEVELS_MIN_DATA_DAYS ? input.timeLeftMs : null;
}

function isCrossed(level: LowBalanceLevel, input: LowBalanceInput): boolean {
  if ('leftMicro' in level) return input.availableMicro <= level.leftMicro;
  const timeLeftMs = timeLeftOf(input);
  return timeLeftMs !== null && timeLeftMs <= level.timeLeftMs;
}

function isRearmed(level: LowBalanceLevel, input: LowBalanceInput): boolean {
  if ('leftMicro' in level) return input.availableMicro * 5n > level.leftMicro * 6n;
  const timeLeftMs = timeLeftOf(input);
  return timeLeftMs !== null && timeLeftMs > level.timeLeftMs * 1.2;
}
