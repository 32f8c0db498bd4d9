'use client';

import { useEffect, useRef, useState } from 'react';
import { useAlarmTones } from '../live/useAlarmTones';

/**
 * Sounds the alarms where the browser of a wall lets a page play untouched; nobody stands there to allow it. True only
 * while it really may.
 */
export function useWallSound(): boolean {
  const context = useRef<AudioContext | null>(null);
  const [audible, setAudible] = useState(false);
  useEffect(() => {
    if (typeof AudioContext === 'undefined') return;
    const audio = new AudioContext();
    context.current = audio;
    const read = () => setAudible(audio.state === 'running');
    audio.addEventListener('statechange', read);
    read();
    return () => {
      audio.removeEventListener('statechange', read);
      void audio.close();
      context.current = null;
    };
  }, []);
  useAlarmTones(context, audible);
  return audible;
}
