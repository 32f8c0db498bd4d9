/** Scenes that are built; a playlist may name others, which are skipped. */
export const SCENES = ['A', 'B', 'C'] as const;
export type Scene = (typeof SCENES)[number];

export const SCENE_MS = 25_000;

/** The scenes of a playlist that are built, in its order; all of them where it names none. */
export function scenesOf(playlist: readonly string[]): Scene[] {
  const known = playlist.filter((one): one is Scene => (SCENES as readonly string[]).includes(one));
  return known.length > 0 ? known : [...SCENES];
}

/** Where the rotation stands. `cycle` counts rounds, so that sides can be swapped against burn-in. */
export interface Rotation {
  readonly index: number;
  readonly cycle: number;
}

/** One scene further. */
export function advance({ index, cycle }: Rotation, scenes: number): Rotation {
  return index + 1 < scenes ? { index: index + 1, cycle } : { index: 0, cycle: cycle + 1 };
}

/** The scene on screen: alarms hold scene C while a P1 is unacknowledged, wherever the rotation stands. */
export function shownScene(scenes: readonly Scene[], { index }: Rotation, pinned: boolean): Scene {
  return pinned ? 'C' : scenes[index % scenes.length]!;
}

/** Eight places of a small orbit, px, within 6 of the middle: nothing burns in, and nobody sees it move. */
const ORBIT: readonly (readonly [x: number, y: number])[] = [
  [0, 0],
  [4, 2],
  [6, 0],
  [4, -4],
  [0, -6],
  [-4, -4],
  [-6, 0],
  [-4, 4],
];

/** Place on the orbit at a minute. */
export function orbitAt(minute: number): readonly [x: number, y: number] {
  return ORBIT[((minute % ORBIT.length) + ORBIT.length) % ORBIT.length]!;
}
