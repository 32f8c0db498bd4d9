import {
  gatewayIdByCode,
  type InspectedKind,
  type InspectionRow,
  listInspections,
} from '../../../db/queries/inspections';
import type { ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import type { DeviceCheck, DeviceCheckCode, FindingCode } from '../../../domain/inspection/deviceCheck';
import { campusZone } from '../../../domain/time/campusTime';
import { daysBefore } from '../../../engine/daysBefore';
import { inspectNow } from '../../../engine/inspectDevices';
import { type Caller, roleMissing } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import type { InspectLimit } from './inspectLimit';
import { openMeter } from './meterRights';

/** Nights that a page shows. */
const DAYS = 30;
/** The nights and, between them, what people asked for. */
const ROWS = 200;

/** A look at a device: when, over which time, and what each check found. */
export interface Inspection extends Pick<InspectionRow, 'atMs' | 'fromMs' | 'toMs' | 'result' | 'checks'> {
  /** Somebody asked for it; else it is a night's. */
  readonly asked: boolean;
}

/** One night of the history; NONE: the device was not inspected. */
export interface InspectedNight {
  /** Local day that was judged, `2026-11-12`. */
  readonly day: string;
  readonly result: InspectionRow['result'] | 'NONE';
  readonly failed: readonly DeviceCheckCode[];
}

/** Of a meter, or of a gateway. */
export interface DeviceInspections {
  /** The newest look, a night's or one that was asked for; null: none yet. */
  readonly newest: Inspection | null;
  /** The last 30 local days that are over, oldest first. */
  readonly nights: readonly InspectedNight[];
  /** The viewer may ask for a look now. */
  readonly mayInspect: boolean;
}

/** Findings of which a figure tells how somebody lives. */
const PRIVATE: ReadonlySet<FindingCode> = new Set(['REGISTER_MOVES', 'REGISTER_STILL', 'OPEN_WITH_LOAD']);

/** What the inspections of a meter found. Figures of use are left out where values are withheld. @throws DomainError `forbidden`, `notFound` */
export async function readInspections(
  deps: ReadDeps,
  caller: Caller,
  code: string,
): Promise<DeviceInspections> {
  const { meter, rights } = await openMeter(deps, caller, code);
  const found = await lastNights(
    deps,
    caller,
    { kind: 'METER', id: meter.id },
    meter.fittedMs,
    rights.values,
  );
  return { ...found, mayInspect: rights.inspect && meter.removedMs === null };
}

/** What the inspections of a gateway found, which are made by night alone. @throws DomainError `notFound` outside a scope of the campus */
export async function readGatewayInspections(
  deps: ReadDeps,
  caller: Caller,
  scope: ScopeFilter,
  code: string,
): Promise<DeviceInspections> {
  const id = await gatewayIdByCode(deps.reader, scope, code);
  if (id === null) throw new DomainError('notFound', 'GATEWAY', `There is no gateway ${code}.`);
  return { ...(await lastNights(deps, caller, { kind: 'GATEWAY', id }, 0, true)), mayInspect: false };
}

/** @param sinceMs nothing older is shown: the device was not yet there */
async function lastNights(
  deps: ReadDeps,
  caller: Caller,
  device: { readonly kind: InspectedKind; readonly id: number },
  sinceMs: number,
  showsValues: boolean,
): Promise<Pick<DeviceInspections, 'newest' | 'nights'>> {
  const days = daysBefore(campusZone(caller.campus.timeZone), deps.engine.clock.now(), DAYS);
  const from = Math.max(days[0]!.startMs, sinceMs);
  const rows = await listInspections(deps.reader, device, { sinceMs: from, limit: ROWS });
  const byDay = new Map(rows.filter(({ askedBy }) => askedBy === null).map((row) => [row.day, row]));
  const newest = rows[0];
  return {
    newest: newest ? inspectionOf(newest, showsValues) : null,
    nights: days.map(({ dateKey }) => nightOf(dateKey, byDay.get(dateKey))),
  };
}

function inspectionOf(row: InspectionRow, showsValues: boolean): Inspection {
  const { atMs, fromMs, toMs, result, checks, askedBy } = row;
  const shown = showsValues ? checks : checks.map(withoutUse);
  return { atMs, fromMs, toMs, result, checks: shown, asked: askedBy !== null };
}

function withoutUse(check: DeviceCheck): DeviceCheck {
  const [first, ...more] = check.findings;
  const bare = (finding: typeof first) => (PRIVATE.has(finding.code) ? { ...finding, figures: {} } : finding);
  return { ...check, findings: [bare(first), ...more.map(bare)] };
}

function nightOf(day: string, row: InspectionRow | undefined): InspectedNight {
  if (!row) return { day, result: 'NONE', failed: [] };
  const failed = row.checks.filter(({ result }) => result === 'FAIL').map(({ code }) => code);
  return { day, result: row.result, failed };
}

/**
 * Looks at a meter now, over the last 24 hours. Asked of the database, nothing is asked of the meter.
 * @throws DomainError `forbidden`; `notFound` outside the caller's scope, or fitted nowhere; `refused` `TOO_MANY_ATTEMPTS` with
 * `retryAfterS`
 */
export async function inspectMeterNow(
  deps: ServiceDeps & { readonly inspectLimit: InspectLimit },
  caller: Caller,
  code: string,
): Promise<void> {
  const { meter, rights } = await openMeter(deps, caller, code);
  if (!rights.inspect) throw roleMissing('INSPECT_METER');
  const waitS = deps.inspectLimit.take(caller.actor, meter.id);
  if (waitS > 0)
    throw new DomainError('refused', 'TOO_MANY_ATTEMPTS', 'Too many looks. Wait before the next one.', {
      retryAfterS: waitS,
    });
  const zone = campusZone(caller.campus.timeZone);
  const stored = await inspectNow(
    deps.database,
    deps.engine,
    {
      campusId: caller.campus.id,
      meterId: meter.id,
      day: zone.dayAt(deps.engine.clock.now()).dateKey,
      askedBy: caller.actor,
    },
    (tx, { result, checks }) =>
      auditAct(tx, deps, caller, {
        action: 'METER_INSPECTED',
        target: `meter:${meter.code}`,
        after: { result, failed: checks.filter((one) => one.result === 'FAIL').map((one) => one.code) },
      }),
  );
  if (!stored) throw new DomainError('notFound', 'METER', `The meter ${code} is fitted nowhere.`);
}
