import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DomainError } from '../../domain/errors';
import { applyTopUp } from '../../engine/applyTopUp';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { reportReadings } from '../testing/reportReadings';
import { startTestServer, TEST_NOW_MS, type TestServer } from '../testing/startTestServer';
import { testCampusDocument } from '../testing/testCampus';
import { callsAs } from '../testing/trpcCalls';
import { appRouter } from './root';

/**
 * Every procedure there is, asked by people for what is none of theirs: refused as something that does not exist would be, and
 * nothing of it in any answer. A procedure that is missing in the lists below fails the first test.
 */

/** What a request names. */
interface Things {
  room: string;
  building: string;
  account: string;
  point: string;
  meter: string;
  department: string;
  alarm: number;
  finding: number;
  command: string;
  job: string;
  charge: string;
  tx: string;
  payment: string;
  order: string;
  dispute: string;
  contact: number;
}

const UNKNOWN: Things = {
  ...{ room: 'Z-9', building: 'Z', account: 'A-Z9', point: 'P-Z9', meter: 'M-Z9', department: 'ZZZ' },
  ...{ alarm: 999_999, finding: 999_998, charge: '999999', tx: '999999', payment: 'Z9', contact: 999_999 },
  ...{ command: 'Z'.repeat(26), job: 'Y'.repeat(26), order: 'X'.repeat(26), dispute: 'W'.repeat(26) },
};
const theirs: Things = { ...UNKNOWN };

type Input = (of: Things) => unknown;
const byPoint: Input = ({ point }) => ({ pointCode: point });
const byAlarm: Input = ({ alarm }) => ({ id: alarm });
const byRoom: Input = ({ room }) => ({ code: room });
const ofDepartment: Input = ({ department }) => ({ department, month: '2025-09' });
const choice = ({ point }: Things) => ({
  choice: { kind: 'POINTS', codes: [point] },
  direction: 'CUT',
  utility: 'ELECTRICITY',
});

/** Procedures that name one thing, as they are asked for a stranger's. */
const NAMING: Record<string, Input> = {
  'alarms.detail': byAlarm,
  'alarms.acknowledge': ({ alarm }) => ({ ids: [alarm] }),
  'alarms.assignees': byAlarm,
  'alarms.assign': ({ alarm }) => ({ id: alarm, to: 'warden-n' }),
  'alarms.note': ({ alarm }) => ({ id: alarm, note: 'n' }),
  'alarms.judge': ({ alarm }) => ({ id: alarm, verdict: 'TRUE', seenCount: 1 }),
  'alarms.shelve': ({ alarm }) => ({ id: alarm, reason: 'WORKS', forMs: 60_000 }),
  'alarms.unshelve': byAlarm,
  'alarms.takeOutOfService': ({ alarm }) => ({ id: alarm, ticket: 'T' }),
  'alarms.returnToService': byAlarm,
  'alarms.reset': ({ alarm }) => ({ id: alarm, note: 'n' }),
  'alarms.releaseCharge': ({ alarm }) => ({ id: alarm, note: 'n' }),
  'alarms.rejectCharge': ({ alarm }) => ({ id: alarm, reason: 'n' }),
  'balances.building': ({ building }) => ({ building }),
  'balances.room': ({ room }) => ({ space: room }),
  'commands.byId': ({ command }) => ({ id: command }),
  'commands.request': ({ point }) => ({ pointCode: point, action: 'disconnect', reason: 'x' }),
  'commands.undo': ({ command }) => ({ commandId: command }),
  'commands.arm': byPoint,
  'control.preview': choice,
  'control.request': (of) => ({ ...choice(of), reason: 'x', confirmed: 1, requestKey: 'K'.repeat(16) }),
  'control.job': ({ job }) => ({ id: job }),
  'control.jobExport': ({ job }) => ({ id: job }),
  'control.decide': ({ job }) => ({ jobId: job, approve: true }),
  'control.steer': ({ job }) => ({ jobId: job, event: 'STOP' }),
  'control.refuseRestore': ({ point }) => ({ pointCode: point, requestId: '1', reason: 'x' }),
  'control.hangTag': ({ point }) => ({ pointCode: point, note: 'n' }),
  'control.takeTag': byPoint,
  'control.proposeProtection': ({ point }) => ({ pointCode: point, protection: 'CREDIT', reason: 'x' }),
  'credit.standing': ({ room }) => ({ room }),
  'credit.takeEmergencyCredit': ({ room }) => ({ room }),
  'credit.confirmRestore': ({ room, point }) => ({ room, pointCode: point }),
  'credit.continueAfterTrip': ({ room }) => ({ room }),
  'credit.draftGift': ({ account }) => ({ accountCode: account, amount: '1', paymentId: null, reason: 'x' }),
  'disputes.evidence': ({ dispute }) => ({ id: dispute }),
  'disputes.open': ({ charge }) => ({ chargeId: charge, reason: 'x' }),
  'disputes.review': ({ dispute }) => ({ id: dispute }),
  'disputes.decide': ({ dispute }) => ({ id: dispute, reason: 'x', remedy: null }),
  'disputes.close': ({ dispute }) => ({ id: dispute }),
  'finance.account': ({ account }) => ({ account }),
  'finance.reverse': ({ tx }) => ({ txId: tx, reason: 'x' }),
  'findings.hours': ({ finding }) => ({ id: finding }),
  'grid.load': ({ meter }) => ({ code: meter }),
  'grid.losses': ({ meter }) => ({ code: meter }),
  'map.building': ({ building }) => ({ building }),
  'meters.get': ({ meter }) => ({ code: meter }),
  'meters.log': ({ meter }) => ({ code: meter }),
  'meters.day': ({ meter }) => ({ code: meter }),
  'meters.inspections': ({ meter }) => ({ code: meter }),
  'meters.gatewayInspections': ({ building }) => ({ code: `G-${building}` }),
  'meters.inspect': ({ meter }) => ({ code: meter }),
  'me.home': ({ room }) => ({ room }),
  'me.notices': ({ room }) => ({ room, before: null }),
  'me.outlook': ({ room }) => ({ room, amounts: [] }),
  'me.today': ({ room }) => ({ room }),
  'me.usage': ({ room }) => ({ room, step: 'DAY', atMs: null, utility: 'ELECTRICITY' }),
  'me.dayCharges': ({ room }) => ({ room, atMs: TEST_NOW_MS, utility: 'ELECTRICITY' }),
  'me.appealLoad': ({ room }) => ({ room, noticeId: 1, appliance: 'a lamp', powerW: null }),
  'me.setLimit': ({ room, point }) => ({ room, pointCode: point, limitW: 600, reason: null }),
  'notices.confirmContact': ({ contact }) => ({ id: contact, code: '000000' }),
  'notices.removeContact': ({ contact }) => ({ id: contact }),
  'payments.order': ({ order }) => ({ orderNo: order }),
  'payments.returned': ({ order }) => ({ orderNo: order }),
  'payments.refund': ({ account }) => ({ accountCode: account, amount: null, reason: 'x' }),
  'payments.refundPreview': ({ account }) => ({ accountCode: account, amount: null }),
  'quota.department': ofDepartment,
  'quota.exportReport': ofDepartment,
  'quota.plan': ofDepartment,
  'quota.set': ({ department }) => ({
    department,
    month: '2025-09',
    limit: '1',
    reason: 'x',
    seenVersion: 0,
  }),
  'receipts.get': ({ tx }) => ({ txId: tx }),
  'rooms.get': byRoom,
  'rooms.trace': ({ room, meter }) => ({ code: room, meterCode: meter, minutes: 60 }),
  'rooms.week': ({ room, meter, account }) => ({ code: room, meterCode: meter, accountCode: account }),
  'rooms.history': byRoom,
  'rooms.charges': ({ account }) => ({ accountCode: account, before: null, limit: 10 }),
  'rooms.charge': ({ charge }) => ({ id: charge }),
  'rooms.payment': ({ account, payment }) => ({ accountCode: account, id: payment }),
  'rooms.topUp': ({ account }) => ({ accountCode: account, amount: '1', reference: 'r' }),
  'rooms.requestRestore': ({ room, point }) => ({ code: room, pointCode: point, reason: 'x' }),
};

const journal = { span: 'MONTH', priority: null, announcedOnly: false };
const ledger = { span: 'ALL', room: 'S-201', order: null, operator: null };

const draft = {
  ...{ policy: 'DEFAULT', weeks: 1, dailyWindows: [], weekdays: [], noticeLeadMinutes: 15, moreDates: [] },
};

/** Procedures that answer with what there is for the one who asks; given what might reach further. */
const LISTING: Record<string, unknown> = {
  ...{ 'admin.health': undefined, 'admin.moneyFlow': { span: 'DAY' }, 'admin.quarantine': { reason: null } },
  ...{ 'alarms.list': undefined, 'alarms.covered': undefined, 'alarms.performance': { span: 'MONTH' } },
  ...{ 'alarms.journal': { ...journal, beforeId: null, limit: 200 }, 'alarms.journalExport': journal },
  ...{ 'balances.overview': undefined, 'control.overview': undefined, 'control.draftChoices': undefined },
  ...{ 'control.places': { kind: 'SPACE', text: '201' } },
  ...{ 'control.waiting': undefined, 'control.replayDraft': draft, 'credit.grants': { account: 'A-201' } },
  ...{ 'commands.ofPoint': { pointCode: 'P-201' }, 'commands.release': { pointCode: 'P-201' } },
  ...{ 'credit.noCutTimes': undefined, 'disputes.list': undefined, 'duty.roster': undefined },
  ...{ 'finance.figures': undefined, 'finance.accounts': { text: 'A-201' }, 'finance.exportLedger': ledger },
  ...{ 'finance.ledger': { ...ledger, before: null, limit: 200 }, 'map.places': undefined },
  ...{ 'findings.list': undefined, 'grid.view': undefined },
  ...{ 'notices.preferences': undefined, 'notices.groups': undefined, 'notices.deliveries': { state: null } },
  ...{ 'overview.places': undefined, 'overview.bands': undefined, 'overview.loadToday': undefined },
  ...{ 'overview.deviations': undefined, 'payments.methods': undefined, 'payments.recentOrders': undefined },
  ...{ 'payments.attention': undefined, 'payments.refunds': { account: 'A-201' }, 'quota.list': {} },
  ...{ 'places.campuses': undefined, 'places.search': { text: '201' }, 'receipts.keys': undefined },
  ...{
    'session.me': undefined,
    'session.demoSignIns': undefined,
    'tariffs.page': {},
    'displays.list': undefined,
  },
  ...{
    'wall.places': undefined,
    'wall.bands': undefined,
    'wall.drill': undefined,
    'wall.loadToday': undefined,
  },
  ...{ 'rules.overview': undefined },
  ...{ 'keys.list': undefined, 'demo.clock': undefined, 'live.snapshot': { room: 'room:S-201' } },
  'meters.fleet': {
    filter: {
      text: '',
      utility: null,
      status: null,
      contact: null,
      building: null,
      gateway: null,
      inspection: null,
    },
    ...{ offset: 0, limit: 200 },
  },
};

/** Of the whole campus or of the one who asks alone: they name nothing that belongs to a place. Their roles are tested with them. */
const ELSEWHERE = new Set(
  [
    ...[
      'alarms',
      'control',
      'credit',
      'demo',
      'displays',
      'duty',
      'keys',
      'notices',
      'payments',
      'rules',
      'tariffs',
    ].flatMap((router) =>
      Object.keys(appRouter._def.procedures).filter((path) => path.startsWith(`${router}.`)),
    ),
    'disputes.ofCharge',
  ].filter((path) => !(path in NAMING) && !(path in LISTING)),
);

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
  const { database, clock } = test;
  const engine = { clock, log: silentLog };
  const moved = await importCampus(
    database,
    engine,
    {
      campus: testCampusDocument.campus,
      persons: [{ code: 'ST4', name: 'Secret Person' }],
      occupancies: [{ account: 'A-201', person: 'ST4', from: '2025-09-01' }],
      users: [{ code: 'stranger', person: 'ST4', roles: [{ role: 'STUDENT' }] }],
    },
    { actor: 'test' },
  );
  expect(moved.rows.flatMap((row) => row.errors)).toEqual([]);
  for (const meter of ['M-101', 'M-201'])
    await reportReadings(test, meter, [
      ['11:29', '1.000'],
      ['11:46', '2.000'],
      ['11:59', '3.000'],
    ]);
  const paid = {
    campusId: test.campusId,
    amountMicro: 20_000_000n,
    channel: 'counter' as const,
    actor: 'test',
  };
  await applyTopUp(database, engine, { ...paid, accountCode: 'A-201', reference: 'SECRET-1' });
  const { commandId } = await (await as('energy')).commands.request({
    pointCode: 'P-201',
    action: 'read',
    reason: 'SECRET',
  });
  const one = async (query: string) => Object.values((await database.pool.query(query)).rows[0]!)[0];
  const of201 = "(select id from account where code = 'A-201')";
  const raised = async (rule: string) =>
    Number(
      await one(
        `insert into alarm (campus_id, rule, priority, subject_type, subject_id, space_id, active, since_ms, raised_ms, last_ms, active_since_ms,
           activations, evidence)
         select campus_id, '${rule}', 2, 'POINT', id, space_id, true, ${TEST_NOW_MS}, ${TEST_NOW_MS}, ${TEST_NOW_MS}, ${TEST_NOW_MS}, '[]', '{}'
           from meter_point where code = 'P-201' returning id`,
      ),
    );
  Object.assign(theirs, {
    ...{ room: 'S-201', building: 'S', account: 'A-201', point: 'P-201', meter: 'M-201', department: 'PHYS' },
    command: commandId,
    charge: String(await one(`select min(id) from charge where account_id = ${of201}`)),
    tx: String(await one(`select max(tx_id) from payment where account_id = ${of201}`)),
    payment: await one(`select id from payment where account_id = ${of201}`),
    order: 'S'.repeat(26),
    job: 'R'.repeat(26),
    contact: await one(
      `insert into notice_contact (user_id, channel, address, created_ms, verified_ms)
       select id, 'EMAIL', 'SECRET@example.edu', 0, 0 from app_user where code = 'stranger' returning id`,
    ),
    alarm: await raised('OVERLOAD'),
    finding: await raised('VACANT_USE'),
  });
  await database.pool.query(
    `insert into payment_order (order_no, campus_id, account_id, person_id, actor, channel, amount_micro, currency, client_token, created_ms)
       select '${theirs.order}', campus_id, id, (select id from person where code = 'ST4'), 'user:stranger', 'wechat', 10000, 'CNY', 'SECRET', 0
         from account where code = 'A-201';
     insert into bulk_job (id, campus_id, direction, utility, state, scope, reason, requester_id, requested_by, requested_ms, request_key, request_hash)
       select '${theirs.job}', u.campus_id, 'CUT', 'ELECTRICITY', 'DONE', 'POINTS', 'SECRET', u.id, 'user:energy', 0, 'K', '' from app_user u where code = 'energy';
     insert into bulk_target (job_id, point_id, seq, state, line, offset_ms) select '${theirs.job}', id, 0, 'ALREADY', 'g:1', 0 from meter_point where code = 'P-201'`,
  );
  theirs.dispute = (
    await (await as('stranger')).disputes.open({ chargeId: theirs.charge, reason: 'SECRET' })
  ).id;
});

afterAll(() => test?.stop());

const as = (user: string) => callsAs(test, user);

/** What of the stranger's shows in an answer; `S` alone is the name of a building and stands in lists of places. */
const THEIRS = /[SAPM]-20[12]|Secret Person|SECRET|ST4/;

async function ask(
  user: string,
  path: string,
  input: unknown,
): Promise<{ answer: string } | { refused: string }> {
  const [router, name] = path.split('.') as [string, string];
  // By their paths alone these procedures have no common type.
  const call = (await as(user)) as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >;
  try {
    const answer = await call[router]![name]!(input);
    const text = JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    return { answer: text ?? '' };
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    return {
      refused:
        `${error.code} ${error.cause instanceof DomainError ? error.cause.reason : (error.cause?.name ?? '')}`.trim(),
    };
  }
}

it('every procedure is asked by a stranger, or names nothing of a place', () => {
  const asked = [...Object.keys(NAMING), ...Object.keys(LISTING), ...ELSEWHERE].sort();
  expect(Object.keys(appRouter._def.procedures).sort()).toEqual(asked);
});

describe.each(['student', 'warden-n'])('%s of the north', (user) => {
  it.each(Object.entries(NAMING))(
    '%s: what is in the south is refused as what does not exist is',
    async (path, input) => {
      const refused = await ask(user, path, input(theirs));
      expect(refused).toEqual({ refused: expect.stringMatching(/^(FORBIDDEN|NOT_FOUND) /) });
      expect(await ask(user, path, input(UNKNOWN))).toEqual(refused);
    },
  );

  it.each(Object.entries(LISTING))('%s: nothing of the south', async (path, input) => {
    const said = await ask(user, path, input);
    if ('answer' in said) expect(said.answer).not.toMatch(THEIRS);
    else expect(said.refused).toMatch(/^(FORBIDDEN|NOT_FOUND) /);
  });
});

it('the same questions are answered to those who may ask them', async () => {
  const unanswered: string[] = [];
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
  const queries = Object.keys(NAMING).filter((path) => procedures[path]!._def.type === 'query');
  for (const path of queries) {
    const answers = await Promise.all(
      ['stranger', 'energy', 'finance', 'admin'].map((user) => ask(user, path, NAMING[path]!(theirs))),
    );
    if (!answers.some((said) => 'answer' in said)) unanswered.push(`${path}: ${JSON.stringify(answers)}`);
  }
  expect(unanswered).toEqual([]);
});
