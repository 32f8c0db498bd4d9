import type { QuotaCrossing } from './quota';

/** What the verdict is made of. Shares in millionths of the limit; `null` while a forecast is still being learnt. */
export interface VerdictInput {
  readonly usedPpm: bigint;
  readonly expectedPpm: bigint | null;
  readonly crossings: readonly QuotaCrossing[];
  /** The circuit or use that explains most of the excess, with its share in millionths; null if unknown or no excess. */
  readonly mainCause: { readonly label: string; readonly sharePpm: number } | null;
  /** Share of the period's readings that arrived, in millionths. */
  readonly completenessPpm: number;
  /** The period is over: what was used is final and nothing is on course to anything. */
  readonly ended?: boolean;
}

export type VerdictKey =
  | 'quota.verdict.learning'
  | 'quota.verdict.onCourseUnder'
  | 'quota.verdict.onCourseNear'
  | 'quota.verdict.onCourseOver'
  | 'quota.verdict.exceeded'
  | 'quota.verdict.endedUnder'
  | 'quota.verdict.endedOver';

export type CauseKey = 'quota.verdict.cause';
export type CompletenessKey = 'quota.verdict.incomplete';

/** One sentence as message keys and values; the languages hold the words. `parts` follow the main sentence. */
export interface Verdict {
  readonly key: VerdictKey;
  readonly values: Readonly<Record<string, string | number>>;
  readonly parts: readonly {
    readonly key: CauseKey | CompletenessKey;
    readonly values: Readonly<Record<string, string | number>>;
  }[];
}

const NEAR_PPM = 900_000n;
const FULL_PPM = 1_000_000n;
const COMPLETE_PPM = 980_000;

/** The verdict on a quota's period: on course under, near or over the limit, or already over it. */
export function quotaVerdict(input: VerdictInput): Verdict {
  const parts: Verdict['parts'][number][] = [];
  const over = input.usedPpm > FULL_PPM || (input.expectedPpm ?? 0n) > FULL_PPM;
  if (over && input.mainCause)
    parts.push({
      key: 'quota.verdict.cause',
      values: { label: input.mainCause.label, percent: Math.round(input.mainCause.sharePpm / 10_000) },
    });
  if (input.completenessPpm < COMPLETE_PPM)
    parts.push({
      key: 'quota.verdict.incomplete',
      values: { percent: Math.floor(input.completenessPpm / 1_000) / 10 },
    });
  return { ...mainSentence(input), parts };
}

function mainSentence(input: VerdictInput): Pick<Verdict, 'key' | 'values'> {
  const { usedPpm, expectedPpm, crossings, ended } = input;
  const used = percentOf(usedPpm);
  const full = crossings.find(({ percent }) => percent === 100);
  if (ended) {
    return usedPpm > FULL_PPM
      ? { key: 'quota.verdict.endedOver', values: { used, date: full?.date ?? '' } }
      : { key: 'quota.verdict.endedUnder', values: { used } };
  }
  if (usedPpm > FULL_PPM) return { key: 'quota.verdict.exceeded', values: { used, date: full?.date ?? '' } };
  if (expectedPpm === null) return { key: 'quota.verdict.learning', values: { used } };
  const percent = percentOf(expectedPpm);
  if (expectedPpm > FULL_PPM)
    return { key: 'quota.verdict.onCourseOver', values: { used, percent, date: full?.date ?? '' } };
  if (expectedPpm >= NEAR_PPM) return { key: 'quota.verdict.onCourseNear', values: { used, percent } };
  return { key: 'quota.verdict.onCourseUnder', values: { used, percent } };
}

/** Whole percent, rounded up above 100 % so that an excess never reads as "100 %". */
function percentOf(ppm: bigint): number {
  const percent = Number(ppm) / 10_000;
  return ppm > FULL_PPM ? Math.ceil(percent) : Math.floor(percent);
}
