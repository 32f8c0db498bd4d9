import { findMeterPlace, type MeterPlace, sumReadings } from '../../../db/queries/meterReadings';
import { listPlaceAlarms, type RoomAlarmRow } from '../../../db/queries/rooms';
import type { ScopeFilter } from '../../../db/queries/scope';
import { accountTariffBook } from '../../../db/queries/tariffBooks';
import { DomainError } from '../../../domain/errors';
import { standstillIsMissing } from '../../../domain/metering/standstill';
import type { TariffBook } from '../../../domain/tariffs/tariffBook';
import { type CampusZone, campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { type LoadTrace, loadTrace } from './loadTrace';
import { needRight, openRoom } from './roomRights';

const HOUR_MS = 3_600_000;
const DAYS = 7;

/** Load of a room in the last `minutes`. @throws DomainError `forbidden`, `notFound` */
export async function readRoomTrace(
  deps: ReadDeps,
  caller: Caller,
  input: { code: string; meterCode: string; minutes: number },
): Promise<LoadTrace> {
  const { room, scope, rights, seenSinceMs } = await openRoom(deps, caller, input.code);
  needRight(rights, 'live');
  const meter = await meterFor(deps, scope, input.meterCode);
  const toMs = deps.engine.clock.now();
  const seenFromMs = Math.max(seenSinceMs ?? 0, meter.seenSinceMs);
  const fromMs = Math.max(toMs - input.minutes * 60_000, seenFromMs);
  const alarms = rights.alarms
    ? await listPlaceAlarms(deps.reader, scope, room.id, Math.max(fromMs - 24 * HOUR_MS, seenFromMs), 50)
    : [];
  return loadTrace(
    deps,
    { id: meter.id, intervalMs: meter.intervalS * 1000 },
    { fromMs, toMs, seenFromMs },
    alarms.filter(isLoadAlarm),
  );
}

/** Seven campus days of one meter, hour by hour. Energy in µkWh, powers in W. */
export interface WeekOfLoad {
  readonly days: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly quantityMicro: string;
  }[];
  readonly totalMicro: string;
  /** Mean power of each hour at its start; null where nothing was measured. */
  readonly points: readonly (readonly [atMs: number, powerW: number | null])[];
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Hours of the dearest period of the tariff in force; empty for a single price. */
  readonly peaks: readonly { readonly from: number; readonly to: number }[];
  readonly alarms: LoadTrace['alarms'];
  /** Wall-clock spans of the dearest period on an ordinary day, for the words, e.g. `08:30–11:30`. */
  readonly peakSpans: readonly (readonly [fromMs: number, toMs: number])[];
}

/** The last seven campus days of a room's meter, today included. @throws DomainError `forbidden`, `notFound` */
export async function readRoomWeek(
  deps: ReadDeps,
  caller: Caller,
  input: { code: string; meterCode: string; accountCode: string | null },
): Promise<WeekOfLoad> {
  const { room, scope, rights, seenSinceMs } = await openRoom(deps, caller, input.code);
  needRight(rights, 'live');
  const meter = await meterFor(deps, scope, input.meterCode);
  const nowMs = deps.engine.clock.now();
  const zone = campusZone(caller.campus.timeZone);
  const days = lastDays(zone, nowMs);
  const fromMs = days[0]!.startMs;
  const read = await sumReadings(deps.reader, meter.id, {
    fromMs: fromMs - HOUR_MS,
    toMs: nowMs,
    afterMs: null,
    limit: 24 * (DAYS + 2),
    span: '1h',
    timeZone: caller.campus.timeZone,
    wholeHours: true,
    standstills: standstillIsMissing(meter),
  });
  const seenFromMs = Math.max(seenSinceMs ?? 0, meter.seenSinceMs);
  const sums = read.filter((sum) => sum.fromMs >= seenFromMs);
  const byHour = new Map(sums.filter((sum) => !sum.standstill).map((sum) => [sum.fromMs, sum]));
  const points: (readonly [number, number | null])[] = [];
  const gaps: { from: number; to: number }[] = [];
  for (let at = Math.floor(fromMs / HOUR_MS) * HOUR_MS; at <= nowMs; at += HOUR_MS) {
    const sum = byHour.get(at);
    const elapsedMs = Math.min(HOUR_MS, nowMs - at);
    // An hour that has only just begun would show a mean of a few seconds.
    if (elapsedMs < 5 * 60_000) break;
    points.push([at, sum ? Number(sum.quantityMicro) / (elapsedMs / HOUR_MS) / 1_000 : null]);
    if (sum) continue;
    const last = gaps.at(-1);
    if (last && last.to === at) last.to = at + HOUR_MS;
    else gaps.push({ from: at, to: at + HOUR_MS });
  }
  const first = sums[0]?.fromMs ?? nowMs;
  const book = input.accountCode
    ? await accountTariffBook(deps.reader, scope, input.accountCode, meter.utility, zone, nowMs)
    : null;
  const dayTotals = days.map((day) => ({
    ...day,
    quantityMicro: sums
      .filter((sum) => sum.fromMs >= day.startMs && sum.fromMs < day.endMs)
      .reduce((total, sum) => total + sum.quantityMicro, 0n),
  }));
  const alarms = rights.alarms
    ? await listPlaceAlarms(deps.reader, scope, room.id, Math.max(fromMs, seenFromMs), 100)
    : [];
  return {
    days: dayTotals.map((day) => ({ ...day, quantityMicro: day.quantityMicro.toString() })),
    totalMicro: dayTotals.reduce((total, day) => total + day.quantityMicro, 0n).toString(),
    points,
    // Before the first reading there was no meter, which is no gap.
    gaps: gaps.filter((gap) => gap.from > first),
    peaks: book ? peaksOf(book, fromMs, nowMs) : [],
    peakSpans: book ? peaksOf(book, days.at(-1)!.startMs, days.at(-1)!.endMs).map((p) => [p.from, p.to]) : [],
    // One that is still active has lasted until now: the days drawn go on to midnight, and the future holds no alarm.
    alarms: alarms.filter(isLoadAlarm).map((a) => ({
      from: a.raisedMs,
      to: a.returnedMs ?? a.endedMs ?? nowMs,
      priority: a.priority,
    })),
  };
}

async function meterFor(deps: ReadDeps, scope: ScopeFilter, code: string): Promise<MeterPlace> {
  const meter = await findMeterPlace(deps.reader, scope, code);
  if (!meter) throw new DomainError('notFound', 'METER', `There is no meter ${code}.`);
  return meter;
}

/** Alarms that are about load, so that their strip under a load curve means something. */
const isLoadAlarm = (alarm: RoomAlarmRow): boolean => alarm.rule.includes('OVERLOAD');

function lastDays(zone: CampusZone, nowMs: number): { startMs: number; endMs: number }[] {
  const days: { startMs: number; endMs: number }[] = [];
  let day = zone.dayAt(nowMs);
  for (let n = 0; n < DAYS; n++) {
    days.unshift({ startMs: day.startMs, endMs: day.endMs });
    day = zone.dayAt(day.startMs - 1);
  }
  return days;
}

/** Stretches of the period with the highest price of the first tier; none where all periods cost the same. */
function peaksOf(book: TariffBook, fromMs: number, toMs: number): { from: number; to: number }[] {
  const stretches: { from: number; to: number; price: bigint }[] = [];
  for (let at = Math.max(fromMs, book.startMs); at < toMs; ) {
    const segment = book.at(at);
    const price = segment.pricesMicro[0]!;
    const last = stretches.at(-1);
    if (last && last.price === price && last.to === at) last.to = Math.min(segment.toMs, toMs);
    else stretches.push({ from: at, to: Math.min(segment.toMs, toMs), price });
    at = segment.toMs;
  }
  const prices = stretches.map((s) => s.price);
  const dearest = prices.reduce((max, price) => (price > max ? price : max), 0n);
  if (prices.every((price) => price === dearest)) return [];
  return stretches.filter((s) => s.price === dearest).map(({ from, to }) => ({ from, to }));
}
