'use client';

import { useEffect, useRef } from 'react';
import { useNow } from '../ui/now';
import { shownState } from './alarmView';
import { useAlarms } from './hooks';
import { playTone } from './tones';

const REPEAT_MS = 5_000;

/**
 * Plays for what is unacknowledged now: P1 every 5 s, a new P2 once. What was there before the page came is not announced
 * again as new.
 *
 * @param audible false where this browser may not or shall not sound
 */
export function useAlarmTones(context: { current: AudioContext | null }, audible: boolean): void {
  const alarms = useAlarms();
  const now = useNow();
  const heard = useRef<Set<string> | null>(null);
  const waiting = alarms.filter((alarm) => shownState(alarm, now) === 'UNACK');
  const hasP1 = waiting.some((alarm) => alarm.priority === 1);
  const p2 = waiting
    .filter((alarm) => alarm.priority === 2)
    .map((alarm) => alarm.id)
    .join(' ');

  useEffect(() => {
    if (!audible || !hasP1) return;
    const play = () => {
      if (context.current) playTone(context.current, 'P1');
    };
    play();
    const timer = setInterval(play, REPEAT_MS);
    return () => clearInterval(timer);
  }, [audible, hasP1, context]);

  useEffect(() => {
    const ids = p2.split(' ').filter(Boolean);
    const before = heard.current;
    heard.current = new Set(ids);
    const isNew = before !== null && ids.some((id) => !before.has(id));
    if (isNew && audible && context.current) playTone(context.current, 'P2');
  }, [p2, audible, context]);
}
