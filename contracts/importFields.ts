import { z } from 'zod';

/** Fields that rows of the import document share. Every text is bounded and storable; decimals are text, never floats. */

/**
 * Site-visible code of a place, point, meter, account and so on. Names that every object has (such as `constructor`) are
 * refused: periods and day types are looked up by their code.
 */
export const codeField = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, 'must match [A-Za-z0-9_-]{1,32}')
  .refine((code) => !(code in Object.prototype), 'is a reserved word');

const STORABLE = /^[^\0\p{Surrogate}]*$/u;
const text = (maxLength: number) =>
  z.string().max(maxLength).regex(STORABLE, 'must hold neither NUL nor half a surrogate pair');
const filled = (maxLength: number) => text(maxLength).regex(/\S/, 'must not be empty');

export const shortText = filled(64);
export const longText = text(256);

/** One text for all languages, or one for each. */
export const nameField = z.union([
  filled(120),
  z.strictObject({ zh: filled(120), en: filled(120).optional() }),
]);
export type ImportName = z.infer<typeof nameField>;

/** Non-negative decimal text: at most 12 digits before the point and 6 after it. */
export const decimalField = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be a decimal as text, such as "12.345678", not negative');

/** Decimal text above zero. */
export const positiveDecimalField = decimalField.regex(/[1-9]/, 'must be above zero');

/** Decimal text that may be negative, for surcharges that are rebates. */
export const signedDecimalField = z
  .string()
  .regex(/^-?\d{1,12}(\.\d{1,6})?$/, 'must be a decimal as text, such as "-0.05"');

/** Local date `YYYY-MM-DD` that exists in the calendar. */
export const dateField = z.string().refine(isDate, 'must be a date such as 2025-09-10');

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** RFC 3339 with offset, or a date, which means its first instant on the campus. Years 2000 to 2099. */
export const instantField = z
  .string()
  .refine(isInstant, 'must be a time with offset such as 2025-09-10T08:00:00+08:00, or a date');

/** Local time of day, `00:00` to `24:00`. */
export const timeOfDayField = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day such as 08:30, at most 24:00');

/** Calendar month, `YYYY-MM`. */
export const monthField = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month such as 2025-09');

/** Part of a whole as decimal text: above 0, at most 1. */
export const shareField = positiveDecimalField.regex(
  /^(0(\.\d+)?|1(\.0+)?)$/,
  'must be above 0 and at most 1',
);

export const wholeNumber = (min: number, max: number) => z.number().int().min(min).max(max);

export const utilityField = z.enum(['ELECTRICITY', 'WATER', 'GAS']);

function isDate(value: string): boolean {
  if (!/^20\d{2}-\d{2}-\d{2}$/.test(value)) return false;
  const ms = Date.parse(`${value}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(value);
}

function isInstant(value: string): boolean {
  if (isDate(value)) return true;
  const match = INSTANT.exec(value);
  return match !== null && isDate(match[1]!) && Number.isFinite(Date.parse(value));
}

const GEOMETRY_TYPES = [
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
] as const;
/** Nesting of coordinates by geometry type: 1 is a single position. */
const DEPTH: Record<(typeof GEOMETRY_TYPES)[number], number> = {
  Point: 1,
  MultiPoint: 2,
  LineString: 2,
  MultiLineString: 3,
  Polygon: 3,
  MultiPolygon: 4,
};
const MAX_POSITIONS = 5_000;

/** GeoJSON geometry, WGS-84, longitude first; at most 5 000 positions. */
export const geometryField = z
  .strictObject({ type: z.enum(GEOMETRY_TYPES), coordinates: z.array(z.unknown()) })
  .refine(
    (geometry) => positionsIn(geometry.coordinates, DEPTH[geometry.type]) <= MAX_POSITIONS,
    'coordinates must be [longitude, latitude] positions nested as the type asks, at most 5000',
  );

/** How many positions stand at this depth; infinite when anything there is no position. */
function positionsIn(value: unknown, depth: number): number {
  if (!Array.isArray(value) || value.length > MAX_POSITIONS) return Number.POSITIVE_INFINITY;
  if (depth > 1) {
    let count = 0;
    for (const inner of value) {
      count += positionsIn(inner, depth - 1);
      if (count > MAX_POSITIONS) return Number.POSITIVE_INFINITY;
    }
    return count;
  }
  const [longitude, latitude, height] = value as unknown[];
  const placed = within(longitude, 180) && within(latitude, 90) && value.length <= 3;
  return placed && (height === undefined || within(height, 10_000)) ? 1 : Number.POSITIVE_INFINITY;
}

function within(value: unknown, limit: number): boolean {
  return typeof value === 'number' && value >= -limit && value <= limit;
}
