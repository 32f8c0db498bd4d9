'use client';

import { useSyncExternalStore } from 'react';
import { useConnection } from './LiveProvider';

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/**
 * True while nothing that acts may be sent: the device says that it has no network, or the server was not heard for a minute.
 * A socket that is only being rebuilt is no reason, since a request may go through.
 */
export function useOffline(): boolean {
  const { state } = useConnection();
  const online = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );
  return !online || state === 'offline';
}
