import { type Database, withTransaction } from '../db/client';
import { dutyCandidates, insertShift, listShifts } from '../db/queries/dutyRoster';
import type { DutyLevel } from '../domain/alarms/dutyRoster';
import type { CampusZone } from '../domain/time/campusTime';

/** So many days from today on are filled at each start. */
const DAYS = 14;
const DAY_FROM = 8 * 60;
const NIGHT_FROM = 20 * 60;
const WHOLE_DAY = 24 * 60;

/** Who answers for the campus, by minute of the day: day and night on duty, and whom an alarm climbs to. */
const SHIFTS: readonly { user: string; level: DutyLevel; from: number; minutes: number }[] = [
  { user: 'zhouqiang', level: 'ON_DUTY', from: DAY_FROM, minutes: NIGHT_FROM - DAY_FROM },
  { user: 'hejun', level: 'ON_DUTY', from: NIGHT_FROM, minutes: WHOLE_DAY - NIGHT_FROM + DAY_FROM },
  { user: 'gaolei', level: 'SHIFT_LEAD', from: DAY_FROM, minutes: WHOLE_DAY },
  { user: 'linwei', level: 'DUTY_MANAGER', from: DAY_FROM, minutes: WHOLE_DAY },
];

/** Puts the demo's staff on the duty roster from yesterday's shifts on, as far as days are still empty; a restart goes on from there. */
export async function fillRoster(
  database: Database,
  campus: { readonly id: number; readonly zone: CampusZone },
  nowMs: number,
): Promise<void> {
  const { year, month, day } = campus.zone.dayAt(nowMs);
  const people = new Map(
    (await dutyCandidates(database, campus.id, new Date(nowMs))).map(({ code, userId }) => [code, userId]),
  );
  const first = campus.zone.utcOf(year, month, day - 1);
  const kept = await listShifts(database, campus.id, first, campus.zone.utcOf(year, month, day + DAYS));
  await withTransaction(database, async ({ client }) => {
    for (let at = -1; at < DAYS; at++) {
      for (const { user, level, from, minutes } of SHIFTS) {
        const fromMs = campus.zone.utcOf(year, month, day + at, from);
        const userId = people.get(user);
        if (userId === undefined || kept.some((shift) => shift.level === level && shift.from === fromMs))
          continue;
        await insertShift(client, {
          ...{ campusId: campus.id, userId, level, spaceId: null, fromMs },
          ...{ toMs: campus.zone.utcOf(year, month, day + at, from + minutes), setBy: 'demo', setMs: nowMs },
        });
      }
    }
  });
}
