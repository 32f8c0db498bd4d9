import { validDisplayIds } from '../../db/queries/displays';
import { loadUser, sessionStates } from '../../db/queries/users';
import { sessionOf } from '../auth/readSession';
import type { LiveOptions } from './attachLive';
import type { LiveServer } from './channels';
import type { LiveHub } from './liveHub';

/** How often a person's reach is worked out again while the socket stays open. */
const AUDIENCE_MS = 50_000;

/**
 * Puts out every socket whose right has ended: session over, user disabled or changed, display revoked, or a reach that is
 * not the same any more (the browser comes back with the new one). A handshake alone would hold for ever.
 */
export async function sweepSockets(
  io: LiveServer,
  hub: LiveHub,
  { reader, realClock }: LiveOptions,
): Promise<void> {
  const sockets = [...io.sockets.sockets.values()];
  if (sockets.length === 0) return;
  const nowMs = realClock.now();
  const users = await sessionStates(reader.database, idsOf(sockets.map((s) => s.data.userId)));
  const displays = await validDisplayIds(reader.database, idsOf(sockets.map((s) => s.data.displayId)));
  const keys = new Map<number, string | null>();
  for (const socket of sockets) {
    const { userId, sessionVersion, displayId, expiresS, audience, audienceCheckedMs } = socket.data;
    if (displayId !== null) {
      if (!displays.has(displayId)) socket.disconnect(true);
      continue;
    }
    const user = userId === null ? undefined : users.get(userId);
    const valid =
      user !== undefined &&
      !user.disabled &&
      user.sessionVersion === sessionVersion &&
      expiresS !== null &&
      nowMs < expiresS * 1_000;
    if (!valid || userId === null) {
      socket.disconnect(true);
      continue;
    }
    if (nowMs - audienceCheckedMs < AUDIENCE_MS) continue;
    if (!keys.has(userId)) keys.set(userId, await audienceKeyOf(userId, hub, reader));
    socket.data.audienceCheckedMs = nowMs;
    if (keys.get(userId) !== audience.key) socket.disconnect(true);
  }
}

async function audienceKeyOf(
  userId: number,
  hub: LiveHub,
  reader: LiveOptions['reader'],
): Promise<string | null> {
  const user = await loadUser(reader.database, userId, new Date(reader.clock.now()));
  if (!user) return null;
  const audience = await hub.audience(sessionOf(user));
  return audience.key;
}

function idsOf<T extends string | number>(ids: readonly (T | null)[]): T[] {
  return [...new Set(ids)].filter((id): id is T => id !== null);
}
