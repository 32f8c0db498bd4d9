import { type AlarmView, listAlarms } from '../../../db/queries/alarmViews';
import { newestVerdicts, type PricedPlace, tariffsOfPlaces } from '../../../db/queries/findings';
import type { ScopeFilter } from '../../../db/queries/scope';
import { tariffBook } from '../../../db/queries/tariffBooks';
import type { AlarmVerdict } from '../../../domain/alarms/alarmVerdict';
import {
  byWorth,
  FINDING_RULES,
  type FindingQuantity,
  type FindingRule,
  type FindingScore,
  findingQuantity,
  findingScore,
} from '../../../domain/alarms/findings';
import { previewCost } from '../../../domain/tariffs/previewCost';
import type { TariffBook } from '../../../domain/tariffs/tariffBook';
import { campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import { mayAt } from '../alarms/alarmRights';
import { type AlarmContext, alarmContexts } from '../alarms/readAlarmList';
import type { ReadDeps } from '../deps';

const DAYS = 30;
const DAY_MS = 86_400_000;
/** Newest episodes of each rule that are looked through. */
const EPISODES_MAX = 200;

/** A finding of the last weeks. Times in ms UTC. */
export interface Finding extends FindingQuantity {
  readonly id: string;
  readonly rule: FindingRule;
  readonly priority: 1 | 2 | 3 | 4;
  /** It stands still. */
  readonly active: boolean;
  readonly raisedMs: number;
  readonly returnedMs: number | null;
  readonly path: AlarmContext['path'];
  readonly point: AlarmContext['point'];
  readonly score: FindingScore | null;
  /** What the total costs at today's prices, µ as text; null: withheld by role, or nothing prices it. */
  readonly worthMicro: string | null;
  /** True where a price is known and the viewer's roles don't see money there. */
  readonly masked: boolean;
  readonly verdict: AlarmVerdict | null;
}

export interface Findings {
  readonly nowMs: number;
  readonly days: number;
  readonly currency: string;
  /** By worth, the dearest first. */
  readonly findings: readonly Finding[];
  /** Of those whose money the viewer sees, savings left out; null: sees none. */
  readonly worthMicro: string | null;
}

/**
 * Anomalies, waste, losses and leaks of the last 30 days, ranked by what they cost. The price is today's: the total is spread
 * evenly over the local day and rated from the first tier by the engine's own rating. Money of a room is for those alone who
 * see money of rooms; elsewhere also for those who see tariffs.
 */
export async function viewFindings(deps: ReadDeps, caller: Caller, scope: ScopeFilter): Promise<Findings> {
  const nowMs = deps.engine.clock.now();
  const sinceMs = nowMs - DAYS * DAY_MS;
  const rows: AlarmView[] = [];
  for (const rule of FINDING_RULES) {
    const filter = { open: false, priority: null, rule, beforeId: null, limit: EPISODES_MAX };
    const found = await listAlarms(deps.reader, scope, filter);
    rows.push(...found.filter((row) => Math.max(row.raisedMs, endOf(row, nowMs)) >= sinceMs));
  }
  const contexts = await alarmContexts(deps, caller, rows, nowMs);
  const verdicts = new Map(
    (
      await newestVerdicts(
        deps.reader,
        rows.map(({ id }) => id),
      )
    ).map(({ alarmId, verdict }) => [alarmId, verdict]),
  );
  const found = rows.map((row, at) => {
    const rule = row.rule as FindingRule;
    const { sinceMs, count, evidence } = row;
    const episode = { rule, evidence, count, sinceMs, untilMs: endOf(row, nowMs) };
    return {
      ...{ row, rule, context: contexts[at]! },
      quantity: findingQuantity(episode),
      score: findingScore(episode),
    };
  });
  const prices = await priceBooks(
    deps,
    scope,
    caller.campus.timeZone,
    found.map(({ row, quantity }) => ({
      key: String(row.id),
      point: pointOfFinding(row),
      spaceId: row.spaceId,
      utility: quantity.utility,
    })),
  );
  const priced = found.map((one) => {
    const id = String(one.row.id);
    const price = prices.get(id) ?? null;
    const worthMicro = price === null ? null : worthOf(price.book, one.quantity.total, nowMs);
    const ofRoom = price?.residentPays ?? one.context.point?.isRoom ?? false;
    return { ...one, id, worthMicro, ofRoom, total: one.quantity.total };
  });
  const findings = priced
    .sort(byWorth)
    .map(({ row, rule, context, quantity, score, id, worthMicro, ofRoom }): Finding => {
      const sees = seesMoney(caller, row, ofRoom);
      return {
        ...{ id, rule, priority: row.priority, active: row.active, raisedMs: row.raisedMs, score },
        ...(seesUse(caller, row, context) ? quantity : { ...quantity, total: null, perDay: null }),
        returnedMs: row.returnedMs ?? row.endedMs,
        path: context.path,
        point: context.point,
        worthMicro: sees ? (worthMicro?.toString() ?? null) : null,
        masked: !sees && worthMicro !== null,
        verdict: verdicts.get(row.id) ?? null,
      };
    });
  const seen = findings.flatMap(({ worthMicro }) => (worthMicro === null ? [] : BigInt(worthMicro)));
  return {
    nowMs,
    days: DAYS,
    currency: caller.campus.currency,
    findings,
    worthMicro:
      seen.length === 0 ? null : seen.reduce((sum, micro) => (micro > 0n ? sum + micro : sum), 0n).toString(),
  };
}

function endOf(row: AlarmView, nowMs: number): number {
  return row.returnedMs ?? row.endedMs ?? nowMs;
}

/** The point that an alarm stands at; of a building's alarm the first one that its evidence names. */
export function pointOfFinding({ pointCode, evidence }: AlarmView): string | null {
  if (pointCode !== null) return pointCode;
  const [first] = Array.isArray(evidence.suspects) ? (evidence.suspects as { point?: unknown }[]) : [];
  return typeof first?.point === 'string' ? first.point : null;
}

/** @param ofRoom the account of a room or person pays, or none is known and it stands in a room */
function seesMoney(caller: Caller, row: AlarmView, ofRoom: boolean): boolean {
  const money =
    caller.permission('VIEW_MONEY')?.grant === 'FULL' && mayAt(caller, 'VIEW_MONEY', row.spacePath);
  return money || (!ofRoom && mayAt(caller, 'VIEW_TARIFFS', row.spacePath));
}

/** What a single room used is for those who see rooms live. */
function seesUse(caller: Caller, row: AlarmView, context: AlarmContext): boolean {
  const ofRoom = context.point?.isRoom ?? context.path.some(({ kind }) => kind === 'ROOM');
  return !ofRoom || mayAt(caller, 'VIEW_LIVE_ROOM', row.spacePath);
}

interface Price {
  readonly book: TariffBook;
  readonly residentPays: boolean | null;
}

async function priceBooks(
  deps: ReadDeps,
  scope: ScopeFilter,
  timeZone: string,
  places: readonly PricedPlace[],
): Promise<ReadonlyMap<string, Price>> {
  const tariffs = await tariffsOfPlaces(deps.reader, scope, places);
  const zone = campusZone(timeZone);
  const books = new Map<number, TariffBook | null>();
  const byPlace = new Map<string, Price>();
  for (const { key, tariffId, residentPays } of tariffs) {
    const known = books.get(tariffId);
    const book = known === undefined ? await tariffBook(deps.reader, tariffId, zone) : known;
    books.set(tariffId, book);
    if (book) byPlace.set(key, { book, residentPays });
  }
  return byPlace;
}

/** What a quantity costs if it is spread evenly over the local day of now, from the first tier on; µ. Null: unknown. */
function worthOf(book: TariffBook, quantity: number | null, nowMs: number): bigint | null {
  if (quantity === null || book.startMs > nowMs) return null;
  const { startMs: fromMs, endMs: toMs } = book.zone.dayAt(Math.max(nowMs, book.startMs));
  const span = { fromMs: Math.max(fromMs, book.startMs), toMs };
  const quantityMicro = BigInt(Math.round(Math.abs(quantity) * 1e6));
  const cost = (micro: bigint) =>
    previewCost(
      book,
      [{ pointCode: '', ...span, quantityMicro: micro, intervalMs: toMs - fromMs }],
      span,
      null,
    ).amountMicro;
  // What is due for the day itself, used or not, is nobody's waste.
  const amountMicro = cost(quantityMicro) - cost(0n);
  return quantity < 0 ? -amountMicro : amountMicro;
}
