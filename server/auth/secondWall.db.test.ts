import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDb, transactionOn } from '../../db/client';
import { noScope } from '../../db/queries/scope';
import { type Reach, type ScopedSource, scopedSource } from '../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { VIEWER_ROLE } from '../../db/viewerRole';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { requestSupply } from '../../engine/requestSupply';
import { callerOf } from '../testing/callerOf';
import { reportReadings } from '../testing/reportReadings';
import { TEST_NOW_MS } from '../testing/startTestServer';
import { testCampusDocument } from '../testing/testCampus';
import { createApiKey, readApiKey } from './apiKeys';

/**
 * The wall behind the queries: what comes out of a statement that names no scope at all. Two campuses with the same codes,
 * people in several rooms, money, commands and notices in each.
 */

const clock = new FixedClock(TEST_NOW_MS);
const engine = { clock, log: silentLog };
let database: TestDatabase;
let campusId: number;

const people = {
  persons: [
    { code: 'ST1', name: 'Student One' },
    { code: 'ST2', name: 'Roommate' },
    { code: 'ST3', name: 'Next door' },
    { code: 'ST4', name: 'South' },
    { code: 'OLD', name: 'Lived here before' },
    { code: 'WN', name: 'Warden North', contact: '8101' },
  ],
  occupancies: [
    { account: 'A-101', person: 'OLD', from: '2025-08-01', to: '2025-09-01' },
    { account: 'A-101', person: 'ST1', from: '2025-09-01' },
    { account: 'A-101', person: 'ST2', from: '2025-09-01' },
    { account: 'A-102', person: 'ST3', from: '2025-09-01' },
    { account: 'A-201', person: 'ST4', from: '2025-09-01' },
  ],
};

const campusA = {
  ...testCampusDocument,
  ...people,
  accounts: testCampusDocument.accounts.map((account) => ({ ...account, since: '2025-08-01' })),
  users: [
    ...testCampusDocument.users.map((user) =>
      user.code === 'warden-n' ? { ...user, person: 'WN', name: undefined } : user,
    ),
    { code: 'both', person: 'ST4', roles: [{ role: 'STUDENT' }, { role: 'SECURITY', scope: 'N' }] },
  ],
};
const campusB = {
  ...campusA,
  campus: { ...testCampusDocument.campus, code: 'TB' },
  spaces: testCampusDocument.spaces.map((space) => ({
    ...space,
    ...(space.code === 'TC' ? { code: 'TB' } : {}),
    ...('parent' in space && space.parent === 'TC' ? { parent: 'TB' } : {}),
  })),
  users: [{ code: 'b-finance', name: 'B', roles: [{ role: 'FINANCE' }] }],
};

/** Where each row of a walled table belongs, asked as the owner: its key, its campus and its room. */
const PLACES = `with acc as (select a.id, c.code as campus, s.code as room from account a join campus c on c.id = a.campus_id
                       left join space s on s.id = a.space_id),
                     pt as (select p.id, c.code as campus, s.code as room from meter_point p join campus c on c.id = p.campus_id
                       join space s on s.id = p.space_id) `;
const WALLED: Record<string, { key: string; place: string; campus?: string; room?: string }> = {
  account: { key: 'id', place: 'account t join acc w on w.id = t.id' },
  account_balance: { key: 'account_id', place: 'account_balance t join acc w on w.id = t.account_id' },
  stream: { key: 'id', place: 'stream t join acc w on w.id = t.account_id' },
  accrual: { key: 'account_id', place: 'accrual t join acc w on w.id = t.account_id' },
  locked_adjustment: { key: 'id', place: 'locked_adjustment t join acc w on w.id = t.account_id' },
  entitlement: { key: 'id', place: 'entitlement t join acc w on w.id = t.account_id' },
  entitlement_use: { key: 'account_id', place: 'entitlement_use t join acc w on w.id = t.account_id' },
  time_left: { key: 'account_id', place: 'time_left t join acc w on w.id = t.account_id' },
  notice: { key: 'id', place: 'notice t join acc w on w.id = t.account_id' },
  delivery: {
    key: 'id',
    place: 'delivery t join notice n on n.id = t.notice_id join acc w on w.id = n.account_id',
  },
  charge: { key: 'id', place: 'charge t join acc w on w.id = t.account_id' },
  payment: { key: 'id', place: 'payment t join acc w on w.id = t.account_id' },
  top_up_latency: {
    key: 'payment_id',
    place: 'top_up_latency t join payment y on y.id = t.payment_id join acc w on w.id = y.account_id',
  },
  ledger_account: {
    key: 'name',
    place: 'ledger_account t join campus c on c.id = t.campus_id left join acc w on w.id = t.account_id',
    campus: 'c.code',
  },
  ledger_tx: {
    key: 'id',
    place:
      'ledger_tx t join ledger_entry e on e.tx_id = t.id join ledger_account l on l.id = e.ledger_account_id join acc w on w.id = l.account_id',
  },
  ledger_entry: {
    key: 'tx_id',
    place:
      'ledger_entry t join ledger_entry e on e.tx_id = t.tx_id join ledger_account l on l.id = e.ledger_account_id join acc w on w.id = l.account_id',
  },
  occupancy: {
    key: 'id',
    place: 'occupancy t join acc w on w.id = t.account_id',
    room: "w.room || case when t.valid_to is null then '' else ' before' end",
  },
  command: { key: 'id', place: 'command t join pt w on w.id = t.point_id' },
  command_event: {
    key: 'id',
    place: 'command_event t join command c on c.id = t.command_id join pt w on w.id = c.point_id',
  },
  control_lease: { key: 'point_id', place: 'control_lease t join pt w on w.id = t.point_id' },
  restore_confirmation: { key: 'id', place: 'restore_confirmation t join pt w on w.id = t.point_id' },
  bulk_job: {
    key: 'id',
    place: 'bulk_job t join bulk_target x on x.job_id = t.id join pt w on w.id = x.point_id',
  },
  bulk_target: { key: 'job_id', place: 'bulk_target t join pt w on w.id = t.point_id' },
  // Each is named after the point whose room it switches.
  switch_schedule: { key: 'id', place: 'switch_schedule t join pt w on w.id = t.name::int' },
  protection_proposal: { key: 'id', place: 'protection_proposal t join pt w on w.id = t.point_id' },
  money_grant: { key: 'code', place: 'money_grant t join acc w on w.id = t.account_id' },
  gift: { key: 'id', place: 'gift t join acc w on w.id = t.account_id' },
};

interface Placed {
  readonly key: string;
  readonly campus: string;
  readonly room: string | null;
}
const placed = new Map<string, Placed[]>();

beforeAll(async () => {
  database = await createTestDatabase();
  for (const document of [campusA, campusB]) {
    const result = await importCampus(database, engine, document, { actor: 'test' });
    expect(result.rows.flatMap((row) => row.errors)).toEqual([]);
  }
  const { pool } = database;
  const campuses = await pool.query<{ id: number; code: string }>('select id, code from campus order by id');
  campusId = campuses.rows[0]!.id;
  for (const meter of ['M-101', 'M-102', 'M-201', 'M-202'])
    await reportReadings({ database, clock }, meter, [
      ['11:29', '1.000'],
      ['11:46', '2.000'],
      ['11:59', '3.000'],
    ]);
  for (const { id } of campuses.rows)
    for (const pointCode of ['P-101', 'P-102', 'P-201'])
      await requestSupply(database, engine, {
        campusId: id,
        pointCode,
        action: 'read',
        actor: 'user:energy',
        actorId: '1',
        reason: 'test',
      });
  // What nothing above makes in the second campus, and where no engine act is worth its length here.
  await pool.query(`
    insert into notice (campus_id, kind, account_id, at_ms, dedupe_key, body)
      select campus_id, 'LOW_BALANCE', id, 0, 'test:' || id, '{}' from account;
    insert into delivery (campus_id, notice_id, kind, alarm_id, space_id, channel, user_id, to_resident, urgent, subject, created_ms, due_ms)
      select n.campus_id, n.id, 'ALARM_RAISED', 1, a.space_id, 'EMAIL', (select min(id) from app_user where campus_id = n.campus_id),
             false, true, 'test', 0, 0 from notice n join account a on a.id = n.account_id;
    insert into time_left (account_id, band, learned_days, computed_at) select id, 'OK', 1, to_timestamp(0) from account on conflict do nothing;
    insert into top_up_latency (payment_id, accepted_ms) select id, 0 from payment on conflict do nothing;
    insert into control_lease (point_id, user_id, user_name, until_ms) select id, 1, 'Somebody', 0 from meter_point;
    insert into gift (campus_id, account_id, amount_micro, reason, drafted_by, drafted_ms)
      select campus_id, id, 10000, 'test', 'test', 0 from account;
    insert into restore_confirmation (campus_id, point_id, at_ms, reasons, means, actor)
      select campus_id, id, 0, '{LOCAL_TRIP}', 'PORTAL', 'user:1' from meter_point;
    insert into bulk_job (id, campus_id, direction, utility, state, scope, reason, requester_id, requested_by, requested_ms,
        request_key, request_hash)
      select 'J' || p.id, p.campus_id, 'CUT', 'ELECTRICITY', 'DONE', 'POINTS', 'test', u.id, 'user:x', 0, 'K' || p.id, ''
        from meter_point p join lateral (select min(id) as id from app_user where campus_id = p.campus_id) u on true;
    insert into switch_schedule (id, campus_id, name, state, choice, space_id, windows, reason, requester_id, requested_by,
        requested_ms, request_key, approval_due_ms)
      select 'S' || p.id, p.campus_id, p.id::text, 'ACTIVE', '{}', p.space_id, '[]', 'test', u.id, 'user:x', 0, 'S' || p.id, 0
        from meter_point p join lateral (select min(id) as id from app_user where campus_id = p.campus_id) u on true;
    insert into bulk_target (job_id, point_id, seq, state, line, offset_ms) select 'J' || id, id, 0, 'ALREADY', 'g:1', 0 from meter_point;
    insert into protection_proposal (campus_id, point_id, state, "before", "after", reason, proposer_id, proposed_by, proposed_ms)
      select p.campus_id, p.id, 'PENDING', 'NONE', 'CREDIT', 'test', u.id, 'user:x', 0
        from meter_point p join lateral (select min(id) as id from app_user where campus_id = p.campus_id) u on true;
    insert into stream (account_id, point_id, register) select account_id, point_id, 'TEST' from account_point;
    insert into accrual (account_id, utility, period_ms, quantity_micro, upto_ms) select id, 'GAS', 0, 0, 0 from account;
    insert into fund (campus_id, code, name, created_by, created_at) select id, 'F', 'Fund', 'test', to_timestamp(0) from campus;
    insert into locked_adjustment (campus_id, account_id, utility, month_ms, draft_id, amount_micro, tx_id, booked_ms, row_hash)
      select campus_id, id, 'WATER', 0, 0, 1, 0, 0, '' from account;
    insert into entitlement (campus_id, code, account_id, kind, utility, fund_id, quantity_micro, valid_from, drafted_by, drafted_at)
      select a.campus_id, a.code, a.id, 'QUANTITY', 'WATER', f.id, 1, to_timestamp(0), 'test', to_timestamp(0)
        from account a join fund f on f.campus_id = a.campus_id;
    insert into entitlement_use (account_id, entitlement_id, period_ms, granted_micro, carried_micro, used_micro, upto_ms)
      select account_id, id, 0, 1, 0, 0, 0 from entitlement;
    insert into money_grant (entitlement_id, period_ms, campus_id, code, account_id, amount_micro, granted_ms, tx_id)
      select id, 0, campus_id, code, account_id, 1, 0, 0 from entitlement;
    insert into charge (campus_id, stream_id, account_id, point_id, meter_id, register, epoch, t0_ms, t1_ms, start_micro, end_micro,
        quantity_micro, numerator_pico, amount_micro, tariff_version_id, accrued_micro, carry_pico, lines, posted_ms)
      select a.campus_id, 0, a.id, 0, a.id, 'TEST', 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, '[]', 0 from account a`);
  for (const [table, { key, place, campus = 'w.campus', room = 'w.room' }] of Object.entries(WALLED)) {
    const { rows } = await pool.query<Placed>(
      `${PLACES} select distinct t.${key}::text as key, ${campus} as campus, ${room} as room from ${place}`,
    );
    expect(new Set(rows.map((row) => row.campus)), `${table} has rows in both campuses`).toEqual(
      new Set(['TC', 'TB']),
    );
    placed.set(table, rows);
  }
});

afterAll(() => database?.drop());

async function sourceOf(userCode: string): Promise<ScopedSource> {
  return scopedSource(database, (await callerOf(database, userCode, TEST_NOW_MS)).reach);
}

async function keySource(spaceCode: string | null): Promise<ScopedSource> {
  const { rows } = await database.pool.query<{ id: number }>(
    'select id from space where code = $1 and campus_id = $2',
    [spaceCode, campusId],
  );
  const input = { campusId, name: 'k', scopes: ['read'] as const, spaceId: rows[0]?.id ?? null };
  const { key } = await createApiKey({ database, clock }, input);
  const caller = await readApiKey({ database, clock }, key, '192.0.2.1');
  return scopedSource(database, caller!.reach);
}

/** The keys that an unscoped `select *` of the table gives, each once. */
async function keysOf(source: ScopedSource, table: string): Promise<string[]> {
  const { key } = WALLED[table]!;
  const { rows } = await source.db.execute(`select distinct ${key}::text as key from ${table}`);
  return (rows as { key: string }[]).map((row) => row.key).sort();
}

/** All walled tables at once: exactly the rows of `mine`, and of the system's pots, which hold a name alone, `pots`. */
async function expectRowsOf(
  source: ScopedSource,
  mine: (row: Placed) => boolean,
  pots = (row: Placed) => row.campus === 'TC',
): Promise<void> {
  for (const table of Object.keys(WALLED)) {
    const visible = (row: Placed) => (row.room === null ? pots(row) : mine(row));
    const expected = [
      ...new Set(
        placed
          .get(table)!
          .filter(visible)
          .map((row) => row.key),
      ),
    ].sort();
    expect(await keysOf(source, table), table).toEqual(expected);
  }
}

const inRooms = (rooms: RegExp) => (row: Placed) => row.campus === 'TC' && rooms.test(row.room ?? '');

async function peopleOf(source: ScopedSource): Promise<string[]> {
  const { rows } = await source.db.execute(
    "select c.code || ' ' || p.code as code from person p join campus c on c.id = p.campus_id order by 1",
  );
  return (rows as { code: string }[]).map((row) => row.code);
}

describe('a statement without any scope gives', () => {
  it('a warden the rows of the building, and who lives or lived there', async () => {
    const source = await sourceOf('warden-n');
    await expectRowsOf(source, inRooms(/^N/));
    expect(await peopleOf(source)).toEqual(['TC OLD', 'TC ST1', 'TC ST2', 'TC ST3', 'TC WN']);
  });

  it('a department head the rows of the places that the department answers for', async () => {
    const source = await sourceOf('head');
    await expectRowsOf(source, inRooms(/^S/));
    expect(await peopleOf(source)).toEqual(['TC ST4']);
  });

  it('a student the own room with its residents of now and its warden, and nobody of before', async () => {
    const source = await sourceOf('student');
    await expectRowsOf(source, inRooms(/^N-101$/));
    expect(await peopleOf(source)).toEqual(['TC ST1', 'TC ST2', 'TC WN']);
  });

  it('a person of several roles what any of them may see', async () => {
    await expectRowsOf(await sourceOf('both'), inRooms(/^N(-\d+)?$|^S-201$/));
  });

  it('a key what its part of the campus holds', async () => {
    await expectRowsOf(await keySource('N'), inRooms(/^N/));
    await expectRowsOf(await keySource(null), inRooms(/./));
  });

  it('staff of a campus all of it and nothing of another', async () => {
    for (const code of ['finance', 'energy', 'auditor'])
      await expectRowsOf(await sourceOf(code), inRooms(/./));
    const other = (row: Placed) => row.campus === 'TB';
    await expectRowsOf(await sourceOf('b-finance'), other, other);
    expect(await peopleOf(await sourceOf('b-finance'))).toEqual(
      people.persons.map(({ code }) => `TB ${code}`).sort(),
    );
  });

  it('staff of the only campus there is every row, and a warden of it the building’s', async () => {
    const alone = await createTestDatabase(2);
    try {
      await importCampus(alone, engine, campusA, { actor: 'test' });
      await alone.pool.query(
        "insert into stream (account_id, point_id, register) select account_id, point_id, 'TEST' from account_point",
      );
      const seen = async (userCode: string, table: string) => {
        const { reach } = await callerOf(alone, userCode, TEST_NOW_MS);
        return (await scopedSource(alone, reach).db.execute(`select 1 from ${table}`)).rows.length;
      };
      for (const table of ['stream', 'ledger_entry']) {
        const { rowCount } = await alone.pool.query(`select 1 from ${table}`);
        expect(await seen('finance', table), table).toBe(rowCount);
        expect(await seen('warden-n', table), table).toBe(rowCount! / 2);
      }
    } finally {
      await alone.drop();
    }
  });

  it('a display which accounts its campus has, and nothing else that is walled', async () => {
    const source = scopedSource(database, { kind: 'DISPLAY', campusId });
    expect(await keysOf(source, 'account')).toHaveLength(campusA.accounts.length);
    for (const table of Object.keys(WALLED).filter((name) => !/^account(_balance)?$/.test(name)))
      expect(await keysOf(source, table), table).toEqual([]);
    // The balance is summed from pots and streams, of which it sees none.
    const { rows } = await source.db.execute(
      'select distinct ledger_micro, unposted_micro from account_balance',
    );
    expect(rows).toEqual([{ ledger_micro: 0n, unposted_micro: 0n }]);
    expect(await peopleOf(source)).toEqual([]);
  });

  it('one who may do nothing, and a viewer whose reach was never set, no row at all', async () => {
    const nothing: Reach = { kind: 'RECORDS', scope: noScope(campusId, new Date(TEST_NOW_MS)) };
    await expectRowsOf(scopedSource(database, nothing), () => false);
    await transactionOn(database.pool, `begin; set local role ${VIEWER_ROLE}`, async (client) => {
      for (const table of [...Object.keys(WALLED), 'person', 'app_user', 'role_binding'])
        expect((await client.query(`select 1 from ${table}`)).rowCount, table).toBe(0);
    });
  });
});

describe('the viewer', () => {
  const denied = (statement: string) =>
    transactionOn(database.pool, `begin; set local role ${VIEWER_ROLE}`, (client) => client.query(statement));

  it('writes nothing, neither through a source nor by its rights', async () => {
    const source = await sourceOf('finance');
    const write = "update account set name = 'x'";
    await expect(source.db.execute(write)).rejects.toMatchObject({ cause: { code: '25006' } });
    for (const statement of [
      write,
      'delete from charge',
      "insert into person (campus_id, code, name) values (1, 'x', 'x')",
    ])
      await expect(denied(statement), statement).rejects.toMatchObject({ code: '42501' });
  });

  it('reads no secret, of a user, a key, a display or the installation', async () => {
    for (const what of [
      'password_hash from app_user',
      'signing_key from credential',
      'id from api_key',
      'token_hash from display',
      '* from display_pairing',
      '* from audit_log',
      '* from idempotency',
    ])
      await expect(denied(`select ${what}`), what).rejects.toMatchObject({ code: '42501' });
    await database.pool.query(
      "insert into setting (key, value) values ('test:secret', '1') on conflict do nothing",
    );
    const { rows } = await (await sourceOf('admin')).db.execute(
      "select key from setting where key <> 'loadedUntilMs'",
    );
    expect(rows).toEqual([]);
  });

  it('is walled from every table that it may read, but for those that hold neither people nor money', async () => {
    const { rows } = await database.pool.query<{ table: string }>(
      `select c.relname as table from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
          and not c.relrowsecurity and not coalesce(c.reloptions @> array['security_invoker=true'], false) and has_any_column_privilege($1, c.oid, 'select')`,
      [VIEWER_ROLE],
    );
    expect(rows.map((row) => row.table).sort()).toEqual([
      ...['account_point', 'account_tariff', 'alarm', 'alarm_event', 'calendar', 'campus', 'department'],
      ...[
        'department_assignment',
        'display',
        'duty_shift',
        'feeder_link',
        'gateway',
        'job_run',
        'ledger_checkpoint',
        'meter',
      ],
      ...[
        'meter_install',
        'meter_point',
        'meter_state',
        'month_lock',
        'no_cut_declaration',
        'policy',
        'quarantine',
        'quota',
      ],
      'reading',
      ...[
        'reading_hourly',
        'register_epoch',
        'register_reading',
        'rule_downgrade',
        'rule_proposal',
        'rule_setting',
      ],
      ...['space', 'supply_state'],
      ...['tariff', 'tariff_draft', 'tariff_version'],
    ]);
  });

  it('shows who pays to the payer and to whoever sees the whole campus, and what is wrong with money to the latter alone', async () => {
    const { pool } = database;
    await pool.query(
      `insert into payment_order (order_no, campus_id, account_id, person_id, actor, channel, amount_micro, currency, client_token, created_ms)
       select 'O-' || c.code || '-' || p.code, c.id, a.id, p.id, 'test', 'wechat', 10000, 'CNY', c.code || p.code, 0
         from person p join campus c on c.id = p.campus_id join account a on a.campus_id = c.id and a.code = 'A-101'
        where p.code in ('ST1', 'ST2')`,
    );
    await pool.query(
      `insert into psp_event (campus_id, channel, source, first, verdict, received_ms, row_hash)
       select id, 'wechat', 'HOOK', false, 'REFUSED', 0, ''::bytea from campus
       union all select null, 'wechat', 'HOOK', false, verdict, 0, ''::bytea from unnest(array['UNASSIGNED', 'IGNORED']) verdict`,
    );
    await pool.query(
      `insert into suspense_item (id, campus_id, channel, provider_txn, amount_micro, currency, reason, tx_id, received_ms, due_ms)
       select 'S-' || code, id, 'wechat', 'T', 10000, 'CNY', 'AMOUNT', 1, 0, 0 from campus`,
    );
    const seen = async (user: string, statement: string) =>
      (await (await sourceOf(user)).db.execute(statement)).rows.map((row) => Object.values(row)[0]);
    const orders = 'select order_no from payment_order order by 1';
    expect(await seen('student', orders)).toEqual(['O-TC-ST1']);
    expect(await seen('finance', orders)).toEqual(['O-TC-ST1', 'O-TC-ST2']);
    for (const user of ['warden-n', 'head', 'both']) expect(await seen(user, orders), user).toEqual([]);
    const money = 'select id from suspense_item union all select verdict from psp_event';
    // What belongs to no campus yet is seen at each.
    expect(await seen('finance', money)).toEqual(['S-TC', 'REFUSED', 'UNASSIGNED']);
    for (const user of ['student', 'warden-n', 'head']) expect(await seen(user, money), user).toEqual([]);
  });

  it('is left behind by each statement, also by one that fails: the connection goes back as it came', async () => {
    const one = createDb(database.url, 1);
    try {
      const source = scopedSource(one, (await callerOf(database, 'student', TEST_NOW_MS)).reach);
      const state = `select current_user <> '${VIEWER_ROLE}' as owner, coalesce(current_setting('wattkeep.campus', true), '') as campus`;
      await expect(source.db.execute('select 1 / 0')).rejects.toThrow();
      expect((await one.pool.query(state)).rows).toEqual([{ owner: true, campus: '' }]);
      // A statement that throws the role off is alone in its transaction: the next one has it again.
      await source.db.execute('reset role');
      expect((await source.db.execute('select count(*)::int as n from account')).rows).toEqual([{ n: 1 }]);
      expect((await one.pool.query(state)).rows).toEqual([{ owner: true, campus: '' }]);
    } finally {
      await one.close();
    }
  });

  it('sees with many at once what each alone sees', async () => {
    const sources = await Promise.all(['student', 'warden-n', 'finance', 'head'].map(sourceOf));
    const counts = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const { rows } = await sources[i % 4]!.db.execute('select count(*)::int as n from account');
        return (rows[0] as { n: number }).n;
      }),
    );
    expect(counts).toEqual(Array.from({ length: 40 }, (_, i) => [1, 2, 4, 2][i % 4]));
  });
});
