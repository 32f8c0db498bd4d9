import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { applyMeterEvent } from './applyMeterEvent';
import { downgradeRules } from './downgradeRules';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const MINUTE = 60_000;
const VERDICTS = 30;

describe('a rule that was wrong at each of its last thirty alarms', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    database = rooms.database;
  });
  afterAll(() => database.drop());

  /** Ended alarms of a rule, each judged wrong. */
  async function wrongly(rule: AlarmRuleCode, { meter }: SupplyRoom): Promise<void> {
    await database.pool.query(
      `with told as (
         insert into alarm (campus_id, rule, priority, subject_type, subject_id, space_id, active, since_ms, raised_ms, last_ms,
                            ended_ms, active_since_ms, activations, evidence)
         select p.campus_id, $2, 2, 'POINT', p.id, p.space_id, false, $3, $3, $3, $3, $3, '[]', '{}'
           from meter_point p, generate_series(1, $4) where p.id = $1 returning id)
       insert into alarm_event (alarm_id, at_ms, event, actor, detail)
       select id, $3, 'VERDICT', 'user:test', '{"verdict": "FALSE", "note": "a lamp"}' from told`,
      [meter.pointId, rule, rooms.clock.now() - 7 * 86_400_000, VERDICTS],
    );
  }

  /** The meter tells what it saw, and that it is gone. @returns what went out to it */
  async function tells(one: SupplyRoom, name: string): Promise<string[]> {
    for (const on of [true, false]) {
      rooms.clock.advance(MINUTE);
      await rooms.report(one, 0);
      await applyMeterEvent(database, rooms.ctx, {
        site: rooms.campus.code,
        senderKind: 'METER',
        senderCode: one.meter.code,
        meterCode: null,
        tsMs: rooms.clock.now(),
        rxMs: rooms.clock.now(),
        name,
        on,
        data: null,
      });
    }
    const sent = await rooms.meterObeys(one);
    one.relay = sent.includes('disconnect') ? 0 : 1;
    return sent;
  }

  async function newestAlarm(rule: AlarmRuleCode, { meter }: SupplyRoom) {
    const { rows } = await database.pool.query<{ priority: number; evidence: Record<string, unknown> }>(
      'select priority, evidence from alarm where rule = $1 and subject_id = $2 order by id desc limit 1',
      [rule, meter.pointId],
    );
    return rows[0]!;
  }

  it('warns of a forbidden load every time and cuts for none, one priority lower', async () => {
    const one = await rooms.room('90.00');
    await wrongly('FORBIDDEN_LOAD', one);
    expect(await downgradeRules(database, rooms.ctx)).toEqual({ downgraded: 1 });
    for (let time = 1; time <= 5; time++)
      expect(await tells(one, 'FORBIDDEN_LOAD'), `${time}`).toEqual(['buzz']);
    expect(await rooms.reasonsOf(one)).toEqual([]);
    expect((await rooms.notices(one)).filter((kind) => kind.startsWith('FORBIDDEN'))).toEqual(
      Array.from({ length: 5 }, () => 'FORBIDDEN_LOAD_WARN'),
    );
    expect(await newestAlarm('FORBIDDEN_LOAD', one)).toMatchObject({
      priority: 3,
      evidence: { step: 'WARN', nth: 5, downgradedSince: expect.any(Number) },
    });
  });

  it('still cuts for current to earth: what measures a hazard is never downgraded', async () => {
    const one = await rooms.room('90.00');
    await wrongly('LEAKAGE', one);
    expect(await downgradeRules(database, rooms.ctx)).toEqual({ downgraded: 0 });
    expect(await tells(one, 'LEAKAGE')).toEqual(['disconnect']);
    expect(await newestAlarm('LEAKAGE', one)).toMatchObject({ priority: 2 });
  });
});
