import { HEARTBEAT_MISSING_MS } from '../../contracts/heartbeat';
import type { ConnectionState } from '../ui/ConnState';

const LAGGING_MS = 15_000;
const OFFLINE_MS = 60_000;
const BACKOFF_MIN_MS = 1_000;
const BACKOFF_MAX_MS = 20_000;

export interface ConnectionFacts {
  connected: boolean;
  /** Viewer's clock at the last sign of life (heartbeat or any event); null before the first. */
  heardAt: number | null;
  /** Viewer's clock when this page began to connect. */
  startedAt: number;
  /** Viewer's clock now. */
  viewerNow: number;
  /** Age of the newest datum that reached the server, ms; null before the first. */
  dataAgeMs: number | null;
}

/**
 * What the page may claim about itself: live; lagging when data is older than 15 s; reconnecting without a sign of life for
 * 15 s or without a socket; offline after 60 s of silence.
 */
export function connectionStateOf(facts: ConnectionFacts): ConnectionState {
  const silentMs = facts.viewerNow - (facts.heardAt ?? facts.startedAt);
  if (silentMs > OFFLINE_MS) return 'offline';
  if (!facts.connected || facts.heardAt === null || silentMs > HEARTBEAT_MISSING_MS) return 'reconnecting';
  return facts.dataAgeMs !== null && facts.dataAgeMs > LAGGING_MS ? 'lagging' : 'live';
}

/**
 * Wait before the next attempt: 1 s, doubling to 20 s, between half and all of it so that a campus of screens does not
 * come back in one instant.
 *
 * @param attempt attempts that failed in a row, from 0
 * @param random 0..1
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(attempt, 10));
  return Math.max(BACKOFF_MIN_MS, Math.round(full * (0.5 + random / 2)));
}
