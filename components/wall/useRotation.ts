'use client';

import { useEffect, useRef, useState } from 'react';
import { advance, type Rotation, SCENE_MS, type Scene, shownScene } from './rotation';

/**
 * Turns the scenes every 25 s. While a P1 is unacknowledged the alarm scene stays and nothing turns; afterwards the round
 * begins where it stood.
 *
 * @param atEdge called between two scenes; true means that the page is going to reload
 */
export function useRotation(
  scenes: readonly Scene[],
  pinned: boolean,
  atEdge: () => boolean,
): { scene: Scene; rotation: Rotation } {
  const [rotation, setRotation] = useState<Rotation>({ index: 0, cycle: 0 });
  const edge = useRef(atEdge);
  edge.current = atEdge;
  const count = scenes.length;
  useEffect(() => {
    if (pinned) return;
    const timer = setInterval(() => {
      if (!edge.current()) setRotation((held) => advance(held, count));
    }, SCENE_MS);
    return () => clearInterval(timer);
  }, [pinned, count]);
  return { scene: shownScene(scenes, rotation, pinned), rotation };
}
