import type { ImportDocument } from '../../contracts/importDocument';
import type { ProfileName } from '../load/profiles';

/** The body of `POST /import` with every section that a plan fills. */
export type PlanDocument = Required<Omit<ImportDocument, 'rules'>>;
export type Utility = 'ELECTRICITY' | 'WATER' | 'GAS';

export interface BilingualName {
  zh: string;
  en: string;
}

/** What only the physical world knows about a meter: what is behind it and how its register stands. */
export interface MeterTraits {
  code: string;
  utility: Utility;
  /** Building that it stands in. */
  building: string;
  /** Gateway that carries it; null: the meter has a connection of its own. */
  gateway: string | null;
  intervalS: number;
  phases: 1 | 3;
  ratio: number;
  registerDecimals: number;
  /** Register modulus in whole display units. */
  registerModulus: number;
  /** Register (already times the ratio) on the first day, whole µ. */
  startMicro: number;
  hasRelay: boolean;
  load: LoadTrait;
  /** Local overload protection as delivered: limit in W, and whether the meter opens by itself. */
  limitW: number | null;
  tripsOnOverload: boolean;
  /** Rating of a feeder or transformer, W. */
  capacityW: number | null;
  /** The meter was fitted this many days before the history ends; absent: long ago. */
  historyDays?: number;
}

/** From a campus day on (days since 1970-01-01) the mean quantity of a day is another. */
export interface LaterLoad {
  day: number;
  dayMicro: number;
}

export type LoadTrait =
  | { kind: 'CURVE'; profile: ProfileName; dayMicro: number; later?: LaterLoad }
  | {
      kind: 'FEEDER';
      /** Meters below it, and meters that feed into it (a roof of modules). */
      children: string[];
      infeeds: string[];
      /** Technical loss in parts per million of the children's sum. */
      lossPpm: number;
      /** Use below the feeder that no meter counts, mean of a day. */
      unmeasuredDayMicro: number;
      /** The same, later. */
      later?: LaterLoad;
    };
