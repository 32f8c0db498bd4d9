import type { DetectionRule } from './detectionRule';
import { numberOf, type RuleBody } from './streamingRule';

/** One local day of a room, [dayStart, `endMs`). */
export interface VacantDay {
  readonly date: string;
  readonly endMs: number;
  /** Somebody has lived there, and nobody did at any time of the day. */
  readonly vacant: boolean;
  /** kWh used in the hours of the day that were read; null: none was. */
  readonly kwh: number | null;
  /** Every hour of the day was read. */
  readonly complete: boolean;
}

export interface VacantUseState {
  readonly date: string | null;
  readonly active: boolean;
  /** Days with use since it was raised, this one included. */
  readonly days: number;
}

export interface VacantUseParams {
  readonly limitKwh: number;
}

/** 0.2 kWh a day: a standby lamp or two, less than a fridge. */
export const VACANT_USE_DEFAULTS: VacantUseParams = { limitKwh: 0.2 };
export const vacantUseParams = (body: RuleBody): VacantUseParams => ({
  limitKwh: numberOf(body, 'limitKwh', VACANT_USE_DEFAULTS.limitKwh),
});

const RETURN_RATIO = 0.95;

/**
 * Use in a vacant room: more than 0.2 kWh on a day on which nobody lives there. Someone is there who should not be, something
 * was left on, or the room is let and nobody wrote it down. Raised at the end of the first such day; returned when somebody
 * has moved in, or after a day that was read in full and is below 95 % of the limit. A day that was read in part proves use
 * and never stillness. Source: domain.md 3.5, move-out.
 */
export const vacantUseRule: DetectionRule<VacantDay, VacantUseState, VacantUseParams> = {
  code: 'VACANT_USE',
  initial: { date: null, active: false, days: 0 },
  step(state, { date, endMs, vacant, kwh, complete }, { limitKwh }) {
    if (state.date !== null && date <= state.date) return { state, signal: null };
    const signalOf = (kind: 'RAISE' | 'RETURN') =>
      ({ kind, at: endMs, priority: null, value: kwh, limit: limitKwh }) as const;
    if (vacant && kwh !== null && kwh > limitKwh)
      return {
        state: { date, active: true, days: state.days + 1 },
        // A further day is a hit on the same alarm, with the newest figure.
        signal: signalOf('RAISE'),
      };
    const over = !vacant || (complete && kwh !== null && kwh < limitKwh * RETURN_RATIO);
    if (!state.active || !over) return { state: { ...state, date }, signal: null };
    return { state: { date, active: false, days: 0 }, signal: signalOf('RETURN') };
  },
};
