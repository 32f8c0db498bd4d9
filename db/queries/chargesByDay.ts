import { type SQL, sql } from 'drizzle-orm';
import type { CampusZone } from '../../domain/time/campusTime';
import { accountWithin } from './accountViews';
import { type LedgerLine, OF_CHARGES } from './financeLedger';
import { potKeyOf } from './maskedMoney';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Where a page of the ledger ended. */
export interface LedgerPlace {
  readonly txId: bigint;
  readonly n: number;
}

/**
 * Charges that the reader is not told whose they are: one row for each pot and local day, newest first, and more than one only where
 * another entry of the pot stands between them, so that every balance can be recomputed from row to row. A day counts what was
 * booked in it, so it never changes, and is shown when it is over: whoever looked again and again would see the quarter hours.
 * @param told where the reader sees whose money it is; charges there are rows of their own
 * @param span local midnights, ms UTC: days from `fromMs` until the running day, which begins at `todayMs`
 */
export async function listChargesByDay(
  source: Source,
  scope: ScopeFilter,
  told: ScopeFilter,
  zone: CampusZone,
  span: { readonly fromMs: number; readonly todayMs: number },
  before: LedgerPlace | null,
  limit: number,
): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = [];
  const { campusId } = scope;
  const oldestMs = await firstBookedMs(source, campusId);
  if (told.campusWide || oldestMs === null) return lines;
  const fromMs = Math.max(span.fromMs, zone.localDayStart(oldestMs - 1));
  let end = await firstTxOf(source, campusId, span.todayMs, null);
  for (let dayEndMs = span.todayMs; dayEndMs > fromMs && lines.length < limit; ) {
    const dayMs = zone.localDayStart(dayEndMs - 1);
    const own = await firstTxOf(source, campusId, dayMs, dayEndMs);
    const first = own !== null && (end === null || own < end) ? own : end;
    // Pages before showed what is newer.
    if (first !== end && first !== null && (before === null || first <= before.txId))
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
  { first, end, dayMs }: { first: bigint; end: bigint | null; dayMs: number },
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
           where t.campus_id = ${scope.campusId} and t.id >= ${first}::bigint
             ${end === null ? sql`` : sql`and t.id < ${end}::bigint`}
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
