import type { BulkChoice } from './controlTypes';

/** By what points are chosen: one place or feeder with all below it, or a list of rooms or points. */
export const CHOICE_KINDS = ['SPACE', 'ROOMS', 'FEEDER', 'POINTS'] as const;
export type ChoiceKind = (typeof CHOICE_KINDS)[number];

/** A choice of points as a form holds it. */
export interface ChoiceText {
  readonly kind: ChoiceKind;
  /** Its code, or several, apart by a space, a comma or a semicolon of either script. */
  readonly text: string;
}

/** Which points are meant, each code once; null while none is named. Of a place or feeder the first code counts. */
export function choiceOf({ kind, text }: ChoiceText): BulkChoice | null {
  const codes = [...new Set(text.split(/[\s,，;；]+/).filter(Boolean))];
  const [code] = codes;
  if (code === undefined) return null;
  return kind === 'SPACE' || kind === 'FEEDER' ? { kind, code } : { kind, codes };
}
