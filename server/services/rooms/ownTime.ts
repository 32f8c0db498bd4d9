import type { RoomNoticeRow } from '../../../db/queries/rooms';

/**
 * Notices of what happened in the viewer's own time: one about a charge or an appeal of before tells a resident what somebody else
 * did.
 * @param sinceMs when the viewer's view of the room begins; null: it has no limit
 */
export function ofOwnTime(notices: readonly RoomNoticeRow[], sinceMs: number | null): RoomNoticeRow[] {
  if (sinceMs === null) return [...notices];
  return notices.filter(({ atMs, body }) => Number(body.chargedMs ?? body.contestedMs ?? atMs) >= sinceMs);
}
