import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  BULK_JOB_EVENTS,
  BULK_JOB_STATES,
  BULK_SCOPES,
  BULK_TARGET_STATES,
  type BulkJobEvent,
  type BulkJobState,
  bulkCellState,
  bulkJobStep,
  isHeldByCut,
  needsSecondPerson,
  PER_GATEWAY_AND_SECOND,
  planWaves,
  RESTORE_STAGGER_MS,
  WAVE_MS,
  WAVE_SIZE,
} from './bulkJob';
import { COMMAND_STATES } from './commandMachine';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

it('a job that waits for a second person runs by that word alone, and an ended one takes nothing more', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...BULK_JOB_EVENTS), { maxLength: 12 }), (events) => {
      let state: BulkJobState = 'PENDING_APPROVAL';
      let approved = false;
      for (const event of events) {
        const next: BulkJobState | null = bulkJobStep(state, event);
        const ended = state === 'DONE' || state === 'STOPPED' || state === 'CANCELLED';
        if (ended) expect(next).toBeNull();
        if (next === null) continue;
        if (event === 'APPROVE') approved = true;
        state = next;
        if (state === 'RUNNING' || state === 'PAUSED') expect(approved).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
  const approving: BulkJobEvent[] = BULK_JOB_EVENTS.filter(
    (event) => bulkJobStep('PENDING_APPROVAL', event) === 'RUNNING',
  );
  expect(approving).toEqual(['APPROVE']);
});

it('a second person is needed above ten points, for a building, the campus and a feeder, and for many small jobs', () => {
  const size = { scope: 'POINTS' as const, taken: 10, lately: 0, feeder: false };
  expect(needsSecondPerson(size)).toBe(false);
  expect(needsSecondPerson({ ...size, taken: 11 })).toBe(true);
  expect(needsSecondPerson({ ...size, taken: 1, lately: 10 }), 'ten a moment ago, and one more').toBe(true);
  expect(needsSecondPerson({ ...size, taken: 1, feeder: true })).toBe(true);
  const alone = BULK_SCOPES.filter((scope) => !needsSecondPerson({ ...size, scope, taken: 1 }));
  expect(alone).toEqual(['POINTS', 'ROOMS', 'ROOM', 'FLOOR']);
});

it('no line gets more than five commands in any second of a plan, and a wave holds at most twenty', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('g:1', 'g:2', 'g:3', 'm:7'), { minLength: 1, maxLength: 150 }),
      (lines) => {
        const turns = planWaves(
          lines.map((line) => ({ line })),
          'CUT',
          () => 0,
        );
        for (const line of new Set(lines)) {
          const own = turns.filter((_, i) => lines[i] === line).sort((a, b) => a - b);
          own.forEach((turn, i) => {
            const sixth = own[i + PER_GATEWAY_AND_SECOND];
            if (sixth !== undefined) expect(sixth - turn).toBeGreaterThanOrEqual(1_000);
          });
        }
        lines.forEach((_, i) => {
          const wave = Math.floor(i / WAVE_SIZE);
          expect(turns[i]).toBeGreaterThanOrEqual(wave * WAVE_MS);
          expect(turns[i]).toBeLessThan((wave + 1) * WAVE_MS);
        });
      },
    ),
    { numRuns: RUNS },
  );
});

it('restores come back each at its own moment within 30 s more', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 1, maxLength: 60 }),
      (chances) => {
        const lines = chances.map((_, i) => ({ line: `m:${i}` }));
        const cut = planWaves(lines, 'CUT', () => 0);
        const restore = planWaves(
          lines,
          'RESTORE',
          (() => {
            let i = 0;
            return () => chances[i++]!;
          })(),
        );
        restore.forEach((turn, i) => {
          expect(turn - cut[i]!).toBeGreaterThanOrEqual(0);
          expect(turn - cut[i]!).toBeLessThan(RESTORE_STAGGER_MS);
        });
      },
    ),
    { numRuns: RUNS },
  );
});

it('what a cut still holds is told from what it left as it was', () => {
  for (const cell of ['verified', 'mismatch', 'failed', 'timeout', 'sent', 'acked'] as const)
    expect(isHeldByCut({ cell, reason: null }), cell).toBe(true);
  expect(isHeldByCut({ cell: 'already', reason: 'HOLD_ADDED' })).toBe(true);
  for (const cell of ['already', 'blocked', 'cancelled', 'expired', 'planned', 'lifted'] as const)
    expect(isHeldByCut({ cell, reason: null }), cell).toBe(false);
});

it('every point of a job is in exactly one cell, and only telemetry makes one proven', () => {
  for (const job of BULK_JOB_STATES)
    for (const state of BULK_TARGET_STATES)
      for (const commandState of [null, ...COMMAND_STATES]) {
        const cell = bulkCellState({ state, commandState }, job);
        expect(cell).toBeTypeOf('string');
        if (cell === 'verified') expect([state, commandState]).toEqual(['HANDED', 'VERIFIED']);
      }
});
