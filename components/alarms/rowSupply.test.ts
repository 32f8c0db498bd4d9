import { expect, test } from 'vitest';
import type { LiveCommand } from '../../contracts/liveEvents';
import { rowSupply } from './rowSupply';

const command = (action: LiveCommand['action'], state: LiveCommand['state']) =>
  ({ action, state }) as LiveCommand;
const kindOf = (action: LiveCommand['action'], state: LiveCommand['state'], closed: boolean | null) =>
  rowSupply({ command: command(action, state), point: { closed } })?.kind ?? null;

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
  expect(rowSupply({ command: null, point: { closed: false } })?.kind).toBe('off');
  expect(rowSupply({ command: null, point: { closed: true } })).toBeNull();
  expect(rowSupply({ command: null, point: null })).toBeNull();
});
