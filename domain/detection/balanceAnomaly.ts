import { NO_SETTINGS, numberOf, type RuleBody } from './streamingRule';

/** Charges of an account before the one in question. */
export interface UsualCharges {
  readonly count: number;
  /** 99th percentile of what they came to in a quarter hour, µ of the account's currency. */
  readonly p99Micro: bigint;
}

export interface BalanceAnomalyParams {
  readonly times: number;
  /** A charge up to this is never held, µ. */
  readonly leastMicro: bigint;
}

/** 5.00 in a quarter hour is what a room can't use and a wrong price soon asks for. */
export const BALANCE_ANOMALY_DEFAULTS = { times: 20, leastAmount: 5 } as const;
/** With fewer charges an account has no usual one. */
export const LEAST_CHARGES = 30;
/** A gap as in rating: longer than this and than two intervals. What was used in it comes at once, and is no anomaly. */
const GAP_MS = 7_200_000;

/** Asked at every reading: where nothing is set, they are made once. */
let byDefault: BalanceAnomalyParams | null = null;

export function balanceAnomalyParams(body: RuleBody): BalanceAnomalyParams {
  if (body !== NO_SETTINGS) return paramsOf(body);
  byDefault ??= paramsOf(NO_SETTINGS);
  return byDefault;
}

function paramsOf(body: RuleBody): BalanceAnomalyParams {
  const least = numberOf(body, 'leastAmount', BALANCE_ANOMALY_DEFAULTS.leastAmount);
  return {
    times: numberOf(body, 'times', BALANCE_ANOMALY_DEFAULTS.times),
    leastMicro: BigInt(Math.round(least * 100)) * 10_000n,
  };
}

/**
 * Whether a charge is held for a person instead of being taken: above 20 times the 99th percentile of the account's charges, as a
 * wrong price or transformer ratio makes it. Needs 30 earlier charges; a vacant room has small ones, so what is small in itself is
 * never held. Source: domain.md 5, balance anomaly.
 */
export function isBalanceAnomaly(
  chargeMicro: bigint,
  usual: UsualCharges,
  { times, leastMicro }: BalanceAnomalyParams,
): boolean {
  if (usual.count < LEAST_CHARGES || chargeMicro <= leastMicro) return false;
  return Number(chargeMicro) > times * Number(usual.p99Micro);
}

/** Whether use over (fromMs, toMs] came after a gap: then its charge is never held. */
export function isAfterGap(fromMs: number, toMs: number, intervalMs: number): boolean {
  return toMs - fromMs > Math.max(GAP_MS, 2 * intervalMs);
}
