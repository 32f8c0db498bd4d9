import type { Action } from './permissions';
import { grantOf } from './permissions';
import type { Session } from './session';

/** What opens each page of the frame, by the first part of its address: any of these. */
const DOORS: Readonly<Record<string, readonly Action[]>> = {
  overview: ['VIEW_OVERVIEW'],
  alarms: ['VIEW_ALARMS'],
  map: ['VIEW_MAP'],
  balances: ['VIEW_BAND'],
  quota: ['VIEW_QUOTA'],
  rooms: ['VIEW_LIVE_ROOM', 'VIEW_BAND', 'VIEW_MONEY'],
  admin: ['VIEW_HEALTH'],
};

/** Only the page of a room opens to who may see no more than the own one. */
const OWN_ROOM_PAGE = 'rooms';

/** Pages that a session's roles open, so that nothing links to one that refuses. */
export function openPages(session: Session): string[] {
  const opens = (page: string, actions: readonly Action[]) =>
    session.bindings.some(({ role }) =>
      actions.some((action) => {
        const grant = grantOf(action, role);
        return grant !== 'NONE' && (grant !== 'OWN_ROOM' || page === OWN_ROOM_PAGE);
      }),
    );
  return Object.entries(DOORS)
    .filter(([page, actions]) => opens(page, actions))
    .map(([page]) => page);
}
