import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import { requestSupply } from './requestSupply';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

let database: TestDatabase;
let rooms: SupplyRooms;
beforeAll(async () => {
  rooms = await SupplyRooms.start();
  ({ database } = rooms);
});
afterAll(() => database.drop());

const cut = (one: SupplyRoom) => requestSupply(database, rooms.ctx, rooms.asked(one, 'disconnect'));

/** A room whose relay was opened by itself, as its own button does. */
async function openByItself(): Promise<SupplyRoom> {
  const one = await rooms.room('50.00');
  one.relay = 0;
  await rooms.pass(one, 2);
  expect([await rooms.reasonsOf(one), await rooms.statesOf(one)]).toEqual([['LOCAL_TRIP'], []]);
  return one;
}

it('a cut where supply is proven off adds its hold, and sends nothing to the meter', async () => {
  const one = await openByItself();
  expect(await cut(one)).toEqual({ commandId: null, held: 'MANUAL' });
  await rooms.pass(one, 10);
  expect([await rooms.reasonsOf(one), await rooms.statesOf(one)]).toEqual([['LOCAL_TRIP', 'MANUAL'], []]);
  await expect(cut(one), 'it is held already').rejects.toMatchObject({ reason: 'NOTHING_TO_DO' });
  await rooms.topUp(one, '10.00', `hold-${one.account.code}`);
  await rooms.pass(one, 2);
  expect(await rooms.statesOf(one), 'no top-up brings it back').toEqual([]);
  expect(await requestSupply(database, rooms.ctx, rooms.asked(one, 'connect'))).toMatchObject({
    existing: false,
  });
});

it('a cut still goes out where the reading that says so is old, where a restore is under way, and for safety', async () => {
  const old = await openByItself();
  rooms.clock.advance(10 * 60_000);
  expect((await cut(old)).commandId, 'old reading').not.toBeNull();

  const coming = await openByItself();
  await cut(coming);
  await rooms.operator(coming, 'connect');
  await rooms.send(coming);
  expect((await cut(coming)).commandId, 'a restore is under way').not.toBeNull();

  const hazard = await openByItself();
  expect((await rooms.operatorCuts(hazard, 'SAFETY')).commandId, 'safety').not.toBeNull();
});
