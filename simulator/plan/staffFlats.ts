import { seedOf, unit, wholeBetween } from '../random';
import { STAFF_FLATS } from './buildingSpecs';
import { type CampusDraft, floorCode, isLearning, shrink } from './draft';
import { curveOfPeak } from './planBuilder';

export function staffFlats(draft: CampusDraft): void {
  const { code } = STAFF_FLATS;
  const floors = shrink(STAFF_FLATS.floors, draft.scale);
  draft.building(code, STAFF_FLATS.name, STAFF_FLATS.outline, floors);
  const gateways = Array.from({ length: Math.ceil(floors / 2) }, (_, at) =>
    draft.gateway(floorCode(code, at * 2 + 1)),
  );
  const below: string[] = [];
  for (let floor = 1; floor <= floors; floor++) {
    for (let at = 1; at <= shrink(STAFF_FLATS.flatsPerFloor, draft.scale); at++) {
      const space = `S-${floor}${String(at).padStart(2, '0')}`;
      flat(draft, space, floor, gateways[Math.floor((floor - 1) / 2)]!);
      below.push(`E-${space}`);
    }
  }
  draft.feeder({
    code: 'S-1',
    building: code,
    gateway: gateways[0]!,
    children: below,
    capacityW: STAFF_FLATS.feederCapacityW,
    transformer: 'TR-A',
    floors: [1, floors],
  });
  draft.publicAccount(code, [draft.waterMain(code, gateways[0]!, 24)]);
}

/** A flat has three utilities on one account. */
function flat(draft: CampusDraft, space: string, floor: number, gateway: string): void {
  const { builder } = draft;
  const key = seedOf(space, builder.seed);
  draft.room(space, floorCode('S', floor), { zh: `${space} 室`, en: `Flat ${space}` }, 78, 4);
  const common = { building: 'S', space, role: 'CUSTOMER', gateway, hasRelay: true } as const;
  const electricity = builder.meter({
    ...common,
    code: `E-${space}`,
    name: { zh: `${space} 室用电`, en: `Flat ${space} electricity` },
    utility: 'ELECTRICITY',
    feeder: 'S-1',
    load: curveOfPeak('STAFF_FLAT', 420 + 420 * unit(key, 25)),
    limitW: 6_000,
    overloadAction: 'TRIP',
    ...(isLearning(key) ? { historyDays: wholeBetween(2, 5, key, 22) } : {}),
  });
  const water = builder.meter({
    ...common,
    code: `W-${space}`,
    name: { zh: `${space} 室用水`, en: `Flat ${space} water` },
    utility: 'WATER',
    load: { kind: 'CURVE', profile: 'WATER_FLAT', dayMicro: wholeBetween(120_000, 420_000, key, 26) },
  });
  const gas = builder.meter({
    ...common,
    code: `G-${space}`,
    name: { zh: `${space} 室燃气`, en: `Flat ${space} gas` },
    utility: 'GAS',
    load: { kind: 'CURVE', profile: 'GAS_FLAT', dayMicro: wholeBetween(250_000, 800_000, key, 27) },
  });
  builder.account({
    code: `A-${space}`,
    kind: 'ROOM',
    space,
    points: [electricity, water, gas],
    tariff: ['E-TIERED', 'W-TIERED', 'G-FLAT'],
    policy: 'DEFAULT',
  });
  draft.residents(`A-${space}`, 1, key);
}
