import { type SQL, sql } from 'drizzle-orm';
import type { SupplyReason } from '../../domain/supply/supplyState';
import type { AccountUnit } from '../../domain/tariffs/unitSale';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** An account as people see it: money from `account_balance`, in µ-currency. */
export interface AccountView {
  id: number;
  code: string;
  name: string | null;
  kind: 'ROOM' | 'PERSON' | 'DEPT' | 'PUBLIC';
  status: 'ACTIVE' | 'CLOSED';
  spaceCode: string | null;
  /** What it holds in place of money: all its amounts are of it then; null: money. */
  unit: AccountUnit | null;
  ledgerMicro: bigint;
  unpostedMicro: bigint;
  balanceMicro: bigint;
  availableMicro: bigint;
  arrearsMicro: bigint;
  timeLeft: { hours: number | null; band: string; learnedDays: number; computedMs: number } | null;
}

interface RawAccount extends Omit<AccountView, 'timeLeft'> {
  hours: number | null;
  band: string | null;
  learnedDays: number | null;
  computedMs: number | null;
}

/** The account of this code within the scope, or null. */
export async function findAccountView(
  source: Source,
  scope: ScopeFilter,
  code: string,
): Promise<AccountView | null> {
  const [row] = await selectRows<RawAccount>(
    source,
    sql`select a.id, a.code, a.name, a.kind::text as kind, a.status::text as status, s.code as "spaceCode", a.unit,
           b.ledger_micro as "ledgerMicro", b.unposted_micro as "unpostedMicro", b.balance_micro as "balanceMicro",
           b.available_micro as "availableMicro", b.arrears_micro as "arrearsMicro",
           t.hours, t.band, t.learned_days as "learnedDays",
           (extract(epoch from t.computed_at) * 1000)::float8 as "computedMs"
      from account a
      join account_balance b on b.account_id = a.id
      left join space s on s.id = a.space_id
      left join time_left t on t.account_id = a.id
     where a.code = ${code} and ${accountWithin(scope)}`,
  );
  if (!row) return null;
  const { hours, band, learnedDays, computedMs, ...account } = row;
  return {
    ...account,
    timeLeft:
      band === null || learnedDays === null || computedMs === null
        ? null
        : { hours, band, learnedDays, computedMs },
  };
}

/** The condition for a table `account` under the alias `a`. */
export function accountWithin(scope: ScopeFilter) {
  return withinScope(scope, {
    campusId: sql`a.campus_id`,
    spaceId: sql`a.space_id`,
    departmentId: sql`a.department_id`,
  });
}

/**
 * The condition for something of an account (under the alias `a`) that began at an instant. Whoever sees an account as its
 * resident alone sees what began while living there.
 */
export function withinOwnTime(scope: ScopeFilter, beganAt: SQL) {
  if (scope.campusWide || scope.personId === null) return accountWithin(scope);
  return sql`(${accountWithin({ ...scope, personId: null })} or (${accountWithin(scope)} and exists (
    select 1 from occupancy own where own.account_id = a.id and own.person_id = ${scope.personId}
       and ${beganAt} >= own.valid_from and (own.valid_to is null or ${beganAt} < own.valid_to))))`;
}

/** The same for a table `charge` under the alias `c`. */
export function chargeWithin(scope: ScopeFilter) {
  return withinOwnTime(scope, sql`to_timestamp(c.t0_ms / 1000.0)`);
}

/**
 * The condition for a table `payment` under the alias `p`. Who lives together sees what the room has, never what another of them
 * paid: of what came through a provider, or was credited out of suspense, what one's own orders name as theirs. Whose money in
 * suspense was is often not known: then no resident sees it. What was taken at a desk is nobody's in particular.
 */
export function notOfRoommates(scope: ScopeFilter) {
  if (scope.campusWide || scope.personId === null) return sql`true`;
  const own = sql`own.person_id = ${scope.personId}`;
  // Units are never sold out of suspense, and their money's transaction is not the account's to see.
  return sql`(p.id is null
    or (p.actor not like 'psp:%' and (p.units_tx_id is not null
      or exists (select 1 from ledger_tx booked where booked.id = p.tx_id and booked.kind <> 'suspense')))
    or exists (select 1 from payment_order own where own.payment_id = p.id and ${own})
    or exists (select 1 from suspense_item kept join payment_order own on own.order_no = kept.order_no
      where kept.campus_id = p.campus_id and kept.channel = p.channel and kept.provider_txn = p.reference and ${own}))`;
}

/** Supply of one point that an account pays for. */
export interface AccountPointRow {
  code: string;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  observed: 'CLOSED' | 'OPEN' | 'UNKNOWN';
  observedMs: number | null;
  reasons: Partial<
    Record<SupplyReason, { sinceMs: number; by: string; cause?: string; note?: string; alarmId?: number }>
  >;
}

/** Points that the account pays for at `at`, by code. */
export async function listAccountPoints(
  source: Source,
  accountId: number,
  at: Date,
): Promise<AccountPointRow[]> {
  return selectRows<AccountPointRow>(
    source,
    sql`select p.code, p.utility::text as utility, coalesce(s.observed::text, 'UNKNOWN') as observed,
           s.observed_ms::float8 as "observedMs", coalesce(s.reasons, '{}'::jsonb) as reasons
      from account_point ap
      join meter_point p on p.id = ap.point_id
      left join supply_state s on s.point_id = p.id
     where ap.account_id = ${accountId} and ap.valid_from <= ${at} and (ap.valid_to is null or ap.valid_to > ${at})
     order by p.code`,
  );
}

/** One posting on a pot of an account. */
export interface LedgerEntryView {
  txId: bigint;
  n: number;
  key: string;
  kind: string;
  tMs: number;
  bucket: string | null;
  amountMicro: bigint;
  balanceAfterMicro: bigint | null;
  accountSeq: bigint | null;
  entryHash: string | null;
  txHash: string;
  reverses: bigint | null;
  /** What was paid for units, µ-currency; null: it is no sale of units. */
  paidMicro: bigint | null;
}

/**
 * Postings on all pots of an account, newest first, older than `before`. Each pot is read from the end of its chain, whose
 * places follow the ids of the transactions: an account among thousands is found without reading the others' postings.
 */
export async function listAccountLedger(
  source: Source,
  accountId: number,
  page: { before: { txId: bigint; n: number } | null; limit: number },
): Promise<LedgerEntryView[]> {
  const older = page.before
    ? sql`and (x.tx_id, x.n) < (${page.before.txId}::bigint, ${page.before.n}::smallint)`
    : sql``;
  return selectRows<LedgerEntryView>(
    source,
    sql`select e.tx_id as "txId", e.n::int as n, t.key, t.kind, t.t_ms::float8 as "tMs", la.bucket,
           e.amount_micro as "amountMicro", e.balance_after_micro as "balanceAfterMicro",
           e.account_seq as "accountSeq", encode(e.entry_hash, 'hex') as "entryHash",
           encode(t.tx_hash, 'hex') as "txHash", t.reverses,
           case when t.kind = 'units' then (select p.amount_micro from payment p where p.account_id = la.account_id
                                            and p.units_tx_id = t.id) end as "paidMicro"
      from ledger_account la
      cross join lateral (
        select x.* from ledger_entry x
         where x.ledger_account_id = la.id and x.account_seq is not null ${older}
         order by x.account_seq desc limit ${page.limit}) e
      join ledger_tx t on t.id = e.tx_id
     where la.account_id = ${accountId}
     order by e.tx_id desc, e.n desc
     limit ${page.limit}`,
  );
}

/** A charge with what proves it. Registers and quantities in µ, amounts in µ-currency. */
export interface ChargeView {
  id: bigint;
  meterCode: string;
  pointCode: string;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  register: string;
  epoch: number;
  t0Ms: number;
  t1Ms: number;
  rev: number;
  startMicro: bigint;
  endMicro: bigint;
  quantityMicro: bigint;
  amountMicro: bigint;
  tariffCode: string;
  tariffVersion: number;
  superseded: boolean;
  txId: bigint | null;
  lines: unknown;
}

export interface ChargeFilter {
  /** Charges older than this one. */
  before: { t1Ms: number; id: bigint } | null;
  /** Ends after. */
  afterMs: number | null;
  /** Ends at or before. */
  untilMs: number | null;
  superseded: boolean;
  limit: number;
}

/** Charges of an account within the scope, newest end first. */
export async function listAccountCharges(
  source: Source,
  scope: ScopeFilter,
  accountId: number,
  filter: ChargeFilter,
): Promise<ChargeView[]> {
  const conditions = [sql`c.account_id = ${accountId}`, chargeWithin(scope)];
  if (filter.before) {
    conditions.push(sql`(c.t1_ms, c.id) < (${filter.before.t1Ms}::bigint, ${filter.before.id}::bigint)`);
  }
  if (filter.afterMs !== null) conditions.push(sql`c.t1_ms > ${filter.afterMs}::bigint`);
  if (filter.untilMs !== null) conditions.push(sql`c.t1_ms <= ${filter.untilMs}::bigint`);
  if (!filter.superseded) conditions.push(sql`c.superseded_by is null`);
  return selectRows<ChargeView>(
    source,
    sql`select c.id, m.code as "meterCode", p.code as "pointCode", p.utility::text as utility, c.register, c.epoch,
           c.t0_ms::float8 as "t0Ms", c.t1_ms::float8 as "t1Ms", c.rev, c.start_micro as "startMicro",
           c.end_micro as "endMicro", c.quantity_micro as "quantityMicro", c.amount_micro as "amountMicro",
           t.code as "tariffCode", v.number as "tariffVersion", c.superseded_by is not null as superseded,
           c.tx_id as "txId", c.lines
      from charge c
      join account a on a.id = c.account_id
      join meter m on m.id = c.meter_id
      join meter_point p on p.id = c.point_id
      join tariff_version v on v.id = c.tariff_version_id
      join tariff t on t.id = v.tariff_id
     where ${sql.join(conditions, sql` and `)}
     order by c.t1_ms desc, c.id desc
     limit ${filter.limit}`,
  );
}
