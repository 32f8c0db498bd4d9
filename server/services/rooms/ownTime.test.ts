import { expect, it } from 'vitest';
import type { RoomNoticeRow } from '../../../db/queries/rooms';
import { ofOwnTime } from './ownTime';

it('a notice about a charge of before the own time is left out, one about a charge of it stays; staff see all', () => {
  const notice = (id: number, chargedMs?: number): RoomNoticeRow => ({
    ...{ id, kind: 'DISPUTE_DECIDED', atMs: 5_000 },
    body: chargedMs === undefined ? {} : { chargedMs },
  });
  const notices = [notice(1, 1_000), notice(2, 3_000), notice(3)];
  expect(ofOwnTime(notices, 2_000).map(({ id }) => id)).toEqual([2, 3]);
  expect(ofOwnTime(notices, null).map(({ id }) => id)).toEqual([1, 2, 3]);
});

it('what was decided about an appeal of before the own time is left out', () => {
  const notice = (id: number, contestedMs: number): RoomNoticeRow => ({
    ...{ id, kind: 'LOAD_APPEAL_DECIDED', atMs: 5_000, body: { contestedMs } },
  });
  expect(ofOwnTime([notice(1, 1_000), notice(2, 3_000)], 2_000).map(({ id }) => id)).toEqual([2]);
});
