import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { DeviceCheck, DeviceCheckCode } from '../../domain/inspection/deviceCheck';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Kind of device that is inspected. */
export type InspectedKind = 'METER' | 'GATEWAY';

/** What one inspection found, as it is stored. Times in ms UTC. */
export interface NewInspection {
  readonly campusId: number;
  readonly kind: InspectedKind;
  readonly id: number;
  readonly pointId: number | null;
  /** Local day, `2026-11-12`. */
  readonly day: string;
  readonly atMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly result: string;
  readonly checks: readonly DeviceCheck[];
  readonly standing: readonly DeviceCheckCode[];
  readonly sensors: Readonly<Record<string, number>>;
  readonly askedBy: string | null;
}

/** Stores inspections. A night that a device has already stays as it is. @returns the ids of the devices that were stored */
export async function insertInspections(
  client: pg.ClientBase,
  rows: readonly NewInspection[],
): Promise<Set<number>> {
  if (rows.length === 0) return new Set();
  const { rows: stored } = await client.query<{ id: number }>(
    `insert into device_inspection (campus_id, subject_type, subject_id, point_id, day, at_ms, from_ms, to_ms, result, checks,
            standing, sensors, asked_by)
     select x."campusId", x.kind, x.id, x."pointId", x.day, x."atMs", x."fromMs", x."toMs", x.result, x.checks, x.standing,
            x.sensors, x."askedBy"
       from jsonb_to_recordset($1::jsonb) as x("campusId" int, kind text, id int, "pointId" int, day date, "atMs" bigint,
            "fromMs" bigint, "toMs" bigint, result text, checks jsonb, standing jsonb, sensors jsonb, "askedBy" text)
     on conflict do nothing returning subject_id as id`,
    [JSON.stringify(rows)],
  );
  return new Set(stored.map(({ id }) => id));
}

/** Deletes what a campus has from before an instant, ms UTC, a portion at a time. @returns whether more may be left */
export async function purgeInspections(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  beforeMs: number,
  portion: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `delete from device_inspection where id in (
       select id from device_inspection where campus_id = $1 and at_ms < $2 order by at_ms limit $3)`,
    [campusId, beforeMs, portion],
  );
  return rowCount === portion;
}

/** An inspection as it is shown. */
export interface InspectionRow {
  readonly id: number;
  readonly day: string;
  readonly atMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly result: 'PASS' | 'FAIL' | 'UNKNOWN';
  readonly checks: readonly DeviceCheck[];
  readonly askedBy: string | null;
}

/** Identity of a gateway of this code; null: none, or the scope is not the whole campus. It serves many places, so no one place has it. */
export async function gatewayIdByCode(
  source: Source,
  scope: ScopeFilter,
  code: string,
): Promise<number | null> {
  if (!scope.campusWide) return null;
  const [row] = await selectRows<{ id: number }>(
    source,
    sql`select id from gateway where campus_id = ${scope.campusId} and code = ${code}`,
  );
  return row?.id ?? null;
}

/** Inspections of a device since an instant, of nights and asked for, newest first; those before the row of `beforeId`, if given. */
export async function listInspections(
  source: Source,
  device: { kind: InspectedKind; id: number },
  { sinceMs, limit, beforeId = null }: { sinceMs: number; limit: number; beforeId?: number | null },
): Promise<InspectionRow[]> {
  return selectRows<InspectionRow>(
    source,
    sql`select id::float8 as id, day::text as day, at_ms::float8 as "atMs", from_ms::float8 as "fromMs", to_ms::float8 as "toMs", result, checks,
           asked_by as "askedBy"
      from device_inspection
     where subject_type = ${device.kind} and subject_id = ${device.id} and at_ms >= ${sinceMs}::bigint
       and (${beforeId}::bigint is null or id < ${beforeId}::bigint)
     order by id desc limit ${limit}`,
  );
}
