import type { ProfileName } from '../load/profiles';
import { dormOutline, OUTLINES } from './campusMap';
import type { BilingualName } from './traits';

/** Rooms or circuits of one kind on the floors of a building. */
export interface DormSpec {
  kind: 'DORM';
  code: string;
  /** Digit in room codes: `7` in 7-412. */
  number: number;
  floors: number;
  roomsPerFloor: number;
  /** Rooms of the topmost floor may be fewer, so that a fleet has exactly the size that was asked for. */
  roomsInAll: number;
  feederCapacityW: number;
  outline: readonly (readonly [number, number])[];
  policy: 'DEFAULT' | 'NO-QUIET-HOURS';
  overloadAction: 'TRIP' | 'ALARM';
  transformer: string;
}

export interface CircuitSpec {
  name: BilingualName;
  floor: number;
  profile: ProfileName;
  /** Power at the busiest hour of a workday, W. */
  peakW: number;
  protection?: { kind: 'CREDIT' | 'LIFE_SAFETY'; owner: string; phone: string };
}

/** A building whose energy a department answers for under a quota. */
export interface QuotaBuildingSpec {
  kind: 'QUOTA';
  code: string;
  name: BilingualName;
  floors: number;
  outline: readonly (readonly [number, number])[];
  department: string;
  circuits: CircuitSpec[];
  /** Feeders by number, each with the floors it serves. */
  feeders: { number: number; toFloor: number; capacityW: number }[];
  gateways: number;
}

const dorm = (number: number, given: Partial<DormSpec> = {}): DormSpec => {
  const floors = given.floors ?? 6;
  const roomsPerFloor = given.roomsPerFloor ?? 20;
  return {
    kind: 'DORM',
    code: `D${number}`,
    number,
    floors,
    roomsPerFloor,
    roomsInAll: floors * roomsPerFloor,
    feederCapacityW: 40_000,
    outline: dormOutline(Math.floor((number - 1) / 4), (number - 1) % 4),
    policy: 'DEFAULT',
    overloadAction: 'TRIP',
    transformer: 'TR-B',
    ...given,
  };
};

/** Dorm 3 may be cut at any hour, so that a demo can show it; Dorm 7 leaves overloads to the operator. */
export const DORMS: readonly DormSpec[] = [
  dorm(1, { roomsPerFloor: 16 }),
  dorm(2, { roomsPerFloor: 16 }),
  dorm(3, { floors: 7, roomsPerFloor: 16, policy: 'NO-QUIET-HOURS' }),
  dorm(4),
  dorm(5),
  dorm(6),
  dorm(7, { feederCapacityW: 32_000, overloadAction: 'ALARM' }),
  dorm(8),
];

export { dorm as dormSpec };

const circuit = (
  floor: number,
  zh: string,
  en: string,
  profile: ProfileName,
  peakW: number,
): CircuitSpec => ({
  name: { zh, en },
  floor,
  profile,
  peakW,
});

const floorName = (floor: number) => ({ zh: `${floor} 层`, en: `${floor}F` });

function teachingCircuits(): CircuitSpec[] {
  return [1, 2, 3, 4, 5].flatMap((floor) => {
    const { zh, en } = floorName(floor);
    return [
      circuit(floor, `${zh}东侧教室`, `Classrooms ${en} east`, 'CLASSROOMS', 5_800),
      circuit(floor, `${zh}西侧教室`, `Classrooms ${en} west`, 'CLASSROOMS', 5_400),
      circuit(floor, `${zh}阶梯教室`, `Lecture hall ${en}`, 'CLASSROOMS', 6_600),
      circuit(floor, `${zh}空调`, `Air conditioning ${en}`, 'AIR_PLANT', 6_200),
    ];
  });
}

function libraryCircuits(): CircuitSpec[] {
  return [1, 2, 3, 4].flatMap((floor) => {
    const { zh, en } = floorName(floor);
    return [
      circuit(floor, `${zh}阅览区`, `Reading area ${en}`, 'READING_HALL', 8_200),
      circuit(floor, `${zh}书库`, `Stacks ${en}`, 'READING_HALL', 4_600),
      circuit(floor, `${zh}空调`, `Air conditioning ${en}`, 'AIR_PLANT', 9_600),
    ];
  });
}

function chemistryCircuits(): CircuitSpec[] {
  return [
    {
      ...circuit(1, '冷柜与冷库', 'Freezers and cold store', 'STEADY', 14_000),
      protection: { kind: 'LIFE_SAFETY', owner: '陈思远', phone: '021-5550-0114' },
    },
    circuit(1, '仪器中心', 'Instrument centre', 'LABORATORY', 24_000),
    circuit(1, '走廊与楼梯', 'Corridors and stairs', 'CORRIDOR', 3_400),
    circuit(2, '2 层教学实验室', 'Teaching labs 2F', 'LABORATORY', 11_000),
    circuit(2, '2 层准备室', 'Preparation rooms 2F', 'LABORATORY', 5_200),
    circuit(3, '3 层科研实验室、通风柜', 'Research labs 3F, fume hoods', 'LABORATORY', 28_000),
    circuit(3, '3 层恒温室', 'Constant-temperature rooms 3F', 'STEADY', 6_400),
    circuit(4, '4 层科研实验室、通风柜', 'Research labs 4F, fume hoods', 'LABORATORY', 25_000),
    circuit(4, '4 层溶剂间', 'Solvent store 4F', 'STEADY', 2_600),
    circuit(5, '5 层办公室', 'Offices 5F', 'OFFICE', 6_000),
    circuit(5, '5 层会议室', 'Meeting rooms 5F', 'OFFICE', 3_000),
    circuit(5, '空调机房', 'Air conditioning plant', 'AIR_PLANT', 13_000),
  ];
}

function administrationCircuits(): CircuitSpec[] {
  return [1, 2, 3, 4].flatMap((floor) => {
    const { zh, en } = floorName(floor);
    return [
      circuit(floor, `${zh}办公室`, `Offices ${en}`, 'OFFICE', 5_200),
      circuit(floor, `${zh}空调`, `Air conditioning ${en}`, 'AIR_PLANT', 2_800),
    ];
  });
}

export const QUOTA_BUILDINGS: readonly QuotaBuildingSpec[] = [
  {
    kind: 'QUOTA',
    code: 'T',
    name: { zh: '教学楼', en: 'Teaching' },
    floors: 5,
    outline: OUTLINES.teaching,
    department: 'DEPT-TEACHING',
    circuits: teachingCircuits(),
    feeders: [{ number: 1, toFloor: 5, capacityW: 200_000 }],
    gateways: 2,
  },
  {
    kind: 'QUOTA',
    code: 'C',
    name: { zh: '化学楼', en: 'Chemistry' },
    floors: 5,
    outline: OUTLINES.chemistry,
    department: 'DEPT-CHEMISTRY',
    circuits: chemistryCircuits(),
    feeders: [
      { number: 1, toFloor: 2, capacityW: 100_000 },
      { number: 2, toFloor: 5, capacityW: 150_000 },
    ],
    gateways: 3,
  },
  {
    kind: 'QUOTA',
    code: 'L',
    name: { zh: '图书馆', en: 'Library' },
    floors: 4,
    outline: OUTLINES.library,
    department: 'DEPT-LIBRARY',
    circuits: libraryCircuits(),
    feeders: [{ number: 1, toFloor: 4, capacityW: 300_000 }],
    gateways: 2,
  },
  {
    kind: 'QUOTA',
    code: 'AD',
    name: { zh: '行政楼', en: 'Admin' },
    floors: 4,
    outline: OUTLINES.administration,
    department: 'DEPT-ADMINISTRATION',
    circuits: administrationCircuits(),
    feeders: [{ number: 1, toFloor: 4, capacityW: 80_000 }],
    gateways: 1,
  },
];

export const DEPARTMENTS: readonly { code: string; name: BilingualName; costCenter: string }[] = [
  { code: 'DEPT-TEACHING', name: { zh: '教务处', en: 'Teaching Affairs' }, costCenter: '1100' },
  { code: 'DEPT-CHEMISTRY', name: { zh: '化学学院', en: 'School of Chemistry' }, costCenter: '2300' },
  { code: 'DEPT-LIBRARY', name: { zh: '图书馆', en: 'Library' }, costCenter: '1400' },
  {
    code: 'DEPT-ADMINISTRATION',
    name: { zh: '行政办公室', en: 'Administration Office' },
    costCenter: '1000',
  },
  { code: 'DEPT-LOGISTICS', name: { zh: '后勤集团', en: 'Campus Services' }, costCenter: '1900' },
];

/** Shops and kitchen under one roof. */
export const CANTEEN = {
  code: 'CT',
  name: { zh: '食堂', en: 'Canteen' },
  floors: 2,
  shopsPerFloor: 14,
  outline: OUTLINES.canteen,
  feederCapacityW: 250_000,
  kitchen: [
    circuit(1, '一楼厨房', 'Kitchen 1F', 'KITCHEN', 16_000),
    circuit(2, '二楼厨房', 'Kitchen 2F', 'KITCHEN', 13_000),
    circuit(1, '冷库', 'Cold rooms', 'STEADY', 9_000),
    circuit(1, '洗碗间', 'Dishwashing', 'KITCHEN', 8_000),
  ],
} as const;

export const STAFF_FLATS = {
  code: 'S',
  name: { zh: '教工公寓', en: 'Staff flats' },
  floors: 6,
  flatsPerFloor: 12,
  outline: OUTLINES.staffFlats,
  feederCapacityW: 124_000,
} as const;
