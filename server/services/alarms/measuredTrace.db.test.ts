import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import { ensurePartitionRange } from '../../../db/partitions';
import type { AlarmRuleCode } from '../../../domain/alarms/alarmCatalogue';
import { applyAlarmSignal } from '../../../engine/applyAlarmEvent';
import { ServiceCampus } from '../../testing/serviceCampus';
import { readAlarm } from './readAlarm';

const MINUTE_MS = 60_000;
const PHASES = { ua: 231, ub: 229, uc: 202, ia: 20, ib: 10, ic: 30 };

let campus: ServiceCampus;
let point: { id: number; spaceId: number; campusId: number; meterId: number };

beforeAll(async () => {
  campus = await ServiceCampus.start();
  const { rows } = await campus.database.pool.query<typeof point>(
    `select p.id, p.space_id as "spaceId", p.campus_id as "campusId", i.meter_id as "meterId"
       from meter_point p join meter_install i on i.point_id = p.id and i.valid_to is null where p.code = 'P-101'`,
  );
  point = rows[0]!;
  await ensurePartitionRange(
    campus.database,
    campus.clock.now() - 86_400_000,
    campus.clock.now() + 86_400_000,
  );
});
afterAll(() => campus?.database.drop());

/** A reading of the meter some minutes ago. */
const hears = (minutesAgo: number, extra: object | null) =>
  campus.database.pool.query(
    `insert into reading (meter_id, ts, rx_ts, power_w, voltage_v, current_a, extra) values ($1, $2, $2, 400, 231, 2, $3)`,
    [point.meterId, new Date(campus.clock.now() - minutesAgo * MINUTE_MS), extra && JSON.stringify(extra)],
  );

async function pageOf(rule: AlarmRuleCode, evidence: object) {
  const atMs = campus.clock.now();
  const id = (await withTransaction(campus.database, (tx) =>
    applyAlarmSignal(tx, atMs, {
      ...{ rule, kind: 'RAISE', atMs, evidence: { ...evidence } },
      subject: { campusId: point.campusId, type: 'POINT', id: point.id, spaceId: point.spaceId },
    }),
  ))!;
  const { caller, deps } = await campus.as('energy');
  return readAlarm(deps, caller, caller.permission('VIEW_ALARMS')!.scope, id);
}

it('each alarm draws what its own rule judged, in the unit of its limit, and none that its readings do not hold', async () => {
  const none = await pageOf('OVER_TEMPERATURE', { value: 91, limit: 70, unit: 'C', sign: 'HEAT' });
  expect(none).toMatchObject({ measure: 'TEMPERATURE', measured: null });
  await hears(0.3, { temp: 34, ires: 0.004, ...PHASES });
  await hears(0.2, { temp: 'none' });
  await hears(0.1, { temp: 91, ires: 0.052, ...PHASES });
  const valuesOf = async (rule: AlarmRuleCode, evidence: object = {}) => {
    const { measured } = await pageOf(rule, evidence);
    return measured?.points.map(([, value]) => value && Math.round(value * 10) / 10);
  };
  expect(await valuesOf('OVER_TEMPERATURE')).toEqual([34, 91]);
  expect(await valuesOf('LEAKAGE')).toEqual([4, 52]);
  expect(await valuesOf('VOLTAGE_RANGE')).toEqual([202, 231, 202]);
  expect(await valuesOf('OVER_CURRENT')).toEqual([30, 2, 30]);
  expect(await valuesOf('PHASE_IMBALANCE', { sign: 'CURRENT' })).toEqual([50, 50]);
  expect(await pageOf('OVERLOAD', {})).toMatchObject({ measure: 'LOAD', measured: null });
  expect(await pageOf('CLOCK_DRIFT', {})).toMatchObject({ measure: null, measured: null });
});
