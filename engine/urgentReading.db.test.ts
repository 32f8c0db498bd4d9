import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { says } from './testing/harness';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';
import { isUrgent } from './urgentReading';

describe('a reading that may cut supply is known before it is stored', () => {
  let rooms: SupplyRooms;
  let one: SupplyRoom;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    one = await rooms.room('50.00');
  });
  afterAll(() => rooms.database.drop());

  const asks = (code: string, more: Parameters<typeof says>[4]) =>
    isUrgent(rooms.database, says(rooms.campus, code, rooms.clock.now(), '1000.100', more));

  it('power over the limit of its room, or a leak to earth; nothing else', () => {
    expect(asks(one.meter.code, { powerW: 1_600 })).toBe(true);
    expect(asks(one.meter.code, { powerW: 300, extra: { ires: 0.2 } })).toBe(true);
    expect(asks(one.meter.code, { powerW: 1_400 })).toBe(false);
    expect(asks(one.meter.code, {})).toBe(false);
  });

  it('nor a meter that nobody knows', () => {
    expect(asks('E-NOBODY', { powerW: 9_000 })).toBe(false);
  });

  it('nor what a rule that is switched off would have said', async () => {
    await rooms.database.pool.query(
      `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at)
       values ($1, 'OVERLOAD', null, 1, '{"off": true}', 'test', $2)`,
      [rooms.campus.id, new Date(rooms.clock.now())],
    );
    await rooms.campus.changed();
    await rooms.report(one, 0.001);
    expect(asks(one.meter.code, { powerW: 1_600 })).toBe(false);
  });
});
