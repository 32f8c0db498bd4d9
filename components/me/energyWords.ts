import { formatEnergy, formatNumber, formatRange, formatVolume } from '../ui/format';
import type { MyUsage } from './meData';

/** The last decimal of a quantity as a room shows it, µ. */
export const ENERGY_STEP_MICRO: Readonly<Record<MyUsage['utility'], bigint>> = {
  ELECTRICITY: 100_000n,
  WATER: 10_000n,
  GAS: 10_000n,
};

/** A quantity of a utility as a room shows it, from µ. */
export function energyWords(utility: MyUsage['utility'], micro: bigint): string {
  return utility === 'ELECTRICITY' ? formatEnergy(micro, 'room') : formatVolume(micro, 'room');
}

/** The same of a range, with its unit once. */
export function energyRange(utility: MyUsage['utility'], lowMicro: bigint, highMicro: bigint): string {
  const low = formatNumber(Number(lowMicro) / 1e6, utility === 'ELECTRICITY' ? 1 : 2);
  return formatRange(low, energyWords(utility, highMicro));
}
