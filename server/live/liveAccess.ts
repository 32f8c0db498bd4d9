import type { LiveRoom, LiveSnapshot } from '../../contracts/liveEvents';
import type { Viewer } from '../auth/session';

/** The way of readings to this server. Times in ms of the business clock. */
export interface LiveHealth {
  readonly brokerConnected: boolean;
  /** Newest frame of a bridge; null before the first. */
  readonly lastFrameMs: number | null;
  /** Arrival of a reading at the bridge to its frame here, newest frame; null before the first. */
  readonly ingestLagMs: number | null;
}

/** What request handlers may ask of the live memory. */
export interface LiveAccess {
  /** A room as the viewer may see it now, for a first paint and for polling while the socket is away. */
  snapshot(viewer: Viewer, room: LiveRoom): Promise<LiveSnapshot | 'FORBIDDEN' | 'UNKNOWN_ROOM'>;

  health(): LiveHealth;
}
