import { campusZone } from '../time/campusTime';
import { microFromText } from '../units';
import type { TariffCalendar, TariffVersion, TouSpan } from './tariff';
import { prepareTariffBook, type TariffBook } from './tariffBook';

/** Tariffs of the worked examples, for tests. */
export const SHANGHAI = campusZone('Asia/Shanghai');

/** `"1200.234"` to µ. */
export function micro(text: string): bigint {
  const value = microFromText(text);
  if (value === null) throw new Error(`not a number: ${text}`);
  return value;
}

/** `"2025-09-10 08:00"` in Shanghai time (UTC+8, no clock changes since 1991) to ms. */
export function cst(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}:00+08:00`);
}

function span(from: string, to: string, period: string): TouSpan {
  const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return { startMinute: minuteOf(from), endMinute: minuteOf(to), period };
}

export const ONE_DAY_TYPE: TariffCalendar = {
  code: 'ONE',
  weekdayTypes: ['DAY', 'DAY', 'DAY', 'DAY', 'DAY', 'DAY', 'DAY'],
  exceptions: {},
};

export const TARIFF_A_SPANS: TouSpan[] = [
  span('00:00', '07:00', 'V'),
  span('07:00', '08:30', 'F'),
  span('08:30', '11:30', 'P'),
  span('11:30', '14:30', 'F'),
  span('14:30', '17:30', 'P'),
  span('17:30', '19:00', 'F'),
  span('19:00', '21:00', 'P'),
  span('21:00', '23:00', 'F'),
  span('23:00', '24:00', 'V'),
];

/** Tariff A: three periods, no tiers. */
export const TARIFF_A: TariffVersion = {
  code: 'A-1',
  validFromMs: cst('2024-01-01 00:00'),
  accrual: 'NONE',
  periods: { DAY: TARIFF_A_SPANS },
  tierLimitsMicro: [null],
  pricesMicro: [{ P: 843_200n, V: 268_300n, F: 528_300n }],
};

const ALL_DAY = { DAY: [span('00:00', '24:00', 'ALL')] };

/** Tier table B: 100 and 200 kWh a month. */
export const TARIFF_B: TariffVersion = {
  code: 'B-1',
  validFromMs: cst('2024-01-01 00:00'),
  accrual: 'MONTH',
  periods: ALL_DAY,
  tierLimitsMicro: [100_000_000n, 200_000_000n, null],
  pricesMicro: [{ ALL: 500_000n }, { ALL: 550_000n }, { ALL: 800_000n }],
};

/** A tariff with one price. */
export function flatTariff(code: string, validFromMs: number, priceMicro: bigint): TariffVersion {
  return {
    code,
    validFromMs,
    accrual: 'NONE',
    periods: ALL_DAY,
    tierLimitsMicro: [null],
    pricesMicro: [{ ALL: priceMicro }],
  };
}

/** The London tariff of the clock-change examples: night 00–07. */
export const TARIFF_LONDON: TariffVersion = {
  code: 'L-1',
  validFromMs: Date.UTC(2024, 0, 1),
  accrual: 'NONE',
  periods: { DAY: [span('00:00', '07:00', 'N'), span('07:00', '24:00', 'D')] },
  tierLimitsMicro: [null],
  pricesMicro: [{ N: 95_000n, D: 280_000n }],
};

/** A book over versions that share one day type. */
export function bookOf(versions: TariffVersion[], iana = 'Asia/Shanghai'): TariffBook {
  return prepareTariffBook({ versions, calendar: ONE_DAY_TYPE, zone: campusZone(iana) });
}
