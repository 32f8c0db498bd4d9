import { expect, it } from 'vitest';
import { type BulkFacts, bulkVerdict, isTaken } from './bulkVerdict';
import type { SupplyReason } from './supplyState';

const NOW = 1_757_476_800_000;

const closed: BulkFacts = {
  utility: 'ELECTRICITY',
  hasMeter: true,
  hasRelay: true,
  observed: 'CLOSED',
  reasons: [],
  context: {
    utility: 'ELECTRICITY',
    protection: 'NONE',
    maintenanceTags: [],
    meterOnline: true,
    lastReadingAt: NOW,
    intervalMs: 60_000,
    liveCommand: null,
    lastOpenedAt: null,
    lastClosedAt: null,
    operationTimes: [],
    gasAlarmOpen: false,
    mappingChangedAt: null,
    controlLease: null,
  },
};
const open: BulkFacts = { ...closed, observed: 'OPEN', reasons: ['MANUAL'] };

const said = (facts: BulkFacts, direction: 'CUT' | 'RESTORE'): string => {
  const { verdict, reason } = bulkVerdict(facts, direction, 'u1', NOW);
  return reason === null ? verdict : `${verdict} ${reason}`;
};
const bySchedule = (facts: BulkFacts): string => {
  const { verdict, reason } = bulkVerdict(facts, 'CUT', null, NOW, 'SCHEDULE');
  return `${verdict} ${reason}`;
};
const inContext = (facts: BulkFacts, change: Partial<BulkFacts['context']>): BulkFacts => ({
  ...facts,
  context: { ...facts.context, ...change },
});
const heldBy = (...reasons: SupplyReason[]): BulkFacts => ({ ...open, reasons });

it('what is there already is told from what would be switched', () => {
  expect(said(closed, 'CUT')).toBe('ELIGIBLE');
  expect(said(open, 'RESTORE')).toBe('ELIGIBLE');
  expect(said(open, 'CUT')).toBe('ALREADY ALREADY_OPEN');
  expect(said(closed, 'RESTORE')).toBe('ALREADY ALREADY_CLOSED');
});

it('a cut of what is measured open adds its hold and switches nothing, whatever keeps it off', () => {
  for (const why of [heldBy('ARREARS'), heldBy('SAFETY'), heldBy('LOCAL_TRIP'), heldBy()])
    expect(said(why, 'CUT')).toBe('ALREADY HOLD_ADDED');
  expect(bySchedule(heldBy('ARREARS'))).toBe('ALREADY HOLD_ADDED');
  expect(bySchedule(heldBy('SCHEDULE')), 'held by the schedule').toBe('ALREADY ALREADY_OPEN');
  for (const { verdict, reason } of [
    { verdict: 'ELIGIBLE', reason: null },
    { verdict: 'ALREADY', reason: 'HOLD_ADDED' },
  ] as const)
    expect(isTaken({ verdict, reason }), 'it is part of the job').toBe(true);
  expect(isTaken({ verdict: 'ALREADY', reason: 'ALREADY_OPEN' })).toBe(false);

  expect(said(inContext(heldBy('ARREARS'), { lastReadingAt: NOW - 400_000 }), 'CUT'), 'who knows').toBe(
    'ELIGIBLE STALE',
  );
  const coming = { id: 'c1', op: 'connect', reason: 'ARREARS' as const };
  expect(said(inContext(heldBy(), { liveCommand: coming }), 'CUT'), 'supply is on its way').toBe('ELIGIBLE');
  for (const cut of [(facts: BulkFacts) => said(facts, 'CUT'), bySchedule])
    expect(cut(inContext(heldBy(), { protection: 'LIFE_SAFETY' })), 'nor is it held').toBe(
      'BLOCKED LIFE_SAFETY',
    );
});

it('no bulk job touches life safety, and each interlock stands as the name of its refusal', () => {
  expect(said(inContext(closed, { protection: 'LIFE_SAFETY' }), 'CUT')).toBe('BLOCKED LIFE_SAFETY');
  expect(said(inContext(closed, { protection: 'CREDIT' }), 'CUT'), 'no cut for credit').toBe('ELIGIBLE');
  expect(said(inContext(closed, { meterOnline: false }), 'CUT')).toBe('BLOCKED OFFLINE');
  expect(said(inContext(open, { maintenanceTags: [{ heldBy: 'm7', note: 'x' }] }), 'RESTORE')).toBe(
    'BLOCKED MAINTENANCE_TAG',
  );
  expect(said(inContext(open, { lastReadingAt: NOW - 400_000 }), 'RESTORE')).toBe('BLOCKED STALE');
  expect(said(inContext(closed, { lastReadingAt: NOW - 400_000 }), 'CUT'), 'warned, not barred').toBe(
    'ELIGIBLE STALE',
  );
  expect(said({ ...closed, hasRelay: false }, 'CUT')).toBe('BLOCKED NO_RELAY');
  expect(said({ ...closed, hasMeter: false }, 'CUT')).toBe('BLOCKED NO_METER');
  expect(said({ ...inContext(open, { utility: 'GAS' }), utility: 'GAS' }, 'RESTORE')).toBe(
    'BLOCKED GAS_NEVER_OPENED',
  );
});

it('a restore lifts a person’s hold and no other reason', () => {
  for (const reason of ['ARREARS', 'SAFETY', 'LOCAL_TRIP', 'SCHEDULE', 'LOADSHED', 'QUOTA'] as const) {
    expect(said(heldBy(reason), 'RESTORE')).toBe(`BLOCKED ${reason}`);
    expect(said(heldBy('MANUAL', reason), 'RESTORE'), 'lifted, and still off').toBe(`ELIGIBLE ${reason}`);
  }
});

it('a command on its way the same direction is not sent twice; a hold still comes on top of a cut for credit', () => {
  const cutting = { id: 'c1', op: 'disconnect', reason: 'ARREARS' as const };
  expect(said(inContext({ ...closed, reasons: ['ARREARS'] }, { liveCommand: cutting }), 'CUT')).toBe(
    'ELIGIBLE COMMAND_LIVE',
  );
  const own = inContext(
    { ...closed, reasons: ['MANUAL'] },
    { liveCommand: { ...cutting, reason: 'MANUAL' } },
  );
  expect(said(own, 'CUT')).toBe('ALREADY COMMAND_LIVE');
});
