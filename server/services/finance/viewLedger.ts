import { withTransaction } from '../../../db/client';
import {
  type LedgerPlace,
  listChargesByDay,
  type OpenDay,
  openDayOf,
} from '../../../db/queries/chargesByDay';
import {
  type LedgerFilter,
  type LedgerLine,
  type LedgerSum,
  listLedgerLines,
  sumLedgerLines,
} from '../../../db/queries/financeLedger';
import type { ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import { campusZone } from '../../../domain/time/campusTime';
import { type Caller, requirePermission } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { requireMoneyOfRooms, seesMoneyOf, seesSomeMoney } from './seesMoneyOf';

/** Spans that the ledger is looked at by; local days of the campus. */
export const LEDGER_SPANS = ['TODAY', 'WEEK', 'MONTH', 'ALL'] as const;
export type LedgerSpan = (typeof LEDGER_SPANS)[number];

export interface LedgerQuery {
  readonly span: LedgerSpan;
  readonly room: string | null;
  readonly order: string | null;
  readonly operator: string | null;
}

/** Entries of customers' pots, newest first, and what all that match sum to: charges of others from when their day is shown. */
export interface LedgerPage {
  readonly rows: readonly LedgerLine[];
  /** Hand it in for the next page; null at the end. */
  readonly next: { readonly txId: string; readonly n: number } | null;
  /** Whether the caller sees whose money it is, somewhere at least: else all rows are masked and no room can be asked for. */
  readonly roomsTold: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** Of all that match. */
  readonly count: number;
  /** Of entries in money. */
  readonly sumMicro: bigint;
  readonly inMicro: bigint;
  readonly outMicro: bigint;
  /** Of entries in units, by unit. */
  readonly units: readonly LedgerSum[];
}

const DAY_MS = 86_400_000;
/** Rows of one exported file. */
const EXPORT_MAX = 200_000;

function filterOf(query: LedgerQuery, timeZone: string, nowMs: number): LedgerFilter {
  const zone = campusZone(timeZone);
  const today = zone.localDayStart(nowMs);
  const from: Record<LedgerSpan, number> = {
    TODAY: today,
    WEEK: zone.localDayStart(today - 6 * DAY_MS),
    MONTH: zone.monthStart(nowMs),
    ALL: 0,
  };
  const { room, order, operator } = query;
  // A charge is of its window's end, which may lie a little ahead of a clock that steps.
  return { fromMs: from[query.span], toMs: zone.localMidnightAfter(nowMs) + DAY_MS, room, order, operator };
}

/** A page of the ledger; whose money it is, who sees the money of rooms alone is told. @throws DomainError `forbidden` */
export async function viewLedger(
  deps: ReadDeps,
  caller: Caller,
  query: LedgerQuery & {
    readonly before: { readonly txId: string; readonly n: number } | null;
    readonly limit: number;
  },
): Promise<LedgerPage> {
  const { scope } = requirePermission(caller, 'VIEW_LEDGER');
  if (query.room !== null) requireMoneyOfRooms(caller);
  const nowMs = deps.engine.clock.now();
  const told = seesMoneyOf(caller, nowMs);
  const filter = filterOf(query, caller.campus.timeZone, nowMs);
  const before = query.before && { txId: BigInt(query.before.txId), n: query.before.n };
  const open = await openDay(deps, caller, told, filter);
  const rows = await linesOf(deps, caller, told, filter, open, before, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    next: rows.length > query.limit && last ? { txId: last.txId.toString(), n: last.n } : null,
    roomsTold: seesSomeMoney(caller),
    fromMs: filter.fromMs,
    toMs: filter.toMs,
    nowMs,
    ...sumsOf(await sumLedgerLines(deps.reader, scope, told, filter, open?.firstTx ?? null)),
  };
}

function sumsOf(
  sums: readonly LedgerSum[],
): Pick<LedgerPage, 'count' | 'sumMicro' | 'inMicro' | 'outMicro' | 'units'> {
  const money = sums.find(({ unit }) => unit === null);
  return {
    count: sums.reduce((count, sum) => count + sum.count, 0),
    sumMicro: money?.sumMicro ?? 0n,
    inMicro: money?.inMicro ?? 0n,
    outMicro: money?.outMicro ?? 0n,
    units: sums.filter(({ unit }) => unit !== null),
  };
}

/** Until where charges of others are shown by day; null: none are kept from the caller, or one entry is looked for and none are found. */
async function openDay(
  deps: ReadDeps,
  caller: Caller,
  told: ScopeFilter,
  { fromMs, room, order, operator }: LedgerFilter,
): Promise<OpenDay | null> {
  if (room !== null || order !== null || operator !== null) return null;
  const { scope } = requirePermission(caller, 'VIEW_LEDGER');
  const zone = campusZone(caller.campus.timeZone);
  const todayMs = zone.localDayStart(deps.engine.clock.now());
  return openDayOf(deps.reader, scope, told, zone, { fromMs, todayMs });
}

/** Entries of a filter, newest first, with the charges of others by day. */
async function linesOf(
  deps: ReadDeps,
  caller: Caller,
  told: ScopeFilter,
  filter: LedgerFilter,
  open: OpenDay | null,
  before: LedgerPlace | null,
  limit: number,
): Promise<LedgerLine[]> {
  const { scope } = requirePermission(caller, 'VIEW_LEDGER');
  const single = await listLedgerLines(deps.reader, scope, told, filter, before, limit);
  const zone = campusZone(caller.campus.timeZone);
  const span = { fromMs: filter.fromMs, open };
  const days = await listChargesByDay(deps.reader, scope, told, zone, span, before, limit);
  return [...single, ...days]
    .sort((left, right) => Number(right.txId - left.txId) || right.n - left.n)
    .slice(0, limit);
}

/** All entries of a filter for a file; the export stands in the audit log. @throws DomainError `forbidden`, `refused` `EXPORT_TOO_LARGE` */
export async function exportLedger(
  deps: ServiceDeps,
  caller: Caller,
  query: LedgerQuery,
): Promise<{ rows: readonly LedgerLine[]; sumMicro: bigint }> {
  requirePermission(caller, 'VIEW_LEDGER');
  if (query.room !== null) requireMoneyOfRooms(caller);
  const nowMs = deps.engine.clock.now();
  const filter = filterOf(query, caller.campus.timeZone, nowMs);
  const told = seesMoneyOf(caller, nowMs);
  const open = await openDay(deps, caller, told, filter);
  const rows = await linesOf(deps, caller, told, filter, open, null, EXPORT_MAX + 1);
  if (rows.length > EXPORT_MAX)
    throw new DomainError(
      'refused',
      'EXPORT_TOO_LARGE',
      `More than ${EXPORT_MAX} entries: choose a shorter span.`,
    );
  await withTransaction(deps.database, async (tx) =>
    auditAct(tx, deps, caller, {
      action: 'LEDGER_EXPORTED',
      target: `campus:${caller.campus.code}`,
      after: { ...query, rows: rows.length },
    }),
  );
  return { rows, sumMicro: rows.reduce((sum, row) => (row.unit === null ? sum + row.amountMicro : sum), 0n) };
}
