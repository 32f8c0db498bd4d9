import type { AlarmPriority } from '../alarms/alarm';
import type { AlarmRuleCode } from '../alarms/alarmCatalogue';

/** What a rule says after one input: the condition became true for its on-delay, or false for its off-delay. */
export interface DetectionSignal {
  readonly kind: 'RAISE' | 'RETURN';
  /** Effective time of the deciding input (ms UTC); deadlines run from it. */
  readonly at: number;
  /** Overrides the catalogue's priority; null = the catalogue's. */
  readonly priority: AlarmPriority | null;
  /** Measured value and its limit, for the alarm's row; null where the rule has none. */
  readonly value: number | null;
  readonly limit: number | null;
  /** Unit of both where it isn't the rule's own. */
  readonly unit?: AlarmUnit | null;
  /** What else lets a person check the verdict. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Units in which alarms tell what they compared. */
export type AlarmUnit = 'W' | 'V' | 'A' | 'C' | 'PERCENT' | 'COUNT' | 'KWH' | 'M3_H' | 'ms';

/**
 * A rule as a fold over its inputs in effective-time order: no clock, no I/O. `State` is plain JSON, so it can be kept in a
 * row; `Params` is a versioned threshold row. An input that is not newer than the last one changes nothing.
 */
export interface DetectionRule<Input, State, Params> {
  readonly code: AlarmRuleCode;
  readonly initial: State;
  step(
    state: State,
    input: Input,
    params: Params,
  ): { readonly state: State; readonly signal: DetectionSignal | null };
}
