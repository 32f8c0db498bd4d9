import { afterAll, beforeAll, expect, it } from 'vitest';
import { noScope } from '../../../db/queries/scope';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { FixedClock } from '../../../domain/time/clock';
import { applyTopUp } from '../../../engine/applyTopUp';
import { replaceMeter } from '../../../engine/replaceMeter';
import { ServiceCampus } from '../../testing/serviceCampus';
import { readOrder } from '../payments/readOrder';
import { readRoom } from '../rooms/readRoom';
import { readStanding } from './readStanding';
import { ownRoomPlace } from './residentActs';

const SECOND = 1_000;
const HOUR = 3_600_000;
const ORDER = '01J7ZK3V8N4QK6T2M9R5W1X0YB';

let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;
let fittedMs: number;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
});
afterAll(() => database?.drop());

async function nextOf(code: string) {
  const { caller, deps } = await campus.as(code);
  const { rows } = await database.pool.query<{ person_id: number }>(
    'select person_id from app_user where code = $1',
    [code],
  );
  const scope = { ...noScope(caller.campus.id, new Date(clock.now())), personId: rows[0]!.person_id };
  const place = await ownRoomPlace(deps, { code: 'N-101', scope });
  return (await readStanding(deps, caller, place)).points[0]!.next;
}

async function powerOf(code: string) {
  const { caller, deps } = await campus.as(code);
  return (await readOrder(deps, caller, ORDER)).power;
}

async function heldUntil(code: string) {
  const { caller, deps } = await campus.as(code);
  const { points } = await readRoom(deps, caller, 'N-101');
  return { untilMs: points[0]!.heldUntilMs, restore: points[0]!.checks.restore.verdict };
}

async function report(relay: 0 | 1): Promise<void> {
  clock.advance(SECOND);
  await campus.measure('M-NEW', '0.000', { gateway: 'G-N', powerW: 0, voltageV: 230, currentA: 0, relay });
}

/** A room that was off for credit; its meter is exchanged and fitted open, and then an order of its resident is paid. */
async function payInTheDark(): Promise<void> {
  const campusId = (await campus.as('student')).caller.campus.id;
  fittedMs = clock.now();
  await replaceMeter(database, campus.ctx, {
    campusId,
    pointCode: 'P-101',
    oldEndRegister: '0.000',
    meter: { code: 'M-NEW', serial: 'S-NEW', startRegister: '0' },
    actor: 'user:electrician',
    reason: 'worn',
  });
  await report(0);
  await database.pool.query(
    `update supply_state set reasons = jsonb_build_object('ARREARS', jsonb_build_object(
        'sinceMs', $1::bigint, 'by', 'rule:CREDIT_USED_UP', 'note', 'CREDIT_USED_UP', 'accountId', a.id))
       from account a, meter_point p where a.code = 'A-101' and p.code = 'P-101' and point_id = p.id`,
    [clock.now()],
  );
  await database.pool.query("update account set eligible_ms = $1 where code = 'A-101'", [clock.now()]);
  await applyTopUp(
    database,
    campus.ctx,
    {
      campusId,
      accountCode: 'A-101',
      amountMicro: 20_000_000n,
      channel: 'alipay',
      reference: 'paid-1',
      actor: 'user:student',
    },
    (tx, outcome) => {
      void tx.client.query(
        `insert into payment_order (order_no, campus_id, account_id, person_id, actor, channel, amount_micro, currency, state,
           client_token, created_ms, paid_ms, credited_ms, payment_id)
         select $1, a.campus_id, a.id, p.id, 'user:student', 'alipay', 20000000, 'CNY', 'CREDITED', 'tap', $2, $2, $2, $3
           from account a, person p where a.code = 'A-101' and p.code = 'ST1'`,
        [ORDER, clock.now(), outcome.paymentId],
      );
    },
  );
}

it('who paid for a dark room with a new meter reads until when it waits, staff read it too, and both end with the dark', async () => {
  await payInTheDark();
  const untilMs = fittedMs + HOUR;
  expect(await nextOf('student')).toMatchObject({ act: 'WAIT', rule: 'METER_MOVED', fromMs: untilMs });
  expect(await powerOf('student')).toBe('HELD');
  expect(await heldUntil('energy')).toEqual({ untilMs, restore: 'CONFIRM' });

  await report(1);
  expect(await nextOf('student')).toMatchObject({ act: 'NONE' });
  expect(await powerOf('student'), 'not "power was on all the time"').toBe('ON');
  expect((await heldUntil('energy')).untilMs).toBeNull();
});
