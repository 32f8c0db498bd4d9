import { seedOf, unit, wholeBetween } from '../random';
import { DORMS, type DormSpec, dormSpec } from './buildingSpecs';
import { type CampusDraft, floorCode, isLearning, shrink } from './draft';
import { curveOfPeak } from './planBuilder';

const DORM_ROOM_LIMIT_W = 800;
const DORMS_PER_TRANSFORMER = 8;

export function dorm(draft: CampusDraft, spec: DormSpec): void {
  const { builder } = draft;
  const { code } = spec;
  draft.building(code, { zh: `${spec.number} 号楼`, en: `Dorm ${spec.number}` }, spec.outline, spec.floors);
  const feederFloors = spec.floors > 3 ? [3, spec.floors] : [spec.floors];
  const belowFeeder: string[][] = feederFloors.map(() => []);
  const publicPoints: string[] = [];
  let roomsLeft = spec.roomsInAll;
  const gateways: string[] = [];
  for (let floor = 1; floor <= spec.floors; floor++) {
    const gateway = draft.gateway(floorCode(code, floor));
    gateways.push(gateway);
    const feederAt = feederFloors.findIndex((to) => floor <= to);
    const feeder = `${code}-${feederAt + 1}`;
    const rooms = Math.min(spec.roomsPerFloor, Math.ceil(roomsLeft / (spec.floors - floor + 1)));
    roomsLeft -= rooms;
    for (let room = 1; room <= rooms; room++) {
      belowFeeder[feederAt]!.push(dormRoom(draft, spec, floor, room, gateway, feeder));
    }
    const corridor = `E-${floorCode(code, floor)}`;
    publicPoints.push(
      builder.meter({
        code: corridor,
        name: { zh: `${floor} 层公共照明`, en: `Corridor lighting ${floor}F` },
        building: code,
        space: floorCode(code, floor),
        utility: 'ELECTRICITY',
        role: 'PUBLIC',
        gateway,
        feeder,
        hasRelay: false,
        load: curveOfPeak('CORRIDOR', 14 * spec.roomsPerFloor),
      }),
    );
    belowFeeder[feederAt]!.push(corridor);
  }
  feederFloors.forEach((toFloor, at) => {
    const fromFloor = at === 0 ? 1 : feederFloors[at - 1]! + 1;
    draft.feeder({
      code: `${code}-${at + 1}`,
      building: code,
      gateway: gateways[fromFloor - 1]!,
      children: belowFeeder[at]!,
      capacityW: spec.feederCapacityW,
      transformer: spec.transformer,
      floors: [fromFloor, toFloor],
    });
  });
  publicPoints.push(draft.waterMain(code, gateways[0]!, 0.13 * spec.roomsInAll));
  draft.publicAccount(code, publicPoints);
}

function dormRoom(
  draft: CampusDraft,
  spec: DormSpec,
  floor: number,
  room: number,
  gateway: string,
  feeder: string,
): string {
  const { builder } = draft;
  const number = `${floor}${String(room).padStart(2, '0')}`;
  const space = `${spec.number}-${number}`;
  const key = seedOf(space, builder.seed);
  const account = `A-${space}`;
  draft.room(
    space,
    floorCode(spec.code, floor),
    { zh: `${spec.number}-${number} 室`, en: `Room ${space}` },
    26,
    4,
  );
  const point = builder.meter({
    code: `E-${space}`,
    name: { zh: `${spec.number}-${number} 室用电`, en: `Room ${space} electricity` },
    building: spec.code,
    space,
    utility: 'ELECTRICITY',
    role: 'CUSTOMER',
    gateway,
    feeder,
    hasRelay: true,
    load: curveOfPeak('DORM_ROOM', 368 * (0.55 + 0.75 * unit(key, 21))),
    limitW: DORM_ROOM_LIMIT_W,
    overloadAction: spec.overloadAction,
    ...(isLearning(key) ? { historyDays: wholeBetween(2, 5, key, 22) } : {}),
  });
  builder.account({
    code: account,
    kind: 'ROOM',
    space,
    points: [point],
    tariff: 'E-TOU',
    policy: spec.policy,
  });
  const heads = Math.min(draft.residentsPerRoom, unit(key, 23) < 0.85 ? 4 : 3);
  draft.residents(account, heads, key);
  return `E-${space}`;
}

/** A dormitory of a smaller campus. */
export function shrunk(spec: DormSpec, scale: number): DormSpec {
  if (scale === 1) return spec;
  const floors = shrink(spec.floors, scale);
  const roomsPerFloor = shrink(spec.roomsPerFloor, scale);
  const share = (floors * roomsPerFloor) / spec.roomsInAll;
  const feeders = floors > 3 ? 1 : 2;
  const feederCapacityW = Math.max(4_000, Math.round(spec.feederCapacityW * share * feeders));
  return { ...spec, floors, roomsPerFloor, roomsInAll: floors * roomsPerFloor, feederCapacityW };
}

/** More dormitories until `meters` more are reached: a whole one has 120 rooms, 6 corridors, 2 feeders and a water main. */
export function extraDorms(meters: number): DormSpec[] {
  const specs: DormSpec[] = [];
  let left = meters;
  while (left >= 4) {
    const number = DORMS.length + specs.length + 1;
    const block = Math.floor(specs.length / DORMS_PER_TRANSFORMER);
    if (specs.length % DORMS_PER_TRANSFORMER === 0) left -= 1;
    const transformer = `TR-${transformerLetters(block + 2)}`;
    const whole = Math.min(left, 129);
    const floors = whole >= 21 ? 6 : 1;
    const overhead = floors + (floors > 3 ? 2 : 1) + 1;
    specs.push(
      dormSpec(number, {
        floors,
        roomsInAll: whole - overhead,
        roomsPerFloor: Math.ceil((whole - overhead) / floors),
        transformer,
      }),
    );
    left -= whole;
  }
  return specs;
}

function transformerLetters(at: number): string {
  return at < 26
    ? String.fromCharCode(65 + at)
    : `${String.fromCharCode(64 + Math.floor(at / 26))}${String.fromCharCode(65 + (at % 26))}`;
}
