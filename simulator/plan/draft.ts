import { unit } from '../random';
import { polygon } from './campusMap';
import { residentName } from './people';
import { FITTED_SINCE, type PlanBuilder } from './planBuilder';
import type { BilingualName } from './traits';

export const CAMPUS = 'lakeside';
/** What departments and public circuits bring along: never the reason of a cut in a demo. */
export const PUBLIC_OPENING = '2000000.00';

/** What every kind of building is drawn with; `scale` shrinks floors and rooms of a small fleet. */
export class CampusDraft {
  private gateways = 0;

  constructor(
    readonly builder: PlanBuilder,
    readonly scale: number,
    readonly residentsPerRoom: number,
  ) {}

  gateway(space: string): string {
    this.gateways += 1;
    const code = `GW-${String(this.gateways).padStart(2, '0')}`;
    const serial = `WGW26${String(this.gateways).padStart(5, '0')}`;
    this.builder.document.gateways.push({ code, serial, space });
    return code;
  }

  building(code: string, name: BilingualName, outline: Parameters<typeof polygon>[0], floors: number): void {
    const { spaces } = this.builder.document;
    spaces.push({ code, parent: CAMPUS, kind: 'BUILDING', name, geometry: polygon(outline) });
    for (let floor = 1; floor <= floors; floor++) {
      spaces.push({
        code: floorCode(code, floor),
        parent: code,
        kind: 'FLOOR',
        name: { zh: `${floor} 层`, en: `${floor}F` },
      });
    }
  }

  room(code: string, parent: string, name: BilingualName, areaM2: number, heads: number): void {
    this.builder.document.spaces.push({
      code,
      parent,
      kind: 'ROOM',
      name,
      areaM2,
      ...(heads > 0 ? { headCapacity: heads } : {}),
    });
  }

  residents(account: string, count: number, key: number): void {
    const { persons, occupancies } = this.builder.document;
    for (let bed = 1; bed <= count; bed++) {
      const person = `R-${account.slice(2)}-${bed}`;
      persons.push({
        code: person,
        name: residentName(key + bed * 7919),
        contact: `${person.toLowerCase()}@students.lakeside.example`,
      });
      occupancies.push({ account, person, from: FITTED_SINCE });
    }
  }

  feeder(spec: {
    code: string;
    building: string;
    gateway: string;
    children: string[];
    capacityW: number;
    transformer: string;
    floors: [number, number];
  }): void {
    const [from, to] = spec.floors;
    this.builder.meter({
      code: `E-${spec.code}`,
      point: spec.code,
      name: {
        zh: `馈线 ${spec.code}（${from}–${to} 层）`,
        en: `Feeder ${spec.code}, floors ${from}–${to}`,
      },
      building: spec.building,
      space: spec.building,
      utility: 'ELECTRICITY',
      role: 'FEEDER',
      gateway: spec.gateway,
      feeder: spec.transformer,
      phases: 3,
      ratio: 80,
      imaxA: 6,
      hasRelay: true,
      capacityW: spec.capacityW,
      overloadAction: 'ALARM',
      load: {
        kind: 'FEEDER',
        children: spec.children,
        infeeds: [],
        lossPpm: 14_000,
        unmeasuredDayMicro: Math.round(0.016 * this.meanDayMicro(spec.children)),
      },
    });
  }

  waterMain(building: string, gateway: string, dayM3: number): string {
    return this.builder.meter({
      code: `W-${building}`,
      name: { zh: '楼宇总水表', en: 'Water main' },
      building,
      space: building,
      utility: 'WATER',
      role: 'PUBLIC',
      gateway,
      hasRelay: false,
      load: { kind: 'CURVE', profile: 'WATER_MAIN', dayMicro: Math.max(1, Math.round(dayM3 * 1e6)) },
    });
  }

  /** What nobody in particular pays: corridor lighting and the building's water. */
  publicAccount(building: string, points: string[]): void {
    const { document } = this.builder;
    const utilities = points.map((point) => document.meterPoints.find(({ code }) => code === point)!.utility);
    this.builder.account({
      code: `PUBLIC-${building}`,
      kind: 'PUBLIC',
      space: building,
      points,
      tariff: utilities.includes('ELECTRICITY') ? ['E-TOU', 'W-TIERED'] : 'W-TIERED',
      policy: 'DEFAULT',
      openingBalance: PUBLIC_OPENING,
    });
  }

  private meanDayMicro(codes: readonly string[]): number {
    return codes.reduce((sum, code) => {
      const load = this.builder.traits.get(code)?.load;
      return sum + (load?.kind === 'CURVE' ? load.dayMicro : 0);
    }, 0);
  }
}

/** A whole count of a floor or building at this scale, at least 1. */
export function shrink(count: number, scale: number): number {
  return Math.max(1, Math.round(count * scale));
}

export function floorCode(building: string, floor: number): string {
  return `${building}-${floor}F`;
}

/** A few meters are new, so that some rooms have too little history for a forecast. */
export function isLearning(key: number): boolean {
  return unit(key, 30) < 1 / 160;
}
