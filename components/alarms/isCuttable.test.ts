import { expect, test } from 'vitest';
import type { LiveCommand } from '../../contracts/liveEvents';
import { liveAlarm } from '../live/testing';
import type { AlarmRow } from './incidents';
import { isCuttable } from './isCuttable';

const point = { isRoom: true, hasRelay: true, protection: 'NONE', closed: true };
const row = (
  command: Partial<LiveCommand> | null,
  change: Partial<Omit<typeof point, 'closed'>> & { closed?: boolean | null } = {},
  rule = 'OVERLOAD',
): AlarmRow => ({
  alarm: liveAlarm({ rule, raisedAt: 1_000 }),
  context: {
    command: command && { createdAt: 900, changedAt: 950, ...command },
    point: { ...point, ...change },
    rights: { cut: true },
  } as NonNullable<AlarmRow['context']>,
});
const cut = (state: LiveCommand['state']) => ({ action: 'DISCONNECT' as const, state });

test('a cut is offered where a cut helps, on a room of its own that is not under life-safety protection', () => {
  expect(isCuttable(row(null))).toBe(true);
  expect(isCuttable(row(null, {}, 'VOLTAGE_RANGE'))).toBe(false);
  expect(isCuttable(row(null, { protection: 'LIFE_SAFETY' }))).toBe(false);
  expect(isCuttable(row(null, { hasRelay: false }))).toBe(false);
  expect(isCuttable({ ...row(null), context: null })).toBe(false);
});

test('a cut that stands or is under way is not offered again, whenever it was ordered', () => {
  expect(isCuttable(row(cut('EXECUTED')))).toBe(false);
  expect(isCuttable(row(cut('VERIFIED'), { closed: false }))).toBe(false);
  expect(isCuttable(row(cut('VERIFIED'), { closed: null }))).toBe(false);
  expect(isCuttable(row({ action: 'CONNECT', state: 'EXECUTED' }, { closed: false }))).toBe(true);
});

test('a cut that was proven once is offered again while the contact reports closed', () => {
  expect(isCuttable(row(cut('VERIFIED'), { closed: true }))).toBe(true);
  expect(isCuttable(row({ ...cut('VERIFIED'), createdAt: 1_100, changedAt: 1_200 }))).toBe(true);
});
