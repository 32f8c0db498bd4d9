import type { AlarmUnit, DetectionRule } from './detectionRule';

/** What one reading says. Absent quantities are null: never zero, never guessed. */
export interface Measured {
  readonly powerW: number | null;
  readonly voltageV: number | null;
  readonly currentA: number | null;
  /** −1..1. */
  readonly pf: number | null;
  readonly relay: number | null;
  readonly valve: number | null;
  readonly boot: number | null;
  readonly seq: number | null;
  /** Further fields under their wire names. */
  readonly extra: Readonly<Record<string, unknown>> | null;
}

/**
 * A live reading as the streaming rules see it, and the values of the one before. The engine fills one object again and
 * again, so that a quiet reading costs no memory: a rule keeps numbers of it, never the object.
 */
export interface MeterSample {
  /** Effective time, ms UTC. */
  at: number;
  measured: Measured;
  /** Billing register, primary µ; null: not in this reading, or not believed. */
  registerMicro: bigint | null;
  /** Effective time of the reading before; null: there was none. */
  previousAt: number | null;
  previousPowerW: number | null;
  previousVoltageV: number | null;
  previousCurrentA: number | null;
  previousPf: number | null;
}

/** A rule over every live reading of a meter. Its state is kept only while it says more than "quiet". */
export interface StreamingRule<State, Params> extends DetectionRule<MeterSample, State, Params> {
  /** Unit of value and limit in its signals. */
  readonly unit: AlarmUnit | null;
  /** False where the reading changes nothing: the rule is not stepped then. `state` undefined: none is held. Makes no object. */
  stirs(state: State | undefined, sample: MeterSample, params: Params): boolean;
  isQuiet(state: State): boolean;
}

/** A further field as a number; null where it is absent or none. */
export function extraNumber({ extra }: Measured, key: string): number | null {
  const value = extra === null ? null : extra[key];
  return typeof value === 'number' ? value : null;
}

/** Thresholds that a site has set for a rule; whatever is missing keeps its default. */
export type RuleBody = Readonly<Record<string, number | string | boolean>>;

export const NO_SETTINGS: RuleBody = {};

/** A positive number of the settings, else the default. */
export function numberOf(body: RuleBody, key: string, fallback: number): number {
  const value = body[key];
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : fallback;
}
