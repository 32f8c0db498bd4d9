import type { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveRoom } from '../../contracts/liveEvents';
import { FixedClock } from '../../domain/time/clock';
import { applyTopUp } from '../../engine/applyTopUp';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { checkSignIn } from '../auth/checkSignIn';
import { readSession } from '../auth/readSession';
import { SignInLimit } from '../auth/signInLimit';
import { reportReadings } from '../testing/reportReadings';
import { TEST_NOW_MS, type TestServer } from '../testing/startTestServer';
import { testCampusDocument } from '../testing/testCampus';
import { callsAs, callsWith, refusal, startReadServer } from '../testing/trpcCalls';

let test: TestServer;

beforeAll(async () => {
  test = await startReadServer();
});

afterAll(() => test?.stop());

const as = (cookieHeader: string | null) => callsWith(test, cookieHeader);
const asUser = (code: string) => callsAs(test, code);

describe('a session', () => {
  it('tells each role where it lands and what it may', async () => {
    const homes: Record<string, string> = {
      student: '/me',
      head: '/quota/PHYS',
      'warden-n': '/alarms',
      'security-n': '/alarms',
      maintainer: '/alarms',
      energy: '/overview',
      finance: '/finance/ledger',
      auditor: '/overview',
      admin: '/admin',
    };
    for (const [code, home] of Object.entries(homes)) {
      expect(await (await asUser(code)).session.me(), code).toMatchObject({ kind: 'USER', code, home });
    }
    expect(await (await as(null)).call.session.me()).toMatchObject({ kind: 'NOBODY', home: '/login' });
  });

  it('ends when the user is disabled or their rights change, though the cookie is still good', async () => {
    const cookie = await test.cookie('auditor');
    const reader = { ...test.server.host };
    expect(await readSession(reader, cookie)).not.toBeNull();
    await test.database.pool.query(
      "update app_user set session_version = session_version + 1 where code = 'auditor'",
    );
    expect(await readSession(reader, cookie)).toBeNull();
    const fresh = await test.cookie('auditor');
    expect(await readSession(reader, fresh)).not.toBeNull();
    await test.database.pool.query("update app_user set disabled = true where code = 'auditor'");
    expect(await readSession(reader, fresh)).toBeNull();
    await test.database.pool.query("update app_user set disabled = false where code = 'auditor'");
  });

  it('is not made by a cookie that another secret signed', async () => {
    const cookie = await test.cookie('admin');
    expect(await readSession({ ...test.server.host, authSecret: 'x'.repeat(32) }, cookie)).toBeNull();
    expect(await readSession(test.server.host, `${cookie.slice(0, -6)}abcdef`)).toBeNull();
  });

  it('begins with the right password only, and guessing is slowed down per name and address', async () => {
    const deps = { database: test.database, signInLimit: new SignInLimit({ now: () => 0 }), demo: false };
    const attempt = { name: 'admin', password: 'admin-pass', oneTap: false, address: '9.9.9.9' };
    expect(await checkSignIn(deps, attempt)).toMatchObject({ sessionVersion: expect.any(Number) });
    expect(await checkSignIn(deps, { ...attempt, password: '', oneTap: true })).toBeNull();
    expect(await checkSignIn(deps, { ...attempt, name: 'nobody' })).toBeNull();
    expect(await checkSignIn(deps, { ...attempt, name: 'a\u0000b' })).toBeNull();
    for (let wrong = 0; wrong < 4; wrong++) {
      expect(await checkSignIn(deps, { ...attempt, password: 'wrong' })).toBeNull();
    }
    await expect(checkSignIn(deps, attempt)).rejects.toMatchObject({ reason: 'TOO_MANY_ATTEMPTS' });
    expect(await checkSignIn(deps, { ...attempt, address: '8.8.8.8' })).not.toBeNull();
  });

  it('by one tap exists in the demo only', async () => {
    const deps = { database: test.database, signInLimit: new SignInLimit({ now: () => 0 }), demo: true };
    const tap = { name: 'energy', password: '', oneTap: true, address: '9.9.9.9' };
    expect(await checkSignIn(deps, tap)).not.toBeNull();
    expect(await (await as(null)).call.session.demoSignIns()).toEqual([]);
  });
});

describe('roles and scopes', () => {
  it('a cut is for security in its zone and for energy managers, and its step is seen there', async () => {
    const ask = { pointCode: 'P-101', action: 'disconnect' as const, reason: 'Room vacated' };
    for (const code of ['student', 'head', 'warden-n', 'maintainer', 'finance', 'auditor', 'admin']) {
      const refused = await refusal((await asUser(code)).commands.request(ask));
      expect(refused, code).toEqual({ code: 'FORBIDDEN', reason: 'ROLE_MISSING' });
    }
    const security = await asUser('security-n');
    const elsewhere = await refusal(security.commands.request({ ...ask, pointCode: 'P-201' }));
    expect(elsewhere).toEqual({ code: 'NOT_FOUND', reason: 'METER_POINT' });
    const { commandId } = await security.commands.request(ask);
    expect(await security.commands.byId({ id: commandId! })).toMatchObject({
      point: 'P-101',
      action: 'DISCONNECT',
      state: 'QUEUED',
      requestedBy: 'Security North',
      notBefore: TEST_NOW_MS + 5_000,
    });
    const { rows } = await test.database.pool.query(
      "select actor, action, target from audit_log where target = 'point:P-101'",
    );
    expect(rows).toEqual([{ actor: 'user:security-n', action: 'SUPPLY_DISCONNECT', target: 'point:P-101' }]);
  });

  it('a command of another zone can’t be read, and nobody takes back another person’s command', async () => {
    const energy = await asUser('energy');
    const { commandId } = await energy.commands.request({
      pointCode: 'P-201',
      action: 'disconnect',
      reason: 'x',
    });
    const security = await asUser('security-n');
    expect((await refusal(security.commands.byId({ id: commandId! }))).code).toBe('NOT_FOUND');
    const other = await asUser('energy2');
    expect((await refusal(other.commands.undo({ commandId: commandId! }))).code).toBe('NOT_FOUND');
    await energy.commands.undo({ commandId: commandId! });
    expect(await energy.commands.byId({ id: commandId! })).toMatchObject({ state: 'CANCELLED' });
  });

  it('while one person has a panel open, another is told the name', async () => {
    const energy = await asUser('energy');
    await energy.commands.arm({ pointCode: 'P-102' });
    const second = await refusal((await asUser('energy2')).commands.arm({ pointCode: 'P-102' }));
    expect(second).toEqual({ code: 'PRECONDITION_FAILED', reason: 'ARMED_BY_OTHER' });
    await energy.commands.release({ pointCode: 'P-102' });
    await (await asUser('energy2')).commands.arm({ pointCode: 'P-102' });
  });

  it('a maintainer restores under the own tag only', async () => {
    const refused = await refusal(
      (await asUser('maintainer')).commands.request({
        pointCode: 'P-201',
        action: 'connect',
        reason: 'done',
      }),
    );
    expect(refused).toEqual({ code: 'FORBIDDEN', reason: 'OWN_TAG_NEEDED' });
  });

  it('live rooms open by role and zone', async () => {
    const may = async (code: string, room: LiveRoom) => {
      const call = await asUser(code);
      return call.live.snapshot({ room }).then(
        () => 'OK',
        (error: TRPCError) => error.code,
      );
    };
    expect(await may('security-n', 'building:N')).toBe('OK');
    expect(await may('security-n', 'building:S')).toBe('FORBIDDEN');
    expect(await may('energy', 'building:S')).toBe('OK');
    expect(await may('finance', 'building:S')).toBe('OK');
    expect(await may('finance', 'alarms')).toBe('OK');
    expect(await may('head', 'alarms')).toBe('FORBIDDEN');
    expect(await may('head', 'campus')).toBe('FORBIDDEN');
    expect(await may('student', 'room:N-101')).toBe('OK');
    expect(await may('student', 'room:N-102')).toBe('FORBIDDEN');
    expect(await may('student', 'account:A-102')).toBe('FORBIDDEN');
    expect(await may('energy', 'room:NOWHERE')).toBe('NOT_FOUND');
  });

  it('money is shown to finance and to the own room, bands without money to the others', async () => {
    const balanceFor = async (code: string, room: LiveRoom) =>
      (await (await asUser(code)).live.snapshot({ room })).balances[0];
    expect(await balanceFor('finance', 'account:A-101')).toMatchObject({ availableMicro: '50000000' });
    expect(await balanceFor('student', 'account:A-101')).toMatchObject({ availableMicro: '50000000' });
    expect(await balanceFor('energy', 'account:A-101')).toMatchObject({
      availableMicro: null,
      ledgerMicro: null,
    });
    expect(await balanceFor('warden-n', 'account:A-101')).toMatchObject({ availableMicro: null });
    const rows = async (code: string) =>
      (await (await asUser(code)).live.snapshot({ room: 'building:N' })).rows;
    expect((await rows('energy')).map((row) => row[0])).toContain('M-101');
    expect(await rows('finance')).toEqual([]);
  });
});

describe('a resident who moved in later', () => {
  it('sees what was used and paid since then, and nothing of what was before', async () => {
    await reportReadings(test, 'M-102', [
      ['08:00', '1.000'],
      ['09:00', '2.000'],
      ['11:30', '3.000'],
      ['11:45', '4.000'],
    ]);
    const moved = await importCampus(
      test.database,
      { clock: test.clock, log: silentLog },
      {
        campus: testCampusDocument.campus,
        persons: [
          { code: 'OLD', name: 'Moved Out' },
          { code: 'NEW', name: 'Moved In' },
        ],
        occupancies: [
          { account: 'A-102', person: 'OLD', from: '2025-09-01', to: '2025-09-10T11:00:00+08:00' },
          { account: 'A-102', person: 'NEW', from: '2025-09-10T11:00:00+08:00' },
        ],
        users: ['OLD', 'NEW'].map((person) => ({
          code: `student-${person}`,
          person,
          roles: [{ role: 'STUDENT' }],
        })),
      },
      { actor: 'test' },
    );
    expect(moved.applied).toBe(true);
    const movedInMs = Date.parse('2025-09-10T11:00:00+08:00');
    await applyTopUp(
      test.database,
      { clock: new FixedClock(movedInMs - 3_600_000), log: silentLog },
      {
        campusId: test.campusId,
        accountCode: 'A-102',
        amountMicro: 20_000_000n,
        channel: 'counter',
        reference: 'of-the-old-one',
        actor: 'test',
      },
    );
    const page = { accountCode: 'A-102', before: null, limit: 10 };
    const ofFinance = await (await asUser('finance')).rooms.charges(page);
    expect(ofFinance.rows.map((row) => row.quantityMicro)).toEqual([1_000_000n, 1_000_000n, 1_000_000n]);
    const resident = await asUser('student-NEW');
    const own = await resident.rooms.charges(page);
    expect(own.rows).toEqual(ofFinance.rows.slice(0, 1));
    expect(await resident.rooms.charge({ id: ofFinance.rows[0]!.id })).toMatchObject({
      accountCode: 'A-102',
    });
    for (const { id } of ofFinance.rows.slice(1))
      expect(await refusal(resident.rooms.charge({ id }))).toMatchObject({ code: 'NOT_FOUND' });
    const payments = async (code: string) =>
      (await (await asUser(code)).rooms.history({ code: 'N-102' })).events.flatMap((event) =>
        event.kind === 'PAYMENT' ? event.reference : [],
      );
    expect(await payments('finance')).toContain('of-the-old-one');
    expect(await payments('student-NEW')).not.toContain('of-the-old-one');
    const meter = { code: 'N-102', meterCode: 'M-102' };
    const trace = await resident.rooms.trace({ ...meter, minutes: 60 });
    expect(trace.fromMs).toBeGreaterThanOrEqual(movedInMs);
    // Hours are those in which a reading arrived: the one of 11:30 is of the own time.
    expect((await resident.rooms.week({ ...meter, accountCode: 'A-102' })).totalMicro).toBe('2000000');
    expect(await refusal((await asUser('student-OLD')).rooms.charges(page))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

it('finance sees the alarms about money, and no others', async () => {
  const insert = async (rule: string) => {
    const { rows } = await test.database.pool.query<{ id: number }>(
      `insert into alarm (campus_id, rule, priority, subject_type, subject_id, active, since_ms, raised_ms, last_ms,
                          active_since_ms, activations, evidence)
       select id, $2, 2, 'SITE', id, true, $1, $1, $1, $1, '[]', '{}' from campus where code = 'TC' returning id::float8 as id`,
      [TEST_NOW_MS, rule],
    );
    return rows[0]!.id;
  };
  const job = await insert('JOB_FAILED');
  const money = await insert('PAYMENT_SUSPENSE');
  const held = await insert('BALANCE_ANOMALY');
  const { alarms } = await asUser('finance');
  const seen = await alarms.list();
  expect(seen.contexts.map(({ id }) => id)).toEqual([String(held), String(money)]);
  // Who sees no others is told who does.
  expect(seen.placesSeenBy).toEqual([
    'WARDEN',
    'SECURITY',
    'MAINTAINER',
    'ENERGY_MANAGER',
    'AUDITOR',
    'ADMIN',
  ]);
  expect(await refusal(alarms.detail({ id: job }))).toMatchObject({ code: 'NOT_FOUND' });
  const shown = await alarms.detail({ id: money });
  expect(shown.alarm.rule).toBe('PAYMENT_SUSPENSE');
  expect(shown.earlier.map(({ rule }) => rule)).toEqual(['PAYMENT_SUSPENSE', 'BALANCE_ANOMALY']);
  const { releaseCharge, ...others } = shown.context.rights;
  expect(Object.values(others)).not.toContain(true);
  // A held charge is for finance to release, and for nobody else.
  expect(releaseCharge).toBe(true);
  const release = { id: held, note: 'the price was wrong' };
  expect(await refusal(alarms.releaseCharge(release))).toMatchObject({ reason: 'NO_HELD_CHARGE' });
  const reject = { id: held, reason: 'the display was read wrongly' };
  expect(await refusal(alarms.rejectCharge(reject))).toMatchObject({ reason: 'NO_HELD_CHARGE' });
  const energy = (await asUser('energy')).alarms;
  for (const denied of [() => energy.releaseCharge(release), () => energy.rejectCharge(reject)])
    expect(await refusal(denied())).toMatchObject({ code: 'FORBIDDEN' });
  expect(await refusal(alarms.covered())).toMatchObject({ code: 'FORBIDDEN' });
  expect(await refusal(alarms.acknowledge({ ids: [money] }))).toMatchObject({ code: 'FORBIDDEN' });
  expect((await (await asUser('energy')).alarms.list()).contexts.map(({ id }) => id)).toEqual(
    expect.arrayContaining([String(money), String(job)]),
  );
});

it('the load of a room is drawn beside its alarm for those alone who see it live; a feeder’s for all who see the alarm', async () => {
  const raised = async (point: string) => {
    const { rows } = await test.database.pool.query<{ id: number }>(
      `insert into alarm (campus_id, rule, priority, subject_type, subject_id, space_id, active, since_ms, raised_ms, last_ms,
                          active_since_ms, activations, evidence)
       select campus_id, 'BALANCE_ANOMALY', 1, 'POINT', id, space_id, true, $1, $1, $1, $1, '[]', '{}'
         from meter_point where code = $2 returning id::float8 as id`,
      [TEST_NOW_MS, point],
    );
    return rows[0]!.id;
  };
  const [room, feeder] = [await raised('P-102'), await raised('F-N')];
  const seen = async (code: string) => {
    const { alarms } = await asUser(code);
    const traces = [await alarms.detail({ id: room }), await alarms.detail({ id: feeder })];
    return traces.map(({ trace }) => trace !== null);
  };
  for (const code of ['energy', 'warden-n']) expect(await seen(code), code).toEqual([true, true]);
  for (const code of ['finance', 'auditor', 'admin']) expect(await seen(code), code).toEqual([false, true]);
});

it('a restore that a resident confirmed is told as a resident’s, without the name', async () => {
  const id = '01J7ZK3V8N4QK6T2M9R5W1X0YC';
  await test.database.pool.query(
    `insert into command (id, campus_id, point_id, meter_id, op, args, state, cause, why, actor, automatic, created_ms, not_before_ms,
       expires_ms, finished_ms)
     select $1, p.campus_id, p.id, m.id, 'connect', '{}', 'VERIFIED', 'SAFETY', 'resident_confirmed', 'user:student', false, $2, $2, $2, $2
       from meter_point p, meter m where p.code = 'P-101' and m.code = 'M-101'`,
    [id, TEST_NOW_MS],
  );
  for (const code of ['energy', 'security-n', 'auditor'])
    expect(await (await asUser(code)).commands.byId({ id }), code).toMatchObject({ requestedBy: 'resident' });
});

describe('a second person', () => {
  async function raiseP1(): Promise<number> {
    const { rows } = await test.database.pool.query<{ id: number }>(
      `insert into alarm (campus_id, rule, priority, subject_type, subject_id, space_id, active, since_ms, raised_ms, last_ms,
                          active_since_ms, activations, evidence)
       select p.campus_id, 'OVERLOAD', 1, 'POINT', p.id, p.space_id, true, $1, $1, $1, $1, '[]', '{}'
         from meter_point p where p.code = 'P-101' returning id::float8 as id`,
      [TEST_NOW_MS],
    );
    return rows[0]!.id;
  }
  const shelve = (call: Awaited<ReturnType<typeof asUser>>, id: number, name: string, password: string) =>
    refusal(call.alarms.shelve({ id, reason: 'WORKS', forMs: 60_000, second: { name, password } }));

  it('is asked for a password only by who may shelve, and wrong ones count as tries to sign in', async () => {
    const id = await raiseP1();
    const security = await asUser('security-n');
    for (let attempt = 0; attempt < 7; attempt++)
      expect(await shelve(security, id, 'finance', 'guess')).toMatchObject({ code: 'FORBIDDEN' });
    const energy = await asUser('energy');
    for (let attempt = 0; attempt < 5; attempt++)
      expect(await shelve(energy, id, 'finance', 'guess')).toMatchObject({ reason: 'SECOND_PERSON_WRONG' });
    expect(await shelve(energy, id, 'finance', 'finance-pass')).toMatchObject({
      reason: 'TOO_MANY_ATTEMPTS',
    });
    await expect(
      checkSignIn(
        { database: test.database, signInLimit: test.server.host.signInLimit, demo: false },
        { name: 'finance', password: 'finance-pass', oneTap: false, address: '10.1.1.1' },
      ),
    ).rejects.toMatchObject({ reason: 'TOO_MANY_ATTEMPTS' });
  });
});
