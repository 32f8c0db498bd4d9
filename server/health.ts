import type { Database } from '../db/client';
import { pingDatabase } from '../db/queries/health';
import type { Clock } from '../domain/time/clock';
import type { LiveHub } from './live/liveHub';

/** A bridge publishes at least this often, readings or not. */
const BRIDGE_SILENT_MS = 60_000;
const DATABASE_WAIT_MS = 2_000;

export interface Readiness {
  ready: boolean;
  checks: {
    database: boolean;
    broker: boolean;
    /** A frame of the bridge came within the last minute. */
    bridge: boolean;
  };
  /** Age of the bridge's newest frame, ms; null before the first. */
  bridgeAgeMs: number | null;
  /** Arrival of a reading at the bridge to its frame here, newest frame; null before the first. */
  ingestLagMs: number | null;
}

/** Whether this server can do its work: database, broker and bridge reachable. Never throws. */
export async function readReadiness(database: Database, hub: LiveHub, clock: Clock): Promise<Readiness> {
  const live = hub.health();
  const bridgeAgeMs = live.lastFrameMs === null ? null : Math.max(0, clock.now() - live.lastFrameMs);
  const checks = {
    database: await within(pingDatabase(database), DATABASE_WAIT_MS),
    broker: live.brokerConnected,
    bridge: bridgeAgeMs !== null && bridgeAgeMs < BRIDGE_SILENT_MS,
  };
  return {
    ready: checks.database && checks.broker && checks.bridge,
    checks,
    bridgeAgeMs,
    ingestLagMs: live.ingestLagMs,
  };
}

async function within(act: Promise<void>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([
      act.then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
