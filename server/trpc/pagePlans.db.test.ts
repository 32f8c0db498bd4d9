import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { transactionOn } from '../../db/client';
import { ensurePartitionRange, maintainsHourly } from '../../db/partitions';
import { VIEWER_ROLE } from '../../db/viewerRole';
import { startTestServer, TEST_NOW_MS, type TestServer } from '../testing/startTestServer';
import { callsAs } from '../testing/trpcCalls';

/**
 * The statements behind the pages, as the viewer's role runs them, over tables that have history: each is recorded while its page
 * is read, then run again under EXPLAIN ANALYZE. Row-level security holds back every condition that might leak (`coalesce` over
 * joined columns is one) until its own is done, so that an innocent word makes a page read a whole table.
 */

/** Rows of each big table; what one page may read of it is a third: a month of the seventy days, with a margin. */
const ROWS = 12_000;
const READ_MAX = ROWS / 3;
const OTHER_ROOMS = 240;
const BIG = [
  ...['payment', 'payment_order', 'ledger_tx', 'ledger_entry', 'charge', 'reading'],
  ...['alarm', 'alarm_event', 'command', 'command_event', 'notice', 'delivery'],
];

type Call = Awaited<ReturnType<typeof callsAs>>;

let test: TestServer;
/** The resident's own, by their numbers in the history below. */
const own = { order: '', payment: '', tx: '', charge: '', alarm: 0 };

/**
 * History in which every account has its fifty of each, a row an hour or two, ending now. Written past the engine's guards, which
 * would take minutes for it: what is looked at are plans, not sums.
 */
const HISTORY = `
  create temp table many on commit drop as
    select g as n, a.id as account_id, a.space_id, p.id as point_id, i.meter_id, a.campus_id, la.id as pot_id,
           lpad(g::text, 26, '0') as key,
           $1::bigint - (${ROWS} - g) * 500000::bigint as at_ms
      from generate_series(1, ${ROWS}) g
      join (select *, row_number() over (order by id) - 1 as k, count(*) over () as many from account) a on a.k = g % a.many
      join meter_point p on p.space_id = a.space_id
      join meter_install i on i.point_id = p.id
      join ledger_account la on la.account_id = a.id and la.bucket = 'CASH';
  insert into payment (id, campus_id, account_id, channel, reference, amount_micro, tx_id, actor, accepted_at, command_ids)
    select 'Y' || key, campus_id, account_id, 'wechat', 'REF' || n, 10000, 1000000 + n, 'user:finance', to_timestamp(at_ms / 1000.0), array[key] from many order by n;
  insert into payment_order (order_no, campus_id, account_id, person_id, actor, channel, amount_micro, currency, state, client_token, created_ms, payment_id, provider_txn)
    select key, campus_id, account_id, (select o.person_id from occupancy o where o.account_id = many.account_id), 'user:student', 'wechat', 10000, 'CNY',
           'CREDITED', 'K' || n, at_ms, 'Y' || key, 'T' || n from many order by n;
  insert into ledger_tx (id, campus_id, key, kind, t_ms, currency, tx_hash)
    select 1000000 + n, campus_id, 'H' || n, 'TOPUP', at_ms, 'CNY', sha256(n::text::bytea) from many order by n;
  insert into ledger_entry (tx_id, n, ledger_account_id, amount_micro, account_seq, balance_after_micro, entry_hash)
    select 1000000 + n, 0, pot_id, 10000, 1000000 + n, 10000, sha256(n::text::bytea) from many order by n;
  insert into charge (campus_id, stream_id, account_id, point_id, meter_id, register, epoch, t0_ms, t1_ms, start_micro, end_micro,
      quantity_micro, numerator_pico, amount_micro, tariff_version_id, accrued_micro, carry_pico, lines, tx_id, posted_ms)
    select campus_id, 0, account_id, point_id, meter_id, 'TEST', 1, at_ms - 900000, at_ms, 0, 0, 0, 0, 0, 1, 0, 0, '[]', 1000000 + n, at_ms from many order by n;
  insert into reading (meter_id, ts, rx_ts, value_micro, power_w)
    select meter_id, to_timestamp($1 / 1000.0 - (${ROWS} - n) * 7), to_timestamp($1 / 1000.0 - (${ROWS} - n) * 7), 1, 1 from many order by n;
  insert into ledger_checkpoint (n, from_tx, to_tx, count, root, made_ms, key_id, signature)
    values (1, 1, ${1_000_000 + ROWS - 100}, 1, '', $1::bigint - 100000000, 'test', '');
  insert into alarm (campus_id, rule, priority, subject_type, subject_id, space_id, active, acknowledged, since_ms, raised_ms, last_ms, active_since_ms,
      activations, evidence, returned_ms, ended_ms, announced_ms)
    select campus_id, 'OVERLOAD', 2, 'POINT', point_id, space_id, n > ${ROWS - 20}, false, at_ms, at_ms, at_ms, at_ms, '[]', '{}',
           case when n <= ${ROWS - 20} then at_ms end, case when n <= ${ROWS - 20} then at_ms end, at_ms from many order by n;
  insert into alarm_event (alarm_id, at_ms, event, actor, announced) select id, raised_ms, 'RAISED', 'system', true from alarm order by id;
  insert into command (id, campus_id, point_id, meter_id, op, args, state, cause, why, actor, automatic, created_ms, not_before_ms, expires_ms, finished_ms, origin_id)
    select key, campus_id, point_id, meter_id, 'connect', '{}', 'VERIFIED', 'CREDIT', 'test', 'system', true, at_ms, at_ms, at_ms, at_ms, key from many order by n;
  insert into command_event (command_id, at_ms, event, to_state, actor) select id, created_ms, 'VERIFY', 'VERIFIED', 'system' from command order by id;
  insert into notice (campus_id, kind, account_id, at_ms, dedupe_key, body) select campus_id, 'LOW_BALANCE', account_id, at_ms, 'H' || n, '{}' from many order by n;
  insert into delivery (campus_id, notice_id, kind, channel, user_id, to_resident, urgent, subject, state, created_ms, due_ms)
    select n.campus_id, n.id, n.kind, 'EMAIL', (select min(id) from app_user), true, false, 'account:' || n.account_id, 'SENT', n.at_ms, n.at_ms from notice n`;

beforeAll(async () => {
  test = await startTestServer({
    prepare: async ({ database }) => {
      await database.pool.query(`
        insert into space (campus_id, parent_id, kind, code, name, path)
          select s.campus_id, s.id, 'ROOM', 'X-' || g, 'X', s.path from space s cross join generate_series(1, ${OTHER_ROOMS}) g where s.code = 'S';
        update space set path = path || id where code like 'X-%';
        insert into account (campus_id, code, kind, policy_code, space_id)
          select campus_id, 'A' || code, 'ROOM', 'DEFAULT', id from space where code like 'X-%';
        insert into ledger_account (campus_id, name, currency, account_id, bucket, balance_micro, account_seq)
          select campus_id, 'cust:' || code || ':cash', 'CNY', id, 'CASH', 0, 0 from account where code like 'AX-%';
        insert into meter_point (campus_id, space_id, code, utility, role, overload_action, protection)
          select campus_id, id, 'P' || code, 'ELECTRICITY', 'CUSTOMER', 'TRIP', 'NONE' from space where code like 'X-%';
        insert into meter (campus_id, code, serial, utility)
          select campus_id, 'M' || code, 'M' || code, 'ELECTRICITY' from meter_point where code like 'PX-%';
        insert into meter_install (point_id, meter_id, valid_from)
          select p.id, m.id, '2025-08-01' from meter_point p join meter m on m.code = 'M' || p.code where p.code like 'PX-%';
        insert into account_point (account_id, point_id, valid_from)
          select a.id, p.id, '2025-08-01' from account a join meter_point p on p.space_id = a.space_id where a.code like 'AX-%';
        insert into person (campus_id, code, name) select campus_id, 'Q' || code, 'Q' from account where code like 'AX-%';
        insert into occupancy (account_id, person_id, valid_from)
          select a.id, q.id, '2025-08-01' from account a join person q on q.code = 'Q' || a.code`);
      await ensurePartitionRange(database, TEST_NOW_MS - 86_400_000, TEST_NOW_MS);
      await transactionOn(database.pool, 'begin', async (client) => {
        for (const statement of HISTORY.split(';\n'))
          await client.query(statement, statement.includes('$1') ? [TEST_NOW_MS] : []);
      });
      // Where TimescaleDB keeps the hours, its policy has been there by the time anybody has months of history.
      if (!(await maintainsHourly(database)))
        await database.pool.query(`call refresh_continuous_aggregate('reading_hourly', null, null)`);
      await database.pool.query('vacuum analyze');
    },
  });
  const { rows } = await test.database.pool.query<typeof own>(
    `select max(y.id) as payment, max(y.tx_id)::text as tx, max(o.order_no) as "order",
            (select max(c.id)::text from charge c where c.account_id = a.id) as charge,
            (select max(l.id)::float8 from alarm l where l.space_id = a.space_id) as alarm
       from account a join payment y on y.account_id = a.id join payment_order o on o.payment_id = y.id
      where a.code = 'A-101' and y.id like 'Y%' group by a.id`,
  );
  Object.assign(own, rows[0]);
});

afterAll(() => test?.stop());

/** A page's answer, as its user's browser gets it. */
const as = (user: string) => callsAs(test, user);

interface Statement {
  /** What opened its transaction: the role and the reach. */
  readonly begin: string;
  readonly text: string;
  readonly values: unknown[];
}

/** The statements that `page` runs as the viewer, each text once. */
async function statementsOf(page: () => Promise<unknown>): Promise<Statement[]> {
  const found = new Map<string, Statement>();
  const begun = new WeakMap<object, string>();
  const query = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...args: unknown[]
  ) {
    const [first, values] = args;
    const text = typeof first === 'string' ? first : (first as { text: string }).text;
    const begin = begun.get(this);
    if (text.includes(`set local role ${VIEWER_ROLE}`)) begun.set(this, text);
    else if (/^(commit|rollback)/.test(text)) begun.delete(this);
    else if (begin !== undefined)
      found.set(text, { begin, text, values: Array.isArray(values) ? values : [] });
    return Reflect.apply(query, this, args);
  });
  try {
    await page();
  } finally {
    spy.mockRestore();
  }
  return [...found.values()];
}

interface PlanNode {
  'Relation Name'?: string;
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** How many rows of each big table a plan looked at, whether it kept them or not. */
function rowsRead(node: PlanNode, into = new Map<string, number>()): Map<string, number> {
  const table = BIG.find(
    (name) =>
      node['Relation Name'] === name ||
      (name === 'reading' && /^reading_p/.test(node['Relation Name'] ?? '')),
  );
  if (table !== undefined) {
    const each =
      node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0);
    into.set(table, (into.get(table) ?? 0) + each * node['Actual Loops']);
  }
  for (const child of node.Plans ?? []) rowsRead(child, into);
  return into;
}

/** What of a page reads too much: the table, how many rows of it, and the statement. */
async function readsTooMuch(page: () => Promise<unknown>): Promise<string[]> {
  const statements = await statementsOf(page);
  const found: string[] = [];
  for (const { begin, text, values } of statements) {
    const plan = await transactionOn(test.database.pool, begin, async (client) => {
      const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
        `explain (analyze, timing off, format json) ${text}`,
        values,
      );
      return rows[0]!['QUERY PLAN'][0]!.Plan;
    });
    for (const [table, rows] of rowsRead(plan))
      if (rows > READ_MAX) found.push(`${rows} rows of ${table}: ${text.replace(/\s+/g, ' ').trim()}`);
  }
  return found;
}

const room = { code: 'N-101' };
const meter = { code: 'M-101' };
const mine = { room: 'N-101' };
const ledger = { span: 'MONTH' as const, room: null, order: null, operator: null, before: null, limit: 50 };
const PAGES: Record<string, Record<string, (call: Call) => Promise<unknown>>> = {
  student: {
    '/me home': (call) => call.me.home(mine),
    '/me outlook': (call) => call.me.outlook({ ...mine, amounts: ['20'] }),
    '/me today': (call) => call.me.today(mine),
    '/me standing': (call) => call.credit.standing(mine),
    '/me/topup methods': (call) => call.payments.methods(),
    '/me/topup orders': (call) => call.payments.recentOrders(),
    '/me/topup order': (call) => call.payments.order({ orderNo: own.order }),
    '/me/usage day': (call) => call.me.usage({ ...mine, step: 'DAY', atMs: null, utility: 'ELECTRICITY' }),
    '/me/usage month': (call) =>
      call.me.usage({ ...mine, step: 'MONTH', atMs: null, utility: 'ELECTRICITY' }),
    '/me/usage charges': (call) => call.me.dayCharges({ ...mine, atMs: TEST_NOW_MS, utility: 'ELECTRICITY' }),
    '/me/notices': (call) => call.notices.preferences(),
    '/receipts': (call) => call.receipts.get({ txId: own.tx }),
    '/rooms': (call) => call.rooms.get(room),
    '/rooms history': (call) => call.rooms.history(room),
    '/rooms trace': (call) => call.rooms.trace({ ...room, meterCode: 'M-101', minutes: 60 }),
    '/rooms week': (call) => call.rooms.week({ ...room, meterCode: 'M-101', accountCode: 'A-101' }),
    '/rooms charges': (call) => call.rooms.charges({ accountCode: 'A-101', before: null, limit: 50 }),
    '/rooms payment': (call) => call.rooms.payment({ accountCode: 'A-101', id: own.payment }),
    disputes: (call) => call.disputes.list(),
  },
  'warden-n': {
    '/alarms': (call) => call.alarms.list(),
    '/alarms detail': (call) => call.alarms.detail({ id: own.alarm }),
    '/alarms covered': (call) => call.alarms.covered(),
    '/alarms performance': (call) => call.alarms.performance({ span: 'DAY' }),
    '/alarms journal': (call) =>
      call.alarms.journal({ span: 'DAY', priority: null, announcedOnly: false, beforeId: null, limit: 50 }),
    '/rooms': (call) => call.rooms.get(room),
    '/rooms history': (call) => call.rooms.history(room),
    '/meters': (call) => call.meters.get(meter),
    '/meters inspections': (call) => call.meters.inspections(meter),
    '/meters day': (call) => call.meters.day(meter),
    '/meters log': (call) => call.meters.log(meter),
    '/balances': (call) => call.balances.overview(),
    '/balances building': (call) => call.balances.building({ building: 'N' }),
    '/balances room': (call) => call.balances.room({ space: 'N-101' }),
    'commands of a point': (call) => call.commands.ofPoint({ pointCode: 'P-101' }),
    command: async (call) =>
      call.commands.byId({ id: (await call.commands.ofPoint({ pointCode: 'P-101' }))[0]!.id }),
  },
  energy: {
    '/alarms': (call) => call.alarms.list(),
    '/alarms detail': (call) => call.alarms.detail({ id: own.alarm }),
    '/alarms covered': (call) => call.alarms.covered(),
    '/alarms performance': (call) => call.alarms.performance({ span: 'DAY' }),
    '/alarms journal': (call) =>
      call.alarms.journal({ span: 'DAY', priority: null, announcedOnly: false, beforeId: null, limit: 50 }),
    '/balances': (call) => call.balances.overview(),
    '/control': (call) => call.control.overview(),
    '/overview places': (call) => call.overview.places(),
    '/overview bands': (call) => call.overview.bands(),
    '/overview load': (call) => call.overview.loadToday(),
    '/overview deviations': (call) => call.overview.deviations(),
    '/map': (call) => call.map.building({ building: 'N' }),
    '/rooms': (call) => call.rooms.get(room),
    search: (call) => call.places.search({ text: 'N-1' }),
  },
  finance: {
    '/finance figures': (call) => call.finance.figures(),
    '/finance/ledger': (call) => call.finance.ledger(ledger),
    '/finance/ledger room': (call) => call.finance.ledger({ ...ledger, room: 'N-101' }),
    '/finance/ledger order': (call) => call.finance.ledger({ ...ledger, order: 'REF77' }),
    '/finance/accounts': (call) => call.finance.accounts({ text: '' }),
    '/finance/accounts found': (call) => call.finance.accounts({ text: 'A-101' }),
    '/finance/accounts one': (call) => call.finance.account({ account: 'A-101' }),
    '/finance/payments': (call) => call.payments.attention(),
    '/finance/payments refunds': (call) => call.payments.refunds({ account: null }),
    '/finance/payments preview': (call) =>
      call.payments.refundPreview({ accountCode: 'A-101', amount: '0.01' }),
    '/finance/disputes': (call) => call.disputes.list(),
    '/finance grants': (call) => call.credit.grants({ account: null }),
    '/receipts': (call) => call.receipts.get({ txId: own.tx }),
    '/rooms': (call) => call.rooms.get(room),
    '/rooms payment': (call) => call.rooms.payment({ accountCode: 'A-101', id: own.payment }),
  },
  admin: {
    '/admin': (call) => call.admin.health(),
    '/admin/meters gateway': (call) => call.meters.gatewayInspections({ code: 'G-N' }),
    '/admin/notices': (call) => call.notices.deliveries({ state: null }),
    '/admin/notices failed': (call) => call.notices.deliveries({ state: 'FAILED' }),
    '/admin/meters': (call) =>
      call.meters.fleet({
        filter: {
          text: '',
          utility: null,
          status: null,
          contact: null,
          building: null,
          gateway: null,
          inspection: null,
        },
        offset: 0,
        limit: 50,
      }),
    '/meters': (call) => call.meters.get(meter),
    '/meters day': (call) => call.meters.day(meter),
    '/meters log': (call) => call.meters.log(meter),
  },
};

describe.each(Object.entries(PAGES))('for %s', (user, pages) => {
  it.each(Object.entries(pages))('%s reads no big table whole', async (_, page) => {
    const call = await as(user);
    expect(await readsTooMuch(() => page(call))).toEqual([]);
  });
});
