import { type FleetRow, listFleet } from '../../../db/queries/fleet';
import {
  chooseFleet,
  type FleetEntry,
  type FleetFacet,
  type FleetFilter,
  type ReportStatus,
  reportStatusOf,
} from '../../../domain/network/fleetFilter';
import { type BalanceBand, balanceBandOf } from '../../../domain/tariffs/balanceBand';
import { type Caller, mayWithin, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { heldByScope } from '../heldByScope';

const HOUR_MS = 3_600_000;

/** Search and facets ask again with every key and press; the fleet itself is read once in this time. */
const recentFleet = heldByScope(3_000, listFleet);

/** A meter of the list. Masked fields are null: what a role may not see of a room never leaves the server. */
export interface FleetMeter extends Omit<FleetRow, 'hours' | 'isRoom'> {
  readonly status: ReportStatus;
  readonly room: string | null;
  /** True where power and register are withheld by role. */
  readonly masked: boolean;
  readonly band: BalanceBand | null;
  readonly timeLeftMs: number | null;
}

/** A value of a facet with what choosing it would leave. */
export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

export interface FleetPage {
  /** When the meters were read. */
  readonly nowMs: number;
  /** Meters within the scope, and those that the filter leaves. */
  readonly installed: number;
  readonly matching: number;
  readonly offset: number;
  readonly meters: readonly FleetMeter[];
  readonly facets: Readonly<Record<FleetFacet, readonly FacetCount[]>>;
  readonly totals: Readonly<Record<FleetFacet, number>>;
  readonly buildings: readonly { code: string; name: string; nameEn: string | null }[];
  /** Whether the caller sees how long rooms last. */
  readonly showsBands: boolean;
  /** Whether the list is of the whole campus: then the inspections of its gateways are seen too. */
  readonly wholeCampus: boolean;
}

type Entry = FleetEntry & { readonly row: FleetRow; readonly status: ReportStatus };

/**
 * The fleet, narrowed, counted and cut to one page. Ten thousand rows are read and counted here, so that a browser holds
 * only what it shows.
 * @throws DomainError `forbidden` without the role
 */
export async function viewFleet(
  deps: ReadDeps,
  caller: Caller,
  input: { filter: FleetFilter; offset: number; limit: number },
): Promise<FleetPage> {
  const { scope } = requirePermission(caller, 'VIEW_HEALTH');
  const { atMs: nowMs, value: rows } = await recentFleet(deps.reader, scope, deps.engine.clock.now());
  const chosen = chooseFleet(
    rows.map((row) => entryOf(row, nowMs)),
    input.filter,
  );
  const seesRooms = mayWithin(caller, 'VIEW_LIVE_ROOM', scope);
  const seesBands = mayWithin(caller, 'VIEW_BAND', scope);
  const { counts, totals } = chosen;
  const list = (facet: FleetFacet): FacetCount[] =>
    [...counts[facet]].map(([value, count]) => ({ value, count })).sort(byValue);
  return {
    nowMs,
    installed: rows.length,
    matching: chosen.matching.length,
    offset: input.offset,
    meters: chosen.matching
      .slice(input.offset, input.offset + input.limit)
      .map((entry) => meterOf(entry, nowMs, seesRooms, seesBands)),
    facets: {
      utility: list('utility'),
      status: list('status'),
      contact: list('contact'),
      building: list('building'),
      gateway: list('gateway'),
      inspection: list('inspection'),
    },
    totals,
    buildings: buildingsOf(rows),
    showsBands: seesBands,
    wholeCampus: scope.campusWide,
  };
}

function entryOf(row: FleetRow, nowMs: number): Entry {
  return {
    row,
    text: [
      row.meter,
      row.serial,
      row.point,
      row.space,
      row.spaceName,
      row.spaceNameEn,
      row.building,
      row.buildingName,
      row.buildingNameEn,
      row.gateway,
      row.account,
    ]
      .join(' ')
      .toLowerCase(),
    utility: row.utility,
    status: reportStatusOf(row.rxMs === null ? null : nowMs - row.rxMs, row.intervalS * 1_000),
    contact: contactOf(row),
    building: row.building ?? '',
    gateway: row.gateway ?? '',
    inspection: row.inspection ?? '',
  };
}

function contactOf({ hasRelay, contact }: FleetRow): string {
  if (contact === null) return hasRelay ? 'UNKNOWN' : '';
  return contact === 1 ? 'CLOSED' : 'OPEN';
}

function meterOf(entry: Entry, nowMs: number, seesRooms: boolean, seesBands: boolean): FleetMeter {
  const { isRoom, hours, ...row } = entry.row;
  const masked = isRoom && !seesRooms;
  const ageMs = row.rxMs === null ? null : nowMs - row.rxMs;
  const banded = seesBands && isRoom && row.account !== null && row.utility === 'ELECTRICITY';
  return {
    ...row,
    status: entry.status,
    room: isRoom ? row.space : null,
    masked,
    powerW: masked ? null : row.powerW,
    flowM3h: masked ? null : row.flowM3h,
    registerMicro: masked ? null : row.registerMicro,
    band: banded
      ? balanceBandOf({
          reportAgeMs: ageMs,
          intervalMs: row.intervalS * 1_000,
          measuredOpen: row.contact === 0,
          hoursLeft: hours,
        })
      : null,
    timeLeftMs: banded && hours !== null ? hours * HOUR_MS : null,
  };
}

function buildingsOf(rows: readonly FleetRow[]): FleetPage['buildings'] {
  const byCode = new Map<string, { code: string; name: string; nameEn: string | null }>();
  for (const { building, buildingName, buildingNameEn } of rows)
    if (building !== null && !byCode.has(building))
      byCode.set(building, { code: building, name: buildingName ?? building, nameEn: buildingNameEn });
  return [...byCode.values()];
}

function byValue(left: FacetCount, right: FacetCount): number {
  return left.value < right.value ? -1 : 1;
}
