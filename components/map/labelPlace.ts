/** A point on the canvas in px. */
export interface Px {
  x: number;
  y: number;
}

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Box of a label around its middle. */
export function boxAround({ x, y }: Px, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

function contains(ring: readonly Px[], x: number, y: number): boolean {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i]!, ring[j]!];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}

/** Whether a segment touches a box (Liang and Barsky's clipping). */
function crosses(a: Px, b: Px, box: Box): boolean {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  let [enter, leave] = [0, 1];
  for (const [p, q] of [
    [-dx, a.x - box.left],
    [dx, box.right - a.x],
    [-dy, a.y - box.top],
    [dy, box.bottom - a.y],
  ] as const) {
    if (p === 0) {
      if (q < 0) return false;
      continue;
    }
    const t = q / p;
    if (p < 0) enter = Math.max(enter, t);
    else leave = Math.min(leave, t);
    if (enter > leave) return false;
  }
  return true;
}

/** Whether a box lies wholly inside a ring. */
export function fitsInside(box: Box, ring: readonly Px[]): boolean {
  if (!contains(ring, (box.left + box.right) / 2, (box.top + box.bottom) / 2)) return false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    if (crosses(ring[j]!, ring[i]!, box)) return false;
  }
  return true;
}

const GRID = 16;

/**
 * Middle of a label that lies wholly inside its building and touches no obstacle, as near as possible to `wish`; null when
 * there is none.
 */
export function placeInside(
  ring: readonly Px[],
  wish: Px,
  width: number,
  height: number,
  obstacles: readonly Box[],
): Px | null {
  const xs = ring.map((point) => point.x);
  const ys = ring.map((point) => point.y);
  const [left, right] = [Math.min(...xs) + width / 2, Math.max(...xs) - width / 2];
  const [top, bottom] = [Math.min(...ys) + height / 2, Math.max(...ys) - height / 2];
  if (left > right || top > bottom) return null;
  let best: Px | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  const consider = (at: Px) => {
    const cost = Math.hypot(at.x - wish.x, at.y - wish.y);
    if (cost >= bestCost) return;
    const box = boxAround(at, width, height);
    if (!fitsInside(box, ring) || obstacles.some((obstacle) => overlaps(box, obstacle))) return;
    best = at;
    bestCost = cost;
  };
  consider(wish);
  for (let row = 0; row <= GRID; row++) {
    for (let column = 0; column <= GRID; column++) {
      consider({ x: left + ((right - left) * column) / GRID, y: top + ((bottom - top) * row) / GRID });
    }
  }
  return best;
}

const GAP_PX = 2;

/**
 * Places for a label beside its building: below, above, right, left. The first that lies on the canvas and touches nothing
 * wins, else null.
 */
export function placeBeside(
  building: Box,
  width: number,
  height: number,
  obstacles: readonly Box[],
  canvas: Box,
): Px | null {
  const x = (building.left + building.right) / 2;
  const y = (building.top + building.bottom) / 2;
  const places = [
    { x, y: building.bottom + GAP_PX + height / 2 },
    { x, y: building.top - GAP_PX - height / 2 },
    { x: building.right + GAP_PX + width / 2, y },
    { x: building.left - GAP_PX - width / 2, y },
  ];
  const free = (at: Px) => {
    const box = boxAround(at, width, height);
    return contained(box, canvas) && !obstacles.some((other) => overlaps(box, other));
  };
  return places.find(free) ?? null;
}

function contained(box: Box, canvas: Box): boolean {
  return (
    box.left >= canvas.left &&
    box.right <= canvas.right &&
    box.top >= canvas.top &&
    box.bottom <= canvas.bottom
  );
}

/** Box of a ring. */
export function boxOf(ring: readonly Px[]): Box {
  const xs = ring.map((point) => point.x);
  const ys = ring.map((point) => point.y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}
