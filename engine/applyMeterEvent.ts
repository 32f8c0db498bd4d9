import { type Database, withTransaction } from '../db/client';
import { lockOpenAlarm } from '../db/queries/alarmRows';
import {
  endedSince,
  forbiddenLoadsSince,
  noteForbiddenLoad,
  noteMeterEvent,
  type ToldEvent,
} from '../db/queries/meterEvents';
import { lockMeterStates } from '../db/queries/meterStates';
import { insertNotice } from '../db/queries/notices';
import { movedInBetween } from '../db/queries/people';
import { downgradedSince } from '../db/queries/ruleDowngrades';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import {
  findResistiveStep,
  forbiddenLoadParams,
  isAllowed,
  type PowerSample,
} from '../domain/detection/forbiddenLoad';
import { FORBIDDEN_WINDOW_MS, forbiddenStep } from '../domain/detection/forbiddenPolicy';
import { WORD_FRESH_MS } from '../domain/detection/meterWord';
import { signStands } from '../domain/detection/timersRule';
import type { TripCause } from '../domain/supply/supplyState';
import type { AlarmSignal } from './applyAlarmEvent';
import { applySignals } from './applySignals';
import type { EngineContext } from './context';
import { payerOf } from './creditFacts';
import { cutTrips, gasPointsBeside } from './cutTrips';
import { subjectAt } from './detect';
import { applyMeterOverload, endMeterOverload, overloadRuleOf } from './meterOverload';
import { currentRegistry, type MeterEntry, type PointEntry, type Registry } from './registry';
import { isOffAt, settingsOf } from './streamRules';
import { SupplyDesk } from './supplyDesk';

/** Something that a meter, or its gateway, saw for itself. */
export interface MeterEvent {
  readonly site: string;
  readonly senderKind: 'GATEWAY' | 'METER';
  readonly senderCode: string;
  /** Null: the sender itself. */
  readonly meterCode: string | null;
  readonly tsMs: number;
  readonly rxMs: number;
  readonly name: string;
  readonly on: boolean;
  readonly data: Readonly<Record<string, unknown>> | null;
}

export type EventOutcome =
  | { readonly applied: true }
  | { readonly applied: false; readonly reason: string; readonly detail: string };

/** Events that a rule listens to, with the sign that they are and the cause for which they cut. */
const RULES: ReadonlyMap<string, { rule: AlarmRuleCode; sign: string; trips: TripCause | null }> = new Map([
  ['GAS_ALARM', { rule: 'GAS_LEAK', sign: 'DETECTOR', trips: 'GAS_LEAK' }],
  ['DETECTOR_FAULT', { rule: 'GAS_DETECTOR_FAULT', sign: 'SELF_TEST', trips: null }],
  // Whether it cuts is for the rule of the place to say.
  ['OVERLOAD', { rule: 'OVERLOAD', sign: 'METER', trips: null }],
  ['LEAKAGE', { rule: 'LEAKAGE', sign: 'METER', trips: 'LEAKAGE' }],
  ['OVER_TEMPERATURE', { rule: 'OVER_TEMPERATURE', sign: 'METER', trips: null }],
  ['COVER_OPEN', { rule: 'TAMPER', sign: 'COVER', trips: null }],
  ['MAGNET', { rule: 'TAMPER', sign: 'MAGNET', trips: null }],
  ['FORBIDDEN_LOAD', { rule: 'FORBIDDEN_LOAD', sign: 'METER', trips: null }],
]);

/** A device clock further ahead than this counts as our own. */
const AHEAD_MS = 120_000;
const DAY_MS = 86_400_000;
/** Seconds of an excerpt that are kept as evidence. */
const EXCERPT_SECONDS = 120;

/**
 * Applies an event of a meter to the rule that listens to it. The same event told again, which the meter's own time tells, changes
 * nothing. What no rule listens to, what is older than the campus's late limit, or whose sender doesn't carry the meter, is refused
 * with a reason for the quarantine. The end of a hazard counts only where it is the newest word and no reading shows the hazard.
 */
export async function applyMeterEvent(
  database: Database,
  ctx: EngineContext,
  event: MeterEvent,
): Promise<EventOutcome> {
  const listens = RULES.get(event.name);
  const code = event.meterCode ?? (event.senderKind === 'METER' ? event.senderCode : null);
  if (!listens || code === null)
    return refused('EVENT_WITHOUT_RULE', `No rule listens to ${event.name} of ${code ?? event.senderCode}.`);
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const meter = registry.campusByCode.get(event.site)?.meterByCode.get(code);
    if (!meter) return refused('UNKNOWN_METER', `Site ${event.site} has no meter ${code}.`);
    if (!carries(event, meter))
      return refused('FOREIGN_METER', `${event.senderCode} spoke for ${code}, which it does not carry.`);
    const point = placeOf(meter);
    if (!point) return refused('NOT_INSTALLED', `${code} is not fitted anywhere.`);
    const isOverload = listens.rule === 'OVERLOAD';
    if (isOverload && point.utility !== 'ELECTRICITY')
      return refused(
        'EVENT_WITHOUT_RULE',
        `No rule listens to ${event.name} of ${code}, which measures ${point.utility}.`,
      );
    const { lateLimitDays } = registry.campuses.get(point.campusId)!;
    if (event.tsMs < event.rxMs - lateLimitDays * DAY_MS)
      return refused('TOO_LATE', `Older than the late limit of ${lateLimitDays} days.`);
    const rule = isOverload ? overloadRuleOf(point) : listens.rule;
    if (event.on && isOffAt(registry, point, rule)) return { applied: true };
    const atMs = event.tsMs > event.rxMs + AHEAD_MS ? event.rxMs : event.tsMs;
    const told: ToldEvent = {
      ...{ meterId: meter.meterId, pointId: point.pointId, name: event.name, on: event.on },
      ...{ tsMs: event.tsMs, atMs },
    };
    // A repeat is accepted for as long as the late limit lets it in, and as long it is known for one.
    if (!(await noteMeterEvent(tx.client, told, lateLimitDays + 1))) return { applied: true };
    const states = event.on && !isOverload ? undefined : await lockMeterStates(tx.client, [meter.meterId]);
    const state = states?.get(meter.meterId);
    const desk = new SupplyDesk(tx, ctx, registry);
    // All at once, in the order of their ids: two detectors of one place may speak at the same moment.
    await desk.open([
      point.pointId,
      ...(listens.trips === 'GAS_LEAK' ? gasPointsBeside(registry, point.pointId) : []),
    ]);
    if (!event.on) {
      // Its own end of a hazard is none while readings show it, nor when it is older than what was said since.
      if (signStands(state?.detection?.[rule])) return { applied: true };
      const open = await lockOpenAlarm(tx.client, rule, 'POINT', point.pointId);
      if (open && atMs < open.lastMs) return { applied: true };
      if (isOverload && state && (await endMeterOverload(desk, rule, state))) return { applied: true };
    }
    const signal: AlarmSignal = {
      rule,
      subject: subjectAt(point),
      kind: event.on ? 'RAISE' : 'RETURN',
      atMs,
      evidence: {
        meter: meter.code,
        point: point.pointCode,
        at: atMs,
        event: event.name,
        sign: listens.sign,
      },
    };
    // The end overtook the beginning: it is told of, and over. A hazard that cuts is made safe all the same.
    const isOver = event.on && (await endedSince(tx.client, told));
    if (listens.rule === 'FORBIDDEN_LOAD' && event.on) {
      // What staff found to be none, on an appeal or by themselves, trips nobody.
      const before = await forbiddenLoadsSince(tx.client, point.pointId, atMs - FORBIDDEN_WINDOW_MS);
      await applyForbidden(desk, registry, { event, told, meter, point, signal, nth: before + 1 });
    } else if (isOver && listens.trips === null) {
      const stands = (await lockOpenAlarm(tx.client, rule, 'POINT', point.pointId))?.active;
      await applySignals(desk, [signal]);
      if (!stands) await applySignals(desk, [{ ...signal, kind: 'RETURN' }]);
    } else if (isOverload && event.on && state) {
      await applyMeterOverload(desk, registry, {
        ...{ meter, point, signal, state },
        powerW: numberIn(event.data, 'powerW'),
        limitW: numberIn(event.data, 'limitW'),
        fresh: desk.now - atMs <= WORD_FRESH_MS,
      });
    } else {
      await applySignals(desk, [signal]);
      if (event.on && listens.trips !== null && point.protection !== 'LIFE_SAFETY')
        await cutTrips(desk, [{ pointId: point.pointId, cause: listens.trips }]);
    }
    await desk.flush();
    return { applied: true };
  });
}

const refused = (reason: string, detail: string): EventOutcome => ({ applied: false, reason, detail });

function carries({ senderKind, senderCode }: MeterEvent, meter: MeterEntry): boolean {
  return senderKind === 'GATEWAY' ? meter.gatewayCode === senderCode : meter.code === senderCode;
}

function placeOf(meter: MeterEntry): PointEntry | null {
  return meter.installs.at(-1)?.toMs === null ? meter.point : null;
}

interface ForbiddenCase {
  readonly event: MeterEvent;
  readonly told: ToldEvent;
  readonly meter: MeterEntry;
  readonly point: PointEntry;
  readonly signal: AlarmSignal;
  /** Which proven event of the last 24 h it would be. */
  readonly nth: number;
}

/**
 * A meter's own word is evidence of level 1; with a second-by-second excerpt the rule is judged again here (level 2), and
 * where the excerpt doesn't bear it out, or such a load is allowed there, it is a suspicion (level 3), which never cuts.
 */
async function applyForbidden(
  desk: SupplyDesk,
  registry: Registry,
  { event, told, meter, point, signal, nth }: ForbiddenCase,
): Promise<void> {
  const params = forbiddenLoadParams(settingsOf(registry, point, 'FORBIDDEN_LOAD'));
  const excerpt = excerptOf(event.data);
  const found = excerpt && findResistiveStep(excerpt, params);
  const stepW = found ? Math.round(found.stepW) : numberIn(event.data, 'powerW');
  // The meter knows nothing of what is allowed in the room.
  const allowed = excerpt === null && stepW !== null && isAllowed(stepW, params);
  const level = found ? 'L2' : excerpt === null && !allowed ? 'L1' : 'L3';
  // Where the rule was wrong too often it warns each time and cuts no more.
  const onlyTells =
    (await downgradedSince(desk.tx.client, point.campusId, 'FORBIDDEN_LOAD', point.spaceId)) !== null;
  const step = level === 'L3' ? 'SUSPICION' : onlyTells ? 'WARN' : forbiddenStep(nth);
  const [alarmId] = await applySignals(desk, [
    {
      ...signal,
      ...(level === 'L3' ? { priority: 'P3' as const } : {}),
      evidence: {
        ...signal.evidence,
        value: stepW,
        limit: params.leastStepW,
        unit: 'W',
        level,
        step,
        nth: level === 'L3' ? null : nth,
        pf: found ? Math.round(found.pf * 10_000) / 10_000 : numberIn(event.data, 'pf'),
        ...(excerpt ? { excerpt: excerpt.slice(0, EXCERPT_SECONDS) } : {}),
      },
    },
  ]);
  await noteForbiddenLoad(desk.tx.client, told, { level, alarmId: alarmId ?? null });
  if (step === 'SUSPICION') return;
  await tellResident(desk, point, { atMs: signal.atMs, step, alarmId: alarmId ?? null });
  if (desk.now - signal.atMs > WORD_FRESH_MS || point.protection === 'LIFE_SAFETY') return;
  if (step === 'WARN') await buzz(desk, point, meter);
  else if (point.overloadAction === 'TRIP')
    await cutTrips(desk, [
      {
        pointId: point.pointId,
        cause: 'FORBIDDEN_LOAD',
        staffOnly: step === 'TRIP_STAFF',
        ...(alarmId == null ? {} : { alarmId }),
      },
    ]);
}

/**
 * Tells who pays of a forbidden load, once for each step while it stands: a meter tells again and again of one heater. Where it had
 * ended and came back, that is told anew.
 */
async function tellResident(
  desk: SupplyDesk,
  point: PointEntry,
  { atMs, step, alarmId }: { atMs: number; step: string; alarmId: number | null },
): Promise<void> {
  const payer = payerOf(point, desk.now);
  // A meter may be heard long after: who did not live there yet is told nothing of it.
  if (
    !payer ||
    payer.fromMs > atMs ||
    (await movedInBetween(desk.tx.client, payer.accountId, atMs, desk.now))
  )
    return;
  const open = await lockOpenAlarm(desk.tx.client, 'FORBIDDEN_LOAD', 'POINT', point.pointId);
  await insertNotice(desk.tx.client, {
    campusId: point.campusId,
    kind: `FORBIDDEN_LOAD_${step}`,
    accountId: payer.accountId,
    departmentId: null,
    ...(alarmId === null ? {} : { alarmId }),
    atMs: desk.now,
    dedupeKey: `forbidden:${point.pointId}:${step}:${open?.activations.at(-1) ?? atMs}`,
    body: { account: payer.accountCode, point: point.pointCode },
  });
}

async function buzz(desk: SupplyDesk, { pointId }: PointEntry, meter: MeterEntry): Promise<void> {
  if (desk.context(pointId).meterId !== meter.meterId) return;
  await desk.queueOther(
    pointId,
    'buzz',
    {},
    {
      origin: 'AUTOMATIC',
      actorId: null,
      actor: 'rule:FORBIDDEN_LOAD',
      why: 'forbidden_load',
      cause: 'BUZZ',
    },
  );
}

/** `p` and `q` of the event: one value a second each; null where it carries no whole excerpt. */
function excerptOf(data: MeterEvent['data']): PowerSample[] | null {
  const powers = numbersIn(data, 'p');
  const reactive = numbersIn(data, 'q');
  if (powers === null || reactive?.length !== powers.length) return null;
  return powers.map((powerW, index) => ({ powerW, reactiveVar: reactive[index]! }));
}

function numbersIn(data: MeterEvent['data'], key: string): number[] | null {
  const list = data?.[key];
  if (!Array.isArray(list) || list.length > 10 * EXCERPT_SECONDS) return null;
  return list.every((one): one is number => typeof one === 'number' && Number.isFinite(one)) ? list : null;
}

function numberIn(data: MeterEvent['data'], key: string): number | null {
  const value = data?.[key];
  return typeof value === 'number' ? value : null;
}
