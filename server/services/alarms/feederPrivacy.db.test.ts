import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import { applyAlarmSignal } from '../../../engine/applyAlarmEvent';
import { ServiceCampus } from '../../testing/serviceCampus';
import { readAlarm } from './readAlarm';

let campus: ServiceCampus;
let alarmId: number;

/** A feeder over its rating, with two rooms below it, one above its own limit. */
beforeAll(async () => {
  campus = await ServiceCampus.start();
  const { database, clock } = campus;
  for (const [meter, powerW] of [
    ['MF-N', 2_100],
    ['M-101', 1_800],
    ['M-102', 200],
  ] as const) {
    clock.advance(1_000);
    await campus.measure(meter, '1.000', { powerW, voltageV: 230, currentA: powerW / 230, pf: 1 });
  }
  const { rows } = await database.pool.query<{ id: number; spaceId: number; campusId: number }>(
    `select id, space_id as "spaceId", campus_id as "campusId" from meter_point where code = 'F-N'`,
  );
  const { id, spaceId, campusId } = rows[0]!;
  const atMs = clock.now();
  alarmId = (await withTransaction(database, (tx) =>
    applyAlarmSignal(tx, atMs, {
      ...{ rule: 'FEEDER_OVERLOAD', kind: 'RAISE', atMs },
      subject: { campusId, type: 'POINT', id, spaceId },
    }),
  ))!;
});
afterAll(() => campus?.database.drop());

async function below(code: string) {
  const { caller, deps } = await campus.as(code);
  return (await readAlarm(deps, caller, caller.permission('VIEW_ALARMS')!.scope, alarmId)).below;
}

it.each(['energy', 'security-n', 'warden-n', 'maintainer'])(
  'who supervises the rooms sees on a feeder’s alarm which of them draw too much: %s',
  async (code) => {
    expect(await below(code)).toMatchObject({
      rooms: 2,
      lossW: 100,
      over: [{ spaceCode: 'N-101', powerW: 1_800, limitW: 1_500 }],
    });
  },
);

it.each(['auditor', 'admin'])('nobody else does, nor a sum of fewer than five rooms: %s', async (code) => {
  expect(await below(code)).toEqual({ rooms: 2, floors: [], lossW: null, over: [] });
});
