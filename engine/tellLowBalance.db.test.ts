import { afterAll, beforeAll, expect, it } from 'vitest';
import { hoursOf, storeHourly } from '../db/testing/storeHourly';
import { refreshTimeLeft } from './refreshTimeLeft';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let rooms: SupplyRooms;

beforeAll(async () => {
  rooms = await SupplyRooms.start();
});
afterAll(() => rooms?.database.drop());

/** A room that used 1 kWh, 0.50, in each hour of so many days, up to the one in which its first reading stands. */
async function roomWith(cash: string, days: number): Promise<SupplyRoom> {
  const one = await rooms.room(cash);
  const now = rooms.clock.now();
  await storeHourly(
    rooms.database,
    rooms.campus.id,
    hoursOf(one.meter.code, now - days * DAY_MS, now - HOUR_MS, () => 1_000_000n),
  );
  return one;
}

async function levelsTold(one: SupplyRoom): Promise<string[]> {
  const { rows } = await rooms.database.pool.query<{ level: string }>(
    `select body ->> 'level' as level from notice where account_id = $1 and kind = 'LOW_BALANCE' order by id`,
    [one.account.id],
  );
  return rows.map(({ level }) => level);
}

const refresh = (one: SupplyRoom) => refreshTimeLeft(rooms.database, rooms.ctx, { only: [one.account.id] });

it('a level by time left is told once in a descent, and again only after credit lasted 20 % longer', async () => {
  // 60 hours at 0.50.
  const one = await roomWith('30.00', 8);
  await refresh(one);
  await refresh(one);
  expect(await levelsTold(one)).toEqual(['TIME_3D']);
  // 80 hours: above the level, not yet by 20 %.
  await rooms.topUp(one, '10.00', 'a');
  await refresh(one);
  await rooms.use(one, 20);
  await refresh(one);
  expect(await levelsTold(one)).toEqual(['TIME_3D']);
  // 100 hours, then 60 again.
  await rooms.topUp(one, '20.00', 'b');
  await refresh(one);
  await rooms.use(one, 40);
  await refresh(one);
  expect(await levelsTold(one)).toEqual(['TIME_3D', 'TIME_3D']);
});

it('of several levels crossed at once the lowest is named', async () => {
  // 5 hours: below 20.00, 10.00 and 5.00 as well, which the room told when it was charged.
  const one = await roomWith('2.50', 8);
  const before = await levelsTold(one);
  await refresh(one);
  expect((await levelsTold(one)).slice(before.length)).toEqual(['TIME_6H']);
});

it('nothing is said by time before seven days of readings', async () => {
  const one = await roomWith('30.00', 6);
  await refresh(one);
  expect(await levelsTold(one)).toEqual([]);
});
