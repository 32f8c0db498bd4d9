import type {
  LiveAccountRow,
  LiveCampusRow,
  LiveMeterRow,
  LiveSpaceRow,
} from '../../db/queries/liveTopology';

/** A fitted meter with the building and room that it stands in. */
export interface LiveMeter {
  readonly code: string;
  readonly intervalMs: number;
  readonly pointCode: string;
  readonly utility: LiveMeterRow['utility'];
  readonly role: LiveMeterRow['role'];
  readonly capacityW: number | null;
  readonly isIncomer: boolean;
  readonly spaceId: number;
  readonly building: string | null;
  readonly room: string | null;
}

export interface LiveSpace {
  readonly id: number;
  readonly code: string;
  readonly kind: LiveSpaceRow['kind'];
  readonly building: string | null;
}

export interface LiveAccountPlace {
  readonly id: number;
  readonly code: string;
  readonly isRoom: boolean;
  readonly spaceId: number | null;
  readonly space: string | null;
  readonly building: string | null;
}

/** Where everything of a campus is; rebuilt when its configuration changes. */
export interface Topology {
  readonly campus: LiveCampusRow;
  readonly meters: ReadonlyMap<string, LiveMeter>;
  readonly metersOfBuilding: ReadonlyMap<string, readonly LiveMeter[]>;
  readonly spaces: ReadonlyMap<number, LiveSpace>;
  readonly spaceByCode: ReadonlyMap<string, LiveSpace>;
  readonly buildings: readonly LiveSpace[];
}

/** Joins the rows of a campus. */
export function buildTopology(
  campus: LiveCampusRow,
  spaceRows: readonly LiveSpaceRow[],
  meterRows: readonly LiveMeterRow[],
): Topology {
  const buildingCodes = new Map(spaceRows.filter((s) => s.kind === 'BUILDING').map((s) => [s.id, s.code]));
  const roomCodes = new Map(spaceRows.filter((s) => s.kind === 'ROOM').map((s) => [s.id, s.code]));
  const nearest = (path: readonly number[], codes: ReadonlyMap<number, string>): string | null => {
    for (let at = path.length - 1; at >= 0; at--) {
      const code = codes.get(path[at]!);
      if (code !== undefined) return code;
    }
    return null;
  };
  const pathOf = new Map(spaceRows.map((s) => [s.id, s.path]));
  const spaces = new Map<number, LiveSpace>(
    spaceRows.map((s) => [
      s.id,
      { id: s.id, code: s.code, kind: s.kind, building: nearest(s.path, buildingCodes) },
    ]),
  );
  const meters = new Map<string, LiveMeter>();
  const metersOfBuilding = new Map<string, LiveMeter[]>();
  for (const row of meterRows) {
    const path = pathOf.get(row.spaceId) ?? [];
    const meter: LiveMeter = {
      code: row.code,
      intervalMs: row.intervalS * 1_000,
      pointCode: row.pointCode,
      utility: row.utility,
      role: row.role,
      capacityW: row.capacityW,
      isIncomer: row.role === 'FEEDER' && !row.isFed,
      spaceId: row.spaceId,
      building: nearest(path, buildingCodes),
      room: nearest(path, roomCodes),
    };
    meters.set(meter.code, meter);
    if (meter.building === null) continue;
    const list = metersOfBuilding.get(meter.building);
    if (list) list.push(meter);
    else metersOfBuilding.set(meter.building, [meter]);
  }
  return {
    campus,
    meters,
    metersOfBuilding,
    spaces,
    spaceByCode: new Map([...spaces.values()].map((s) => [s.code, s])),
    buildings: [...spaces.values()].filter((s) => s.kind === 'BUILDING'),
  };
}

/** Place of an account. */
export function placeOfAccount(topology: Topology, row: LiveAccountRow): LiveAccountPlace {
  const space = row.spaceId === null ? null : (topology.spaces.get(row.spaceId) ?? null);
  return {
    id: row.id,
    code: row.code,
    isRoom: row.kind === 'ROOM',
    spaceId: row.spaceId,
    space: space?.code ?? null,
    building: space?.building ?? null,
  };
}

/** A meter whose power is use: what a feeder or check meter sees is seen by these as well, and PV is supply. */
export function isUse(meter: LiveMeter): boolean {
  return (
    meter.utility === 'ELECTRICITY' &&
    (meter.role === 'CUSTOMER' || meter.role === 'PUBLIC' || meter.role === 'TENANT')
  );
}
