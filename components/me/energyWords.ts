import { formatEnergy, formatVolume } from '../ui/format';
import type { MyUsage } from './meData';

/** A quantity of a utility as a room shows it, from µ. */
export function energyWords(utility: MyUsage['utility'], micro: bigint): string {
  return utility === 'ELECTRICITY' ? formatEnergy(micro, 'room') : formatVolume(micro, 'room');
}
