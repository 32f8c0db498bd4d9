import { expect, test } from 'vitest';
import type { LiveCommand } from '../../contracts/liveEvents';
import { commandSince, isBackAmidst, rowSupply } from './rowSupply';

const alarm = { raisedAt: 1_000, returnedAt: null };
const command = (action: LiveCommand['action'], state: LiveCommand['state'], createdAt = 1_100) =>
  ({ action, state, createdAt, changedAt: createdAt + 50 }) as LiveCommand;
const kindOf = (
  action: LiveCommand['action'],
  state: LiveCommand['state'],
  closed: boolean | null,
  createdAt?: number,
) => rowSupply(alarm, { command: command(action, state, createdAt), point: { closed } })?.kind ?? null;

test('a cut is said proven only once a report proved it, and no longer while the contact reports closed', () => {
  expect(kindOf('DISCONNECT', 'EXECUTED', false)).toBe('under-way');
  expect(kindOf('DISCONNECT', 'VERIFIED', false)).toBe('cut');
  expect(kindOf('DISCONNECT', 'VERIFIED', null)).toBe('cut');
  expect(kindOf('DISCONNECT', 'VERIFIED', true)).toBeNull();
});

test('a cut that failed says so, unless the meter is measured off all the same', () => {
  expect(kindOf('DISCONNECT', 'UNVERIFIED', true)).toBe('failed');
  expect(kindOf('DISCONNECT', 'FAILED_TIMEOUT', null)).toBe('failed');
  expect(kindOf('DISCONNECT', 'UNVERIFIED', false)).toBe('off');
  expect(kindOf('DISCONNECT', 'CANCELLED', true)).toBeNull();
});

test('supply that is back says so; a trip of the meter itself is told as measured off', () => {
  expect(kindOf('CONNECT', 'VERIFIED', true)).toBe('restored');
  expect(kindOf('CONNECT', 'VERIFIED', false)).toBe('off');
  expect(rowSupply(alarm, { command: null, point: { closed: false } })?.kind).toBe('off');
  expect(rowSupply(alarm, { command: null, point: { closed: true } })).toBeNull();
  expect(rowSupply(alarm, { command: null, point: null })).toBeNull();
});

test('what was switched before the alarm was raised is no state of the alarm', () => {
  expect(kindOf('CONNECT', 'VERIFIED', true, 900)).toBeNull();
  expect(kindOf('DISCONNECT', 'VERIFIED', true, 900)).toBeNull();
  expect(kindOf('DISCONNECT', 'VERIFIED', false, 900)).toBe('off');
  expect(kindOf('CONNECT', 'FAILED_TIMEOUT', true, 900)).toBeNull();
  // Ordered before, proven after: it answered something else.
  expect(kindOf('CONNECT', 'VERIFIED', true, 990)).toBeNull();
  expect(commandSince(alarm, command('CONNECT', 'VERIFIED', 900))).toBeNull();
});

test('what lives stands whenever it was ordered, and a command that failed stands by the alarm that it raised', () => {
  expect(kindOf('CONNECT', 'EXECUTED', false, 900)).toBe('under-way');
  expect(kindOf('DISCONNECT', 'UNVERIFIED', true, 950)).toBe('failed');
});

test('supply that came back while the condition stands is a fact and no success', () => {
  const restored = command('CONNECT', 'VERIFIED');
  expect(isBackAmidst(alarm, restored)).toBe(true);
  expect(isBackAmidst({ returnedAt: 2_000 }, restored)).toBe(false);
  expect(isBackAmidst(alarm, command('DISCONNECT', 'VERIFIED'))).toBe(false);
  expect(isBackAmidst(alarm, null)).toBe(false);
});
