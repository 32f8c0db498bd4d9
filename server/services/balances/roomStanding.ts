import type { BalanceRoom, RulingPolicy } from '../../../db/queries/balanceViews';
import { creditPolicyOf } from '../../../db/queries/storedPolicy';
import { type CutForecast, cutForecast } from '../../../domain/supply/cutForecast';
import { BANDS_UNDER_24_H, type BalanceBand, balanceBandOf } from '../../../domain/tariffs/balanceBand';
import type { CampusZone } from '../../../domain/time/campusTime';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A room as the balance pages show it. No money. Times in ms UTC. */
export interface RoomStanding {
  readonly account: string;
  readonly space: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly floor: string;
  readonly floorName: string;
  readonly floorNameEn: string | null;
  readonly band: BalanceBand;
  readonly timeLeftMs: number | null;
  readonly learnedDays: number;
  readonly meters: readonly string[];
  readonly rxMs: number | null;
  readonly intervalMs: number;
  readonly measuredOpen: boolean;
}

/** A room that runs out within 24 h, and what stands between it and a cut. Its last notice is the one before a cut where that is given. */
export interface DueRoom {
  readonly space: string;
  readonly building: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly timeLeftMs: number;
  readonly runsOutMs: number;
  readonly cut: CutForecast;
  readonly protectionOwner: string | null;
  readonly lastNoticeMs: number | null;
}

export function roomStanding(room: BalanceRoom, nowMs: number): RoomStanding {
  return {
    account: room.account,
    space: room.space,
    name: room.name,
    nameEn: room.nameEn,
    floor: room.floor,
    floorName: room.floorName,
    floorNameEn: room.floorNameEn,
    band: bandOfRoom(room, nowMs),
    timeLeftMs: room.hours === null ? null : room.hours * HOUR_MS,
    learnedDays: room.learnedDays,
    meters: room.meters,
    rxMs: room.rxMs,
    intervalMs: room.intervalMs,
    measuredOpen: room.measuredOpen,
  };
}

export function bandOfRoom(room: BalanceRoom, nowMs: number): BalanceBand {
  return balanceBandOf({
    reportAgeMs: room.rxMs === null ? null : Math.max(0, nowMs - room.rxMs),
    intervalMs: room.intervalMs,
    measuredOpen: room.measuredOpen,
    hoursLeft: room.hours,
  });
}

/** When a room runs out by its newest forecast, and when it could be cut; null without a forecast. */
export function dueOf(
  room: BalanceRoom,
  policies: readonly RulingPolicy[],
  zone: CampusZone,
  nowMs: number,
): DueRoom | null {
  if (room.hours === null || room.computedMs === null) return null;
  const stored = policies.find(({ code }) => code === room.policy);
  const policy = creditPolicyOf(stored?.body ?? {}, stored?.days ?? {}, stored?.declared).disconnect;
  const runsOutMs = room.computedMs + room.hours * HOUR_MS;
  const cut = cutForecast(
    {
      runsOutMs,
      protection: room.protection,
      lockedOut: room.lockedOut,
      eligibleSince: room.eligibleMs,
      lastNoticeAt: room.finalNoticeMs,
      lastReadingAt: room.lastReadingMs,
      intervalMs: room.intervalMs,
      ingestGap: room.outage,
      terms: room,
    },
    policy,
    zone,
    nowMs,
  );
  return {
    space: room.space,
    building: room.building,
    name: room.name,
    nameEn: room.nameEn,
    timeLeftMs: room.hours * HOUR_MS,
    runsOutMs,
    cut,
    protectionOwner: room.protectionOwner,
    lastNoticeMs: cut.noticeGiven ? room.finalNoticeMs : room.lastNoticeMs,
  };
}

export function isUnder24h(band: BalanceBand): boolean {
  return BANDS_UNDER_24_H.includes(band);
}

/** Whether a room that is due will be cut within the next 24 h if nobody tops up: the one meaning of it on all pages. */
export function cutWithin24h(due: DueRoom, nowMs: number): boolean {
  return due.cut.notBeforeMs !== null && due.cut.notBeforeMs < nowMs + DAY_MS;
}
