import { afterAll, beforeAll, expect, it } from 'vitest';
import { countPastHour } from './countPastHour';
import { refreshTimeLeft } from './refreshTimeLeft';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const HOUR_MS = 3_600_000;
const LEARNED_HOURS = 8 * 24;
let rooms: SupplyRooms;
let short: SupplyRoom;
let long: SupplyRoom;
let used: SupplyRoom;

beforeAll(async () => {
  rooms = await SupplyRooms.start();
  // At 0.50 an hour: 20 h left after eight days, hundreds of hours, and nothing.
  short = await rooms.room('106.00');
  long = await rooms.room('500.00');
  used = await rooms.room('90.00');
});
afterAll(() => rooms?.database.drop());

async function pass(hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour++) {
    rooms.clock.advance(HOUR_MS);
    await rooms.reportAll([short, long, used], 1);
  }
}

async function hoursLeft({ account }: SupplyRoom): Promise<number> {
  const { rows } = await rooms.database.pool.query<{ hours: number }>(
    'select hours from time_left where account_id = $1',
    [account.id],
  );
  return rows[0]!.hours;
}

it('an hour that nobody counted at the time is worked out as it would have been counted then', async () => {
  await pass(24);
  const learningMs = rooms.clock.now();
  await pass(LEARNED_HOURS - 24);
  const thenMs = rooms.clock.now();
  await refreshTimeLeft(rooms.database, rooms.ctx);
  expect(await hoursLeft(short)).toBeCloseTo(20, 1);
  expect(await hoursLeft(long)).toBeGreaterThan(24);
  expect(await hoursLeft(used)).toBe(0);

  rooms.clock.advance(60_000);
  await rooms.topUp(short, '300.00', 'later');
  await pass(30);
  const count = (atMs: number) => countPastHour(rooms.database, rooms.campus.id, atMs);
  expect(await count(thenMs)).toEqual({ rooms: 3, roomsUnder24h: 1 });
  expect(await count(rooms.clock.now())).toEqual({ rooms: 3, roomsUnder24h: 0 });
  // After one day of readings nothing could be said.
  expect(await count(learningMs)).toBeNull();
});
