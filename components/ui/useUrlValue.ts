'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/**
 * One value of the address's query, so that a link in a chat opens the same view. Setting it adds to the history (back
 * undoes it) without asking the server for the page again; null takes it out.
 */
export function useUrlValue(key: string): [string | null, (value: string | null) => void] {
  const value = useSearchParams().get(key);
  const set = useCallback((next: string | null) => setUrlValues({ [key]: next }), [key]);
  return [value, set];
}

/** Sets several values in one step of the history. */
export function setUrlValues(values: Readonly<Record<string, string | null>>): void {
  const params = new URLSearchParams(window.location.search);
  for (const [key, value] of Object.entries(values)) {
    if (value === null) params.delete(key);
    else params.set(key, value);
  }
  const query = params.toString();
  window.history.pushState(null, '', query ? `?${query}` : window.location.pathname);
}
