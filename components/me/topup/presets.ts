/** Amounts offered, as typed. */
export const PRESETS = ['20', '50', '100'] as const;

/** Three amounts to choose from, ascending: the presets, with the last one paid among them. */
export function presetsWith(last: string | null): string[] {
  const whole = last?.replace(/\.00$/, '') ?? null;
  if (whole === null || (PRESETS as readonly string[]).includes(whole)) return [...PRESETS];
  return [PRESETS[0], PRESETS[2], whole].sort((a, b) => Number(a) - Number(b));
}

/** The one that is chosen before anybody chooses. */
export function presetChosen(last: string | null): string {
  return last?.replace(/\.00$/, '') ?? PRESETS[1];
}
