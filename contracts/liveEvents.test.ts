import { describe, expect, test } from 'vitest';
import { deltaSchema, liveRoomSchema, meterRowSchema, snapshotSchema } from './liveEvents';

describe('rooms', () => {
  test.each(['campus', 'alarms', 'commands', 'wall', 'building:D7', 'room:7-412', 'account:A_1'])(
    '%s is a room',
    (room) => {
      expect(liveRoomSchema.safeParse(room).success).toBe(true);
    },
  );

  test.each(['', 'building:', 'building:D7:extra', 'room:7 412', 'user:1', 'campus ', 3, null])(
    '%s is none',
    (room) => {
      expect(liveRoomSchema.safeParse(room).success).toBe(false);
    },
  );
});

describe('frames', () => {
  test('a meter row keeps its order; a register is text, so that no digit is lost', () => {
    const row = ['E-1', 1, 2, 617.5, 1, 229.4, 2.71, '1201234567'];
    expect(meterRowSchema.parse(row)).toEqual(row);
    expect(meterRowSchema.safeParse(['E-1', 1, 2, 617, 1, 229, 2.7, 1_201_234]).success).toBe(false);
    expect(meterRowSchema.safeParse(['E-1', 1, 2, 617, 2, 229, 2.7, null]).success).toBe(false);
  });

  test('a field added later does not break an older page', () => {
    const delta = {
      bootId: 'a',
      room: 'campus',
      seq: 1,
      asOf: 1,
      rows: [],
      buildings: [],
      campus: null,
      later: true,
    };
    expect(deltaSchema.safeParse(delta).success).toBe(true);
  });

  test('a snapshot without one of its lists is refused: a page would take it for empty', () => {
    const { success } = snapshotSchema.safeParse({ bootId: 'a', room: 'campus', seq: 1, asOf: 1, rows: [] });
    expect(success).toBe(false);
  });
});
