import { meterHours } from '../../../db/queries/campusLoad';
import type { Source } from '../../../db/queries/scope';
import { type ForecastHour, forecastHours } from '../../../domain/network/dayForecast';
import { type UsualBand, usualBand } from '../../../domain/network/usualBand';
import type { CampusZone } from '../../../domain/time/campusTime';
import { BAND_WEEKS, daysBefore, floorHour, HOUR_MS, hoursFrom } from '../campus/loadModel';

/** Hours ahead that are forecast, the one under way among them. */
export const FORECAST_HOURS = 12;

/** Usual load of feeders around now and in the hours ahead, by meter; what does not change within an hour. */
export type UsualHours = ReadonlyMap<number, ReadonlyMap<number, UsualBand>>;

/** The bands of the hour before now and of those ahead, from the same hours of the weeks before. */
export async function usualHours(
  source: Source,
  zone: CampusZone,
  nowMs: number,
  meterIds: readonly number[],
): Promise<UsualHours> {
  const first = floorHour(zone.localDayStart(nowMs));
  const ahead = hoursFrom(floorHour(nowMs) - HOUR_MS, FORECAST_HOURS + 2);
  const weeks = daysBefore(zone, nowMs, BAND_WEEKS);
  const before = (hourMs: number) => weeks.map((weekMs) => weekMs + (hourMs - first));
  const rows = await meterHours(source, meterIds, ahead.flatMap(before));
  const powers = new Map<string, number>();
  for (const { meterId, hourMs, powerW } of rows) powers.set(`${meterId} ${hourMs}`, powerW);
  return new Map(
    meterIds.map((meterId) => [
      meterId,
      new Map(
        ahead.flatMap((hourMs) => {
          const band = usualBand(before(hourMs).flatMap((at) => powers.get(`${meterId} ${at}`) ?? []));
          return band ? [[hourMs, band] as const] : [];
        }),
      ),
    ]),
  );
}

/**
 * Expected load of the next hours: the usual band of each, moved by how the feeder stands against usual now. What is usual
 * now lies between the middles of two hours.
 *
 * @param nowW fresh power, W; null: none, then the hours are as usual
 */
export function feederForecast(
  usual: ReadonlyMap<number, UsualBand> | undefined,
  nowMs: number,
  nowW: number | null,
): ForecastHour[] {
  const ahead = hoursFrom(floorHour(nowMs), FORECAST_HOURS).map((startMs) => ({
    startMs,
    endMs: startMs + HOUR_MS,
    band: usual?.get(startMs) ?? null,
  }));
  const middle = floorHour(nowMs - HOUR_MS / 2);
  const [from, to] = [usual?.get(middle), usual?.get(middle + HOUR_MS)];
  const part = (nowMs - HOUR_MS / 2 - middle) / HOUR_MS;
  const usualW = from && to ? from.median + (to.median - from.median) * part : null;
  const ratio = nowW !== null && usualW !== null && usualW > 0 ? nowW / usualW : null;
  return forecastHours(ahead, nowMs, ratio);
}
