import type { MyUsage } from './meData';

export const STEPS = ['DAY', 'WEEK', 'MONTH'] as const;

/** The span that an address names; a week where it names none. */
export function stepOf(text: string | null | undefined): MyUsage['step'] {
  return STEPS.find((step) => step.toLowerCase() === text) ?? 'WEEK';
}

export function utilityOf(text: string | null | undefined): MyUsage['utility'] {
  return text === 'water' ? 'WATER' : text === 'gas' ? 'GAS' : 'ELECTRICITY';
}
