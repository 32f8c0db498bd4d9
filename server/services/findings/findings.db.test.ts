import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hoursOf, storeHourly } from '../../../db/testing/storeHourly';
import { ServiceCampus } from '../../testing/serviceCampus';
import { TEST_NOW_MS } from '../../testing/startTestServer';
import { findingHours } from './findingHours';
import { viewFindings } from './viewFindings';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let campus: ServiceCampus;
const ids: Record<string, number> = {};

interface Raised {
  readonly rule: string;
  readonly point?: string;
  readonly space?: string;
  readonly evidence: object;
  readonly raisedMs?: number;
  /** Default as raised. */
  readonly sinceMs?: number;
  readonly returnedMs?: number;
  readonly count?: number;
}

/** An episode as a job over closed hours would have left it. */
async function raise(name: string, one: Raised): Promise<void> {
  const { rule, point = null, space = null, evidence, count = 1 } = one;
  const raisedMs = one.raisedMs ?? TEST_NOW_MS - HOUR;
  const returnedMs = one.returnedMs ?? null;
  const { rows } = await campus.database.pool.query<{ id: number }>(
    `insert into alarm (campus_id, rule, priority, subject_type, subject_id, space_id, active, acknowledged, latched, since_ms,
         raised_ms, last_ms, returned_ms, ended_ms, count, active_since_ms, activations, evidence, escalation)
     select s.campus_id, $1, 3, case when p.id is null then 'SPACE' else 'POINT' end, coalesce(p.id, s.id), s.id, $6::bigint is null,
            false, false, $8, $5, $5, $6, $6, $7, $5, '[]', $4, 0
       from space s left join meter_point p on p.code = $2
      where s.code = coalesce($3, (select code from space where id = p.space_id)) returning id::int as id`,
    [rule, point, space, JSON.stringify(evidence), raisedMs, returnedMs, count, one.sinceMs ?? raisedMs],
  );
  ids[name] = rows[0]!.id;
}

const listed = async (user: string) => {
  const { caller, deps } = await campus.as(user);
  return viewFindings(deps, caller, caller.permission('VIEW_ALARMS')!.scope);
};
const hours = async (user: string, name: string) => {
  const { caller, deps } = await campus.as(user);
  return findingHours(deps, caller, caller.permission('VIEW_ALARMS')!.scope, ids[name]!);
};

beforeAll(async () => {
  campus = await ServiceCampus.start();
  await raise('anomaly', {
    rule: 'CONSUMPTION_ANOMALY',
    point: 'P-101',
    evidence: { value: 10, unit: 'KWH', z: 7.5 },
  });
  await raise('loss', {
    // Told of late, of days that were closed before.
    ...{ rule: 'NON_TECHNICAL_LOSS', point: 'F-N', sinceMs: TEST_NOW_MS - 2 * DAY },
    evidence: { value: 16, unit: 'KWH', cusum: 21, days: 3 },
  });
  await raise('vacant', {
    ...{
      rule: 'VACANT_USE',
      point: 'P-201',
      returnedMs: TEST_NOW_MS - HOUR,
      raisedMs: TEST_NOW_MS - 2 * HOUR,
    },
    evidence: { value: 2, limit: 0.2, unit: 'KWH' },
  });
  await raise('old', {
    ...{
      rule: 'VACANT_USE',
      point: 'P-202',
      raisedMs: TEST_NOW_MS - 40 * DAY,
      returnedMs: TEST_NOW_MS - 31 * DAY,
    },
    evidence: { value: 99, limit: 0.2, unit: 'KWH' },
  });
  const meters = await campus.database.pool.query<{ code: string }>(
    `select m.code from meter m join meter_install i on i.meter_id = m.id join meter_point p on p.id = i.point_id where p.code = 'P-101'`,
  );
  const { rows } = await campus.database.pool.query<{ id: number }>(
    "select id from campus where code = 'TC'",
  );
  await storeHourly(
    campus.database,
    rows[0]!.id,
    hoursOf(meters.rows[0]!.code, TEST_NOW_MS - 35 * DAY, TEST_NOW_MS - HOUR, () => 500_000n),
  );
});
afterAll(() => campus?.database.drop());

describe('findings', () => {
  it('are those of the last 30 days, the dearest first, with score, quantity and what that costs today', async () => {
    const { findings, days, worthMicro } = await listed('energy');
    expect(days).toBe(30);
    expect(findings.map(({ id }) => Number(id))).toEqual([ids.loss, ids.anomaly, ids.vacant]);
    const [loss, anomaly, vacant] = findings;
    // Three days before the alarm and two since, 16 kWh each, at 0.5283.
    expect(loss).toMatchObject({ total: 80, perDay: 16, worthMicro: '42264000', active: true });
    expect(loss!.score).toEqual({ kind: 'CUSUM', value: 21 });
    expect(anomaly).toMatchObject({ total: 10, perDay: null, score: { kind: 'SPREADS', value: 7.5 } });
    expect(vacant).toMatchObject({ total: 2, active: false, score: { kind: 'TIMES_LIMIT', value: 10 } });
    expect(worthMicro).toBe('42264000');
  });

  it('hold money of rooms back from whoever does not see it, and all money from who sees no tariffs', async () => {
    const { findings } = await listed('energy');
    for (const one of findings.filter(({ rule }) => rule !== 'NON_TECHNICAL_LOSS'))
      expect(one).toMatchObject({ worthMicro: null, masked: true });
    const guarded = await listed('security-n');
    expect(guarded.worthMicro).toBeNull();
    expect(guarded.findings.map(({ worthMicro, masked }) => ({ worthMicro, masked }))).toEqual([
      { worthMicro: null, masked: true },
      { worthMicro: null, masked: true },
    ]);
  });

  it('hold back what a person pays for a room, as what the room itself pays', async () => {
    const paidBy = (kind: string) =>
      campus.database.pool.query("update account set kind = $1 where code in ('A-101', 'A-201')", [kind]);
    await paidBy('PERSON');
    for (const who of ['energy', 'auditor', 'admin'])
      for (const one of (await listed(who)).findings.filter(({ rule }) => rule !== 'NON_TECHNICAL_LOSS'))
        expect(one, `${who} ${one.rule}`).toMatchObject({ worthMicro: null, masked: true });
    await paidBy('ROOM');
  });

  it('tell what a single room used to those alone who see rooms live', async () => {
    for (const who of ['auditor', 'admin'])
      for (const { rule, total, perDay } of (await listed(who)).findings)
        expect([total, perDay], `${who} ${rule}`).toEqual(
          rule === 'NON_TECHNICAL_LOSS' ? [80, 16] : [null, null],
        );
    expect((await listed('security-n')).findings.map(({ total }) => total)).toEqual([80, 10]);
  });

  it('are of the places of the viewer alone', async () => {
    const { findings } = await listed('security-n');
    expect(findings.map(({ id }) => Number(id))).toEqual([ids.loss, ids.anomaly]);
    await expect(hours('security-n', 'vacant')).rejects.toMatchObject({ code: 'notFound' });
  });

  it('show the hours around them with what is usual, of a room only to who sees it live', async () => {
    const shown = await hours('energy', 'anomaly');
    expect(shown!.hours).toHaveLength(96);
    expect(shown!.hours[0]).toMatchObject({ value: 500, usual: { low: 500, median: 500, high: 500 } });
    expect(shown!.utility).toBe('ELECTRICITY');
    expect(await hours('auditor', 'anomaly')).toBeNull();
    expect(await hours('auditor', 'loss'), 'its feeder supplies two rooms').toBeNull();
    expect(await hours('energy', 'loss')).not.toBeNull();
  });
});
