import { seedOf, unit } from '../random';
import { CANTEEN } from './buildingSpecs';
import { type CampusDraft, floorCode, PUBLIC_OPENING } from './draft';
import { curveOfPeak } from './planBuilder';

export function canteen(draft: CampusDraft): void {
  const { builder } = draft;
  const { code } = CANTEEN;
  draft.building(code, CANTEEN.name, CANTEEN.outline, CANTEEN.floors);
  builder.document.departments.find((row) => row.code === 'DEPT-LOGISTICS')!.spaces!.push(code);
  const gateways = Array.from({ length: 3 }, (_, at) => draft.gateway(floorCode(code, at === 0 ? 1 : 2)));
  const below: string[] = [];
  let shop = 0;
  for (let floor = 1; floor <= CANTEEN.floors; floor++) {
    for (let at = 1; at <= CANTEEN.shopsPerFloor; at++) {
      shop += 1;
      const space = `SHOP-${String(shop).padStart(2, '0')}`;
      const key = seedOf(space, builder.seed);
      const name = { zh: `${shop} 号商铺`, en: `Shop ${String(shop).padStart(2, '0')}` };
      draft.room(space, floorCode(code, floor), name, 38, 0);
      const point = builder.meter({
        code: `E-${space}`,
        name,
        building: code,
        space,
        utility: 'ELECTRICITY',
        role: 'TENANT',
        gateway: gateways[floor - 1]!,
        feeder: 'CT-1',
        hasRelay: true,
        load: curveOfPeak('SHOP', 900 + 1_100 * unit(key, 24)),
        limitW: 6_000,
        overloadAction: 'TRIP',
      });
      builder.account({
        code: `A-${space}`,
        kind: 'ROOM',
        space,
        points: [point],
        tariff: 'E-TOU',
        policy: 'DEFAULT',
      });
      draft.residents(`A-${space}`, 1, key);
      below.push(`E-${space}`);
    }
  }
  const points: string[] = [];
  CANTEEN.kitchen.forEach((circuit, at) => {
    const space = `CT-K${at + 1}`;
    draft.room(space, floorCode(code, circuit.floor), circuit.name, 140, 0);
    points.push(
      builder.meter({
        code: `E-${space}`,
        name: circuit.name,
        building: code,
        space,
        utility: 'ELECTRICITY',
        role: 'CUSTOMER',
        gateway: gateways[2]!,
        feeder: 'CT-1',
        phases: 3,
        imaxA: 100,
        hasRelay: true,
        load: curveOfPeak(circuit.profile, circuit.peakW),
        capacityW: Math.ceil((circuit.peakW * 1.6) / 1_000) * 1_000,
        overloadAction: 'ALARM',
      }),
    );
    below.push(`E-${space}`);
  });
  draft.feeder({
    code: 'CT-1',
    building: code,
    gateway: gateways[2]!,
    children: below,
    capacityW: CANTEEN.feederCapacityW,
    transformer: 'TR-A',
    floors: [1, CANTEEN.floors],
  });
  const gasPoints = CANTEEN.kitchen.map((circuit, at) =>
    builder.meter({
      code: `G-CT-K${at + 1}`,
      name: { zh: `${circuit.name.zh}燃气`, en: `${circuit.name.en} gas` },
      building: code,
      space: `CT-K${at + 1}`,
      utility: 'GAS',
      role: 'CUSTOMER',
      gateway: gateways[2]!,
      hasRelay: true,
      load: { kind: 'CURVE', profile: 'GAS_KITCHEN', dayMicro: 24_000_000 },
    }),
  );
  builder.account({
    code: 'A-DEPT-LOGISTICS',
    kind: 'DEPT',
    space: code,
    department: 'DEPT-LOGISTICS',
    points: [...points, ...gasPoints],
    tariff: ['E-TOU', 'G-FLAT'],
    policy: 'DEFAULT',
    openingBalance: PUBLIC_OPENING,
  });
  const water = [1, 2].map((floor) =>
    builder.meter({
      code: `W-${floorCode(code, floor)}`,
      name: { zh: `${floor} 层厨房用水`, en: `Kitchen water ${floor}F` },
      building: code,
      space: floorCode(code, floor),
      utility: 'WATER',
      role: 'PUBLIC',
      gateway: gateways[2]!,
      hasRelay: false,
      load: { kind: 'CURVE', profile: 'WATER_MAIN', dayMicro: 11_000_000 },
    }),
  );
  draft.publicAccount(code, [...water, draft.waterMain(code, gateways[2]!, 8)]);
}
