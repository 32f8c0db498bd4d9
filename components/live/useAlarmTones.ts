'use client';

import { useEffect, useRef } from 'react';
import { useNow } from '../ui/now';
import { isCovered, shownState } from './alarmView';
import { soundsInFlood } from './floodCards';
import { useAlarms, useFlood } from './hooks';
import { playTone } from './tones';

const REPEAT_MS = 5_000;

/**
 * Plays for what is unacknowledged now: P1 every 5 s, a new P2 once, in a flood once for all that share its cause. What was
 * there before the page came is not announced again as new.
 *
 * @param audible false where this browser may not or shall not sound
 */
export function useAlarmTones(context: { current: AudioContext | null }, audible: boolean): void {
  const alarms = useAlarms();
  const now = useNow();
  const flood = useFlood();
  const waited = useRef<Set<string> | null>(null);
  /** P2 that were on the list before, acknowledged or not. */
  const heard = useRef<ReadonlySet<string>>(new Set());
  const latest = useRef({ flood, listed: alarms });
  latest.current = { flood, listed: alarms.filter((alarm) => !isCovered(shownState(alarm, now))) };
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
    const before = waited.current;
    waited.current = new Set(ids);
    const fresh = before === null ? [] : ids.filter((id) => !before.has(id));
    const { listed, flood: inFlood } = latest.current;
    const sounds = inFlood ? soundsInFlood(listed, fresh, heard.current) : fresh.length > 0;
    heard.current = new Set(listed.filter(({ priority }) => priority === 2).map(({ id }) => id));
    if (sounds && audible && context.current) playTone(context.current, 'P2');
  }, [p2, audible, context]);
}
