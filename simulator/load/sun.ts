import { unit } from '../random';

/** Latitude of the invented campus, radians. */
const LATITUDE = (31.1 * Math.PI) / 180;
const NOON_SLOT = 48;

function declination(day: number): number {
  // 1970-01-01 has day-of-year 1; the year's drift of a day does not show in a roof of modules.
  return ((-23.44 * Math.PI) / 180) * Math.cos(((day + 10) / 365.2425) * 2 * Math.PI);
}

/** Sine of the sun's elevation at the middle of a quarter hour, 0 below the horizon. */
function elevation(day: number, slot: number): number {
  const hourAngle = ((slot + 0.5 - NOON_SLOT) / 96) * 2 * Math.PI;
  const d = declination(day);
  return Math.max(
    0,
    Math.sin(LATITUDE) * Math.sin(d) + Math.cos(LATITUDE) * Math.cos(d) * Math.cos(hourAngle),
  );
}

/** Yield of a roof of modules from the sun's height and the day's clouds. */
export const sunWeight = {
  /** Relative yield of a day: 1 is a clear day at the equinox. */
  ofDay(day: number, seed: number): number {
    const clouds = 0.35 + 0.65 * unit(seed, day, 7) ** 0.6;
    const length = 1 + 0.35 * (declination(day) / ((23.44 * Math.PI) / 180));
    return clouds * length;
  },
  /** Relative power of a quarter hour within its day. */
  ofSlot(day: number, slot: number): number {
    return 100 * elevation(day, slot);
  },
};
