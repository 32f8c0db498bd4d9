import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import type { MeterFaultKind } from '../../simulator/fleet/faults';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';

/** How often a meter restarts, or loses its messages, for as long as an incident lasts. */
export interface SenderTrouble {
  readonly restartEveryMs?: number;
  /** Share of its messages that never come. */
  readonly lostShare?: number;
}

export interface IncidentKind {
  readonly name: string;
  readonly count: number;
  /** What must be raised at the meter; null: a false twin, after which nothing may be. */
  readonly rule: AlarmRuleCode | null;
  /** What a person would call right besides, at the meter or above it. */
  readonly also: readonly AlarmRuleCode[];
  readonly fault: MeterFaultKind | null;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly trouble?: SenderTrouble;
  /** Use below a feeder that no meter counts, W; fitted past the meters. */
  readonly unmeteredW?: number;
  /** The relay of the meter is open. */
  readonly contactOpen?: boolean;
  /** At a feeder, the fault is that of every meter directly below it, and of its own meter too, or not. */
  readonly spreads?: 'BELOW' | 'BELOW_AND_FEEDER';
  /** The gateway that carries the meter is off the network. */
  readonly gatewayDown?: boolean;
  /** Nobody lives in the room: days that lie in the incident whole. */
  readonly vacant?: boolean;
  readonly forMs: readonly [number, number];
  /** Local hours in which it begins, [from, to). */
  readonly hours: readonly [number, number];
  /** Begins on this day of the month at the latest, so that it ends in it; left out: three days before its end. */
  readonly untilDay?: number;
  readonly at: (meter: SimulatedMeter) => boolean;
}
