import { expect, it } from 'vitest';
import type { PointView } from '../../../db/queries/pointViews';
import type { RoomPointRow } from '../../../db/queries/rooms';
import { switchChecks } from './switchChecks';

const NOW = 10_000_000;
const HELD = { sinceMs: 0, by: 'user:guard' };

function checks(
  observed: PointView['observed'],
  reasons: readonly string[],
  change: Partial<RoomPointRow> = {},
) {
  const point = {
    utility: 'ELECTRICITY',
    protection: 'NONE',
    observed,
    tags: [],
    lastMs: NOW,
    reasons: Object.fromEntries(reasons.map((reason) => [reason, HELD])),
  } as unknown as PointView;
  const extra: RoomPointRow = {
    code: 'P-1',
    meterCode: 'M-1',
    intervalMs: 10_000,
    hasRelay: true,
    online: true,
    feeder: null,
    leaseUserId: null,
    leaseUntilMs: null,
    changedMs: 0,
    mappedMs: null,
    refusedFor: null,
    outage: null,
    ...change,
  };
  return switchChecks(point, extra, null, '1', true, NOW);
}

it('a room that is dark for credit, a trip or by itself can still be held off, once', () => {
  for (const reasons of [[], ['ARREARS'], ['LOCAL_TRIP']])
    expect(checks('OPEN', reasons).cut, reasons.join()).toMatchObject({
      verdict: 'ALLOWED',
      warnings: ['HOLD_ADDED'],
    });
  expect(checks('OPEN', ['ARREARS', 'MANUAL']).cut).toMatchObject({
    verdict: 'NOTHING_TO_DO',
    reason: 'ALREADY_OPEN',
  });
  expect(checks('CLOSED', []).cut).toMatchObject({ verdict: 'ALLOWED', warnings: [] });
});

it('a meter that was moved here within the hour is switched only by somebody who confirms it', () => {
  const moved = { mappedMs: NOW - 3_599_999 };
  expect(checks('CLOSED', [], moved).cut).toMatchObject({ verdict: 'CONFIRM', reason: 'MAPPING_CHANGED' });
  expect(checks('OPEN', ['MANUAL'], moved).restore).toMatchObject({ verdict: 'CONFIRM' });
  const away = { ...moved, online: false };
  expect(checks('CLOSED', [], away).cut, 'what bars anyway').toMatchObject({ reason: 'OFFLINE' });
  expect(checks('CLOSED', [], { mappedMs: NOW - 3_600_000 }).cut.verdict).toBe('ALLOWED');
});

it('where supply is still on, a restore lifts the hold alone; never one for safety, nor where no reading says so', () => {
  expect(checks('CLOSED', ['MANUAL']).restore).toMatchObject({ verdict: 'ALLOWED', warnings: ['HOLD_ONLY'] });
  expect(checks('CLOSED', ['MANUAL', 'SAFETY']).restore).toMatchObject({
    verdict: 'REFUSED',
    reason: 'SAFETY_NOT_CUT',
  });
  expect(checks('UNKNOWN', ['MANUAL']).restore).toMatchObject({
    verdict: 'REFUSED',
    reason: 'POSITION_UNKNOWN',
  });
  expect(checks('OPEN', ['MANUAL', 'SAFETY']).restore).toMatchObject({ verdict: 'ALLOWED', warnings: [] });
  expect(checks('CLOSED', []).restore).toMatchObject({ verdict: 'NOTHING_TO_DO' });
  expect(checks('CLOSED', ['MANUAL'], { online: false }).restore).toMatchObject({ reason: 'OFFLINE' });
});
