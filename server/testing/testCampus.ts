/** Two dorms with two rooms each, a lab, and one user per role: small, and enough to see who may see what. */
const rooms = [
  ['N', '101'],
  ['N', '102'],
  ['S', '201'],
  ['S', '202'],
] as const;

export const testCampusDocument = {
  campus: {
    code: 'TC',
    name: { zh: '测试校区', en: 'Test campus' },
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
  },
  policies: [{ code: 'DEFAULT', noCutPeriods: false }],
  tariffs: [
    {
      code: 'FLAT',
      versions: [{ validFrom: '2025-01-01', prices: { ALL: '0.5283' } }],
    },
  ],
  spaces: [
    { code: 'TC', kind: 'CAMPUS', name: 'TC' },
    { code: 'N', parent: 'TC', kind: 'BUILDING', name: { zh: '北楼', en: 'North' } },
    { code: 'S', parent: 'TC', kind: 'BUILDING', name: { zh: '南楼', en: 'South' } },
    ...rooms.map(([building, room]) => ({
      code: `${building}-${room}`,
      parent: building,
      kind: 'ROOM',
      name: room,
    })),
  ],
  gateways: [
    { code: 'G-N', space: 'N' },
    { code: 'G-S', space: 'S' },
  ],
  meterPoints: [
    { code: 'F-N', space: 'N', utility: 'ELECTRICITY', role: 'FEEDER', capacityW: 50_000 },
    { code: 'F-S', space: 'S', utility: 'ELECTRICITY', role: 'FEEDER', capacityW: 50_000 },
    ...rooms.map(([building, room]) => ({
      code: `P-${room}`,
      space: `${building}-${room}`,
      utility: 'ELECTRICITY',
      role: 'CUSTOMER',
      feeder: `F-${building}`,
      limitW: 1500,
      ...(room === '202' ? { protection: 'LIFE_SAFETY', protectionOwner: 'Clinic' } : {}),
    })),
  ],
  meters: [
    {
      code: 'MF-N',
      serial: 'SF-N',
      point: 'F-N',
      gateway: 'G-N',
      phases: 3,
      intervalS: 10,
      installedAt: '2025-09-01',
    },
    {
      code: 'MF-S',
      serial: 'SF-S',
      point: 'F-S',
      gateway: 'G-S',
      phases: 3,
      intervalS: 10,
      installedAt: '2025-09-01',
    },
    ...rooms.map(([building, room]) => ({
      code: `M-${room}`,
      serial: `S-${room}`,
      point: `P-${room}`,
      gateway: `G-${building}`,
      intervalS: 10,
      installedAt: '2025-09-01',
      registerModulus: '1000000',
    })),
  ],
  departments: [{ code: 'PHYS', name: 'Physics', spaces: ['S'] }],
  accounts: rooms.map(([building, room]) => ({
    code: `A-${room}`,
    kind: 'ROOM',
    space: `${building}-${room}`,
    points: [`P-${room}`],
    tariff: 'FLAT',
    openingBalance: '50.00',
    since: '2025-09-01',
  })),
  persons: [{ code: 'ST1', name: 'Student One' }],
  occupancies: [{ account: 'A-101', person: 'ST1', from: '2025-09-01' }],
  users: [
    { code: 'student', person: 'ST1', password: 'student-pass', roles: [{ role: 'STUDENT' }] },
    { code: 'head', name: 'Head', roles: [{ role: 'DEPARTMENT_HEAD', scope: 'department:PHYS' }] },
    { code: 'warden-n', name: 'Warden North', roles: [{ role: 'WARDEN', scope: 'N' }] },
    { code: 'security-n', name: 'Security North', roles: [{ role: 'SECURITY', scope: 'N' }] },
    { code: 'maintainer', name: 'Electrician', roles: [{ role: 'MAINTAINER' }] },
    { code: 'energy', name: 'Energy', roles: [{ role: 'ENERGY_MANAGER' }] },
    { code: 'energy2', name: 'Energy Two', roles: [{ role: 'ENERGY_MANAGER' }] },
    { code: 'finance', name: 'Finance', password: 'finance-pass', roles: [{ role: 'FINANCE' }] },
    { code: 'auditor', name: 'Auditor', roles: [{ role: 'AUDITOR' }] },
    { code: 'admin', name: 'Admin', password: 'admin-pass', roles: [{ role: 'ADMIN' }] },
  ],
};
