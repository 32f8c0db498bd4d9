import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { FixedClock } from '../../../domain/time/clock';
import { ServiceCampus } from '../../testing/serviceCampus';
import { testCampusDocument } from '../../testing/testCampus';
import { decideRuleChange, type ProposedRule, previewRuleChange, proposeRuleChange } from './changeRule';
import { readRules } from './readRules';

let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
});
afterAll(() => database?.drop());

async function as(code: string) {
  const { caller, deps } = await campus.as(code);
  return {
    preview: (change: ProposedRule) => previewRuleChange(deps, caller, change),
    propose: (change: ProposedRule, reason = 'too many') =>
      proposeRuleChange(deps, caller, { ...change, reason }),
    decide: (id: number, decision: 'APPROVED' | 'REJECTED' | 'WITHDRAWN') =>
      decideRuleChange(deps, caller, { id, decision }),
    page: () => readRules(deps, caller, caller.permission('VIEW_ALARMS')!.scope),
  };
}

/** Live readings every ten seconds, as the engine takes them. */
async function draws(meterCode: string, powers: readonly number[]): Promise<void> {
  for (const powerW of powers) {
    clock.advance(10_000);
    await campus.measure(meterCode, '1.000', {
      powerW,
      voltageV: 230,
      currentA: powerW / 230,
      pf: 1,
      relay: 1,
    });
  }
}
const times = (n: number, powerW: number) => Array.from({ length: n }, () => powerW);
const overload = (space: string | null, limitW: number): ProposedRule => ({
  rule: 'OVERLOAD',
  space,
  body: { limitW },
});

it('a preview counts what the stored readings would have raised, and says where that can not be told', async () => {
  const energy = await as('energy');
  expect(await energy.preview(overload('N', 1_200))).toMatchObject({
    replay: null,
    because: 'NO_READINGS',
  });
  await draws('M-101', [...times(3, 200), ...times(8, 1_400), ...times(10, 200), ...times(8, 1_400)]);
  await draws('M-201', [...times(3, 200), ...times(8, 1_900)]);
  clock.advance(1_000);
  const counts = async (change: ProposedRule) => {
    const { raised, replay } = await energy.preview(change);
    return { raised, today: replay?.today, proposed: replay?.proposed, readings: replay?.readings };
  };
  expect(await counts(overload('N', 1_200))).toEqual({ raised: 0, today: 0, proposed: 2, readings: 29 });
  expect(await counts(overload(null, 1_200))).toEqual({ raised: 1, today: 1, proposed: 3, readings: 40 });
  expect(await counts(overload('S', 2_000))).toEqual({ raised: 1, today: 1, proposed: 0, readings: 11 });
  // So little above its limit that only the on-delay decides.
  expect(await counts(overload('N', 1_390))).toMatchObject({ proposed: 2 });
  const slow = { rule: 'OVERLOAD', space: 'N', body: { limitW: 1_390, onDelayMs: 600_000 } } as const;
  expect(await counts(slow)).toMatchObject({ proposed: 0 });
  expect(await energy.preview({ rule: 'WATER_LEAK', space: null, body: { roomM3h: 0.01 } })).toMatchObject({
    raised: 0,
    replay: null,
    because: 'CLOSED_HOURS',
  });
  expect(await energy.preview({ rule: 'FEEDER_OUTAGE', space: null, body: {} })).toMatchObject({
    replay: null,
    because: 'NOT_FROM_READINGS',
  });
  // Looking changes nothing: what the engine holds of the rule is as before.
  await draws('M-102', [...times(3, 200), ...times(8, 1_400)]);
  const { rows } = await database.pool.query(
    `select 1 from alarm a join meter_point p on p.id = a.subject_id where a.rule = 'OVERLOAD' and p.code = 'P-102'`,
  );
  expect(rows).toEqual([]);
});

it('a preview of missing messages counts what the counters tell, a backlog filling its gaps; one of forbidden loads the suspicions', async () => {
  const energy = await as('energy');
  const beginsMs = clock.now();
  /** Messages of a meter by their count, each so many seconds after the one before. */
  const counted = async (
    meterCode: string,
    messages: readonly (readonly [seq: number, afterS: number])[],
  ) => {
    for (const [seq, afterS] of messages) {
      clock.advance(afterS * 1_000);
      await campus.measure(meterCode, '1.000', {
        boot: 1,
        seq,
        powerW: 200,
        voltageV: 230,
        currentA: 1,
        pf: 1,
        relay: 1,
      });
    }
  };
  const { intervalS } = testCampusDocument.meters.find(({ code }) => code === 'M-202')!;
  const percent = (share: number) => Math.ceil((share * 864) / intervalS!);
  // Eight of a hundred of a day's messages are missing.
  await counted('M-202', [
    [1, 10],
    [2 + percent(8), 10],
    [3 + percent(8), 4_000],
  ]);
  clock.advance(1_000);
  const gaps = async (limitPercent: number) => {
    const { replay } = await energy.preview({ rule: 'SEQUENCE_GAPS', space: 'S', body: { limitPercent } });
    return [replay?.today, replay?.proposed];
  };
  expect(await gaps(10)).toEqual([1, 0]);
  expect(await gaps(5)).toEqual([1, 1]);
  clock.set(beginsMs + 2 * 86_400_000);
  await draws('M-102', [...times(9, 200), ...times(9, 1_250)]);
  clock.advance(1_000);
  // Those of the first test switched on 1,200 W, this one 1,050 W.
  const heaters = await energy.preview({ rule: 'FORBIDDEN_LOAD', space: 'N', body: { leastStepW: 1_100 } });
  expect(heaters.replay).toMatchObject({ today: 4, proposed: 3, withoutEvents: true });
});

it('a change takes two people, holds from the next reading on, and its versions stand beside each other', async () => {
  const [energy, energy2, admin] = [await as('energy'), await as('energy2'), await as('admin')];
  const { id } = await energy.propose(overload('N', 1_200));
  await expect(energy2.propose(overload('N', 1_300))).rejects.toMatchObject({ reason: 'RULE_PROPOSAL_OPEN' });
  await expect(energy.decide(id, 'APPROVED')).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
  await expect(energy2.decide(id, 'WITHDRAWN')).rejects.toMatchObject({ reason: 'NOT_YOURS' });
  await expect(admin.propose(overload('N', 1_300))).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
  expect((await admin.page()).proposals).toMatchObject([
    { id, space: 'N', state: 'PENDING', body: { limitW: 1_200 }, proposedBy: 'Energy', seenVersion: 0 },
  ]);
  // An admin who is the same human being is no second person.
  const areOne = (person: string | null) =>
    database.pool.query(
      `update app_user set person_id = (select id from person where code = $1) where code in ('energy', 'admin')`,
      [person],
    );
  await areOne('ST1');
  await expect(admin.decide(id, 'APPROVED')).rejects.toMatchObject({ reason: 'SAME_PERSON' });
  await areOne(null);
  await admin.decide(id, 'APPROVED');
  await expect(admin.decide(id, 'REJECTED')).rejects.toMatchObject({ reason: 'DECIDED' });

  await draws('M-102', [...times(3, 200), ...times(8, 1_400)]);
  const { rows } = await database.pool.query<{ limit: number }>(
    `select (a.evidence->>'limit')::int as limit from alarm a join meter_point p on p.id = a.subject_id
      where a.rule = 'OVERLOAD' and p.code = 'P-102'`,
  );
  expect(rows).toEqual([{ limit: 1_200 }]);

  const second = await energy.propose({ rule: 'OVERLOAD', space: 'N', body: { limitW: 1_300, off: false } });
  await admin.decide(second.id, 'APPROVED');
  const settings = (await energy.page()).settings.filter(({ rule }) => rule === 'OVERLOAD');
  expect(settings).toMatchObject([
    { space: 'N', version: 2, body: { limitW: 1_300, off: false }, setBy: 'Admin' },
    { space: 'N', version: 1, body: { limitW: 1_200 }, setBy: 'Admin' },
  ]);
  const audit = await database.pool.query(
    `select actor, action from audit_log where action like 'RULE\\_%' order by id`,
  );
  expect(audit.rows).toEqual([
    { actor: 'user:energy', action: 'RULE_PROPOSED' },
    { actor: 'user:admin', action: 'RULE_APPROVED' },
    { actor: 'user:energy', action: 'RULE_PROPOSED' },
    { actor: 'user:admin', action: 'RULE_APPROVED' },
  ]);
});

it('a bad setting is refused by its name, and what was compared with another version is not published', async () => {
  const [energy, admin] = [await as('energy'), await as('admin')];
  const change = (rule: ProposedRule['rule'], body: ProposedRule['body'], space: string | null = null) =>
    energy.propose({ rule, space, body });
  const refused = (reason: string, field: string) => ({ reason, details: { field } });
  await expect(change('OVERLOAD', { limitW: 0 })).rejects.toMatchObject(
    refused('SETTING_RANGE', '/body/limitW'),
  );
  await expect(change('GAS_LEAK', { off: true })).rejects.toMatchObject(
    refused('UNKNOWN_SETTING', '/body/off'),
  );
  await expect(change('OVERLOAD', { limitW: 9 }, 'Z')).rejects.toMatchObject(refused('SPACE', '/space'));
  await expect(energy.propose(overload(null, 9), ' ')).rejects.toMatchObject(refused('REASON', '/reason'));
  const { id } = await change('TAMPER', { off: true });
  await campus.add({
    campus: testCampusDocument.campus,
    rules: [{ rule: 'TAMPER', settings: { off: false } }],
  });
  await expect(admin.decide(id, 'APPROVED')).rejects.toMatchObject({ reason: 'RULE_MOVED' });
  await energy.decide(id, 'WITHDRAWN');
});
