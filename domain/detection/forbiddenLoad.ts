import { numberOf, type RuleBody } from './streamingRule';

/** One second of a meter's own measuring: active and reactive power. */
export interface PowerSample {
  readonly powerW: number;
  readonly reactiveVar: number;
}

export interface ForbiddenLoadParams {
  /** Least step of active power, W. */
  readonly leastStepW: number;
  /** Least power factor of the step itself. */
  readonly leastPf: number;
  /** Largest range of the plateau after the step, as a share of it. */
  readonly plateauShare: number;
  /** Steps of allowed appliances, W. */
  readonly allowedBandsW: readonly (readonly [number, number])[];
}

/** A resistive step that was found. */
export interface ResistiveStep {
  readonly stepW: number;
  /** Power factor of the step: ΔP / √(ΔP² + ΔQ²). */
  readonly pf: number;
  /** Index of the first second after the edge. */
  readonly index: number;
}

export const BEFORE_SAMPLES = 3;
export const SKIPPED_SAMPLES = 2;
export const AFTER_SAMPLES = 4;
const CONFIRM_SAMPLES = 10;

/** The band that is allowed is the water dispenser's. */
export const FORBIDDEN_LOAD_DEFAULTS = { leastStepW: 800, leastPf: 0.995, allowedBandsW: '420-480' } as const;

/** 800 W, vector power factor 0.995, plateau within 8 %, and water dispenser (420 to 480 W) allowed. */
export function forbiddenLoadParams(body: RuleBody): ForbiddenLoadParams {
  return {
    leastStepW: numberOf(body, 'leastStepW', FORBIDDEN_LOAD_DEFAULTS.leastStepW),
    leastPf: numberOf(body, 'leastPf', FORBIDDEN_LOAD_DEFAULTS.leastPf),
    plateauShare: 0.08,
    allowedBandsW: bandsOf(allowedText(body)),
  };
}

/** Whether a step, W, is that of an allowed appliance. */
export function isAllowed(stepW: number, { allowedBandsW }: ForbiddenLoadParams): boolean {
  return allowedBandsW.some(([from, to]) => stepW >= from && stepW <= to);
}

/** The band around the step of an appliance that is to be allowed, W: a tenth below to a tenth above, in whole tens. */
export function bandAround(stepW: number): { readonly fromW: number; readonly toW: number } {
  return { fromW: Math.floor(stepW * 0.09) * 10, toW: Math.ceil(stepW * 0.11) * 10 };
}

/** Settings of a place with a band allowed besides those that it has. */
export function withAllowedBand(
  body: RuleBody,
  { fromW, toW }: { readonly fromW: number; readonly toW: number },
): RuleBody {
  const bands = allowedText(body);
  const band = `${fromW}-${toW}`;
  return { ...body, allowedBandsW: bands === '' ? band : `${bands},${band}` };
}

const allowedText = ({ allowedBandsW }: RuleBody): string =>
  typeof allowedBandsW === 'string' ? allowedBandsW : FORBIDDEN_LOAD_DEFAULTS.allowedBandsW;

/** `"420-480,1000-1100"`; a part that is no band is left out. */
function bandsOf(text: string): [number, number][] {
  return text.split(',').flatMap((part): [number, number][] => {
    const [from, to] = part.split('-').map(Number);
    return from !== undefined && to !== undefined && from <= to ? [[from, to]] : [];
  });
}

/**
 * Looks for a purely resistive load being switched on, in samples one second apart: before = median of 3, skip 2, after =
 * median of 4; the step ΔP is at least 800 W, what follows it lies within 8 % of it, its vector power factor is at least
 * 0.995, and 10 s later it is still there. Steps of allowed appliances are passed over. Null: none found. A motor with the
 * same power fails by its reactive part: on the 25 labelled starts of a public lab set this rule found 14 of 14 kettles and
 * none of 11 vacuum cleaners. Source: domain.md 5.1.
 */
export function findResistiveStep(
  samples: readonly PowerSample[],
  params: ForbiddenLoadParams,
): ResistiveStep | null {
  const last = samples.length - (SKIPPED_SAMPLES + AFTER_SAMPLES + CONFIRM_SAMPLES);
  for (let index = BEFORE_SAMPLES; index <= last; index++) {
    const before = samples.slice(index - BEFORE_SAMPLES, index);
    const from = index + SKIPPED_SAMPLES;
    const after = samples.slice(from, from + AFTER_SAMPLES);
    const step = judgeStep(before, after, params);
    if (!step) continue;
    const confirm = samples.slice(from + AFTER_SAMPLES, from + AFTER_SAMPLES + CONFIRM_SAMPLES);
    if (confirm.every(({ powerW }) => powerW >= step.keptW)) return { stepW: step.stepW, pf: step.pf, index };
  }
  return null;
}

/** The step between two groups of samples; null where it is none, or not resistive. */
export function judgeStep(
  before: readonly PowerSample[],
  after: readonly PowerSample[],
  params: ForbiddenLoadParams,
): { readonly stepW: number; readonly pf: number; readonly keptW: number } | null {
  const beforeW = median(before.map(({ powerW }) => powerW));
  const powers = after.map(({ powerW }) => powerW);
  const stepW = median(powers) - beforeW;
  if (stepW < params.leastStepW) return null;
  // The same power with the other sign: the meter was turned round again, and nothing switched on.
  if (beforeW < 0 && Math.abs(median(powers) + beforeW) <= params.plateauShare * stepW) return null;
  if (isAllowed(stepW, params)) return null;
  if (Math.max(...powers) - Math.min(...powers) > params.plateauShare * stepW) return null;
  const stepVar =
    median(after.map(({ reactiveVar }) => reactiveVar)) -
    median(before.map(({ reactiveVar }) => reactiveVar));
  const pf = stepW / Math.hypot(stepW, stepVar);
  return pf < params.leastPf ? null : { stepW, pf, keptW: beforeW + (1 - params.plateauShare) * stepW };
}

/** Reactive power where a meter doesn't tell it: √(S² − P²), with S from the power factor; var, ≥ 0. */
export function reactiveOf(powerW: number, pf: number): number {
  const factor = Math.abs(pf);
  return factor === 0 || factor >= 1 ? 0 : Math.abs(powerW) * Math.sqrt(1 / (factor * factor) - 1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
