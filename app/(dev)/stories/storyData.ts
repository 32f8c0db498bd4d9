import type { AlarmSummary, LiveAlarm, LiveCommand } from '../../../contracts/liveEvents';

/** The moment at which all stories stand: 12 November 2026, 21:04:07 in Shanghai. */
export const NOW = Date.UTC(2026, 10, 12, 13, 4, 7);
export const SECOND = 1_000;

/** Alarms as the bar counts them. */
export const summary: AlarmSummary = {
  asOf: NOW,
  active: [1, 6, 3, 0],
  unacknowledged: [1, 2, 1, 0],
  shelved: 1,
  announcedLast10Min: 5,
  flood: false,
};

/** The newest unacknowledged P1: a feeder over its rating. */
export const worst: LiveAlarm = {
  id: '41',
  rule: 'FEEDER_OVERLOAD',
  priority: 1,
  state: 'UNACK',
  latching: false,
  shelvedUntil: null,
  shelvedBy: null,
  shelvedReason: null,
  suppressedBy: null,
  outOfServiceTicket: null,
  place: { building: 'D7', space: null, point: 'D7-2', meter: null, gateway: null, path: ['Dorm 7', 'D7-2'] },
  inRoom: false,
  causes: { gateway: null, feeder: 'D7-2' },
  value: '41000',
  limit: '32000',
  unit: 'W',
  raisedAt: NOW - 42 * SECOND,
  stateSince: NOW - 42 * SECOND,
  coveredSince: null,
  activatedAt: NOW - 42 * SECOND,
  tags: [],
  changedAt: NOW - 42 * SECOND,
  returnedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  owner: null,
  escalatesAt: NOW + 18 * SECOND,
  count: 1,
};

const created = NOW - 16 * SECOND;
/** A cut that its meter has accepted, and that is not proven yet. */
export const command: LiveCommand = {
  id: '01J7ZK3V8N4QK6T2M9R5W1X0YB',
  point: '7-412',
  space: '7-412',
  building: 'D7',
  action: 'DISCONNECT',
  state: 'ACCEPTED',
  reason: 'SAFETY',
  cause: null,
  requestedBy: 'Zhou Qiang',
  approvedBy: null,
  trip: null,
  why: null,
  createdAt: created,
  changedAt: NOW - 9 * SECOND,
  notBefore: null,
  expiresAt: created + 120 * SECOND,
  proofBy: NOW + 81 * SECOND,
  steps: [
    { state: 'QUEUED', at: created, note: null },
    { state: 'SENT', at: created + SECOND, note: null },
    { state: 'ACCEPTED', at: created + 7 * SECOND, note: null },
  ],
};
