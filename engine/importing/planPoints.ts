import type { GatewayRow, PointRow, PointUse } from '../../db/queries/meters';
import { PROTECTIONS } from '../../domain/supply/supplyState';
import { kept, namesOf, sameFacts } from './importRun';
import { checkTree, type PlanContext, referred, sinceMs } from './planContext';

/** A point as it will be, with what stands on it already. */
export interface PlannedPoint extends PointRow {
  readonly feeder: string | null;
  readonly use: PointUse;
}

export interface PointsPlan {
  readonly gateways: ReadonlyMap<string, GatewayRow>;
  readonly points: ReadonlyMap<string, PlannedPoint>;
  readonly writtenGateways: readonly GatewayRow[];
  readonly writtenPoints: readonly PointRow[];
  readonly feeders: readonly { code: string; feeder: string | null; sign: 1 | -1; fromMs: number }[];
}

const UNUSED: PointUse = {
  feeder: null,
  feederFromMs: null,
  feederUntilMs: null,
  paidUntilMs: null,
  installedUntilMs: null,
  fitted: false,
  ratedUptoMs: null,
};

export function planPoints(
  context: PlanContext,
  stored: { gateways: readonly GatewayRow[]; points: readonly (PointRow & PointUse)[] },
  spaces: ReadonlyMap<string, unknown>,
): PointsPlan {
  const { run } = context;
  const gateways = new Map(stored.gateways.map((row) => [row.code, row]));
  const writtenGateways: GatewayRow[] = [];
  for (const row of run.rows('gateways')) {
    const { value } = row;
    const before = gateways.get(value.code);
    const after: GatewayRow = {
      code: value.code,
      serial: kept(value.serial, before?.serial, null),
      space: kept(value.space, before?.space, null),
    };
    if (after.space !== null) referred(context, row, '/space', 'spaces', spaces, after.space);
    gateways.set(after.code, after);
    if (before && sameFacts(before, after)) continue;
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    writtenGateways.push(after);
  }

  const points = new Map(stored.points.map((row) => [row.code, plannedOf(row)]));
  const writtenPoints: PointRow[] = [];
  const feeders: PointsPlan['feeders'][number][] = [];
  const rows = run.rows('meterPoints');
  for (const row of rows) {
    const { value } = row;
    const before = points.get(value.code);
    const metersPeople = value.role === 'CUSTOMER' || value.role === 'TENANT';
    const point: PointRow = {
      code: value.code,
      ...(value.name == null
        ? { name: kept(value.name, before?.name, null), nameEn: kept(value.name, before?.nameEn, null) }
        : namesOf(value.name)),
      space: value.space,
      utility: value.utility,
      role: value.role,
      capacityW: kept(value.capacityW, before?.capacityW, null),
      limitW: kept(value.limitW, before?.limitW, null),
      overloadAction: value.overloadAction ?? before?.overloadAction ?? (metersPeople ? 'TRIP' : 'ALARM'),
      protection: value.protection ?? before?.protection ?? 'NONE',
      protectionOwner: kept(value.protectionOwner, before?.protectionOwner, null),
      protectionPhone: kept(value.protectionPhone, before?.protectionPhone, null),
    };
    const use = before?.use ?? UNUSED;
    referred(context, row, '/space', 'spaces', spaces, point.space);
    if (before && before.utility !== point.utility && use.fitted)
      run.fail(row, '/utility', 'UTILITY_FIXED', `utility: meters for ${before.utility} were fitted here.`);
    if (before && PROTECTIONS.indexOf(point.protection) < PROTECTIONS.indexOf(before.protection))
      run.fail(
        row,
        '/protection',
        'SECOND_PERSON_NEEDED',
        `protection: it is ${before.protection} and taken down by two persons only, on the page Control.`,
      );
    const after: PlannedPoint = { ...point, feeder: kept(value.feeder, use.feeder ?? undefined, null), use };
    points.set(after.code, after);
    const same = before && sameFacts({ ...before, use: 0, feeder: 0 }, { ...after, use: 0, feeder: 0 });
    if (!same) writtenPoints.push(point);
    if (after.feeder !== use.feeder) {
      const fromMs = sinceMs(context, value.since);
      if (fromMs <= Math.max(use.feederFromMs ?? 0, use.feederUntilMs === null ? 0 : use.feederUntilMs - 1))
        run.fail(row, '/since', 'BACKDATED', 'since: the feeder was changed later than this.');
      feeders.push({ code: point.code, feeder: after.feeder, sign: point.role === 'PV' ? -1 : 1, fromMs });
    }
    if (!same || after.feeder !== use.feeder) run.settle(row, before ? 'UPDATED' : 'CREATED');
  }
  for (const row of rows) {
    const point = points.get(row.code)!;
    if (point.feeder === null) continue;
    const parent = referred(context, row, '/feeder', 'meterPoints', points, point.feeder);
    if (!parent) continue;
    if (parent.role !== 'FEEDER')
      run.fail(
        row,
        '/feeder',
        'NOT_A_FEEDER',
        `feeder: "${parent.code}" has the role ${parent.role}, not FEEDER.`,
      );
    if (parent.utility !== point.utility)
      run.fail(
        row,
        '/feeder',
        'OTHER_UTILITY',
        `feeder: "${parent.code}" carries ${parent.utility}, the point ${point.utility}.`,
      );
  }
  checkTree(context, rows, '/feeder', (code) => points.get(code)?.feeder ?? null);
  return { gateways, points, writtenGateways, writtenPoints, feeders };
}

function plannedOf(row: PointRow & PointUse): PlannedPoint {
  const {
    feeder,
    feederFromMs,
    feederUntilMs,
    paidUntilMs,
    installedUntilMs,
    fitted,
    ratedUptoMs,
    ...point
  } = row;
  const use = { feeder, feederFromMs, feederUntilMs, paidUntilMs, installedUntilMs, fitted, ratedUptoMs };
  return { ...point, feeder, use };
}
