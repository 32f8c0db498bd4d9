import type { RoleBinding } from './roles';

/** The campus that a session belongs to, as far as screens need it. */
export interface SessionCampus {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** IANA zone of every day, bill and clock on screen. */
  readonly timeZone: string;
  readonly currency: string;
}

/** A signed-in person. Roles are read anew with each request, so a change holds at once. */
export interface Session {
  readonly kind: 'USER';
  readonly userId: number;
  readonly userCode: string;
  readonly displayName: string;
  /** The human being behind it, for own rooms; null: a staff account without one. */
  readonly personId: number | null;
  readonly sessionVersion: number;
  /** Codes of the rooms that the person lives in now. */
  readonly ownRooms: readonly string[];
  readonly campus: SessionCampus;
  readonly bindings: readonly RoleBinding[];
}

/** A paired wall: read-only, aggregates of one campus. */
export interface DisplaySession {
  readonly kind: 'DISPLAY';
  readonly displayId: string;
  readonly name: string;
  readonly campus: SessionCampus;
  readonly playlist: readonly string[];
}

export type Viewer = Session | DisplaySession;

/** How a session stands in audit rows, commands and ledger: an opaque id, never a name. */
export function actorOf(viewer: Viewer): string {
  return viewer.kind === 'USER' ? `user:${viewer.userCode}` : `display:${viewer.displayId}`;
}
