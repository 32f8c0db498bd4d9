import type { LiveAlarm } from '../../contracts/liveEvents';

/** An unacknowledged overload of no place, at the epoch, for tests that say only what matters to them. */
export function liveAlarm(change: Partial<LiveAlarm> = {}): LiveAlarm {
  return {
    id: '1',
    rule: 'OVERLOAD',
    priority: 2,
    state: 'UNACK',
    latching: false,
    shelvedUntil: null,
    shelvedBy: null,
    shelvedReason: null,
    suppressedBy: null,
    outOfServiceTicket: null,
    place: { building: null, space: null, point: null, meter: null, gateway: null, path: [] },
    inRoom: false,
    causes: { gateway: null, feeder: null },
    value: null,
    limit: null,
    unit: null,
    raisedAt: 0,
    stateSince: change.raisedAt ?? 0,
    coveredSince: null,
    activatedAt: 0,
    tags: [],
    changedAt: 0,
    returnedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    owner: null,
    escalatesAt: null,
    count: 1,
    ...change,
  };
}
