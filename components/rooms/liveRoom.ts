'use client';

import type { LiveCommand } from '../../contracts/liveEvents';
import { usePointCommand } from '../live/hooks';
import type { RoomPoint } from './roomData';

/** The newest switching command of the point, by the stream, else as the page was read. */
export function useNewestCommand(point: RoomPoint): LiveCommand | null {
  const streamed = usePointCommand(point.code);
  const read = point.command;
  if (!streamed || streamed.action === 'READ') return read;
  if (!read || streamed.createdAt > read.createdAt) return streamed;
  return streamed.changedAt >= read.changedAt ? streamed : read;
}
