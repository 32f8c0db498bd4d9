import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { FixedClock } from '../../domain/time/clock';
import { type EngineContext, silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { requestSupply } from '../../engine/requestSupply';
import { reportReadings } from './reportReadings';
import { TEST_NOW_MS } from './startTestServer';
import { testCampusDocument } from './testCampus';

export const PEOPLE = {
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

export const CAMPUS_A = {
  ...testCampusDocument,
  ...PEOPLE,
  accounts: testCampusDocument.accounts.map((account) => ({ ...account, since: '2025-08-01' })),
  users: [
    ...testCampusDocument.users.map((user) =>
      user.code === 'warden-n' ? { ...user, person: 'WN', name: undefined } : user,
    ),
    { code: 'both', person: 'ST4', roles: [{ role: 'STUDENT' }, { role: 'SECURITY', scope: 'N' }] },
  ],
};
const CAMPUS_B = {
  ...CAMPUS_A,
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
/** The walled tables, with the key by which a row is known. */
export const WALLED: Record<string, { key: string; place: string; campus?: string; room?: string }> = {
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
  limit_change: { key: 'id', place: 'limit_change t join pt w on w.id = t.point_id' },
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

/** What no act makes in the second campus, and where no engine act is worth its length here. */
const REST = `
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
    insert into limit_change (campus_id, point_id, command_id, by_resident, actor, to_w, asked_ms)
      select campus_id, point_id, id, true, 'user:1', 600, 0 from command;
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
      select a.campus_id, 0, a.id, 0, a.id, 'TEST', 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, '[]', 0 from account a`;

/** A row of a walled table: of which campus, and of which room; null: of none. */
export interface Placed {
  readonly key: string;
  readonly campus: string;
  readonly room: string | null;
}

/** Two campuses with the same codes, people in several rooms, and rows of both in every walled table. */
export class TwoCampuses {
  /** Rows by table. */
  readonly placed = new Map<string, readonly Placed[]>();

  private constructor(
    readonly database: TestDatabase,
    /** The first one's. */
    readonly campusId: number,
  ) {}

  static async start(): Promise<TwoCampuses> {
    const database = await createTestDatabase();
    const clock = new FixedClock(TEST_NOW_MS);
    const engine: EngineContext = { clock, log: silentLog };
    for (const document of [CAMPUS_A, CAMPUS_B]) {
      const { rows } = await importCampus(database, engine, document, { actor: 'test' });
      const errors = rows.flatMap((row) => row.errors);
      if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3)));
    }
    const campuses = await database.pool.query<{ id: number }>('select id from campus order by id');
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
    await database.pool.query(REST);
    const both = new TwoCampuses(database, campuses.rows[0]!.id);
    for (const [table, { key, place, campus = 'w.campus', room = 'w.room' }] of Object.entries(WALLED)) {
      const { rows } = await database.pool.query<Placed>(
        `${PLACES} select distinct t.${key}::text as key, ${campus} as campus, ${room} as room from ${place}`,
      );
      both.placed.set(table, rows);
    }
    return both;
  }
}
