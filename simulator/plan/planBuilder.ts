import type { ImportRow } from '../../contracts/importDocument';
import { PROFILES, type ProfileName } from '../load/profiles';
import { seedOf, wholeBetween } from '../random';
import type { BilingualName, MeterTraits, PlanDocument, Utility } from './traits';

const SERIAL_PREFIX: Record<Utility, string> = { ELECTRICITY: 'WE', WATER: 'WW', GAS: 'WG' };
const INTERVAL_S: Record<Utility, number> = { ELECTRICITY: 10, WATER: 60, GAS: 60 };

/** Everything stands since before the first reading of any demo. */
export const FITTED_SINCE = '2024-09-01T00:00:00+08:00';

export interface MeterSpec {
  code: string;
  name: BilingualName;
  building: string;
  space: string;
  utility: Utility;
  role: ImportRow<'meterPoints'>['role'];
  gateway: string | null;
  feeder?: string;
  phases?: 1 | 3;
  ratio?: number;
  imaxA?: number;
  hasRelay: boolean;
  load: MeterTraits['load'];
  limitW?: number;
  overloadAction?: 'TRIP' | 'ALARM';
  capacityW?: number;
  protection?: { kind: 'CREDIT' | 'LIFE_SAFETY'; owner: string; phone: string };
  /** Code of the point where it is not `P-` and the meter's code. */
  point?: string;
  historyDays?: number;
}

/** Collects rows of the import document and the traits behind them, so that both always name the same meters. */
export class PlanBuilder {
  readonly traits = new Map<string, MeterTraits>();

  constructor(
    readonly seed: number,
    readonly document: PlanDocument,
  ) {}

  get meterCount(): number {
    return this.document.meters.length;
  }

  /** Adds point and meter; answers the point's code. */
  meter(spec: MeterSpec): string {
    const point = spec.point ?? `P-${spec.code}`;
    const ratio = spec.ratio ?? 1;
    const phases = spec.phases ?? 1;
    const imaxA = spec.imaxA ?? 60;
    const row: ImportRow<'meterPoints'> = {
      code: point,
      name: spec.name,
      space: spec.space,
      utility: spec.utility,
      role: spec.role,
      since: FITTED_SINCE,
    };
    if (spec.feeder) row.feeder = spec.feeder;
    if (spec.capacityW) row.capacityW = spec.capacityW;
    if (spec.limitW) row.limitW = spec.limitW;
    if (spec.overloadAction) row.overloadAction = spec.overloadAction;
    if (spec.protection) {
      row.protection = spec.protection.kind;
      row.protectionOwner = spec.protection.owner;
      row.protectionPhone = spec.protection.phone;
    }
    this.document.meterPoints.push(row);
    const modulus = spec.utility === 'ELECTRICITY' ? 1_000_000 : 100_000;
    this.document.meters.push({
      code: spec.code,
      serial: `${SERIAL_PREFIX[spec.utility]}26${String(this.meterCount + 1).padStart(6, '0')}`,
      point,
      ...(spec.gateway ? { gateway: spec.gateway } : {}),
      phases,
      ctRatio: String(ratio),
      registerModulus: String(modulus),
      registerDecimals: 3,
      ...(spec.utility === 'ELECTRICITY' ? { imaxA } : { qmaxM3h: spec.capacityW ?? qmaxOf(spec) }),
      intervalS: INTERVAL_S[spec.utility],
      hasRelay: spec.hasRelay,
      profile: 'native',
      installedAt: FITTED_SINCE,
    });
    this.traits.set(spec.code, {
      code: spec.code,
      utility: spec.utility,
      building: spec.building,
      gateway: spec.gateway,
      intervalS: INTERVAL_S[spec.utility],
      phases,
      ratio,
      registerDecimals: 3,
      registerModulus: modulus,
      startMicro: wholeBetween(0, 900_000_000, seedOf(spec.code, this.seed), 11) * ratio,
      hasRelay: spec.hasRelay,
      load: spec.load,
      limitW: spec.limitW ?? null,
      tripsOnOverload: spec.overloadAction === 'TRIP',
      capacityW: spec.capacityW ?? null,
      ...(spec.historyDays ? { historyDays: spec.historyDays } : {}),
    });
    return point;
  }

  account(row: ImportRow<'accounts'>): void {
    this.document.accounts.push({ ...row, since: FITTED_SINCE });
  }
}

function qmaxOf(spec: MeterSpec): number {
  if (spec.role !== 'CUSTOMER') return 25;
  return spec.utility === 'WATER' ? 2.5 : 4;
}

/** Curve of a meter whose busiest workday hour draws `peakW`. */
export function curveOfPeak(profile: ProfileName, peakW: number): MeterTraits['load'] {
  const hours = PROFILES[profile].workday;
  const mean = hours.reduce((sum, weight) => sum + weight, 0) / hours.length;
  // 1 W for a day is 24 Wh, 24,000 µkWh.
  return {
    kind: 'CURVE',
    profile,
    dayMicro: Math.round((peakW * mean * 24_000) / Math.max(...hours)),
  };
}
