import type { Database } from '../client';
import { ensurePartitions, maintainsHourly } from '../partitions';

/** What a meter used in the hour that begins at `hourMs` (ms UTC), µ. */
export interface HourUse {
  readonly meterCode: string;
  readonly hourMs: number;
  readonly quantityMicro: bigint;
  /** Newest reading of the hour, ms UTC; default its end. */
  readonly lastMs?: number;
}

const HOUR_MS = 3_600_000;
const CHUNK = 20_000;

/**
 * Puts hours of use where views read them: into the roll-up, or as readings where a continuous aggregate makes it. An hour
 * that a meter has already stays as it is.
 */
export async function storeHourly(
  database: Database,
  campusId: number,
  rows: readonly HourUse[],
): Promise<void> {
  const own = await maintainsHourly(database);
  if (!own)
    await ensurePartitions(
      database,
      rows.map(({ hourMs }) => hourMs),
    );
  const target = own
    ? `insert into reading_hourly (meter_id, hour, quantity_micro, readings, first_ts, last_ts)
       select m.id, x.hour, x.quantity, 1, x.last, x.last`
    : `insert into reading (meter_id, ts, rx_ts, quantity_micro)
       select m.id, x.last, x.last, x.quantity`;
  for (let at = 0; at < rows.length; at += CHUNK) {
    const chunk = rows.slice(at, at + CHUNK);
    await database.pool.query(
      `${target} from unnest($2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[]) as x(code, hour, quantity, last)
         join meter m on m.campus_id = $1 and m.code = x.code
       on conflict do nothing`,
      [
        campusId,
        chunk.map(({ meterCode }) => meterCode),
        chunk.map(({ hourMs }) => new Date(hourMs)),
        chunk.map(({ quantityMicro }) => quantityMicro),
        chunk.map(({ hourMs, lastMs }) => new Date(lastMs ?? hourMs + HOUR_MS)),
      ],
    );
  }
}

/** Hours from `fromMs` to `toMs` (ms UTC, [from, to)), each with what `quantityMicro` says. */
export function hoursOf(
  meterCode: string,
  fromMs: number,
  toMs: number,
  quantityMicro: (hourMs: number) => bigint,
): HourUse[] {
  const rows: HourUse[] = [];
  for (let hourMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS; hourMs < toMs; hourMs += HOUR_MS)
    rows.push({ meterCode, hourMs, quantityMicro: quantityMicro(hourMs) });
  return rows;
}
