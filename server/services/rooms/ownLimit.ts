import type { LoadLimitRow } from '../../../db/queries/limitChanges';
import { type CommandTrackState, commandTrackState } from '../../../domain/supply/commandMachine';
import { limitInForce } from '../../../domain/supply/ownLimit';

/** How long a limit that never came in force is still told of. */
const TOLD_MS = 24 * 3_600_000;

/** The load limit of a point as a person sees it. W. */
export interface PointLimit {
  /** What staff allow at most. */
  readonly capW: number;
  /** The lower of both: what load is judged by. */
  readonly inForceW: number;
  /** Above it supply is cut by itself, at any hour: no period without cuts bars a safety cut. Else staff are told. */
  readonly trips: boolean;
  /** The resident's own, proven at the meter; null: none is in force. */
  readonly own: { readonly w: number; readonly reason: string | null; readonly sinceMs: number } | null;
  /** What a resident asked for and is not in force: on its way, or not carried out; null: nothing. */
  readonly asked: {
    /** Null: back to the cap. */
    readonly toW: number | null;
    readonly askedMs: number;
    readonly underWay: boolean;
    readonly track: CommandTrackState;
  } | null;
}

/** @param seenSinceMs what was asked before is none of the viewer's, but for what is in force; null: no limit */
export function pointLimit(row: LoadLimitRow, nowMs: number, seenSinceMs: number | null): PointLimit {
  const { capW, trips, own, asked } = row;
  const ofOwnTime = (atMs: number) => seenSinceMs === null || atMs >= seenSinceMs;
  const told =
    asked !== null &&
    asked.inForceMs === null &&
    ofOwnTime(asked.askedMs) &&
    (asked.endedMs === null || asked.endedMs >= nowMs - TOLD_MS);
  return {
    capW,
    trips,
    inForceW: limitInForce(capW, own?.w ?? null),
    own: own && { w: own.w, reason: ofOwnTime(own.sinceMs) ? own.reason : null, sinceMs: own.sinceMs },
    asked: told
      ? {
          toW: asked.toW,
          askedMs: asked.askedMs,
          underWay: asked.endedMs === null,
          track: commandTrackState(asked.state),
        }
      : null,
  };
}
