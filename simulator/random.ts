/**
 * Chance that depends on nothing but its arguments, so that another process, another order of calls or a restart sees
 * the same campus. Nothing in the simulator draws from a generator with a state.
 */

/** 32-bit number of a text (FNV-1a); the seed of everything that belongs to one code. */
export function seedOf(text: string, campusSeed = 0): number {
  let hash = 0x811c9dc5 ^ campusSeed;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return mix(hash, text.length);
}

/** Scrambles up to three integers into one uint32; neighbouring inputs give unrelated outputs. */
export function mix(a: number, b: number, c = 0): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15) ^ Math.imul(c + 0x165667b1, 0x27d4eb2f), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A number in [0, 1). */
export function unit(a: number, b: number, c = 0): number {
  return mix(a, b, c) / 0x1_0000_0000;
}

/** A number in [−1, 1), small values likelier than large ones. */
export function swing(a: number, b: number, c = 0): number {
  const h = mix(a, b, c);
  return ((h & 0xffff) + (h >>> 16)) / 0x1_0000 - 1;
}

/** A whole number in [from, to]. */
export function wholeBetween(from: number, to: number, a: number, b: number): number {
  return from + Math.floor(unit(a, b) * (to - from + 1));
}

/** One of `choices`. */
export function pick<T>(choices: readonly T[], a: number, b: number): T {
  return choices[Math.floor(unit(a, b) * choices.length)]!;
}
