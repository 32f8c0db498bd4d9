import type { Standing } from './meData';

/** What there is to say of an emergency credit; null: nothing. */
export function creditState(
  standing: Standing | undefined,
): 'ACTIVE' | 'EXHAUSTED' | 'OFFERED' | 'TAKEN' | null {
  const credit = standing?.emergencyCredit;
  if (!credit) return null;
  const { state, mayTake, nextFromMs, offeredAtMicro } = credit;
  if (state === 'ACTIVE' || state === 'EXHAUSTED') return state;
  if (mayTake) return 'OFFERED';
  return nextFromMs !== null && BigInt(standing.balance.availableMicro) <= BigInt(offeredAtMicro)
    ? 'TAKEN'
    : null;
}
