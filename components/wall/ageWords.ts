const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

type Words = (key: string, values?: Record<string, string | number>) => string;

/** An age in one unit, to be read across a hall: `3 s`, `4 min`, `2 h`, `5 d`. */
export function ageWords(ageMs: number, t: Words): string {
  const age = Math.max(0, ageMs);
  if (age < MINUTE_MS) return t('age.s', { n: Math.floor(age / 1_000) });
  if (age < HOUR_MS) return t('age.min', { n: Math.floor(age / MINUTE_MS) });
  if (age < DAY_MS) return t('age.h', { n: Math.floor(age / HOUR_MS) });
  return t('age.d', { n: Math.floor(age / DAY_MS) });
}
