import { findAccountView } from '../../../db/queries/accountViews';
import { listAccountHours, similarRoomsUse } from '../../../db/queries/myUse';
import { findRoom, findRoomAccountCode, seenSince } from '../../../db/queries/rooms';
import { atLeastWide, usualBand } from '../../../domain/network/usualBand';
import { campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { coversWhole, energyBetween, hourPieces, type Piece } from './hourPieces';
import type { OwnRoom } from './ownRoom';

const HOUR_MS = 3_600_000;
const WEEKS = 4;
/** Four days that were much alike would make every other day unusual. */
const BAND_SHARE_MIN = 0.2;

/** Electricity of the campus day so far against what is usual. Energies in µkWh as numbers fit for drawing, sums exact. */
export interface MyToday {
  readonly asOfMs: number;
  readonly dayStartMs: number;
  readonly dayEndMs: number;
  readonly soFarMicro: bigint;
  /** Sum from midnight at the end of each hour, the running one at now. */
  readonly curve: readonly (readonly [atMs: number, quantityMicro: number])[];
  /** 10th to 90th percentile and median of the same weekday of the last four weeks; null while there are too few. */
  readonly usual: {
    readonly lowMicro: number;
    readonly medianMicro: number;
    readonly highMicro: number;
    readonly days: number;
    /** The band at the end of each hour of the day. */
    readonly curve: readonly (readonly [atMs: number, lowMicro: number, highMicro: number])[];
  } | null;
  /** Median of at least five rooms of the same building and size, up to the last full hour; null: too few. */
  readonly similar: { readonly rooms: number; readonly medianMicro: bigint; readonly untilMs: number } | null;
}

/** The day so far; null where the room has no account. Nothing from before the resident's own time goes into it. */
export async function readToday(deps: ReadDeps, caller: Caller, own: OwnRoom): Promise<MyToday | null> {
  const { reader } = deps;
  const nowMs = deps.engine.clock.now();
  const at = new Date(nowMs);
  const zone = campusZone(caller.campus.timeZone);
  const day = zone.dayAt(nowMs);
  const room = await findRoom(reader, own.scope, own.code);
  const code = room && (await findRoomAccountCode(reader, room.id, at));
  const account = code && (await findAccountView(reader, own.scope, code));
  if (!room || !account) return null;
  const seenSinceMs = (await seenSince(reader, own.scope, room.id)) ?? 0;
  const days = [day];
  for (let week = 1; week <= WEEKS; week++) days.push(zone.dayAt(daysBefore(day.startMs, 7 * week)));
  const fromMs = Math.max(days.at(-1)!.startMs, seenSinceMs);
  const rows = await listAccountHours(
    reader,
    account.id,
    { fromMs: Math.floor(fromMs / HOUR_MS) * HOUR_MS, toMs: nowMs },
    at,
  );
  const pieces = hourPieces(
    rows.filter(({ utility }) => utility === 'ELECTRICITY'),
    nowMs,
  );
  const past = days
    .slice(1)
    .filter(
      ({ startMs, endMs }) => startMs >= seenSinceMs && coversWhole(pieces, { fromMs: startMs, toMs: endMs }),
    );
  const untilMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  return {
    asOfMs: nowMs,
    dayStartMs: day.startMs,
    dayEndMs: day.endMs,
    soFarMicro: BigInt(Math.round(energyBetween(pieces, { fromMs: day.startMs, toMs: nowMs }))),
    curve: curveOf(pieces, day.startMs, nowMs),
    usual: usualOf(pieces, past, day, nowMs),
    similar:
      untilMs > day.startMs
        ? await similarRoomsUse(reader, room.id, {
            fromMs: day.startMs,
            toMs: untilMs,
            utility: 'ELECTRICITY',
          }).then((found) => found && { ...found, untilMs })
        : null,
  };
}

/** Noon of a day some days before one that begins at `startMs` lies within that day, whatever the clocks do. */
function daysBefore(startMs: number, days: number): number {
  return startMs - days * 24 * HOUR_MS + 12 * HOUR_MS;
}

function curveOf(pieces: readonly Piece[], startMs: number, untilMs: number): (readonly [number, number])[] {
  const curve: [number, number][] = [[startMs, 0]];
  for (let hour = startMs; hour < untilMs; hour += HOUR_MS) {
    const toMs = Math.min(hour + HOUR_MS, untilMs);
    curve.push([toMs, energyBetween(pieces, { fromMs: startMs, toMs })]);
  }
  return curve;
}

function usualOf(
  pieces: readonly Piece[],
  past: readonly { startMs: number; endMs: number }[],
  day: { startMs: number; endMs: number },
  nowMs: number,
): MyToday['usual'] {
  const bandAt = (elapsedMs: number) => {
    const sums = past.map(({ startMs }) =>
      energyBetween(pieces, { fromMs: startMs, toMs: startMs + elapsedMs }),
    );
    const band = usualBand(sums);
    return band && atLeastWide(band, BAND_SHARE_MIN);
  };
  const now = bandAt(nowMs - day.startMs);
  if (!now) return null;
  const curve: [number, number, number][] = [];
  for (let at = day.startMs; at <= day.endMs; at += HOUR_MS) {
    const band = bandAt(at - day.startMs);
    if (band) curve.push([at, band.low, band.high]);
  }
  return { lowMicro: now.low, medianMicro: now.median, highMicro: now.high, days: now.samples, curve };
}
