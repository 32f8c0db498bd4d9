import type { UsualBand } from './usualBand';

/** A metered point in the tree of feeders, with what it draws now and what is usual. Powers in W. */
export interface LoadNode {
  readonly key: string;
  /** Key of the feeder above it; null: none is metered. */
  readonly parent: string | null;
  /** Null: nothing fresh is known. */
  readonly nowW: number | null;
  /** Null: too little history for a band. */
  readonly band: UsualBand | null;
}

/** A point that lies outside its usual band. */
export interface Deviation {
  readonly key: string;
  readonly nowW: number;
  readonly band: UsualBand;
  /** How far outside the nearer edge, W: positive above, negative below. */
  readonly beyondW: number;
}

/** A point below explains a feeder above when this share of the feeder's deviation is its own. */
const EXPLAINS_SHARE = 0.6;

/** How far `nowW` lies outside its band, W, signed; 0 inside or unknown. */
export function beyondBand(nowW: number | null, band: UsualBand | null): number {
  if (nowW === null || band === null) return 0;
  if (nowW > band.high) return nowW - band.high;
  return nowW < band.low ? nowW - band.low : 0;
}

/**
 * The points that lie furthest from usual, each at the deepest place that explains it: a feeder gives way to a point below
 * it that makes up most of its deviation; where no single one does, the feeder stands for all of them and those that go the
 * same way are not listed again.
 *
 * @param leastW smaller deviations are noise
 * @param limit at most so many, the furthest first
 */
export function deepestDeviations(nodes: readonly LoadNode[], leastW: number, limit: number): Deviation[] {
  const children = new Map<string | null, LoadNode[]>();
  const keys = new Set(nodes.map(({ key }) => key));
  for (const node of nodes) {
    const parent = node.parent !== null && keys.has(node.parent) ? node.parent : null;
    const list = children.get(parent);
    if (list) list.push(node);
    else children.set(parent, [node]);
  }
  const found: Deviation[] = [];
  const visit = (node: LoadNode, covered: number): void => {
    const below = children.get(node.key) ?? [];
    const beyondW = beyondBand(node.nowW, node.band);
    const sign = Math.sign(beyondW);
    const explained = below.some((child) => {
      const own = beyondBand(child.nowW, child.band);
      return Math.sign(own) === sign && Math.abs(own) >= EXPLAINS_SHARE * Math.abs(beyondW);
    });
    let listed = covered;
    if (Math.abs(beyondW) >= leastW && sign !== covered && !explained && node.nowW !== null && node.band) {
      found.push({ key: node.key, nowW: node.nowW, band: node.band, beyondW });
      listed = sign;
    }
    for (const child of below) visit(child, listed);
  };
  for (const root of children.get(null) ?? []) visit(root, 0);
  return found
    .sort((a, b) => Math.abs(b.beyondW) - Math.abs(a.beyondW) || (a.key < b.key ? -1 : 1))
    .slice(0, limit);
}
