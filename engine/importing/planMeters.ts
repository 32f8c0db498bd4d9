import type { ImportRow } from '../../contracts/importDocument';
import type { ForeignMeterRow, MeterRow, MeterUse, NewInstall } from '../../db/queries/meters';
import { MICRO } from '../../domain/units';
import { topicRefusals } from '../checkTopics';
import { kept, type ParsedRow, sameFacts } from './importRun';
import { microOf, type PlanContext, referred, sinceMs } from './planContext';
import type { PlannedPoint } from './planPoints';

export interface MetersPlan {
  readonly written: readonly MeterRow[];
  readonly installs: readonly NewInstall[];
  readonly startRegisters: readonly { meter: string; startMicro: bigint }[];
}

const DEFAULT_IMAX_A = 60;
const DEFAULT_INTERVAL_S = 60;
const MAX_RATIO = 1_000_000n;
/** Registers are 64-bit integers of µ; half of that leaves room for a rollover. */
const MAX_PRIMARY_MICRO = 2n ** 62n;

/**
 * Meters and where they are fitted. A meter that was read keeps what its charges rest on; moving one is an exchange.
 * @param topics meters of other dialects that are fitted, of all campuses, and the campus that imports
 */
export function planMeters(
  context: PlanContext,
  stored: readonly (MeterRow & MeterUse)[],
  points: ReadonlyMap<string, PlannedPoint>,
  gateways: ReadonlyMap<string, unknown>,
  topics: { campusId: number; fitted: readonly ForeignMeterRow[] },
): MetersPlan {
  const { run } = context;
  const known = new Map(stored.map((row) => [row.code, row]));
  const serials = new Map(stored.map((row) => [row.serial, row.code]));
  const fitted = new Map<string, string>();
  for (const row of stored) if (row.point !== null) fitted.set(row.point, row.code);
  const written: MeterRow[] = [];
  const planned: MeterRow[] = [];
  const installs: NewInstall[] = [];
  const startRegisters: { meter: string; startMicro: bigint }[] = [];
  const rows = run.rows('meters');
  // A serial that a row gives up is free for another row of the same document.
  for (const row of rows) {
    const before = known.get(row.code);
    if (before && before.serial !== row.value.serial) serials.delete(before.serial);
  }
  for (const row of rows) {
    const { value } = row;
    const before = known.get(value.code);
    const point = referred(context, row, '/point', 'meterPoints', points, value.point);
    const after = meterOf(value, before, point);
    planned.push(after);
    checkMeter(context, row, before, after, { point, gateways });
    const holder = serials.get(after.serial);
    if (holder !== undefined && holder !== after.code)
      run.fail(row, '/serial', 'DUPLICATE_SERIAL', `serial: "${after.serial}" belongs to meter "${holder}".`);
    serials.set(after.serial, after.code);
    const same = before !== undefined && sameFacts(assetOf(before), after);
    if (!same) written.push(after);
    const startMicro =
      value.startRegister === undefined ? null : startOf(context, row, value.startRegister, after);
    let fit = false;
    if (before?.point != null && before.point === value.point) {
      if (startMicro !== null && startMicro !== before.startMicro) {
        if (before.ratedUptoMs !== null)
          run.fail(
            row,
            '/startRegister',
            'METER_READ',
            'startRegister: the meter was read already; it stands.',
          );
        startRegisters.push({ meter: after.code, startMicro });
        fit = true;
      }
    } else if (point) {
      const fromMs = sinceMs(context, value.installedAt ?? value.since);
      checkInstall(context, row, { before, point, holder: fitted.get(value.point), fromMs });
      installs.push({ meter: after.code, point: value.point, fromMs, startMicro });
      fit = true;
    }
    fitted.set(value.point, after.code);
    if (!same || fit) run.settle(row, before ? 'UPDATED' : 'CREATED');
  }
  const refusals = topicRefusals(topics.campusId, planned, topics.fitted);
  for (const row of rows) {
    const refusal = refusals.get(row.code);
    if (refusal) run.fail(row, `/profileOptions/${refusal.option}`, refusal.code, refusal.message);
  }
  return { written, installs, startRegisters };
}

function meterOf(
  value: ImportRow<'meters'>,
  before: MeterRow | undefined,
  point: PlannedPoint | undefined,
): MeterRow {
  return {
    code: value.code,
    serial: value.serial,
    utility: value.utility ?? before?.utility ?? point?.utility ?? 'ELECTRICITY',
    phases: value.phases ?? before?.phases ?? 1,
    ratioMicro: value.ctRatio === undefined ? (before?.ratioMicro ?? MICRO) : microOf(value.ctRatio),
    modulusMicro:
      value.registerModulus == null
        ? kept(value.registerModulus, before?.modulusMicro, null)
        : microOf(value.registerModulus),
    registerDecimals: value.registerDecimals ?? before?.registerDecimals ?? 2,
    imaxA: value.imaxA ?? before?.imaxA ?? DEFAULT_IMAX_A,
    qmaxM3h: kept(value.qmaxM3h, before?.qmaxM3h, null),
    intervalS: value.intervalS ?? before?.intervalS ?? DEFAULT_INTERVAL_S,
    hasRelay: value.hasRelay ?? before?.hasRelay ?? true,
    gateway: kept(value.gateway, before?.gateway, null),
    profile: value.profile ?? before?.profile ?? 'native',
    profileOptions: kept(value.profileOptions, before?.profileOptions, null),
  };
}

function assetOf(row: MeterRow & MeterUse): MeterRow {
  const { point, installedFromMs, startMicro, removedMs, retired, ratedUptoMs, ...asset } = row;
  return asset;
}

function checkMeter(
  { run, ...rest }: PlanContext,
  row: ParsedRow<ImportRow<'meters'>>,
  before: (MeterRow & MeterUse) | undefined,
  after: MeterRow,
  facts: { point: PlannedPoint | undefined; gateways: ReadonlyMap<string, unknown> },
): void {
  const { point, gateways } = facts;
  if (point && after.utility !== point.utility)
    run.fail(
      row,
      row.value.utility ? '/utility' : '/point',
      'WRONG_UTILITY',
      `point: a meter for ${after.utility} can't serve "${point.code}", which delivers ${point.utility}.`,
    );
  if (after.gateway !== null)
    referred({ run, ...rest }, row, '/gateway', 'gateways', gateways, after.gateway);
  if (gateways.has(after.code))
    run.fail(row, '/code', 'CODE_TAKEN', `code: a gateway is called "${after.code}"; both sign in by code.`);
  if (after.ratioMicro % MICRO !== 0n)
    run.fail(row, '/ctRatio', 'NOT_WHOLE', 'ctRatio: the ct·pt ratio must be a whole number.');
  if (after.ratioMicro > MAX_RATIO * MICRO)
    run.fail(row, '/ctRatio', 'OUT_OF_RANGE', `ctRatio: the ct·pt ratio must be at most ${MAX_RATIO}.`);
  else if (((after.modulusMicro ?? 0n) * after.ratioMicro) / MICRO >= MAX_PRIMARY_MICRO)
    run.fail(row, '/registerModulus', 'OUT_OF_RANGE', 'registerModulus: too large with this ratio.');
  if (!before || before.ratedUptoMs === null) return;
  if (before.utility !== after.utility)
    run.fail(row, '/utility', 'METER_READ', 'utility: the meter was read already; it stands.');
  if (before.ratioMicro !== after.ratioMicro)
    run.fail(row, '/ctRatio', 'METER_READ', 'ctRatio: charges rest on it; exchange the meter instead.');
}

/** The start register in primary µ: what the display showed, times the ratio. */
function startOf(
  { run }: PlanContext,
  row: ParsedRow<unknown>,
  text: string,
  meter: MeterRow,
): bigint | null {
  const shown = microOf(text);
  if (meter.modulusMicro !== null && shown >= meter.modulusMicro)
    run.fail(
      row,
      '/startRegister',
      'ABOVE_MODULUS',
      'startRegister: the register wraps to 0 before it shows that.',
    );
  const primary = shown * (meter.ratioMicro / MICRO);
  if (primary >= MAX_PRIMARY_MICRO) {
    run.fail(row, '/startRegister', 'OUT_OF_RANGE', 'startRegister: too large with this ratio.');
    return null;
  }
  return primary;
}

function checkInstall(
  { run }: PlanContext,
  row: ParsedRow<ImportRow<'meters'>>,
  facts: {
    before: (MeterRow & MeterUse) | undefined;
    point: PlannedPoint;
    holder: string | undefined;
    fromMs: number;
  },
): void {
  const { before, point, holder, fromMs } = facts;
  const exchange = `POST /meter-points/{code}/replace exchanges meters`;
  if (before?.point != null)
    run.fail(
      row,
      '/point',
      'FITTED_ELSEWHERE',
      `point: the meter is fitted at "${before.point}"; ${exchange}.`,
    );
  if (before?.retired) run.fail(row, '/code', 'RETIRED', 'code: the meter is retired.');
  if (holder !== undefined && holder !== row.code)
    run.fail(row, '/point', 'POINT_TAKEN', `point: meter "${holder}" is fitted there; ${exchange}.`);
  const freeFromMs = Math.max(point.use.installedUntilMs ?? 0, before?.removedMs ?? 0);
  if (fromMs < freeFromMs)
    run.fail(
      row,
      '/installedAt',
      'INSTALL_OVERLAP',
      `installedAt: point or meter were in another install until ${new Date(freeFromMs).toISOString()}.`,
    );
}
