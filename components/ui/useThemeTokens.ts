'use client';

import { type RefObject, useCallback, useRef, useSyncExternalStore } from 'react';

const NAMES = [
  'bg',
  'surface',
  'raised',
  'text',
  'text-2',
  'text-3',
  'border',
  'hairline',
  'focus',
  'violet',
  'green',
  'p1',
  'p1-ink',
  'p2',
  'p2-ink',
  'p3',
  'p3-ink',
  'p4',
  'p4-ink',
  'plate-outline',
  's1',
  's2',
  's3',
  's4',
  's5',
  'load-1',
  'load-2',
  'load-3',
  'load-4',
  'load-5',
  'load-6',
  'load-1-ink',
  'load-2-ink',
  'load-3-ink',
  'load-4-ink',
  'load-5-ink',
  'load-6-ink',
  'bal-1',
  'bal-2',
  'bal-3',
  'bal-4',
  'bal-5',
  'bal-6',
  'bal-1-ink',
  'bal-2-ink',
  'bal-3-ink',
  'bal-4-ink',
  'bal-5-ink',
  'bal-6-ink',
  'quota-1',
  'quota-2',
  'quota-3',
  'quota-4',
  'quota-5',
  'quota-6',
  'quota-7',
  'quota-1-ink',
  'quota-2-ink',
  'quota-3-ink',
  'quota-4-ink',
  'quota-5-ink',
  'quota-6-ink',
  'quota-7-ink',
  'font',
] as const;

export type TokenName = (typeof NAMES)[number];

/** Values of the theme's tokens where canvas and WebGL need them as text; `rootPx` is the size of 1rem. */
export type ThemeTokens = Readonly<Record<TokenName, string>> & { readonly rootPx: number };

function read(element: Element): ThemeTokens {
  const style = getComputedStyle(element);
  const entries = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()] as const);
  const rootPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  return { ...(Object.fromEntries(entries) as Record<TokenName, string>), rootPx };
}

function subscribeTheme(listener: () => void): () => void {
  const media = window.matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme'],
    subtree: true,
  });
  media.addEventListener('change', listener);
  window.addEventListener('resize', listener);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', listener);
    window.removeEventListener('resize', listener);
  };
}

/** Tokens in force at `element`, renewed when the theme or the wall's size changes; null on the server and before mount. */
export function useThemeTokens(element: RefObject<Element | null>): ThemeTokens | null {
  const held = useRef<ThemeTokens | null>(null);
  const get = useCallback(() => {
    if (!element.current) return null;
    const next = read(element.current);
    const before = held.current;
    const same =
      before && before.rootPx === next.rootPx && NAMES.every((name) => before[name] === next[name]);
    if (!same) held.current = next;
    return held.current;
  }, [element]);
  return useSyncExternalStore(subscribeTheme, get, () => null);
}
