import { listBalanceRooms } from '../../db/queries/balanceViews';
import {
  campusesWithoutHour,
  dropCampusHours,
  keepCampusHour,
  listCampusZones,
  missingCampusHours,
} from '../../db/queries/campusHours';
import { campusScope } from '../../db/queries/scope';
import { campusZone } from '../../domain/time/campusTime';
import { countPastHour } from '../../engine/countPastHour';
import { bandOfRoom, isUnder24h } from '../services/balances/roomStanding';
import { BAND_WEEKS, floorHour, SameTimes } from '../services/campus/loadModel';
import type { Job, JobDeps } from './job';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Bands look back so far; one day more, since local hours move. */
const KEPT_MS = (BAND_WEEKS * 7 + 1) * DAY_MS;

/**
 * Keeps, once an hour, how many rooms have less than a day left: nothing else remembers it, and the figure of now is read
 * against the same hour of the last weeks. Rooms are counted as the pages count them.
 */
export async function keepCampusHours({
  database,
  engine,
}: Pick<JobDeps, 'database' | 'engine'>): Promise<void> {
  const nowMs = engine.clock.now();
  const hourMs = floorHour(nowMs);
  for (const { id } of await campusesWithoutHour(database, hourMs)) {
    const rooms = await listBalanceRooms(database, campusScope(id, new Date(nowMs)));
    const roomsUnder24h = rooms.filter((room) => isUnder24h(bandOfRoom(room, nowMs))).length;
    await keepCampusHour(database, id, { hourMs, rooms: rooms.length, roomsUnder24h });
  }
  await dropCampusHours(database, nowMs - KEPT_MS);
  await fillPastHours(database, nowMs);
}

/**
 * Works out the hours that what is usual now, or in an hour, is read from and that nobody counted at the time: of a campus
 * whose history was brought along, or of hours in which the server was down.
 */
async function fillPastHours(database: JobDeps['database'], nowMs: number): Promise<void> {
  for (const { id, timeZone } of await listCampusZones(database)) {
    const zone = campusZone(timeZone);
    const wanted = [nowMs, nowMs + HOUR_MS].flatMap((at) => SameTimes.at(zone, at).hoursMs);
    for (const hourMs of await missingCampusHours(database, id, [...new Set(wanted)])) {
      const counted = await countPastHour(database, id, hourMs);
      if (counted) await keepCampusHour(database, id, { hourMs, ...counted });
    }
  }
}

/** Looks several times an hour, so that no hour is missed where starts and the clock move. */
export const keepCampusHoursJob: Job = {
  name: 'keepCampusHours',
  everyMs: 300_000,
  firstAfterMs: 60_000,
  run: keepCampusHours,
};
