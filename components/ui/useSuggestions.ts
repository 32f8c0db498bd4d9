'use client';

import { type KeyboardEvent, useEffect, useId, useState } from 'react';

const WAIT_MS = 120;

/** What the typed words find, and which of it the arrow keys stand on: the state of a combobox with its list. */
export interface Suggestions<Hit> {
  /** Null while nothing is typed, and until the answer to what is typed has come. */
  readonly hits: readonly Hit[] | null;
  readonly at: number;
  readonly listId: string;
  optionId(index: number): string;
  /** Arrows move, Enter takes. @returns whether the key was one of the list's */
  onKey(event: KeyboardEvent): boolean;
}

/**
 * @param query what is typed; asked for once typing pauses, and only the newest answer counts
 * @param search must not change from render to render, else it is asked again
 */
export function useSuggestions<Hit>(
  query: string,
  search: (query: string) => Promise<readonly Hit[]>,
  onTake: (hit: Hit) => void,
): Suggestions<Hit> {
  const listId = useId();
  const [answer, setAnswer] = useState<{ readonly to: string; readonly found: readonly Hit[] } | null>(null);
  const [at, setAt] = useState(0);
  const wanted = query.trim();
  // What was found for other words is never taken for these: Enter may come before the answer.
  const hits = answer?.to === wanted ? answer.found : null;
  useEffect(() => {
    if (wanted === '') return;
    let current = true;
    const timer = setTimeout(() => {
      search(wanted).then(
        (found) => {
          if (!current) return;
          setAnswer({ to: wanted, found });
          setAt(0);
        },
        () => current && setAnswer({ to: wanted, found: [] }),
      );
    }, WAIT_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted, search]);
  const onKey = (event: KeyboardEvent): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits && hits.length > 0) {
      event.preventDefault();
      setAt((at + step + hits.length) % hits.length);
      return true;
    }
    const hit = event.key === 'Enter' ? hits?.[at] : undefined;
    if (hit === undefined) return false;
    onTake(hit);
    return true;
  };
  return { hits, at, listId, optionId: (index) => `${listId}-${index}`, onKey };
}
