import type { Action } from './permissions';
import { grantOf } from './permissions';
import type { Session } from './session';

/**
 * What opens each page of the frame, by the first part of its address: any of these. Pages beside each other that open to
 * fewer people than their first one stand with their full address.
 */
const DOORS: Readonly<Record<string, readonly Action[]>> = {
  overview: ['VIEW_OVERVIEW'],
  alarms: ['VIEW_ALARMS', 'VIEW_MONEY_ALARMS'],
  'alarms/review': ['VIEW_ALARMS'],
  'alarms/findings': ['VIEW_ALARMS'],
  map: ['VIEW_MAP'],
  grid: ['VIEW_MAP'],
  balances: ['VIEW_BAND'],
  quota: ['VIEW_QUOTA'],
  control: ['VIEW_COMMANDS'],
  rooms: ['VIEW_LIVE_ROOM', 'VIEW_BAND', 'VIEW_MONEY'],
  meters: ['VIEW_HEALTH', 'VIEW_LIVE_ROOM'],
  finance: ['VIEW_LEDGER'],
  'finance/payments': ['REFUND'],
  'finance/accounts': ['CASH_DESK'],
  'finance/disputes': ['DECIDE_DISPUTE'],
  admin: ['VIEW_HEALTH'],
  me: ['VIEW_MONEY'],
};

/** Only these open to who may see no more than the own room; `me` to nobody else. */
const OWN_ROOM_PAGES: readonly string[] = ['rooms', 'me'];

/** Pages that a session's roles open, so that nothing links to one that refuses. */
export function openPages(session: Session): string[] {
  const opens = (page: string, actions: readonly Action[]) =>
    session.bindings.some(({ role, spaceId, departmentId }) =>
      actions.some((action) => {
        // Money stands at no place: it has alarms for the whole campus alone.
        if (action === 'VIEW_MONEY_ALARMS' && (spaceId !== null || departmentId !== null)) return false;
        const grant = grantOf(action, role);
        if (grant === 'OWN_ROOM') return OWN_ROOM_PAGES.includes(page);
        return grant !== 'NONE' && page !== 'me';
      }),
    );
  return Object.entries(DOORS)
    .filter(([page, actions]) => opens(page, actions))
    .map(([page]) => page);
}
