import type { ImportDocument } from '../../contracts/importDocument';

/** A campus small enough to read: one building, two rooms with a meter each behind one gateway, a feeder and a water point. */
export function smallCampus(): ImportDocument {
  return structuredClone(SMALL_CAMPUS);
}

const SMALL_CAMPUS: ImportDocument = {
  campus: {
    code: 'C1',
    name: { zh: '测试校园', en: 'Test campus' },
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
  },
  spaces: [
    { code: 'C1', kind: 'CAMPUS', name: { zh: '测试校园', en: 'Test campus' } },
    { code: 'B1', parent: 'C1', kind: 'BUILDING', name: '1号楼', areaM2: 4200 },
    { code: 'B1-F1', parent: 'B1', kind: 'FLOOR', name: '1层' },
    { code: 'B1-101', parent: 'B1-F1', kind: 'ROOM', name: '101', headCapacity: 4 },
    { code: 'B1-102', parent: 'B1-F1', kind: 'ROOM', name: '102', headCapacity: 4 },
  ],
  departments: [
    { code: 'D1', name: { zh: '后勤处', en: 'Facilities' }, costCenter: '1001', spaces: ['B1'] },
    { code: 'D2', parent: 'D1', name: '宿管科', points: ['P-102'] },
  ],
  gateways: [{ code: 'G1', serial: 'GW-0001', space: 'B1' }],
  meterPoints: [
    { code: 'F-B1', space: 'B1', utility: 'ELECTRICITY', role: 'FEEDER', capacityW: 80_000 },
    {
      code: 'P-101',
      space: 'B1-101',
      utility: 'ELECTRICITY',
      role: 'CUSTOMER',
      feeder: 'F-B1',
      limitW: 1_500,
    },
    {
      code: 'P-102',
      space: 'B1-102',
      utility: 'ELECTRICITY',
      role: 'CUSTOMER',
      feeder: 'F-B1',
      limitW: 1_500,
    },
    { code: 'W-101', space: 'B1-101', utility: 'WATER', role: 'CUSTOMER' },
  ],
  meters: [
    {
      code: 'M-F',
      serial: 'S-000',
      point: 'F-B1',
      gateway: 'G1',
      phases: 3,
      ctRatio: '80',
      imaxA: 6,
      hasRelay: false,
    },
    {
      code: 'M-101',
      serial: 'S-101',
      point: 'P-101',
      gateway: 'G1',
      registerModulus: '1000000',
      startRegister: '12.5',
    },
    { code: 'M-102', serial: 'S-102', point: 'P-102', gateway: 'G1' },
    { code: 'MW-101', serial: 'S-201', point: 'W-101', qmaxM3h: 2.5, hasRelay: true },
  ],
  calendars: [{ code: 'CAL', days: { '2025-10-01': 'HOLIDAY' } }],
  tariffs: [
    {
      code: 'A',
      calendar: 'CAL',
      versions: [
        {
          validFrom: '2024-01-01',
          periods: [
            { code: 'V', from: '23:00', to: '07:00' },
            { code: 'F', from: '07:00', to: '23:00' },
          ],
          prices: { V: '0.2683', F: '0.5283' },
        },
      ],
    },
    {
      code: 'W',
      utility: 'WATER',
      versions: [
        {
          validFrom: '2024-01-01',
          tiers: [{ limit: '3' }, { limit: null }],
          prices: [{ ALL: '2.80' }, { ALL: '4.20' }],
        },
      ],
    },
  ],
  policies: [{ code: 'ALWAYS', noCutPeriods: false }],
  accounts: [
    {
      code: 'A-101',
      kind: 'ROOM',
      space: 'B1-101',
      points: ['P-101', 'W-101'],
      tariff: ['A', 'W'],
      openingBalance: '100.00',
    },
    { code: 'A-102', kind: 'ROOM', space: 'B1-102', points: ['P-102'], tariff: 'A', policy: 'ALWAYS' },
  ],
  persons: [
    { code: 'S1', name: '张三', contact: '13800000001' },
    { code: 'S2', name: '李四' },
  ],
  occupancies: [
    { account: 'A-101', person: 'S1', from: '2025-09-01', share: '0.5' },
    { account: 'A-101', person: 'S2', from: '2025-09-01', share: '0.5' },
  ],
  users: [
    { code: 'student', person: 'S1', password: 'correct horse', roles: [{ role: 'STUDENT' }] },
    {
      code: 'warden',
      roles: [
        { role: 'WARDEN', scope: 'B1' },
        { role: 'DEPARTMENT_HEAD', scope: 'D1' },
      ],
    },
  ],
  quotas: [{ scope: 'D1', utility: 'ELECTRICITY', period: '2025-09', limit: '12000' }],
  rules: [{ rule: 'OVERLOAD', space: 'B1', settings: { onDelayMs: 10_000 } }],
};
