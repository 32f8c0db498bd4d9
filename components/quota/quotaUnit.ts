import {
  type EnergyUnit,
  energyUnitFor,
  formatEnergyNumber,
  formatVolume,
  LONG_DASH,
  NNBSP,
  withUnit,
} from '../ui/format';
import type { QuotaUtility } from './quotaTypes';

/** The one unit of a page, chosen by its largest quantity. All quantities in µ. */
export interface QuotaUnit {
  readonly unit: EnergyUnit | 'm³';
  /** Without the unit: `84,000`. */
  number(micro: bigint | null): string;
  /** With it: `84,000 kWh`. */
  text(micro: bigint | null): string;
  /** As a plain number, for charts. */
  value(micro: bigint): number;
}

/** Electricity in kWh, from 100,000 kWh in MWh; water and gas in m³. @param maxMicro largest quantity shown */
export function quotaUnit(utility: QuotaUtility, maxMicro: bigint): QuotaUnit {
  if (utility !== 'ELECTRICITY') {
    const number = (micro: bigint | null) => formatVolume(micro).replace(`${NNBSP}m³`, '');
    return {
      unit: 'm³',
      number,
      text: (micro) => formatVolume(micro),
      value: (micro) => Number(micro) / 1e6,
    };
  }
  const unit = energyUnitFor(maxMicro);
  const number = (micro: bigint | null) =>
    micro === null ? LONG_DASH : formatEnergyNumber(micro, 'building', unit);
  return {
    unit,
    number,
    text: (micro) => withUnit(number(micro), unit),
    value: (micro) => Number(micro) / (unit === 'kWh' ? 1e6 : 1e9),
  };
}

/** The largest of some quantities; null counts as 0. */
export function largestMicro(...quantities: readonly (bigint | null | undefined)[]): bigint {
  return quantities.reduce<bigint>((max, micro) => (micro != null && micro > max ? micro : max), 0n);
}

/** Percent of a whole as a number; null of nothing. */
export function percentOf(partMicro: bigint | null, wholeMicro: bigint): number | null {
  if (partMicro === null || wholeMicro === 0n) return null;
  return (Number(partMicro) / Number(wholeMicro)) * 100;
}

/**
 * Percent of a quota as text's number: whole from 10 % on, and never "100" for what is above or below it, so that words and
 * bar agree.
 */
export function quotaPercent(ppm: bigint): number {
  const percent = Number(ppm) / 10_000;
  if (percent < 10) return percent;
  const whole = Math.round(percent);
  if (whole !== 100 || percent === 100) return whole;
  return percent > 100 ? 101 : 99;
}
