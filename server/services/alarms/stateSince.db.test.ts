import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import { applyAlarmSignal } from '../../../engine/applyAlarmEvent';
import { ServiceCampus } from '../../testing/serviceCampus';
import { acknowledgeAlarm } from './acknowledge';
import { takeOutOfService } from './outOfService';
import { readAlarm } from './readAlarm';
import { shelveAlarm } from './shelve';

const MINUTE = 60_000;
let campus: ServiceCampus;
let database: TestDatabase;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database } = campus);
});
afterAll(() => database?.drop());

async function overload(kind: 'RAISE' | 'RETURN'): Promise<number> {
  const { rows } = await database.pool.query<{ id: number; spaceId: number; campusId: number }>(
    `select id, space_id as "spaceId", campus_id as "campusId" from meter_point where code = 'P-101'`,
  );
  const { id, spaceId, campusId } = rows[0]!;
  const atMs = campus.clock.now();
  const subject = { campusId, type: 'POINT' as const, id, spaceId };
  return (await withTransaction(database, (tx) =>
    applyAlarmSignal(tx, atMs, { rule: 'OVERLOAD', subject, kind, atMs }),
  ))!;
}

it('an alarm says since when it is in its state, and since when what covers it lies on it', async () => {
  const energy = await campus.as('energy');
  const scope = energy.caller.permission('VIEW_ALARMS')!.scope;
  const startMs = campus.clock.now();
  const alarmId = await overload('RAISE');
  const minutes = async () => {
    const { alarm } = await readAlarm(energy.deps, energy.caller, scope, alarmId);
    const since = (at: number | null) => at !== null && (at - startMs) / MINUTE;
    return [alarm.state, since(alarm.stateSince), since(alarm.coveredSince), since(alarm.raisedAt)];
  };
  expect(await minutes()).toEqual(['UNACK', 0, false, 0]);

  campus.clock.advance(3 * MINUTE);
  await acknowledgeAlarm(energy.deps, energy.caller, { alarmId });
  campus.clock.advance(MINUTE);
  const untilMs = campus.clock.now() + 60 * MINUTE;
  await shelveAlarm(energy.deps, energy.caller, { alarmId, reason: 'WORKS', untilMs });
  campus.clock.advance(MINUTE);
  expect(await minutes()).toEqual(['ACKED', 3, 4, 0]);
  await takeOutOfService(energy.deps, energy.caller, { alarmId, ticket: 'T-7' });
  expect(await minutes()).toEqual(['ACKED', 3, 5, 0]);

  campus.clock.advance(2 * MINUTE);
  await overload('RETURN');
  expect(await minutes()).toEqual(['NORMAL', 7, 5, 0]);
});
