import type { Session } from '../../../server/auth/session';

export interface RoomSearch {
  /** One of several own rooms. */
  room?: string;
}

/** The own room that the address names, else the first; null where the person has none. */
export function roomOf(session: Session, { room }: RoomSearch): string | null {
  return session.ownRooms.find((code) => code === room) ?? session.ownRooms[0] ?? null;
}
