import type { ImportRow } from '../../contracts/importDocument';

/** In force since before the first reading of any demo. */
const VALID_FROM = '2020-01-01T00:00:00+08:00';

const TIME_OF_USE = [
  ['00:00', '07:00', 'VALLEY'],
  ['07:00', '08:30', 'FLAT'],
  ['08:30', '11:30', 'PEAK'],
  ['11:30', '14:30', 'FLAT'],
  ['14:30', '17:30', 'PEAK'],
  ['17:30', '19:00', 'FLAT'],
  ['19:00', '21:00', 'PEAK'],
  ['21:00', '23:00', 'FLAT'],
  ['23:00', '24:00', 'VALLEY'],
] as const;

const ALL_DAY = [{ code: 'ALL', from: '00:00', to: '24:00' }];

/** Price of a kWh by period of the time-of-use tariff. */
const TIME_OF_USE_PRICES = { PEAK: '0.8432', VALLEY: '0.2683', FLAT: '0.5283' } as const;

export const TARIFFS: ImportRow<'tariffs'>[] = [
  {
    code: 'E-TOU',
    name: { zh: '分时电价', en: 'Time-of-use electricity' },
    utility: 'ELECTRICITY',
    versions: [
      {
        validFrom: VALID_FROM,
        accrual: 'MONTH',
        periods: TIME_OF_USE.map(([from, to, code]) => ({ code, from, to })),
        tiers: [{ limit: null }],
        prices: [{ ...TIME_OF_USE_PRICES }],
      },
    ],
  },
  {
    code: 'E-TIERED',
    name: { zh: '阶梯电价', en: 'Tiered electricity' },
    utility: 'ELECTRICITY',
    versions: [
      {
        validFrom: VALID_FROM,
        accrual: 'MONTH',
        periods: ALL_DAY,
        tiers: [{ limit: '100' }, { limit: '200' }, { limit: null }],
        prices: [{ ALL: '0.5000' }, { ALL: '0.5500' }, { ALL: '0.8000' }],
      },
    ],
  },
  {
    code: 'W-TIERED',
    name: { zh: '阶梯水价', en: 'Tiered water' },
    utility: 'WATER',
    versions: [
      {
        validFrom: VALID_FROM,
        accrual: 'MONTH',
        periods: ALL_DAY,
        tiers: [{ limit: '3' }, { limit: '5' }, { limit: null }],
        prices: [{ ALL: '2.8000' }, { ALL: '4.2000' }, { ALL: '5.6000' }],
      },
    ],
  },
  {
    code: 'G-FLAT',
    name: { zh: '燃气单一价', en: 'Gas, one price' },
    utility: 'GAS',
    versions: [
      {
        validFrom: VALID_FROM,
        accrual: 'MONTH',
        periods: ALL_DAY,
        tiers: [{ limit: null }],
        prices: [{ ALL: '3.0400' }],
      },
    ],
  },
];

function dates(from: string, count: number): string[] {
  const start = Date.parse(`${from}T00:00:00Z`);
  return Array.from({ length: count }, (_, day) =>
    new Date(start + day * 86_400_000).toISOString().slice(0, 10),
  );
}

/** Days off and exam weeks around the time of the demo; invented where no rule fixes them. */
function specialDays(): ImportRow<'calendars'>['days'] {
  const days: ImportRow<'calendars'>['days'] = {};
  for (const year of [2024, 2025, 2026, 2027, 2028]) {
    for (const day of dates(`${year}-01-01`, 1)) days[day] = 'HOLIDAY';
    for (const day of dates(`${year}-05-01`, 3)) days[day] = 'HOLIDAY';
    for (const day of dates(`${year}-10-01`, 7)) days[day] = 'HOLIDAY';
    for (const day of dates(`${year}-01-08`, 10)) days[day] ??= 'EXAM';
    for (const day of dates(`${year}-06-20`, 12)) days[day] = 'EXAM';
  }
  return days;
}

export const CALENDARS: ImportRow<'calendars'>[] = [
  { code: 'CAMPUS', name: { zh: '校历', en: 'Campus calendar' }, days: specialDays() },
];

export const POLICIES: ImportRow<'policies'>[] = [
  {
    code: 'DEFAULT',
    name: { zh: '标准（夜间、周末、节假日、考试周不断电）', en: 'Standard, with no-cut periods' },
    noCutPeriods: true,
    emergencyCredit: '10.00',
    calendar: 'CAMPUS',
  },
  {
    code: 'NO-QUIET-HOURS',
    name: { zh: '全天可断电（3 号楼试点）', en: 'Cuts at any hour, pilot in Dorm 3' },
    noCutPeriods: false,
  },
];
