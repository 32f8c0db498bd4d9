import { findAccountView, listAccountCharges, listAccountPoints } from '../../../db/queries/accountViews';
import {
  heldSince,
  listAccountHours,
  listUseParts,
  listUsePeriods,
  openUse,
  type SimilarRooms,
  similarRoomsUse,
  type UsePart,
  type UsePeriod,
  type UseSpan,
} from '../../../db/queries/myUse';
import { findRoom, findRoomAccountCode, seenSince } from '../../../db/queries/rooms';
import { accountTariffBook } from '../../../db/queries/tariffBooks';
import { DomainError } from '../../../domain/errors';
import type { Utility } from '../../../domain/metering/reading';
import type { TariffBook } from '../../../domain/tariffs/tariffBook';
import { campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { type ChargeRow, chargeRow } from '../rooms/readCharges';
import { energyBetween, hourPieces } from './hourPieces';
import type { OwnRoom } from './ownRoom';
import { sameClockIn, spanBefore, type UsageSpan, type UsageStep, usageSpan } from './usageSpan';

const HOUR_MS = 3_600_000;
const CHARGES_OF_A_DAY_MAX = 400;

/** Energy of one period of the tariff, µ. */
export interface UsageShare {
  readonly period: string;
  readonly quantityMicro: bigint;
  readonly priceMicro: bigint;
}

/** One bar: an hour or a day. Sums of all bars and silences are the span's. */
export interface UsageBar {
  readonly startMs: number;
  readonly endMs: number;
  /** Null: nothing was charged in it, because it lies ahead, before the first reading, or in an outage. */
  readonly quantityMicro: bigint | null;
  /** What left the account's pots for it, µ-currency. */
  readonly debitMicro: bigint;
  readonly shares: readonly UsageShare[];
}

/** A time without readings. */
export interface UsageGap {
  readonly fromMs: number;
  readonly toMs: number;
  /** A reading came after it, and with it what was used meanwhile. */
  readonly settled: boolean;
  /** What that was, where a charge of its own tells it: among the hours of a day. Of days, it is in the day's bar. */
  readonly quantityMicro: bigint | null;
  /** Not in any bar: the amount of a charge that reaches over the gap and stands by itself in a day's hours. */
  readonly debitMicro: bigint | null;
  readonly shares: readonly UsageShare[];
}

/** A calendar span of one utility at the resident's room. */
export interface MyUsage {
  readonly asOfMs: number;
  readonly accountCode: string;
  readonly currency: string;
  readonly step: UsageStep;
  readonly utility: Utility;
  readonly utilities: readonly Utility[];
  readonly startMs: number;
  readonly endMs: number;
  /** Since when there is anything to see: the resident's own time. */
  readonly sinceMs: number;
  readonly bars: readonly UsageBar[];
  readonly gaps: readonly UsageGap[];
  readonly totalMicro: bigint;
  readonly debitMicro: bigint;
  /** Of the total, paid by a fund. */
  readonly freeMicro: bigint;
  /** Used and not yet posted to the ledger: in no bar. */
  readonly unpostedMicro: bigint;
  /** How much of the utility that is. */
  readonly unpostedQuantityMicro: bigint;
  /** From here on readings wait for a person who checks them: nothing was charged for them. Null: none wait. */
  readonly heldSinceMs: number | null;
  /** Stretches of the dearest period, for a day's shading; empty where one price holds. */
  readonly peaks: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** The span before, up to the same point in it; null where it reaches into the time of others. */
  readonly before: {
    readonly startMs: number;
    readonly untilMs: number;
    /** What was charged in it begins here: later than the span where the meter was not yet read at its start. */
    readonly firstMs: number;
    readonly quantityMicro: bigint;
    readonly debitMicro: bigint;
  } | null;
  /**
   * At least five rooms of the same building and size, up to the last full hour: their median and the middle half. `ownMicro` is
   * what the resident's room used in the very same hours. Null: too few rooms, or no full hour yet.
   */
  readonly similar: (SimilarRooms & { readonly ownMicro: bigint }) | null;
}

interface UsageRequest {
  readonly step: UsageStep;
  /** Any instant in the span; default now. */
  readonly atMs: number | null;
  readonly utility: Utility;
}

/** What was used and charged in a calendar span. @throws DomainError `notFound` */
export async function readUsage(
  deps: ReadDeps,
  caller: Caller,
  own: OwnRoom,
  request: UsageRequest,
): Promise<MyUsage> {
  const { reader } = deps;
  const nowMs = deps.engine.clock.now();
  const zone = campusZone(caller.campus.timeZone);
  const { room, account, sinceMs } = await openAccount(deps, own, nowMs);
  const span = usageSpan(zone, request.step, Math.min(request.atMs ?? nowMs, nowMs));
  const useSpan: UseSpan = {
    accountId: account.id,
    utility: request.utility,
    fromMs: span.startMs,
    toMs: span.endMs,
    step: request.step === 'DAY' ? 'hour' : 'day',
    timeZone: caller.campus.timeZone,
  };
  const untilMs = Math.min(span.endMs, nowMs);
  const ownFromMs = Math.max(span.startMs, sinceMs);
  const fullHoursMs = Math.min(span.endMs, Math.floor(nowMs / HOUR_MS) * HOUR_MS);
  const [parts, periods, hours] = await Promise.all([
    listUseParts(reader, own.scope, useSpan),
    listUsePeriods(reader, own.scope, useSpan),
    listAccountHours(
      reader,
      account.id,
      { fromMs: Math.floor(ownFromMs / HOUR_MS) * HOUR_MS, toMs: untilMs },
      new Date(nowMs),
    ),
  ]);
  const ownHours = hours.filter(({ utility }) => utility === request.utility);
  const heard = ownHours.map(({ hourMs }) => hourMs);
  const bars = barsOf(span, parts, periods);
  const gaps = gapsOf(
    parts,
    periods,
    silences(heard, Math.max(ownFromMs, heard[0] ?? untilMs), untilMs, nowMs),
    heard.at(-1) ?? 0,
  );
  const book = await accountTariffBook(
    reader,
    own.scope,
    account.code,
    request.utility,
    zone,
    Math.min(nowMs, span.endMs - 1),
  );
  const before = spanBefore(zone, request.step, span);
  const open = await openUse(reader, account.id, request.utility);
  const heldMs = await heldSince(reader, account.id, request.utility, new Date(nowMs));
  const similar =
    fullHoursMs > ownFromMs
      ? await similarRoomsUse(reader, room.id, {
          fromMs: ownFromMs,
          toMs: fullHoursMs,
          utility: request.utility,
        })
      : null;
  return {
    asOfMs: nowMs,
    accountCode: account.code,
    currency: account.unit ?? caller.campus.currency,
    step: request.step,
    utility: request.utility,
    utilities: await utilitiesOf(deps, account.id, nowMs),
    startMs: span.startMs,
    endMs: span.endMs,
    sinceMs,
    bars,
    gaps,
    totalMicro: sum(parts, (part) => part.quantityMicro),
    debitMicro: sum(parts, (part) => part.debitMicro),
    freeMicro: sum(periods, (period) => period.freeMicro),
    unpostedMicro: open.amountMicro,
    unpostedQuantityMicro: open.quantityMicro,
    heldSinceMs: heldMs === null ? null : Math.max(heldMs, sinceMs),
    peaks: book && request.step === 'DAY' ? peaksOf(book, span) : [],
    before: await spanUse(
      deps,
      own,
      { ...useSpan, sinceMs },
      before,
      sameClockIn(zone, request.step, { span, before }, nowMs),
    ),
    similar: similar && {
      ...similar,
      ownMicro: BigInt(
        Math.round(energyBetween(hourPieces(ownHours, nowMs), { fromMs: ownFromMs, toMs: fullHoursMs })),
      ),
    },
  };
}

/** Charges in force of one campus day, newest first. @throws DomainError `notFound` */
export async function readDayCharges(
  deps: ReadDeps,
  caller: Caller,
  own: OwnRoom,
  request: { readonly atMs: number; readonly utility: Utility },
): Promise<readonly ChargeRow[]> {
  const nowMs = deps.engine.clock.now();
  const { account } = await openAccount(deps, own, nowMs);
  const day = campusZone(caller.campus.timeZone).dayAt(request.atMs);
  const rows = await listAccountCharges(deps.reader, own.scope, account.id, {
    before: null,
    afterMs: day.startMs,
    untilMs: day.endMs,
    superseded: false,
    limit: CHARGES_OF_A_DAY_MAX,
  });
  return rows.filter(({ utility }) => utility === request.utility).map(chargeRow);
}

async function openAccount(deps: ReadDeps, own: OwnRoom, nowMs: number) {
  const { reader } = deps;
  const room = await findRoom(reader, own.scope, own.code);
  const code = room && (await findRoomAccountCode(reader, room.id, new Date(nowMs)));
  const account = code && (await findAccountView(reader, own.scope, code));
  if (!room || !account) throw new DomainError('notFound', 'ACCOUNT', `Room ${own.code} has no account.`);
  return { room, account, sinceMs: (await seenSince(reader, own.scope, room.id)) ?? 0 };
}

async function utilitiesOf(deps: ReadDeps, accountId: number, nowMs: number): Promise<Utility[]> {
  const points = await listAccountPoints(deps.reader, accountId, new Date(nowMs));
  return [...new Set(points.map(({ utility }) => utility))];
}

function sum<T>(rows: readonly T[], of: (row: T) => bigint): bigint {
  return rows.reduce((total, row) => total + of(row), 0n);
}

function sharesOf(periods: readonly UsePeriod[]): UsageShare[] {
  return periods
    .map(({ period, quantityMicro, priceMicro }) => ({ period, quantityMicro, priceMicro }))
    .sort((a, b) => (a.priceMicro < b.priceMicro ? -1 : a.priceMicro > b.priceMicro ? 1 : 0));
}

function barsOf(span: UsageSpan, parts: readonly UsePart[], periods: readonly UsePeriod[]): UsageBar[] {
  const partAt = new Map(parts.filter(({ silent }) => silent === null).map((part) => [part.startMs, part]));
  return span.parts.map(({ startMs, endMs }) => {
    const part = partAt.get(startMs);
    return {
      startMs,
      endMs,
      quantityMicro: part?.quantityMicro ?? null,
      debitMicro: part?.debitMicro ?? 0n,
      shares: sharesOf(
        periods.filter((period) => period.startMs === startMs && period.silentFromMs === null),
      ),
    };
  });
}

/** Rows of full hours without a reading in [fromMs, untilMs); the hour that runs is not missed yet. */
function silences(
  heardHours: readonly number[],
  fromMs: number,
  untilMs: number,
  nowMs: number,
): { fromMs: number; toMs: number }[] {
  const heard = new Set(heardHours);
  const rows: { fromMs: number; toMs: number }[] = [];
  for (
    let hour = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
    hour + HOUR_MS <= Math.min(untilMs, nowMs);
    hour += HOUR_MS
  ) {
    if (heard.has(hour)) continue;
    const last = rows.at(-1);
    if (last?.toMs === hour) last.toMs = hour + HOUR_MS;
    else rows.push({ fromMs: hour, toMs: hour + HOUR_MS });
  }
  return rows;
}

function gapsOf(
  parts: readonly UsePart[],
  periods: readonly UsePeriod[],
  silent: readonly { fromMs: number; toMs: number }[],
  lastHeardMs: number,
): UsageGap[] {
  const charged = parts.flatMap((part): UsageGap[] =>
    part.silent
      ? [
          {
            ...part.silent,
            settled: true,
            quantityMicro: part.quantityMicro,
            debitMicro: part.debitMicro,
            shares: sharesOf(periods.filter((period) => period.silentFromMs === part.silent?.fromMs)),
          },
        ]
      : [],
  );
  const untold = silent
    .filter((gap) => !charged.some((each) => each.fromMs < gap.toMs && each.toMs > gap.fromMs))
    .map(
      (gap): UsageGap => ({
        ...gap,
        settled: gap.toMs <= lastHeardMs,
        quantityMicro: null,
        debitMicro: null,
        shares: [],
      }),
    );
  return [...charged, ...untold].sort((a, b) => a.fromMs - b.fromMs);
}

/** The span before as far as this one has come. */
async function spanUse(
  deps: ReadDeps,
  own: OwnRoom,
  use: UseSpan & { sinceMs: number },
  span: UsageSpan,
  untilMs: number,
): Promise<MyUsage['before']> {
  if (span.startMs < use.sinceMs) return null;
  const parts = await listUseParts(deps.reader, own.scope, { ...use, fromMs: span.startMs, toMs: untilMs });
  if (parts.length === 0) return null;
  return {
    startMs: span.startMs,
    untilMs,
    firstMs: Math.min(...parts.map((part) => part.firstMs)),
    quantityMicro: sum(parts, (part) => part.quantityMicro),
    debitMicro: sum(parts, (part) => part.debitMicro),
  };
}

/** Stretches of the period with the highest price of the first tier; none where all periods cost the same. */
function peaksOf(book: TariffBook, span: UsageSpan): { fromMs: number; toMs: number }[] {
  const stretches: { fromMs: number; toMs: number; price: bigint }[] = [];
  for (let at = Math.max(span.startMs, book.startMs); at < span.endMs; ) {
    const segment = book.at(at);
    const price = segment.pricesMicro[0]!;
    const toMs = Math.min(segment.toMs, span.endMs);
    const last = stretches.at(-1);
    if (last && last.price === price) last.toMs = toMs;
    else stretches.push({ fromMs: at, toMs, price });
    at = segment.toMs;
  }
  const dearest = stretches.reduce((max, { price }) => (price > max ? price : max), 0n);
  if (stretches.every(({ price }) => price === dearest)) return [];
  return stretches.filter(({ price }) => price === dearest).map(({ fromMs, toMs }) => ({ fromMs, toMs }));
}
