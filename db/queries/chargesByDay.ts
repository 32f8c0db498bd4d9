import { type SQL, sql } from 'drizzle-orm';
import type { CampusZone } from '../../domain/time/campusTime';
import { accountWithin } from './accountViews';
import { type LedgerLine, OF_CHARGES } from './financeLedger';
import { potKeyOf } from './maskedMoney';
import { selectRows } from './rows';
import { covers, type ScopeFilter, type Source } from './scope';

/** Where a page of the ledger ended. */
export interface LedgerPlace {
  readonly txId: bigint;
  readonly n: number;
}

/** The day whose charges are still booked. */
export interface OpenDay {
  /** Its local midnight, ms UTC. */
  readonly dayMs: number;
  /** The first transaction of it or of a later time; charges from here on are shown to those alone who are told whose they are. */
  readonly firstTx: bigint;
}

/**
 * The running day; or the last one of which anything was booked, as long as nothing of a later time is: the charges up to midnight are
 * booked after it. What readings that come later still charge for days before has higher ids, and so belongs to this day: days before
 * it never change.
 * @param told where the reader sees whose money it is
 * @param span local midnights, ms UTC: what the reader asks for begins at `fromMs`, the running day at `todayMs`
 * @returns null: they see whose all of it is, and no charge is kept from them
 */
export async function openDayOf(
  source: Source,
  scope: ScopeFilter,
  told: ScopeFilter,
  zone: CampusZone,
  span: { readonly fromMs: number; readonly todayMs: number },
): Promise<OpenDay | null> {
  if (covers(told, scope)) return null;
  const { campusId } = scope;
  const none: OpenDay = { dayMs: span.todayMs, firstTx: 0n };
  if (span.fromMs >= span.todayMs || (await firstBookedMs(source, campusId)) === null) return none;
  for (let dayMs = span.todayMs; ; dayMs = zone.localDayStart(dayMs - 1)) {
    const firstTx = await firstTxOf(source, campusId, dayMs, null);
    if (firstTx !== null) return { dayMs, firstTx };
  }
}

/**
 * Charges that the reader is not told whose they are: one row for each pot and local day, newest first, and more than one only where
 * another entry of the pot stands between them, so that every balance can be recomputed from row to row. A day counts what was
 * booked in it: from its first transaction until the first of a later time. It is shown once that one stands, as its rows are the same
 * from then on: whoever looked again and again while they grow would see the quarter hours.
 * @param told where the reader sees whose money it is; charges there are rows of their own
 * @param fromMs local midnight, ms UTC, that begins the first day
 * @param open of `openDayOf`; null: there are none
 */
export async function listChargesByDay(
  source: Source,
  scope: ScopeFilter,
  told: ScopeFilter,
  zone: CampusZone,
  { fromMs, open }: { readonly fromMs: number; readonly open: OpenDay | null },
  before: LedgerPlace | null,
  limit: number,
): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = [];
  if (open === null || fromMs >= open.dayMs) return lines;
  const { campusId } = scope;
  const oldestMs = await firstBookedMs(source, campusId);
  if (oldestMs === null) return lines;
  const oldestDayMs = Math.max(fromMs, zone.localDayStart(oldestMs - 1));
  let end = open.firstTx;
  for (let dayEndMs = open.dayMs; dayEndMs > oldestDayMs && lines.length < limit; ) {
    const dayMs = zone.localDayStart(dayEndMs - 1);
    const own = await firstTxOf(source, campusId, dayMs, dayEndMs);
    const first = own !== null && own < end ? own : end;
    // Pages before showed what is newer.
    if (first < end && (before === null || first <= before.txId))
      lines.push(
        ...(await chargesOfDay(source, scope, told, { first, end, dayMs }, before, limit - lines.length)),
      );
    [end, dayEndMs] = [first, dayMs];
  }
  return lines;
}

async function firstBookedMs(source: Source, campusId: number): Promise<number | null> {
  const [row] = await selectRows<{ tMs: number }>(
    source,
    sql`select t_ms::float8 as "tMs" from ledger_tx where campus_id = ${campusId} order by id limit 1`,
  );
  return row?.tMs ?? null;
}

/** The first transaction that is of a time in (fromMs, toMs]; a charge up to midnight is of the day that ends. Null: there is none. */
async function firstTxOf(
  source: Source,
  campusId: number,
  fromMs: number,
  toMs: number | null,
): Promise<bigint | null> {
  const until: SQL = toMs === null ? sql`` : sql`and t_ms <= ${toMs}::bigint`;
  // The sum keeps the planner from walking all ids from the first: the index of times knows the pages.
  const [row] = await selectRows<{ id: bigint | null }>(
    source,
    sql`select min(id + 0)::int8 as id from ledger_tx where campus_id = ${campusId} and t_ms > ${fromMs}::bigint ${until}`,
  );
  return row?.id ?? null;
}

async function chargesOfDay(
  source: Source,
  scope: ScopeFilter,
  told: ScopeFilter,
  { first, end, dayMs }: { first: bigint; end: bigint; dayMs: number },
  before: LedgerPlace | null,
  limit: number,
): Promise<LedgerLine[]> {
  type Sum = Pick<
    LedgerLine,
    'txId' | 'n' | 'pot' | 'unit' | 'entries' | 'amountMicro' | 'fromSeq' | 'accountSeq' | 'balanceAfterMicro'
  >;
  const rows = await selectRows<Sum & { potId: number }>(
    source,
    sql`with single as (
          select la.id as pot_id, split_part(la.name, ':', 3) as pot, a.unit, e.account_seq, e.amount_micro,
                 e.account_seq - row_number() over (partition by la.id order by e.account_seq) as run
            from ledger_tx t
            join ledger_entry e on e.tx_id = t.id
            join ledger_account la on la.id = e.ledger_account_id
            join account a on a.id = la.account_id
           where t.campus_id = ${scope.campusId} and t.id >= ${first}::bigint and t.id < ${end}::bigint
             and ${accountWithin(scope)} and not ${accountWithin(told)} and ${OF_CHARGES}),
        summed as (
          select pot_id, pot, unit, count(*)::int as entries, sum(amount_micro)::int8 as amount_micro,
                 min(account_seq) as from_seq, max(account_seq) as account_seq
            from single group by pot_id, pot, unit, run)
        select e.tx_id as "txId", e.n::int as n, s.pot_id as "potId", s.pot, s.unit, s.entries, s.amount_micro as "amountMicro",
               s.from_seq as "fromSeq", s.account_seq as "accountSeq", e.balance_after_micro as "balanceAfterMicro"
          from summed s join ledger_entry e on e.ledger_account_id = s.pot_id and e.account_seq = s.account_seq
         ${before === null ? sql`` : sql`where (e.tx_id, e.n) < (${before.txId}::bigint, ${before.n}::smallint)`}
         order by e.tx_id desc, e.n desc limit ${limit}`,
  );
  return rows.map(({ potId, ...sum }) => ({
    ...sum,
    potKey: potKeyOf(potId),
    tMs: dayMs,
    kind: 'charge',
    ...{ key: null, accountCode: null, spaceCode: null, channel: null, reference: null, operator: null },
    ...{ reverses: null, reversedBy: null, chargeId: null },
  }));
}
