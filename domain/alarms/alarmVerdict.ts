/**
 * What an operator says of an alarm once the place was looked at: it was so, it was not, it was so and nobody needed to
 * know, or it can't be told. Source: false-positive control of ISA-18.2 practice, as verdicts on alarms.
 */
export const ALARM_VERDICTS = ['TRUE', 'FALSE', 'NUISANCE', 'UNCLEAR'] as const;
export type AlarmVerdict = (typeof ALARM_VERDICTS)[number];

/** Verdicts older than this (ms) no longer speak for a rule: 90 days. */
export const PRECISION_WINDOW_MS = 90 * 86_400_000;

/** Verdicts on a rule's alarms at a place, the newest of each alarm. */
export interface VerdictCounts {
  readonly right: number;
  readonly wrong: number;
  readonly nuisance: number;
  readonly unclear: number;
}

/** Alarms of which a verdict says whether they were worth raising; what can't be told counts for neither side. */
export const countedVerdicts = ({ right, wrong, nuisance }: VerdictCounts): number =>
  right + wrong + nuisance;

/** Share of a rule's judged alarms that were right, 0..1; null: none is judged. */
export function precisionOf(counts: VerdictCounts): number | null {
  const counted = countedVerdicts(counts);
  return counted === 0 ? null : counts.right / counted;
}

/** Whether a verdict must say why: whoever tunes the rule learns from what was not right. */
export const needsNote = (verdict: AlarmVerdict): boolean => verdict !== 'TRUE';
