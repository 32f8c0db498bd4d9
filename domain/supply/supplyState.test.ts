import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowBalanceStep } from './lowBalanceLevels';
import { decideReconnect, mayClear, type ReconnectFacts } from './reconnectPolicy';
import {
  desiredSupply,
  isLocalTrip,
  NEVER_OBSERVED,
  observeSupply,
  SUPPLY_REASONS,
  supplyDifference,
  supplyFacts,
} from './supplyState';

const open = { position: 'OPEN' as const, measuredAt: 5 };
const closed = { position: 'CLOSED' as const, measuredAt: 5 };

describe('wanted supply', () => {
  it('is on only while no reason but a lock-out is held', () => {
    fc.assert(
      fc.property(fc.subarray([...SUPPLY_REASONS]), (reasons) => {
        const off = reasons.some((reason) => reason !== 'LOCKOUT');
        expect(desiredSupply(reasons)).toBe(off ? 'DISCONNECTED' : 'CONNECTED');
      }),
    );
  });
  it('a lock-out opens nothing and keeps open what is open', () => {
    expect(supplyDifference(['LOCKOUT'], closed)).toBeNull();
    expect(supplyDifference(['LOCKOUT'], open)).toBeNull();
    expect(supplyDifference([], open)).toBe('connect');
  });
  it('asks for a cut until the switch is measured open, and connects nothing on suspicion', () => {
    expect(supplyDifference(['ARREARS'], closed)).toBe('disconnect');
    expect(supplyDifference(['ARREARS'], NEVER_OBSERVED)).toBe('disconnect');
    expect(supplyDifference(['ARREARS'], open)).toBeNull();
    expect(supplyDifference([], NEVER_OBSERVED)).toBeNull();
    expect(supplyDifference([], closed)).toBeNull();
  });
});

describe('measured supply', () => {
  it('follows the newest reading that shows the switch', () => {
    const first = observeSupply(NEVER_OBSERVED, { at: 10, relay: 1 });
    expect(first).toEqual({ position: 'CLOSED', measuredAt: 10 });
    expect(observeSupply(first, { at: 9, relay: 0 })).toBe(first);
    expect(observeSupply(first, { at: 11 })).toBe(first);
    expect(observeSupply(first, { at: 11, relay: 0 })).toEqual({ position: 'OPEN', measuredAt: 11 });
    expect(observeSupply(first, { at: 12, valve: 1 }).position).toBe('CLOSED');
    expect(observeSupply(first, { at: 12, valve: 3 }).position).toBe('UNKNOWN');
  });
  it('an opening that we did not command is a local trip', () => {
    expect(isLocalTrip(closed, open, false)).toBe(true);
    expect(isLocalTrip(closed, open, true)).toBe(false);
    expect(isLocalTrip(NEVER_OBSERVED, open, false)).toBe(false);
    expect(isLocalTrip(open, open, false)).toBe(false);
  });
});

it('the screen shows measured, wanted and blocks apart; wanted only while a command lives', () => {
  const held = { reason: 'ARREARS' as const, cause: null, since: 1, heldBy: null, note: null };
  const facts = supplyFacts(closed, [held], 'CREDIT', { id: 'c1', op: 'disconnect' }, 12);
  expect(facts).toEqual({
    measured: { position: 'CLOSED', measuredAt: 5, ageMs: 7 },
    wanted: { supply: 'DISCONNECTED', commandId: 'c1' },
    blocks: [
      { kind: 'REASON', held },
      { kind: 'PROTECTION', protection: 'CREDIT' },
    ],
  });
  expect(supplyFacts(closed, [], 'NONE', null, 12).wanted).toBeNull();
  expect(supplyFacts(closed, [], 'NONE', { id: 'c2', op: 'read' }, 12).wanted).toBeNull();
});

describe('the way back', () => {
  const facts: ReconnectFacts = {
    reason: 'ARREARS',
    cause: null,
    utility: 'ELECTRICITY',
    offSince: 0,
    trippedAt: null,
    confirmationsToday: 0,
  };
  const DAY = 86_400_000;
  it('arrears come back by themselves, after more than 24 h by the resident’s confirmation', () => {
    expect(decideReconnect(facts, DAY)).toMatchObject({ mode: 'AUTO' });
    expect(decideReconnect(facts, DAY + 1)).toMatchObject({ mode: 'CONFIRM_APP', rule: 'OFF_OVER_24H' });
    expect(decideReconnect({ ...facts, offSince: null }, 9 * DAY)).toMatchObject({ mode: 'AUTO' });
  });
  it.each(['OVERLOAD', 'FORBIDDEN_LOAD'] as const)(
    '%s never closes unattended: 5 min, three a day, then staff',
    (cause) => {
      for (const reason of ['SAFETY', 'LOCAL_TRIP'] as const) {
        const trip = { ...facts, reason, cause, trippedAt: 1_000 };
        const decision = decideReconnect(trip, 2_000);
        expect(decision).toEqual({ mode: 'CONFIRM_APP', rule: 'AFTER_TRIP', confirmFrom: 301_000 });
        expect(mayClear(decision, 'ENGINE', 400_000)).toMatchObject({ reason: 'CONFIRMATION_NEEDED' });
        expect(mayClear(decision, 'RESIDENT', 300_999)).toMatchObject({ reason: 'TOO_EARLY' });
        expect(mayClear(decision, 'RESIDENT', 301_000)).toEqual({ allowed: true });
        const fourth = decideReconnect({ ...trip, confirmationsToday: 3 }, 400_000);
        expect(fourth).toMatchObject({ mode: 'STAFF', rule: 'TRIP_LIMIT_REACHED' });
        expect(mayClear(fourth, 'RESIDENT', 400_000)).toMatchObject({ reason: 'STAFF_NEEDED' });
        expect(mayClear(fourth, 'STAFF', 400_000)).toEqual({ allowed: true });
      }
    },
  );
  it('gas, leakage, tamper and fire need an inspection; an unknown trip and a person’s cut need staff', () => {
    for (const cause of ['GAS_LEAK', 'LEAKAGE', 'TAMPER', 'FIRE'] as const)
      expect(decideReconnect({ ...facts, reason: 'SAFETY', cause }, 0)).toMatchObject({ rule: 'INSPECTION' });
    expect(decideReconnect({ ...facts, reason: 'LOCAL_TRIP' }, 0)).toMatchObject({
      mode: 'STAFF',
      rule: 'UNKNOWN_TRIP',
    });
    expect(decideReconnect({ ...facts, reason: 'MANUAL' }, 0)).toMatchObject({ mode: 'STAFF' });
    expect(decideReconnect({ ...facts, reason: 'LOADSHED' }, 0)).toMatchObject({ mode: 'AUTO' });
  });
  it('what a calendar or an event keeps off ends by itself, and by staff; never by the resident', () => {
    for (const reason of ['SCHEDULE', 'LOADSHED'] as const) {
      const decision = decideReconnect({ ...facts, reason }, 0);
      expect(mayClear(decision, 'RESIDENT', 9 * DAY)).toEqual({ allowed: false, reason: 'ENDS_BY_ITSELF' });
      for (const party of ['ENGINE', 'STAFF'] as const)
        expect(mayClear(decision, party, 0)).toEqual({ allowed: true });
    }
    expect(mayClear(decideReconnect(facts, 0), 'RESIDENT', 0)).toEqual({ allowed: true });
  });
  it('no reason at all lets a gas valve be opened from afar', () => {
    for (const reason of SUPPLY_REASONS) {
      const decision = decideReconnect({ ...facts, utility: 'GAS', reason, offSince: null }, 0);
      expect(decision.mode).toBe('ON_SITE');
      expect(mayClear(decision, 'STAFF', 0)).toMatchObject({ reason: 'ON_SITE_ONLY' });
    }
  });
});

describe('low balance', () => {
  const HOUR = 3_600_000;
  const step = (told: readonly string[], yuan: number, timeLeftMs: number | null = null, dataDays = 0) =>
    lowBalanceStep(told, { availableMicro: BigInt(Math.round(yuan * 1e6)), timeLeftMs, dataDays });

  it('a descent tells each level once', () => {
    let told: readonly string[] = [];
    const notices: (string | null)[] = [];
    for (const yuan of [25, 20, 19, 12, 10, 9, 5.01, 5, 1, 0, -3]) {
      const result = step(told, yuan);
      told = result.told;
      notices.push(result.notice);
    }
    expect(notices).toEqual([
      null,
      'MONEY_20',
      null,
      null,
      'MONEY_10',
      null,
      null,
      'MONEY_5',
      null,
      null,
      null,
    ]);
  });
  it('a jump over several levels names the lowest only', () => {
    const result = step([], 3);
    expect(result.notice).toBe('MONEY_5');
    expect(step(result.told, 2).notice).toBeNull();
  });
  it('a level is armed again only above its value by 20 %', () => {
    const { told } = step([], 4);
    expect(step(step(told, 6).told, 4).notice).toBeNull();
    expect(step(step(told, 6.000001).told, 4).notice).toBe('MONEY_5');
    expect(step(step(told, 30).told, 18).notice).toBe('MONEY_20');
  });
  it('time levels count once seven days of data exist', () => {
    expect(step([], 50, 5 * HOUR, 6).notice).toBeNull();
    expect(step([], 50, 5 * HOUR, 7).notice).toBe('TIME_6H');
    expect(step([], 50, 72 * HOUR, 7).notice).toBe('TIME_3D');
  });
  it('an unknown time left re-arms nothing; one beyond the horizon does', () => {
    const { told } = step([], 50, 5 * HOUR, 7);
    expect(step(step(told, 50, null, 7).told, 50, 5 * HOUR, 7).notice).toBeNull();
    expect(step(step(told, 50, Number.POSITIVE_INFINITY, 7).told, 50, 5 * HOUR, 7).notice).toBe('TIME_6H');
  });
});
