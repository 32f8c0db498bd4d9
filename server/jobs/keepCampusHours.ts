import { listBalanceRooms } from '../../db/queries/balanceViews';
import { campusesWithoutHour, dropCampusHours, keepCampusHour } from '../../db/queries/campusHours';
import { campusScope } from '../../db/queries/scope';
import { bandOfRoom, isUnder24h } from '../services/balances/roomStanding';
import { BAND_WEEKS, floorHour } from '../services/campus/loadModel';
import type { Job, JobDeps } from './job';

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
}

/** Looks several times an hour, so that no hour is missed where starts and the clock move. */
export const keepCampusHoursJob: Job = {
  name: 'keepCampusHours',
  everyMs: 300_000,
  firstAfterMs: 60_000,
  run: keepCampusHours,
};
