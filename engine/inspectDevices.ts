import { type Database, type Tx, withTransaction } from '../db/client';
import {
  type GatewayFactsRow,
  type InspectedSpan,
  listGatewayFacts,
  type MeterFactsRow,
  middleShare,
  nextMeterFacts,
  unfittedWithAlarm,
} from '../db/queries/deviceFacts';
import { insertInspections, type NewInspection, purgeInspections } from '../db/queries/inspections';
import { type DeviceCheck, type DeviceCheckCode, overallResult } from '../domain/inspection/deviceCheck';
import { inspectGateway } from '../domain/inspection/gatewayChecks';
import { type InspectionAlarm, inspectionAlarm } from '../domain/inspection/inspectionAlarm';
import { expectedNext, inspectMeter } from '../domain/inspection/meterChecks';
import type { LocalDay } from '../domain/time/campusTime';
import { type AlarmSubject, applyAlarmSignal } from './applyAlarmEvent';
import { type ClosedSettings, closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { daysBefore } from './daysBefore';
import { gatewayFactsOf, meterFactsOf } from './deviceFactsOf';
import { type JudgedCampus, judgeClosed } from './judgeWindows';

const RULE = 'DEVICE_CHECK_FAILED';
/** Meters in one query and one transaction. */
const PORTION = 500;
/** Fewer meters have no middle that would say whether a campus was heard. */
const LEAST_METERS = 5;
/** A year and a month: a month can be held against the same of the year before. */
const KEPT_MS = 400 * 86_400_000;
const PURGE_PORTION = 10_000;

/** What an inspection found, with what its alarm is to say. */
interface Inspected {
  readonly stored: NewInspection;
  readonly subject: AlarmSubject;
  readonly code: string;
  readonly alarm: InspectionAlarm;
}

/**
 * Inspects every gateway and fitted meter over the last local day of each campus, once. Only the newest day: how clock, switch and
 * sensors stand can't be asked of the past. What arrives later changes nothing about it.
 */
export async function inspectDevices(database: Database, ctx: EngineContext): Promise<{ days: number }> {
  const nowMs = ctx.clock.now();
  const days = await judgeClosed<LocalDay>(database, nowMs, {
    rule: RULE,
    windowsOf: (zone, untilMs) => daysBefore(zone, untilMs, 1),
    keyOf: ({ dateKey }) => dateKey,
    judge: (campus, day) => inspectDay(database, campus, day, nowMs),
  });
  return { days };
}

async function inspectDay(
  database: Database,
  campus: JudgedCampus,
  day: LocalDay,
  nowMs: number,
): Promise<void> {
  const span = { fromMs: day.startMs, toMs: day.endMs, nowMs };
  const settings = await closedSettings(database, RULE);
  await endUnfitted(database, campus.id, nowMs);
  const gateways = await listGatewayFacts(database.pool, campus.id, span, day.dateKey);
  await keep(
    database,
    nowMs,
    gateways.map((row) => gatewayInspection(campus.id, row, span, day.dateKey)),
  );
  const share = await middleShare(database.pool, campus.id, span, LEAST_METERS);
  for (let afterId = 0; ; ) {
    const portion = { afterId, limit: PORTION, onlyId: null };
    const rows = await nextMeterFacts(database.pool, campus.id, portion, span, day.dateKey);
    if (rows.length === 0) break;
    await keep(
      database,
      nowMs,
      rows.map((row) => meterInspection(campus.id, row, span, share, settings, day.dateKey)),
    );
    afterId = rows.at(-1)!.id;
  }
  while (await purgeInspections(database.pool, campus.id, nowMs - KEPT_MS, PURGE_PORTION));
}

/** Nobody will ever find a meter sound that hangs nowhere: what was found of it is over. */
async function endUnfitted(database: Database, campusId: number, nowMs: number): Promise<void> {
  await withTransaction(database, async (tx) => {
    for (const { id, spaceId } of await unfittedWithAlarm(tx.client, campusId, RULE))
      await applyAlarmSignal(tx, nowMs, {
        rule: RULE,
        kind: 'RETURN',
        atMs: nowMs,
        subject: { campusId, type: 'METER', id, spaceId },
      });
  });
}

function meterInspection(
  campusId: number,
  row: MeterFactsRow,
  span: InspectedSpan,
  share: number | null,
  settings: ClosedSettings,
  day: string,
): Inspected {
  const facts = meterFactsOf(row, span, share);
  const checks = inspectMeter(facts);
  const standing = (row.standing ?? []) as DeviceCheckCode[];
  const alarm = settings.isOffAt(row.pointId)
    ? switchedOff(standing)
    : inspectionAlarm(checks, { toldBy: new Set(row.told), standing, tagged: row.tagged });
  return {
    stored: {
      campusId,
      kind: 'METER',
      id: row.id,
      pointId: row.pointId,
      day,
      checks,
      askedBy: null,
      atMs: span.nowMs,
      fromMs: facts.fromMs,
      toMs: span.toMs,
      result: overallResult(checks),
      standing: alarm.standing,
      sensors: expectedNext(facts.sensors),
    },
    subject: { campusId, type: 'METER', id: row.id, spaceId: row.spaceId },
    code: row.code,
    alarm,
  };
}

function gatewayInspection(
  campusId: number,
  row: GatewayFactsRow,
  span: InspectedSpan,
  day: string,
): Inspected {
  const checks = inspectGateway(gatewayFactsOf(row, span));
  const standing = (row.standing ?? []) as DeviceCheckCode[];
  const alarm = inspectionAlarm(checks, { toldBy: new Set(row.told), standing, tagged: false });
  return {
    stored: {
      campusId,
      kind: 'GATEWAY',
      id: row.id,
      pointId: null,
      day,
      checks,
      askedBy: null,
      atMs: span.nowMs,
      fromMs: span.fromMs,
      toMs: span.toMs,
      result: overallResult(checks),
      standing: alarm.standing,
      sensors: {},
    },
    subject: { campusId, type: 'GATEWAY', id: row.id, spaceId: row.spaceId },
    code: row.code,
    alarm,
  };
}

/** The rule is off at its place: what it has raised is over. */
const switchedOff = (standing: readonly DeviceCheckCode[]): InspectionAlarm => ({
  standing: [],
  signal: standing.length > 0 ? { kind: 'RETURN' } : null,
});

/** Stores a portion with the alarms that come of it in one transaction: a night that is there already says nothing again. */
async function keep(database: Database, nowMs: number, portion: readonly Inspected[]): Promise<void> {
  if (portion.length === 0) return;
  await withTransaction(database, async (tx) => {
    const fresh = await insertInspections(
      tx.client,
      portion.map(({ stored }) => stored),
    );
    for (const one of portion) if (fresh.has(one.stored.id)) await tell(tx, nowMs, one);
  });
}

async function tell(tx: Tx, nowMs: number, { stored, subject, code, alarm }: Inspected): Promise<void> {
  if (!alarm.signal) return;
  const { kind } = alarm.signal;
  await applyAlarmSignal(tx, nowMs, {
    rule: RULE,
    subject,
    kind,
    atMs: stored.toMs,
    ...(kind === 'RAISE' ? { priority: alarm.signal.priority } : {}),
    evidence: {
      [subject.type === 'METER' ? 'meter' : 'gateway']: code,
      day: stored.day,
      ...(kind === 'RAISE'
        ? { checks: alarm.standing.join(' '), findings: findingsOf(stored.checks, alarm.standing) }
        : {}),
    },
  });
}

/** What failed, by code; a check that says nothing this time has nothing to add. */
function findingsOf(checks: readonly DeviceCheck[], standing: readonly DeviceCheckCode[]): string {
  return checks
    .filter(({ code, result }) => result === 'FAIL' && standing.includes(code))
    .flatMap(({ findings }) => findings.map(({ code }) => code))
    .join(' ');
}

/** A look at one meter that somebody asked for. */
export interface AskedInspection {
  readonly campusId: number;
  readonly meterId: number;
  readonly day: string;
  readonly askedBy: string;
}

const DAY_MS = 86_400_000;

/**
 * Inspects one meter over the last 24 hours, at a person's wish. It is kept beside the nights, and neither raises nor returns an
 * alarm: those speak of whole days. @returns null where the meter is fitted nowhere
 */
export async function inspectNow(
  database: Database,
  ctx: EngineContext,
  { campusId, meterId, day, askedBy }: AskedInspection,
  closing: (tx: Tx, stored: NewInspection) => void,
): Promise<NewInspection | null> {
  const nowMs = ctx.clock.now();
  const span = { fromMs: nowMs - DAY_MS, toMs: nowMs, nowMs };
  const [row] = await nextMeterFacts(
    database.pool,
    campusId,
    { afterId: 0, limit: 1, onlyId: meterId },
    span,
    day,
  );
  if (!row) return null;
  const share = await middleShare(database.pool, campusId, span, LEAST_METERS);
  const facts = meterFactsOf(row, span, share);
  const checks = inspectMeter(facts);
  const stored: NewInspection = {
    campusId,
    kind: 'METER',
    id: row.id,
    pointId: row.pointId,
    day,
    checks,
    askedBy,
    atMs: nowMs,
    fromMs: facts.fromMs,
    toMs: nowMs,
    result: overallResult(checks),
    standing: [],
    sensors: {},
  };
  await withTransaction(database, async (tx) => {
    await insertInspections(tx.client, [stored]);
    closing(tx, stored);
  });
  return stored;
}
