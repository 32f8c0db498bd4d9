import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDb, transactionOn } from '../../db/client';
import { noScope } from '../../db/queries/scope';
import { type Reach, type ScopedSource, scopedSource } from '../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { VIEWER_ROLE } from '../../db/viewerRole';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { callerOf } from '../testing/callerOf';
import { TEST_NOW_MS } from '../testing/startTestServer';
import { CAMPUS_A, PEOPLE, type Placed, TwoCampuses, WALLED } from '../testing/twoCampuses';
import { createApiKey, readApiKey } from './apiKeys';

/**
 * The wall behind the queries: what comes out of a statement that names no scope at all. Two campuses with the same codes,
 * people in several rooms, money, commands and notices in each.
 */

const clock = new FixedClock(TEST_NOW_MS);
const engine = { clock, log: silentLog };
let both: TwoCampuses;
let database: TestDatabase;
let campusId: number;

beforeAll(async () => {
  both = await TwoCampuses.start();
  ({ database, campusId } = both);
  for (const [table, rows] of both.placed)
    expect(new Set(rows.map((row) => row.campus)), `${table} has rows in both campuses`).toEqual(
      new Set(['TC', 'TB']),
    );
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
        both.placed
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
      PEOPLE.persons.map(({ code }) => `TB ${code}`).sort(),
    );
  });

  it('staff of the only campus there is every row, and a warden of it the building’s', async () => {
    const alone = await createTestDatabase(2);
    try {
      await importCampus(alone, engine, CAMPUS_A, { actor: 'test' });
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
    expect(await keysOf(source, 'account')).toHaveLength(CAMPUS_A.accounts.length);
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
