import type pg from 'pg';
import type { Utility } from '../../domain/metering/reading';
import type { AccountUnit } from '../../domain/tariffs/unitSale';
import { instantOf, jsonRows, msOf } from './jsonRows';
import { OPENING_PREFIX } from './payments';

/** An account, its place and department by code. */
export interface AccountRow {
  readonly code: string;
  readonly name: string | null;
  readonly kind: 'ROOM' | 'PERSON' | 'DEPT' | 'PUBLIC';
  readonly space: string | null;
  readonly department: string | null;
  readonly policy: string;
  readonly class: 'PREPAID' | 'SPECIAL' | 'POSTPAID';
  readonly graceDays: number | null;
  readonly graceLimitMicro: bigint | null;
  /** What it holds in place of money, and the tariff that sells it; null: money. */
  readonly unit: AccountUnit | null;
  readonly soldBy: string | null;
}

/** A point that an account pays for now. */
export interface PaidPoint {
  readonly point: string;
  readonly fromMs: number;
}

/** The tariff of an account for a utility now. */
export interface AccountTariff {
  readonly utility: Utility;
  readonly tariff: string;
  readonly fromMs: number;
}

/** What hangs on an account already. */
export interface AccountUse {
  readonly closed: boolean;
  readonly points: readonly PaidPoint[];
  readonly tariffs: readonly AccountTariff[];
  /** Opening balance that was booked, µ; null: none. */
  readonly openingMicro: bigint | null;
  /** End of its newest rated use by utility; no tariff may change before. */
  readonly ratedUptoMs: ReadonlyMap<Utility, number>;
}

/** Reference under which an opening balance is booked at the counter. */
export const openingReference = (accountCode: string): string => `${OPENING_PREFIX}${accountCode}`;

export async function accountsOf(
  client: pg.ClientBase,
  campusId: number,
): Promise<(AccountRow & AccountUse)[]> {
  const accounts = await client.query<AccountRow & { closed: boolean; openingMicro: bigint | null }>(
    `select a.code, a.name, a.kind, s.code as space, d.code as department, a.policy_code as policy,
            a.class, a.grace_days as "graceDays", a.grace_limit_micro as "graceLimitMicro", a.unit, sold.code as "soldBy",
            a.status = 'CLOSED' as closed, p.amount_micro as "openingMicro"
       from account a
       left join space s on s.id = a.space_id
       left join department d on d.id = a.department_id
       left join tariff sold on sold.id = a.sold_by_id
       left join payment p on p.campus_id = a.campus_id and p.channel = 'counter' and p.reference = '${OPENING_PREFIX}' || a.code
      where a.campus_id = $1 order by a.id`,
    [campusId],
  );
  const points = await client.query<PaidPoint & { account: string }>(
    `select a.code as account, p.code as point, ${msOf('ap.valid_from')} as "fromMs"
       from account_point ap join account a on a.id = ap.account_id join meter_point p on p.id = ap.point_id
      where a.campus_id = $1 and ap.valid_to is null order by p.id`,
    [campusId],
  );
  const tariffs = await client.query<AccountTariff & { account: string }>(
    `select a.code as account, at.utility, t.code as tariff, ${msOf('at.valid_from')} as "fromMs"
       from account_tariff at join account a on a.id = at.account_id join tariff t on t.id = at.tariff_id
      where a.campus_id = $1 and at.valid_to is null`,
    [campusId],
  );
  const rated = await client.query<{ account: string; utility: Utility; uptoMs: number | null }>(
    `select a.code as account, u.utility, max(u.upto)::float8 as "uptoMs"
       from account a
       cross join lateral (
         select utility, upto_ms as upto from accrual where account_id = a.id
         union all
         select p.utility, greatest(s.open_upto_ms, (select max(c.t1_ms) from charge c where c.stream_id = s.id))
           from stream s join meter_point p on p.id = s.point_id where s.account_id = a.id) u
      where a.campus_id = $1 group by a.code, u.utility`,
    [campusId],
  );
  const uses = new Map(
    accounts.rows.map((row) => [
      row.code,
      {
        ...row,
        points: [] as PaidPoint[],
        tariffs: [] as AccountTariff[],
        ratedUptoMs: new Map<Utility, number>(),
      },
    ]),
  );
  for (const { account, ...point } of points.rows) uses.get(account)!.points.push(point);
  for (const { account, ...tariff } of tariffs.rows) uses.get(account)!.tariffs.push(tariff);
  for (const { account, utility, uptoMs } of rated.rows)
    if (uptoMs !== null) uses.get(account)!.ratedUptoMs.set(utility, uptoMs);
  return [...uses.values()];
}

/** Adds and changes accounts; every account gets its four pots. */
export async function upsertAccounts(
  client: pg.ClientBase,
  campusId: number,
  currency: string,
  rows: readonly AccountRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `with written as (
       insert into account (campus_id, code, name, kind, space_id, department_id, policy_code, class, grace_days,
                            grace_limit_micro, unit, sold_by_id)
       select $1, x.code, x.name, x.kind, s.id, d.id, x.policy, x.class, x."graceDays", x."graceLimitMicro",
              x.unit, sold.id
         from json_to_recordset($2::json)
                as x(code text, name text, kind account_kind, space text, department text, policy text,
                     class account_class, "graceDays" int, "graceLimitMicro" bigint, unit text, "soldBy" text)
         left join tariff sold on sold.campus_id = $1 and sold.code = x."soldBy"
         left join space s on s.campus_id = $1 and s.code = x.space
         left join department d on d.campus_id = $1 and d.code = x.department
       on conflict (campus_id, code) do update
         set name = excluded.name, kind = excluded.kind, space_id = excluded.space_id,
             department_id = excluded.department_id, policy_code = excluded.policy_code, class = excluded.class,
             grace_days = excluded.grace_days, grace_limit_micro = excluded.grace_limit_micro,
             unit = excluded.unit, sold_by_id = excluded.sold_by_id
       returning id, code, unit)
     insert into ledger_account (campus_id, name, currency, account_id, bucket, balance_micro, account_seq)
     select $1, 'cust:' || w.code || ':' || b.pot, coalesce(w.unit, $3), w.id, b.bucket, 0, 0
       from written w
       cross join (values ('cash', 'CASH'), ('gift', 'GIFT'), ('ec', 'EC'), ('arrears', 'ARREARS')) as b(pot, bucket)
      order by w.id, b.pot
     on conflict (campus_id, name) do nothing`,
    [campusId, jsonRows(rows), currency],
  );
}

/**
 * Has the credit of these accounts looked at anew where a point of theirs is off for it: what is agreed with them has changed.
 */
export async function judgeArrearsAnew(
  client: pg.ClientBase,
  campusId: number,
  codes: readonly string[],
): Promise<void> {
  if (codes.length === 0) return;
  await client.query(
    `update supply_state s set reasons = s.reasons #- '{ARREARS,accountId}'
       from account_point ap join account a on a.id = ap.account_id
      where s.point_id = ap.point_id and a.campus_id = $1 and a.code = any($2::text[]) and s.reasons ? 'ARREARS'`,
    [campusId, codes],
  );
}

/** Ends payer links at their `toMs`, then opens new ones. */
export async function changePayers(
  client: pg.ClientBase,
  campusId: number,
  ended: readonly { account: string; point: string; toMs: number }[],
  opened: readonly { account: string; point: string; fromMs: number }[],
): Promise<void> {
  if (ended.length > 0)
    await client.query(
      `update account_point ap set valid_to = ${instantOf('x."toMs"')}
         from json_to_recordset($2::json) as x(account text, point text, "toMs" float8)
         join account a on a.campus_id = $1 and a.code = x.account
         join meter_point p on p.campus_id = $1 and p.code = x.point
        where ap.account_id = a.id and ap.point_id = p.id and ap.valid_to is null`,
      [campusId, jsonRows(ended)],
    );
  if (opened.length > 0)
    await client.query(
      `insert into account_point (account_id, point_id, valid_from)
       select a.id, p.id, ${instantOf('x."fromMs"')}
         from json_to_recordset($2::json) as x(account text, point text, "fromMs" float8)
         join account a on a.campus_id = $1 and a.code = x.account
         join meter_point p on p.campus_id = $1 and p.code = x.point`,
      [campusId, jsonRows(opened)],
    );
}

/** Puts accounts under a tariff from an instant on; the tariff of that utility before it ends there. */
export async function changeAccountTariffs(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly (AccountTariff & { account: string })[],
): Promise<void> {
  if (rows.length === 0) return;
  const json = jsonRows(rows);
  await client.query(
    `update account_tariff at set valid_to = ${instantOf('x."fromMs"')}
       from json_to_recordset($2::json) as x(account text, utility utility, "fromMs" float8)
       join account a on a.campus_id = $1 and a.code = x.account
      where at.account_id = a.id and at.utility = x.utility and at.valid_to is null`,
    [campusId, json],
  );
  await client.query(
    `insert into account_tariff (account_id, utility, tariff_id, valid_from)
     select a.id, x.utility, t.id, ${instantOf('x."fromMs"')}
       from json_to_recordset($2::json) as x(account text, utility utility, tariff text, "fromMs" float8)
       join account a on a.campus_id = $1 and a.code = x.account
       join tariff t on t.campus_id = $1 and t.code = x.tariff`,
    [campusId, json],
  );
}

/** Ids of accounts by code. */
export async function accountIds(
  client: pg.ClientBase,
  campusId: number,
  codes: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: number; code: string }>(
    'select id, code from account where campus_id = $1 and code = any($2::text[])',
    [campusId, codes],
  );
  return new Map(rows.map((row) => [row.code, row.id]));
}

/** Stores opening balances as payments at the counter, beside their ledger transactions. */
export async function insertOpeningPayments(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly { id: string; account: string; amountMicro: bigint; txId: bigint }[],
  by: { nowMs: number; actor: string; approver: string | null; reason: string },
): Promise<void> {
  const stored = rows.map((row) => ({ ...row, reference: openingReference(row.account) }));
  await client.query(
    `insert into payment (id, campus_id, account_id, channel, reference, amount_micro, tx_id, actor, reason, accepted_at,
                          approver, command_ids)
     select x.id, $1, a.id, 'counter', x.reference, x."amountMicro", x."txId", $3, $5,
            ${instantOf('$4::float8')}, $6, '{}'
       from json_to_recordset($2::json)
              as x(id text, account text, reference text, "amountMicro" bigint, "txId" bigint)
       join account a on a.campus_id = $1 and a.code = x.account`,
    [campusId, jsonRows(stored), by.actor, by.nowMs, by.reason, by.approver],
  );
}
