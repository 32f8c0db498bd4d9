'use client';

import type { CSSProperties } from 'react';
import { type Rotation, SCENE_MS, type Scene } from './rotation';
import styles from './Segments.module.css';

interface Props {
  scenes: readonly Scene[];
  shown: Scene;
  rotation: Rotation;
  pinned: boolean;
  /** One scene for good: nothing runs. */
  held: boolean;
  /** CSS transform of the minute, so that not even this row burns in. */
  orbit: string;
}

/** One thin segment per scene; the one on screen fills up, or stands when alarms hold it. */
export function Segments({ scenes, shown, rotation, pinned, held, orbit }: Props) {
  const run: CSSProperties = { animationDuration: `${SCENE_MS}ms` };
  return (
    <div
      className={styles.segments}
      style={{ transform: orbit }}
      data-testid="wall-segments"
      data-pinned={pinned || undefined}
      aria-hidden="true"
    >
      {scenes.map((scene, index) => {
        const on = pinned ? scene === shown : index === rotation.index % scenes.length;
        return (
          <i key={scene} className={on ? styles.on : undefined}>
            {on && (
              <b
                key={`${rotation.cycle}/${rotation.index}`}
                className={pinned || held ? styles.still : styles.run}
                style={pinned || held ? undefined : run}
              />
            )}
          </i>
        );
      })}
    </div>
  );
}
