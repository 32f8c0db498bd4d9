import { describe, expect, it } from 'vitest';
import { isReconnectEligible } from '../credit/arrears';
import { type NextStepFacts, nextStep, topUpNeededMicro } from './nextStep';
import { DEFAULT_RECONNECT_POLICY } from './reconnectPolicy';

const NOW = Date.UTC(2025, 8, 10, 4);
const MINUTE = 60_000;
const policy = { reconnect: DEFAULT_RECONNECT_POLICY, reconnectMinMicro: 0n };
const credit = { availableMicro: 5_000_000n, arrearsMicro: 0n, disputedMicro: 0n, recoveryPlan: null };
const held = (
  reason: NextStepFacts['reasons'][number]['reason'],
  cause: string | null = null,
  since = NOW,
) => ({
  reason,
  cause: cause as NextStepFacts['reasons'][number]['cause'],
  since,
});

function step(facts: Partial<NextStepFacts>) {
  return nextStep(
    {
      reasons: [],
      utility: 'ELECTRICITY',
      offSince: null,
      confirmationsToday: 0,
      restoring: false,
      mappingUntil: null,
      restoreHeld: false,
      restoreFailed: false,
      standing: credit,
      neverCut: false,
      ...facts,
    },
    policy,
    NOW,
  );
}

describe('what a resident can do about a dark room', () => {
  it('waits, and knows until when, while the meter that was exchanged holds the restore', () => {
    const mappingUntil = NOW + 40 * MINUTE;
    expect(step({ mappingUntil, restoreHeld: true })).toMatchObject({
      act: 'WAIT',
      rule: 'METER_MOVED',
      from: mappingUntil,
    });
    expect(step({ mappingUntil }).act, 'nothing waits').toBe('NONE');
    expect(step({ mappingUntil, restoreHeld: true, restoring: true }).rule).toBe('UNDER_WAY');
    const tripped = { reasons: [held('SAFETY', 'OVERLOAD', NOW - 6 * MINUTE)], mappingUntil };
    expect(step(tripped)).toMatchObject({ act: 'CONFIRM_RESTORE', from: mappingUntil });
    expect(step({ ...tripped, reasons: [held('SAFETY', 'OVERLOAD')], mappingUntil: NOW + MINUTE }).from).toBe(
      NOW + 5 * MINUTE,
    );
  });

  it.each([
    ['nothing holds it', {}, 'NONE'],
    ['the restore is under way', { restoring: true }, 'WAIT'],
    ['a restore that failed', { restoreFailed: true }, 'CONFIRM_RESTORE'],
    [
      'free units left',
      { reasons: [held('ARREARS')], standing: { ...credit, availableMicro: -1n }, neverCut: true },
      'WAIT',
    ],
    ['no credit', { reasons: [held('ARREARS')], standing: { ...credit, availableMicro: -1n } }, 'TOP_UP'],
    [
      'paid, off for a day',
      { reasons: [held('ARREARS')], offSince: NOW - 1_441 * MINUTE },
      'CONFIRM_RESTORE',
    ],
    ['tripped early', { reasons: [held('ARREARS', 'EARLY_TRIP')] }, 'CONTINUE'],
    ['an overload', { reasons: [held('SAFETY', 'OVERLOAD', NOW - 6 * MINUTE)] }, 'CONFIRM_RESTORE'],
    ['a fourth overload', { reasons: [held('SAFETY', 'OVERLOAD')], confirmationsToday: 3 }, 'ASK_STAFF'],
    ['a person', { reasons: [held('MANUAL')] }, 'ASK_STAFF'],
    ['a schedule', { reasons: [held('SCHEDULE')] }, 'WAIT'],
    [
      'a schedule over a trip',
      { reasons: [held('SAFETY', 'OVERLOAD', NOW - 6 * MINUTE), held('SCHEDULE')] },
      'WAIT',
    ],
    [
      'a schedule over an early trip',
      { reasons: [held('ARREARS', 'EARLY_TRIP'), held('SCHEDULE')] },
      'CONTINUE',
    ],
    ['gas', { reasons: [held('SAFETY', 'GAS_LEAK')], utility: 'GAS' as const }, 'ON_SITE'],
  ])('%s', (_name, facts, act) => {
    expect(step(facts as Partial<NextStepFacts>).act).toBe(act);
  });

  it('what staff must do stands before money, and money before a confirmation', () => {
    const poor = { ...credit, availableMicro: -1n };
    const reasons = [held('SAFETY', 'OVERLOAD'), held('ARREARS'), held('MANUAL')];
    expect(step({ reasons, standing: poor })).toMatchObject({ act: 'ASK_STAFF', reason: 'MANUAL' });
    expect(step({ reasons: reasons.slice(0, 2), standing: poor })).toMatchObject({ act: 'TOP_UP' });
  });

  it('a confirmation says from when it counts', () => {
    expect(step({ reasons: [held('SAFETY', 'OVERLOAD', NOW - MINUTE)] })).toMatchObject({
      act: 'CONFIRM_RESTORE',
      from: NOW + 4 * MINUTE,
    });
  });

  it.each([
    ['nothing left', { availableMicro: 0n }, 0n, 10_000n],
    ['arrears', { availableMicro: -304_900n, arrearsMicro: -304_900n }, 0n, 310_000n],
    ['a loan used up', { availableMicro: -6_000_000n }, 0n, 6_010_000n],
    ['a limit to come back', { availableMicro: 1n }, 5_000_000n, 5_000_000n],
    ['a subsidy beside arrears', { availableMicro: 9_000_000n, arrearsMicro: -1_000_000n }, 0n, 1_000_000n],
  ])(
    'the least top-up for %s brings supply back, and a fen less does not',
    (_name, money, reconnectMinMicro, needed) => {
      const standing = { ...credit, ...money };
      expect(topUpNeededMicro(standing, reconnectMinMicro)).toBe(needed);
      const topUp = (paid: bigint) => ({
        ...standing,
        availableMicro: standing.availableMicro + paid,
        arrearsMicro: standing.arrearsMicro + paid > 0n ? 0n : standing.arrearsMicro + paid,
      });
      expect(isReconnectEligible(topUp(needed), reconnectMinMicro)).toBe(true);
      expect(isReconnectEligible(topUp(needed - 10_000n), reconnectMinMicro)).toBe(false);
    },
  );
});
