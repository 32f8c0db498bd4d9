/**
 * How people and plant use electricity, water and gas over a day: relative weights per hour of campus time. Shapes are
 * invented for the demo; what matters is that an evening looks like an evening and a weekend like a weekend.
 */

export type ProfileName =
  | 'DORM_ROOM'
  | 'STAFF_FLAT'
  | 'SHOP'
  | 'CLASSROOMS'
  | 'READING_HALL'
  | 'LABORATORY'
  | 'OFFICE'
  | 'AIR_PLANT'
  | 'KITCHEN'
  | 'CORRIDOR'
  | 'STEADY'
  | 'LIFTS'
  | 'LOSS'
  | 'SUN'
  | 'WATER_FLAT'
  | 'WATER_MAIN'
  | 'GAS_FLAT'
  | 'GAS_KITCHEN';

export interface LoadShape {
  /** 24 relative weights, hour 0 first. */
  workday: readonly number[];
  weekend: readonly number[];
  /** Quantity of a weekend day as a share of a workday's. */
  weekendShare: number;
  /** Largest relative deviation of a day, of a quarter hour and of a minute from the shape. */
  dayNoise: number;
  slotNoise: number;
  minuteNoise: number;
  /** Share by which midsummer and midwinter exceed the mean (cooling and heating). */
  season: number;
  /**
   * For what is drawn in separate goes (taps, hobs): chance that a minute of the busiest hour has any flow, above 1 for
   * many taps behind one meter. 0: drawn continuously.
   */
  draws: number;
  /** Typical power factor; 0 for what is no electricity. */
  powerFactor: number;
}

function shape(given: Partial<LoadShape> & Pick<LoadShape, 'workday'>): LoadShape {
  return {
    weekend: given.workday,
    weekendShare: 1,
    dayNoise: 0.08,
    slotNoise: 0.1,
    minuteNoise: 0.1,
    season: 0.03,
    draws: 0,
    powerFactor: 0.93,
    ...given,
  };
}

const evening = [
  150, 110, 95, 90, 88, 88, 100, 150, 140, 120, 120, 150, 230, 220, 150, 140, 150, 220, 300, 340, 362, 368,
  340, 240,
];
const lateRiser = [
  190, 140, 105, 92, 88, 88, 90, 110, 140, 165, 180, 195, 240, 235, 205, 195, 200, 230, 290, 330, 350, 358,
  340, 260,
];
const lessons = [9, 8, 8, 8, 8, 9, 14, 40, 86, 96, 98, 94, 62, 64, 92, 98, 96, 84, 60, 76, 72, 52, 24, 12];
const quietLessons = [
  9, 8, 8, 8, 8, 8, 10, 14, 26, 34, 36, 34, 28, 28, 34, 36, 34, 28, 24, 24, 22, 18, 12, 9,
];
const reading = [
  12, 10, 10, 10, 10, 10, 14, 48, 78, 90, 94, 92, 84, 86, 94, 96, 96, 92, 90, 96, 98, 92, 46, 16,
];
const bench = [
  58, 56, 55, 55, 55, 55, 57, 66, 88, 96, 98, 95, 84, 86, 97, 100, 98, 92, 82, 78, 76, 72, 66, 61,
];
const desk = [10, 9, 9, 9, 9, 9, 12, 38, 92, 100, 100, 96, 66, 70, 98, 100, 96, 72, 34, 24, 20, 16, 12, 10];
const emptyDesk = [10, 9, 9, 9, 9, 9, 10, 12, 15, 16, 17, 17, 16, 16, 17, 17, 16, 14, 13, 12, 12, 11, 10, 10];
const meals = [
  14, 13, 13, 13, 16, 46, 92, 98, 58, 60, 92, 100, 98, 52, 34, 40, 82, 99, 96, 70, 58, 44, 24, 16,
];
const home = [
  38, 32, 30, 29, 29, 34, 62, 80, 56, 44, 44, 62, 74, 56, 44, 44, 54, 82, 98, 100, 98, 94, 78, 52,
];
const trade = [
  14, 12, 12, 12, 12, 16, 40, 66, 74, 78, 84, 96, 98, 84, 78, 78, 82, 94, 100, 98, 94, 78, 40, 20,
];
const lamps = [
  72, 68, 66, 64, 64, 66, 78, 62, 40, 36, 36, 38, 42, 40, 36, 36, 42, 66, 92, 98, 100, 100, 94, 82,
];
const flat = new Array<number>(24).fill(50);
const taps = [6, 2, 1, 1, 1, 2, 30, 62, 34, 14, 12, 22, 38, 22, 12, 12, 18, 36, 50, 56, 62, 70, 56, 26];
const hobs = [0, 0, 0, 0, 0, 2, 30, 42, 12, 4, 12, 68, 74, 18, 4, 4, 20, 84, 92, 40, 12, 6, 2, 0];
const stoves = [0, 0, 0, 0, 10, 60, 88, 70, 26, 40, 90, 100, 90, 30, 10, 24, 84, 100, 82, 40, 18, 6, 0, 0];

export const PROFILES: Readonly<Record<ProfileName, LoadShape>> = {
  DORM_ROOM: shape({ workday: evening, weekend: lateRiser, weekendShare: 1.08, powerFactor: 0.92 }),
  STAFF_FLAT: shape({ workday: home, weekend: home, weekendShare: 1.12, slotNoise: 0.18, minuteNoise: 0.2 }),
  SHOP: shape({ workday: trade, weekendShare: 1.06, powerFactor: 0.9 }),
  CLASSROOMS: shape({ workday: lessons, weekend: quietLessons, weekendShare: 0.42, powerFactor: 0.94 }),
  READING_HALL: shape({ workday: reading, weekendShare: 0.9, powerFactor: 0.95 }),
  LABORATORY: shape({ workday: bench, weekendShare: 0.74, powerFactor: 0.88 }),
  OFFICE: shape({ workday: desk, weekend: emptyDesk, weekendShare: 0.28, powerFactor: 0.94 }),
  AIR_PLANT: shape({ workday: bench, weekendShare: 0.8, season: 0.18, powerFactor: 0.85 }),
  KITCHEN: shape({ workday: meals, weekendShare: 0.94, minuteNoise: 0.16, powerFactor: 0.9 }),
  CORRIDOR: shape({ workday: lamps, dayNoise: 0.02, slotNoise: 0.03, minuteNoise: 0.02, powerFactor: 0.96 }),
  STEADY: shape({ workday: flat, dayNoise: 0.02, slotNoise: 0.04, minuteNoise: 0.06, powerFactor: 0.87 }),
  LIFTS: shape({ workday: trade, slotNoise: 0.2, minuteNoise: 0.6, powerFactor: 0.84 }),
  LOSS: shape({ workday: lamps, dayNoise: 0.12, slotNoise: 0.12, minuteNoise: 0.05, powerFactor: 0.9 }),
  SUN: shape({
    workday: flat,
    dayNoise: 0,
    slotNoise: 0.12,
    minuteNoise: 0.06,
    season: 0,
    powerFactor: 0.99,
  }),
  WATER_FLAT: shape({ workday: taps, weekendShare: 1.1, dayNoise: 0.25, draws: 0.35, powerFactor: 0 }),
  WATER_MAIN: shape({ workday: taps, minuteNoise: 0.5, dayNoise: 0.06, draws: 6, powerFactor: 0 }),
  GAS_FLAT: shape({ workday: hobs, weekendShare: 1.2, dayNoise: 0.3, draws: 0.5, powerFactor: 0 }),
  GAS_KITCHEN: shape({ workday: stoves, slotNoise: 0.15, minuteNoise: 0.3, powerFactor: 0 }),
};
