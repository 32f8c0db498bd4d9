import { formatMoney } from '../ui/format';

/** An amount of change: a plus where it grew. */
export function signedMoney(micro: bigint, currency: string): string {
  const text = formatMoney(micro, { currency });
  return micro > 0n ? `+${text}` : text;
}
