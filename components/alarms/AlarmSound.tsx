'use client';

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { playTone } from '../live/tones';
import { useAlarmTones } from '../live/useAlarmTones';
import { useNow } from '../ui/now';
import type { SoundState } from './AlarmBar';

const SILENCE_MS = 60_000;
const CHOICE_KEY = 'wattkeep-sound';

interface AlarmSoundValue {
  /** `blocked` until this browser lets us play; `off` by the viewer's own choice. Never claimed otherwise. */
  state: SoundState;
  /** Unlocks sound by the gesture that calls it, plays the test, and keeps it on. */
  start: () => void;
  /** Turns it off on this device, or on again. */
  toggle: () => void;
  /** Silences this device for 60 s. It is no acknowledgement. */
  silence: () => void;
  /** Campus time until which this device is silent; null: it is not. */
  silentUntil: number | null;
}

const SoundContext = createContext<AlarmSoundValue | null>(null);

/** Sounds the alarms of this tree: P1 every 5 s until somebody acknowledges or silences, P2 once, lower ones never. */
export function AlarmSoundProvider({ children }: { children: ReactNode }) {
  const context = useRef<AudioContext | null>(null);
  const [state, setState] = useState<SoundState>('blocked');
  const [silentUntil, setSilentUntil] = useState<number | null>(null);
  const now = useNow();

  useEffect(() => {
    if (typeof AudioContext === 'undefined') return;
    const audio = new AudioContext();
    context.current = audio;
    const show = () =>
      setState(
        localStorage.getItem(CHOICE_KEY) === 'off' ? 'off' : audio.state === 'running' ? 'on' : 'blocked',
      );
    audio.addEventListener('statechange', show);
    show();
    return () => {
      audio.removeEventListener('statechange', show);
      void audio.close();
      context.current = null;
    };
  }, []);

  const start = useCallback(() => {
    const audio = context.current;
    if (!audio) return;
    localStorage.setItem(CHOICE_KEY, 'on');
    void audio.resume().then(
      () => {
        if (audio.state !== 'running') return;
        setState('on');
        playTone(audio, 'TEST');
      },
      () => setState('blocked'),
    );
  }, []);

  const toggle = useCallback(() => {
    if (state === 'on') {
      localStorage.setItem(CHOICE_KEY, 'off');
      setState('off');
    } else start();
  }, [state, start]);

  const silence = useCallback(() => setSilentUntil(now + SILENCE_MS), [now]);
  const silent = silentUntil !== null && silentUntil > now;

  useAlarmTones(context, state === 'on' && !silent);

  const value = useMemo(
    () => ({ state, start, toggle, silence, silentUntil: silent ? silentUntil : null }),
    [state, start, toggle, silence, silent, silentUntil],
  );
  return <SoundContext value={value}>{children}</SoundContext>;
}

/** Sound of this device. @throws Error outside the provider */
export function useAlarmSound(): AlarmSoundValue {
  const value = useContext(SoundContext);
  if (!value) throw new Error('AlarmSoundProvider is missing above this component');
  return value;
}
