/** Longitude and latitude, WGS-84 degrees. */
export type LngLat = readonly [number, number];
type Ring = readonly (readonly number[])[];

/** A place as it comes from the database. */
export interface MapPlace {
  code: string;
  /** UPPER_SNAKE kind of the space; BUILDING is coloured, everything else is ground. */
  kind: string;
  name: string;
  geometry: { readonly type: string; readonly coordinates: unknown } | null;
}

/** A building that can be drawn. */
export interface MapBuilding {
  code: string;
  name: string;
  /** GeoJSON Polygon or MultiPolygon. */
  geometry: { type: string; coordinates: unknown };
  /** Where its label has most room. */
  label: LngLat;
  /** North-east corner: where its worst alarm sits. */
  corner: LngLat;
  /** On its north side above the label: where other alarms sit beside a P1. */
  side: LngLat;
}

export interface CampusGeometry {
  buildings: readonly MapBuilding[];
  /** Roads and paths (lines), water and fields (areas), names for them. */
  ground: readonly { name: string; geometry: { type: string; coordinates: unknown }; label: LngLat | null }[];
  /** Buildings without coordinates: listed, never drawn somewhere. */
  unplaced: readonly { code: string; name: string }[];
  /** West, south, east, north of the buildings; null when none is placed. */
  bounds: readonly [number, number, number, number] | null;
  /** Whose map data this is, when it says so. */
  attribution: 'OSM' | null;
}

/** Labels are wide, so room sideways counts less. */
const LABEL_ASPECT = 0.35;
const GRID = 28;
/** Of equal rooms the one nearer to the middle wins. */
const CENTRE_WEIGHT = 0.15;

function outerRings(geometry: { type: string; coordinates: unknown }): Ring[] {
  if (geometry.type === 'Polygon') return [(geometry.coordinates as Ring[])[0] ?? []];
  if (geometry.type === 'MultiPolygon')
    return (geometry.coordinates as Ring[][]).map((part) => part[0] ?? []);
  return [];
}

/** Outer ring of a building's largest part, by its extent from west to east. */
export function largestRing(geometry: { type: string; coordinates: unknown }): Ring {
  const width = (ring: Ring) =>
    ring.length === 0
      ? -1
      : Math.max(...ring.map((point) => point[0]!)) - Math.min(...ring.map((point) => point[0]!));
  return outerRings(geometry).reduce((a, b) => (width(b) > width(a) ? b : a), [] as Ring);
}

function inside(x: number, y: number, ring: Ring): boolean {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi = 0, yi = 0] = ring[i]!;
    const [xj = 0, yj = 0] = ring[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}

/** Distance from a point to the ring with x weighed by `scaleX`, in degrees of latitude. */
function roomAt(x: number, y: number, ring: Ring, scaleX: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = [(ring[j]![0]! - x) * scaleX, ring[j]![1]! - y];
    const [bx, by] = [(ring[i]![0]! - x) * scaleX, ring[i]![1]! - y];
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length));
    best = Math.min(best, Math.hypot(ax + t * dx, ay + t * dy));
  }
  return best;
}

/** Point of a ring where a wide label has most room, found on a grid. */
function labelPoint(ring: Ring): { at: LngLat; room: number } {
  const xs = ring.map((point) => point[0]!);
  const ys = ring.map((point) => point[1]!);
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  const [south, north] = [Math.min(...ys), Math.max(...ys)];
  const scaleX = Math.cos((((south + north) / 2) * Math.PI) / 180) * LABEL_ASPECT;
  let best: { at: LngLat; room: number } = { at: [(west + east) / 2, (south + north) / 2], room: 0 };
  for (let row = 1; row < GRID; row++) {
    for (let column = 1; column < GRID; column++) {
      const x = west + ((east - west) * column) / GRID;
      const y = south + ((north - south) * row) / GRID;
      if (!inside(x, y, ring)) continue;
      const offCentre = Math.abs(column / GRID - 0.5) + Math.abs(row / GRID - 0.5);
      const room = roomAt(x, y, ring, scaleX) * (1 - offCentre * CENTRE_WEIGHT);
      if (room > best.room) best = { at: [x, y], room };
    }
  }
  return best;
}

/** Buildings and ground of a campus from its places. Geometry that is no polygon or line is left out; nothing is moved. */
export function campusGeometry(
  places: readonly MapPlace[],
  attribution: CampusGeometry['attribution'] = null,
): CampusGeometry {
  const buildings: MapBuilding[] = [];
  const ground: CampusGeometry['ground'][number][] = [];
  const unplaced: { code: string; name: string }[] = [];
  for (const { code, kind, name, geometry } of places) {
    if (kind !== 'BUILDING') {
      if (!geometry) continue;
      const ring = outerRings(geometry)[0];
      ground.push({ name, geometry, label: ring ? labelPoint(ring).at : null });
      continue;
    }
    const rings = geometry ? outerRings(geometry).filter((ring) => ring.length > 3) : [];
    if (!geometry || rings.length === 0) {
      unplaced.push({ code, name });
      continue;
    }
    const best = rings.map(labelPoint).sort((a, b) => b.room - a.room)[0]!;
    const points = rings.flat();
    const north = Math.max(...points.map((point) => point[1]!));
    const corner = points.reduce((a, b) => (b[0]! + b[1]! > a[0]! + a[1]! ? b : a));
    buildings.push({
      code,
      name,
      geometry,
      label: best.at,
      corner: [corner[0]!, corner[1]!],
      side: [best.at[0], north],
    });
  }
  return { buildings, ground, unplaced, bounds: boundsOf(buildings), attribution };
}

function boundsOf(buildings: readonly MapBuilding[]): CampusGeometry['bounds'] {
  const points = buildings.flatMap((building) => outerRings(building.geometry).flat());
  if (points.length === 0) return null;
  const xs = points.map((point) => point[0]!);
  const ys = points.map((point) => point[1]!);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
