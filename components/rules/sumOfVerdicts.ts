import type { VerdictCounts } from '../../domain/alarms/alarmVerdict';

/** Verdicts of several places together. */
export function sumOfVerdicts(counts: readonly VerdictCounts[]): VerdictCounts {
  const sum = (key: keyof VerdictCounts) => counts.reduce((total, one) => total + one[key], 0);
  return { right: sum('right'), wrong: sum('wrong'), nuisance: sum('nuisance'), unclear: sum('unclear') };
}
