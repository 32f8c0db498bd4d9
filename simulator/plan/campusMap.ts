/** GeoJSON geometry, WGS-84, longitude first. */
type Geometry =
  | { type: 'Polygon'; coordinates: number[][][] }
  | { type: 'MultiLineString'; coordinates: number[][][] };

/**
 * Plan of the invented campus on a drawing grid (x to the right, y down, 0.6 m a step) and its place on earth. The place
 * is open country; no real building is meant.
 */

type Outline = readonly (readonly [x: number, y: number])[];

const ORIGIN = { longitude: 120.9612, latitude: 31.0885 };
const METRES_PER_STEP = 0.6;
const METRES_PER_DEGREE = 111_320;

function place([x, y]: readonly [number, number]): [number, number] {
  const east = (x * METRES_PER_STEP) / (METRES_PER_DEGREE * Math.cos((ORIGIN.latitude * Math.PI) / 180));
  const south = (y * METRES_PER_STEP) / METRES_PER_DEGREE;
  return [round(ORIGIN.longitude + east), round(ORIGIN.latitude - south)];
}

function round(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}

/** Closed ring, counter-clockwise as GeoJSON asks of an outer ring. */
export function polygon(outline: Outline): Geometry {
  const ring = outline.map(place);
  const twiceArea = ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  if (twiceArea < 0) ring.reverse();
  return { type: 'Polygon', coordinates: [[...ring, ring[0]!]] };
}

export function lines(...paths: Outline[]): Geometry {
  return { type: 'MultiLineString', coordinates: paths.map((path) => path.map(place)) };
}

/** A slab with an entrance recess in its south face: every dormitory. `column` counts from the westernmost dormitory. */
export function dormOutline(column: number, row: number): Outline {
  const x = 536 + column * 152;
  const y = 16 + row * 68;
  return [
    [x, y],
    [x + 120, y],
    [x + 120, y + 52],
    [x + 72, y + 52],
    [x + 72, y + 46],
    [x + 48, y + 46],
    [x + 48, y + 52],
    [x, y + 52],
  ];
}

export const OUTLINES = {
  teaching: [
    [24, 16],
    [256, 16],
    [256, 88],
    [208, 88],
    [208, 60],
    [168, 60],
    [168, 88],
    [120, 88],
    [120, 60],
    [80, 60],
    [80, 88],
    [24, 88],
  ],
  administration: [
    [24, 120],
    [60, 120],
    [60, 126],
    [84, 126],
    [84, 120],
    [120, 120],
    [120, 184],
    [24, 184],
  ],
  library: [
    [152, 120],
    [256, 120],
    [256, 184],
    [184, 184],
    [184, 168],
    [152, 168],
  ],
  chemistry: [
    [24, 212],
    [256, 212],
    [256, 272],
    [192, 272],
    [192, 248],
    [88, 248],
    [88, 272],
    [24, 272],
  ],
  canteen: [
    [304, 16],
    [488, 16],
    [488, 48],
    [424, 48],
    [424, 72],
    [304, 72],
  ],
  staffFlats: [
    [304, 216],
    [388, 216],
    [388, 208],
    [404, 208],
    [404, 216],
    [488, 216],
    [488, 268],
    [404, 268],
    [404, 260],
    [388, 260],
    [388, 268],
    [304, 268],
  ],
} as const satisfies Record<string, Outline>;

/** A rounded lake: two swells of different size, so that it does not look like a pond drawn with compasses. */
export function lakeOutline(): Outline {
  const points: [number, number][] = [];
  for (let step = 0; step < 40; step++) {
    const angle = (step / 40) * 2 * Math.PI;
    const swell = 1 + 0.1 * Math.cos(2 * angle + 0.6) + 0.06 * Math.sin(3 * angle);
    points.push([396 + 86 * swell * Math.cos(angle), 146 + 36 * swell * Math.sin(angle)]);
  }
  return points;
}

const BEYOND = 240;
const NORTH = 60;

/** Centre lines of the roads. Those that lead away run on past the buildings, so that no map shows their ends. */
export function roadLines(dormColumns: number): Geometry {
  const east = 536 + dormColumns * 152 - 16;
  const between = Array.from({ length: dormColumns - 1 }, (_, column): Outline => {
    const x = 536 + (column + 1) * 152 - 16;
    return [
      [x, -NORTH],
      [x, 284],
    ];
  });
  return lines(
    [
      [-BEYOND, 104],
      [280, 104],
    ],
    [
      [-BEYOND, 200],
      [512, 200],
    ],
    [
      [280, 88],
      [512, 88],
    ],
    [
      [280, -NORTH],
      [280, 284],
    ],
    [
      [512, -NORTH],
      [512, 284],
    ],
    [
      [-BEYOND, 284],
      [east + BEYOND, 284],
    ],
    ...between,
  );
}
