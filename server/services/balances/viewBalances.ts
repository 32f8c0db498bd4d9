import {
  type BalanceMoney,
  type BalanceRoom,
  countBuildings,
  countLowBalanceNotices,
  findBalanceMoney,
  findBalanceRoom,
  listBalanceRooms,
  listRulingPolicies,
} from '../../../db/queries/balanceViews';
import type { ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import type { BalanceBand } from '../../../domain/tariffs/balanceBand';
import { campusZone } from '../../../domain/time/campusTime';
import { type Caller, requirePermission, roleMissing } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import {
  bandOfRoom,
  cutWithin24h,
  type DueRoom,
  dueOf,
  isUnder24h,
  type RoomStanding,
  roomStanding,
} from './roomStanding';

/** Rooms per band. */
export type BandCounts = Readonly<Record<BalanceBand, number>>;

const NO_ROOMS: BandCounts = {
  OVER_14_D: 0,
  D7_TO_14: 0,
  D3_TO_7: 0,
  H24_TO_72: 0,
  H6_TO_24: 0,
  UNDER_6_H: 0,
  CUT: 0,
  NO_DATA: 0,
  LEARNING: 0,
};

/** A building in the matrix. Its value is the share of its rooms under 24 h, never a mean of money. */
export interface BuildingBands {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly rooms: number;
  readonly counts: BandCounts;
  /** 0..1. */
  readonly under24hShare: number;
}

/** All that `/balances` shows of the whole scope. Times in ms UTC. */
export interface BalanceOverview {
  readonly nowMs: number;
  /** When the newest forecast was made, and the oldest among rooms with data. */
  readonly forecastMs: number | null;
  readonly rooms: number;
  readonly counts: BandCounts;
  readonly under24hShare: number;
  /** The worst building first. */
  readonly buildings: readonly BuildingBands[];
  /** Buildings of the campus, with or without prepaid rooms. */
  readonly buildingsInAll: number;
  /** Rooms that run out within 24 h, by time of running out: those that will be cut in that time, and the others. */
  readonly due: { readonly cut: readonly DueRoom[]; readonly notCut: readonly DueRoom[] };
  /** How the rooms under 24 h divide. */
  readonly outlook: { cut: number; wait: number; protected: number };
  /** When the newest of the rooms that are cut was cut. */
  readonly newestCutMs: number | null;
  /** Arrival of the oldest report among rooms without data; null where none ever reported. */
  readonly oldestReportMs: number | null;
  readonly notices: {
    /** Notices of today by level of time. */
    timeLevels: Readonly<Record<string, number>>;
    /** Notices of today by amount, with those of credit used up. */
    byMoney: number;
    /** All notices of today. */
    all: number;
    /** Rooms that were given their last notice and are due to be cut. */
    final: number;
  };
}

/** @throws DomainError `forbidden` without the role */
export async function viewBalances(deps: ReadDeps, caller: Caller): Promise<BalanceOverview> {
  const scope = bandScope(caller);
  const { reader, engine } = deps;
  const nowMs = engine.clock.now();
  const zone = campusZone(caller.campus.timeZone);
  const [rooms, policies, buildingsInAll, notices] = await Promise.all([
    listBalanceRooms(reader, scope),
    listRulingPolicies(reader, caller.campus.id),
    countBuildings(reader, scope),
    countLowBalanceNotices(reader, scope, zone.localDayStart(nowMs)),
  ]);
  const banded = rooms.map((room) => ({ room, band: bandOfRoom(room, nowMs) }));
  const due = banded
    .filter(({ band }) => isUnder24h(band))
    .flatMap(({ room }) => dueOf(room, policies, zone, nowMs) ?? [])
    .sort((left, right) => left.runsOutMs - right.runsOutMs || (left.space < right.space ? -1 : 1));
  const cut = due.filter((room) => cutWithin24h(room, nowMs));
  const notCut = due.filter((room) => !cutWithin24h(room, nowMs));
  const isProtected = ({ cut: { rule } }: DueRoom) => rule === 'LIFE_SAFETY' || rule === 'PROTECTED_CREDIT';
  const barred = notCut.filter(isProtected).length;
  const counts = countBands(banded.map(({ band }) => band));
  const silent = banded.filter(({ band }) => band === 'NO_DATA').map(({ room }) => room.rxMs);
  return {
    nowMs,
    forecastMs: newest(rooms.map(({ computedMs }) => computedMs)),
    rooms: rooms.length,
    counts,
    under24hShare: shareUnder24h(counts, rooms.length),
    buildings: buildingsOf(banded),
    buildingsInAll,
    due: { cut, notCut },
    outlook: { cut: cut.length, wait: notCut.length - barred, protected: barred },
    newestCutMs: newest(banded.filter(({ band }) => band === 'CUT').map(({ room }) => room.openedMs)),
    oldestReportMs: silent.reduce<number | null>(
      (oldest, ms) => (ms !== null && (oldest === null || ms < oldest) ? ms : oldest),
      null,
    ),
    notices: { ...noticesOf(notices), final: due.filter((room) => room.cut.noticeGiven).length },
  };
}

/** One building's rooms. Times in ms UTC. */
export interface BuildingBalances {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly nowMs: number;
  /** Floors from the top, each with its rooms in corridor order. */
  readonly floors: readonly {
    readonly code: string;
    readonly name: string;
    readonly nameEn: string | null;
    readonly rooms: readonly RoomStanding[];
  }[];
}

/** @throws DomainError `forbidden` without the role, `notFound` for a building without rooms in the scope */
export async function viewBuildingBalances(
  deps: ReadDeps,
  caller: Caller,
  input: { building: string },
): Promise<BuildingBalances> {
  const scope = bandScope(caller);
  const nowMs = deps.engine.clock.now();
  const rooms = (await listBalanceRooms(deps.reader, scope)).filter(
    ({ building }) => building === input.building,
  );
  const [first] = rooms;
  if (!first)
    throw new DomainError('notFound', 'BUILDING', `There are no prepaid rooms in ${input.building}.`);
  const floors = new Map<string, { name: string; nameEn: string | null; rooms: RoomStanding[] }>();
  for (const room of rooms) {
    const floor = floors.get(room.floor) ?? { name: room.floorName, nameEn: room.floorNameEn, rooms: [] };
    floor.rooms.push(roomStanding(room, nowMs));
    floors.set(room.floor, floor);
  }
  return {
    code: first.building,
    name: first.buildingName,
    nameEn: first.buildingNameEn,
    nowMs,
    floors: [...floors].map(([code, floor]) => ({ code, ...floor })),
  };
}

/** A room in the side panel. Times in ms UTC, money in µ-currency. */
export interface RoomBalance {
  readonly room: RoomStanding;
  readonly building: string;
  readonly buildingName: string;
  readonly buildingNameEn: string | null;
  readonly forecastMs: number | null;
  readonly openedMs: number | null;
  readonly protection: BalanceRoom['protection'];
  readonly protectionOwner: string | null;
  readonly policy: { readonly name: string; readonly nameEn: string | null } | null;
  /** Null without a forecast. */
  readonly due: DueRoom | null;
  /** Null for a caller without the right to see money. */
  readonly money: BalanceMoney | null;
}

/** @throws DomainError `forbidden` without the role, `notFound` outside the scope */
export async function viewRoomBalance(
  deps: ReadDeps,
  caller: Caller,
  input: { space: string },
): Promise<RoomBalance> {
  const scope = bandScope(caller);
  const { reader, engine } = deps;
  const room = await findBalanceRoom(reader, scope, input.space);
  if (!room) throw new DomainError('notFound', 'ROOM', `There is no prepaid room ${input.space}.`);
  const zone = campusZone(caller.campus.timeZone);
  const seesMoney = caller.permission('VIEW_MONEY');
  const [policies, money] = await Promise.all([
    listRulingPolicies(reader, caller.campus.id),
    seesMoney ? findBalanceMoney(reader, seesMoney.scope, room.account) : null,
  ]);
  const policy = policies.find(({ code }) => code === room.policy);
  return {
    room: roomStanding(room, engine.clock.now()),
    building: room.building,
    buildingName: room.buildingName,
    buildingNameEn: room.buildingNameEn,
    forecastMs: room.computedMs,
    openedMs: room.openedMs,
    protection: room.protection,
    protectionOwner: room.protectionOwner,
    policy: policy ? { name: policy.name, nameEn: policy.nameEn } : null,
    due: dueOf(room, policies, zone, engine.clock.now()),
    money,
  };
}

/** Residents see their own room on their own page; the map of bands is for those who look after many. */
function bandScope(caller: Caller): ScopeFilter {
  const permission = requirePermission(caller, 'VIEW_BAND');
  if (permission.grant === 'OWN_ROOM') throw roleMissing('VIEW_BAND');
  return permission.scope;
}

function countBands(bands: readonly BalanceBand[]): BandCounts {
  const counts = { ...NO_ROOMS } as Record<BalanceBand, number>;
  for (const band of bands) counts[band] += 1;
  return counts;
}

function shareUnder24h(counts: BandCounts, rooms: number): number {
  return rooms === 0 ? 0 : (counts.H6_TO_24 + counts.UNDER_6_H) / rooms;
}

function buildingsOf(banded: readonly { room: BalanceRoom; band: BalanceBand }[]): BuildingBands[] {
  const byBuilding = new Map<string, { room: BalanceRoom; bands: BalanceBand[] }>();
  for (const { room, band } of banded) {
    const building = byBuilding.get(room.building) ?? { room, bands: [] };
    building.bands.push(band);
    byBuilding.set(room.building, building);
  }
  return [...byBuilding.values()]
    .map(({ room, bands }) => {
      const counts = countBands(bands);
      return {
        code: room.building,
        name: room.buildingName,
        nameEn: room.buildingNameEn,
        rooms: bands.length,
        counts,
        under24hShare: shareUnder24h(counts, bands.length),
      };
    })
    .sort((left, right) => right.under24hShare - left.under24hShare);
}

function noticesOf(
  rows: readonly { kind: string; level: string | null; count: number }[],
): Omit<BalanceOverview['notices'], 'final'> {
  const timeLevels: Record<string, number> = { TIME_3D: 0, TIME_24H: 0, TIME_6H: 0 };
  let byMoney = 0;
  for (const { kind, level, count } of rows) {
    if (kind !== 'LOW_BALANCE' && kind !== 'FINAL_NOTICE') continue;
    if (level !== null && level in timeLevels) timeLevels[level]! += count;
    else byMoney += count;
  }
  const levels = Object.values(timeLevels).reduce((sum, count) => sum + count, 0);
  return { timeLevels, byMoney, all: levels + byMoney };
}

function newest(instants: readonly (number | null)[]): number | null {
  return instants.reduce<number | null>(
    (max, ms) => (ms !== null && (max === null || ms > max) ? ms : max),
    null,
  );
}
