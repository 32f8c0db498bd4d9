import { type Database, type Tx, withTransaction } from '../db/client';
import { lastReadAsked } from '../db/queries/askedReadings';
import { pointsAskedAlone } from '../db/queries/bulkJobs';
import { lockActor, pointsCutSingly } from '../db/queries/cutsAlone';
import { insertLimitChange } from '../db/queries/limitChanges';
import { confirmMapping } from '../db/queries/meters';
import { isRequestRefused } from '../db/queries/restoreRequests';
import { clearedFor, commandPlace, dropLease, lockCommand, takeLease } from '../db/queries/supply';
import { isReconnectEligible } from '../domain/credit/arrears';
import { DomainError, invalid } from '../domain/errors';
import { ALONE_AT_MOST, ALONE_WITHIN_MS } from '../domain/supply/bulkJob';
import { NEVER_CUT_RULES } from '../domain/supply/disconnectPolicy';
import { isUndoubted } from '../domain/supply/interlocks';
import { READ_AGAIN_AFTER_MS } from '../domain/supply/readRate';
import { decideReconnect, mayClear } from '../domain/supply/reconnectPolicy';
import { isCut, isSwitch } from '../domain/supply/resend';
import type { SupplyReason, TripCause } from '../domain/supply/supplyState';
import type { Closing, EngineContext } from './context';
import { creditDecision, creditPolicyFor, payerOf, standingOf } from './creditFacts';
import { endWithoutSwitching } from './liftHold';
import { openAccounts } from './openAccounts';
import { refusedSwitch } from './refusedSwitch';
import { requestAnswered } from './refuseRestore';
import { judgedAnew } from './refuteTrip';
import { currentRegistry, type PointEntry, type Registry } from './registry';
import { loadLimitAt } from './streamRules';
import type { SupplyAnswer, SupplyCommanded } from './supplyAnswer';
import type { SwitchAsk } from './supplyCommands';
import { SupplyDesk, type SwitchOutcome } from './supplyDesk';

export type SupplyAction =
  | 'disconnect'
  | 'connect'
  | 'arm'
  | 'setLimit'
  | 'read'
  | 'closeValve'
  | 'openValve';

const SWITCHES: ReadonlySet<SupplyAction> = new Set([
  'disconnect',
  'connect',
  'arm',
  'closeValve',
  'openValve',
]);

/** The danger that a person cuts for. Its cause decides who ends the cut, just as if a rule had made it. */
export interface SupplyHazard {
  readonly cause: TripCause;
  /** Alarm that told of it. */
  readonly alarmId?: number;
}

/** What a person or another system asks of a point. Role and scope were checked by the caller. */
export interface SupplyRequest {
  readonly campusId: number;
  readonly pointCode: string;
  readonly action: SupplyAction;
  /** `user:{id}` or `key:{id}`. */
  readonly actor: string;
  /** Id by which leases and tags know the person; null for a key. */
  readonly actorId: string | null;
  readonly reason: string;
  /** Of a cut out of a hazard, which is one for safety; absent: it is a person's wish. */
  readonly hazard?: SupplyHazard;
  /** W, for setLimit. */
  readonly limitW?: number;
  /** Time in which the command may be taken back, ms; none for a safety cause. */
  readonly holdMs?: number;
  /** Alarm behind it. */
  readonly originId?: string;
  /** The right to restore holds only while the person's own tag hangs here. */
  readonly underOwnTag?: boolean;
  /** Actor of the person who answers for a program: what either does alone is counted together. Absent: the actor's own. */
  readonly answerable?: string | null;
  /** The person says that the meter which was moved here lately is the one that feeds the place. */
  readonly mappingConfirmed?: boolean;
  /** The request to restore that this answers: one that was refused meanwhile is not followed. */
  readonly answersRequest?: string;
}

/**
 * One operator's act on one point: adds or clears the reason, and lets the reconciler queue what follows. `closing` is the
 * last word in the same transaction.
 * @throws DomainError notFound/POINT; refused/SECOND_PERSON_NEEDED (the eleventh point in ten minutes), READ_RATE (a reading was asked for less than 30 s ago); refused with the interlock's named reason; refused/ARREARS, SAFETY … where another
 * reason keeps the point off, or SAFETY_NOT_CUT, POSITION_UNKNOWN where a hold can't be lifted by words alone;
 * conflict/NOTHING_TO_DO where the point is already as asked; conflict/REQUEST_ANSWERED where the request that it answers was refused
 */
export async function requestSupply(
  database: Database,
  ctx: EngineContext,
  request: SupplyRequest,
  closing?: Closing<SupplyAnswer>,
): Promise<SupplyAnswer> {
  if (request.reason.trim() === '') throw invalid('/reason', 'REASON', 'A reason must be given.');
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    await needFewCuts(tx, ctx, request);
    const point = pointByCode(registry, request.campusId, request.pointCode);
    const payers = [...new Set(point.payers.map((p) => p.accountId))].sort((a, b) => a - b);
    const accounts = await openAccounts(tx, registry, payers);
    if (request.mappingConfirmed === true) {
      if (!SWITCHES.has(request.action))
        throw invalid(
          '/mappingConfirmed',
          'NOT_ALLOWED',
          'Only who switches a point says what its meter feeds.',
        );
      await confirmMapping(tx.client, point.pointId);
    }
    const desk = new SupplyDesk(tx, ctx, registry);
    await desk.open([point.pointId]);
    const { answersRequest } = request;
    if (answersRequest !== undefined && (await isRequestRefused(tx, point.pointId, answersRequest)))
      throw requestAnswered(point.pointCode);
    if (desk.context(point.pointId).meterId === null)
      throw new DomainError('refused', 'NO_METER', `No meter is fitted at ${point.pointCode}.`);
    if (request.underOwnTag && !desk.row(point.pointId).tags.some(({ by }) => by === request.actorId))
      throw new DomainError(
        'forbidden',
        'OWN_TAG_NEEDED',
        'You may restore under your own maintenance tag only.',
      );
    const answer = await act(desk, registry, point, accounts.all(), request);
    await desk.flush();
    closing?.(tx, answer);
    return answer;
  });
}

/** What a bulk job needs a second person for is not done one by one either; safety waits for nobody. */
async function needFewCuts(tx: Tx, ctx: EngineContext, request: SupplyRequest): Promise<void> {
  const cuts = request.action === 'disconnect' || request.action === 'closeValve';
  if (!cuts || request.hazard) return;
  const who = request.answerable ?? request.actor;
  const userId = await lockActor(tx.client, who);
  const sinceMs = ctx.clock.now() - ALONE_WITHIN_MS;
  const alone =
    (await pointsCutSingly(tx.client, who, sinceMs, request.pointCode)) +
    (userId === null ? 0 : await pointsAskedAlone(tx.client, userId, sinceMs));
  if (alone >= ALONE_AT_MOST)
    throw new DomainError(
      'refused',
      'SECOND_PERSON_NEEDED',
      `More than ${ALONE_AT_MOST} points in ten minutes need a second person: ask for a bulk job.`,
    );
}

function pointByCode(registry: Registry, campusId: number, code: string): PointEntry {
  for (const point of registry.points.values())
    if (point.campusId === campusId && point.pointCode === code) return point;
  throw new DomainError('notFound', 'POINT', `There is no meter point ${code}.`);
}

async function act(
  desk: SupplyDesk,
  registry: Registry,
  point: PointEntry,
  accounts: ReturnType<Awaited<ReturnType<typeof openAccounts>>['all']>,
  request: SupplyRequest,
): Promise<SupplyAnswer> {
  const { action } = request;
  const base = {
    origin: 'OPERATOR' as const,
    actorId: request.actorId,
    actor: request.actor,
    why: request.reason,
    originId: request.originId ?? null,
  };
  switch (action) {
    case 'read':
      needsMeter(desk, point);
      await needReadPause(desk, point);
      return other(await desk.queueOther(point.pointId, 'read', {}, { ...base, cause: 'READ' }));
    case 'setLimit': {
      const limitW = request.limitW;
      if (limitW === undefined || !Number.isInteger(limitW) || limitW < 1 || limitW > 1_000_000)
        throw invalid('/limitW', 'LIMIT', 'limitW must be a whole number of watts from 1 to 1,000,000.');
      needsMeter(desk, point);
      // A limit of a few watts would be a cut by another name.
      if (desk.interlockContext(point.pointId, null).protection === 'LIFE_SAFETY')
        throw refusedSwitch({ verdict: 'REFUSED', reason: 'LIFE_SAFETY', facts: {} });
      const cap = loadLimitAt(registry, point);
      const ask = { ...base, cause: 'LIMIT' };
      const commandId = await desk.queueOther(point.pointId, 'set_limit', { w: limitW }, ask);
      await insertLimitChange(desk.tx.client, {
        ...{ campusId: point.campusId, pointId: point.pointId, commandId, byResident: false },
        ...{ actor: request.actor, reason: request.reason, fromW: point.ownLimitW, toW: limitW },
        ...{ capW: cap && Math.floor(cap.capW), askedMs: desk.now },
      });
      return other(commandId);
    }
    case 'disconnect':
    case 'closeValve': {
      needsUtility(point, action);
      const reason: SupplyReason = request.hazard ? 'SAFETY' : 'MANUAL';
      const isNew = !desk.holds(point.pointId, reason);
      const ask = { ...base, reason, evenIfOpen: isNew, holdMs: request.hazard ? 0 : (request.holdMs ?? 0) };
      // A cut for safety is said to the meter, whatever its last reading was.
      const isOff = reason === 'MANUAL' && isNew && isProvenOff(desk, point, ask);
      desk.addReason(point.pointId, reason, request.actor, { note: request.reason, ...request.hazard });
      if (isOff) return { commandId: null, held: reason };
      return switched(await desk.reconcile(point.pointId, ask), point);
    }
    case 'connect':
    case 'openValve':
    case 'arm': {
      needsUtility(point, action);
      if (point.utility === 'GAS')
        throw new DomainError('refused', 'GAS_NEVER_OPENED', 'A gas valve is opened by hand on site only.');
      // A meter that was armed closes by its own button, which no proof of ours knows yet.
      if (action === 'arm')
        throw new DomainError('refused', 'ARM_NOT_SUPPORTED', 'Arming a meter is not supported yet.');
      const cleared = desk.row(point.pointId).reasons;
      const waiting = desk.liveSwitch(point.pointId);
      clearReasons(desk, registry, point, accounts, request.actorId !== null);
      const ask = { ...base, reason: 'MANUAL' as const, holdMs: request.holdMs ?? 0, cleared };
      const outcome = await desk.reconcile(point.pointId, ask);
      if (outcome.kind !== 'NONE') return switched(outcome, point);
      return endWithoutSwitching(desk, point, { waiting, cleared }, ask);
    }
  }
}

/** Nothing is sent to a meter that is known to be offline. */
export function needsMeter(desk: SupplyDesk, { pointId }: PointEntry): void {
  const { online, lastReadingMs } = desk.context(pointId);
  if (online === false)
    throw refusedSwitch({ verdict: 'REFUSED', reason: 'OFFLINE', facts: { lastReadingAt: lastReadingMs } });
}

/** Every answer costs a meter's radio and battery, and whoever waits for the first one learns nothing from a second. */
async function needReadPause(desk: SupplyDesk, { pointId }: PointEntry): Promise<void> {
  const askedMs = await lastReadAsked(desk.tx.client, pointId, desk.now - READ_AGAIN_AFTER_MS);
  if (askedMs !== null)
    throw new DomainError(
      'refused',
      'READ_RATE',
      'The meter was asked for a reading less than half a minute ago.',
      { until: askedMs + READ_AGAIN_AFTER_MS },
    );
}

const isProvenOff = (desk: SupplyDesk, { pointId }: PointEntry, ask: SwitchAsk): boolean =>
  desk.row(pointId).observed === 'OPEN' && isUndoubted(desk.verdictOn(pointId, true, ask));

/** Electricity has a relay, water and gas a valve. */
function needsUtility(point: PointEntry, action: SupplyAction): void {
  const relay = action === 'disconnect' || action === 'connect';
  const valve = action === 'closeValve' || action === 'openValve';
  if ((relay && point.utility !== 'ELECTRICITY') || (valve && point.utility === 'ELECTRICITY'))
    throw invalid('/action', 'ACTION', `${action} does not fit a point of ${point.utility.toLowerCase()}.`);
}

/**
 * Takes away every reason that a person of staff may clear now; one that stays is named in the refusal. What asks for an
 * inspection is cleared by no program: somebody has looked, and says so.
 */
function clearReasons(
  desk: SupplyDesk,
  registry: Registry,
  point: PointEntry,
  accounts: ReturnType<Awaited<ReturnType<typeof openAccounts>>['all']>,
  byPerson: boolean,
): void {
  const row = desk.row(point.pointId);
  for (const [reason, held] of Object.entries(row.reasons) as [
    SupplyReason,
    (typeof row.reasons)[string],
  ][]) {
    if (reason === 'ARREARS') {
      const account = accounts.find((a) => a.row.id === payerOf(point, desk.now)?.accountId);
      const { zone } = registry.campuses.get(point.campusId)!;
      const eligible =
        account === undefined ||
        isReconnectEligible(
          standingOf(account, zone, desk.now),
          creditPolicyFor(registry, account).reconnectMinMicro,
        ) ||
        NEVER_CUT_RULES.has(creditDecision(desk, account, point, desk.now).rule);
      if (!eligible)
        throw new DomainError(
          'refused',
          'ARREARS',
          'The account has no credit: only a top-up brings supply back.',
        );
    } else {
      const decision = decideReconnect(
        {
          reason,
          cause: (held.cause as Parameters<typeof decideReconnect>[0]['cause']) ?? null,
          utility: point.utility,
          offSince: row.changedMs,
          trippedAt: held.sinceMs,
          confirmationsToday: 0,
        },
        desk.now,
      );
      const allowed = mayClear(decision, 'STAFF', desk.now);
      if (!allowed.allowed)
        throw new DomainError('refused', allowed.reason, `The reason ${reason} can't be cleared from here.`);
      if (decision.rule === 'INSPECTION' && !byPerson)
        throw new DomainError('refused', 'STAFF_NEEDED', 'Staff must look at it before supply comes back.');
    }
    desk.clearReason(point.pointId, reason);
  }
}

const other = (commandId: string): SupplyCommanded => ({ commandId, existing: false, waitUntilMs: null });

function switched(outcome: SwitchOutcome, point: PointEntry): SupplyAnswer {
  switch (outcome.kind) {
    case 'QUEUED':
      return { commandId: outcome.commandId, existing: false, waitUntilMs: outcome.waitUntilMs };
    case 'LIVE':
      return { commandId: outcome.commandId, existing: true, waitUntilMs: null };
    case 'NONE':
      throw new DomainError('conflict', 'NOTHING_TO_DO', `${point.pointCode} is already as asked.`);
    case 'REFUSED':
      throw refusedSwitch(outcome.verdict);
  }
}

/** Takes back a command that has not gone out: the undo of the first seconds. */
export async function cancelCommand(
  database: Database,
  ctx: EngineContext,
  request: { campusId: number; commandId: string; actor: string },
  closing?: Closing<undefined>,
): Promise<void> {
  const place = await commandPlace(database.pool, request.commandId);
  if (!place || place.campusId !== request.campusId)
    throw new DomainError('notFound', 'COMMAND', `There is no command ${request.commandId}.`);
  await withTransaction(database, async (tx) => {
    const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
    await desk.open([place.pointId]);
    const command = await lockCommand(tx.client, request.commandId);
    const moved =
      command !== null &&
      command.issuedMs === null &&
      (await desk.step(command, 'CANCEL', request.actor, {}, { resultCode: 'UNDONE' }));
    if (!moved)
      throw new DomainError('conflict', 'ALREADY_SENT', 'The command has gone out and can’t be taken back.');
    if (!isSwitch(command.op)) {
      await desk.flush();
      closing?.(tx, undefined);
      return;
    }
    const { reasons, observed } = desk.row(place.pointId);
    if (isCut(command.op)) {
      // Only what this act added: another person's wish stays.
      for (const reason of ['MANUAL', 'SCHEDULE'] as const)
        if (command.cause === reason && reasons[reason]?.sinceMs === command.createdMs)
          desk.clearReason(place.pointId, reason);
    } else {
      const cleared = await clearedFor(tx.client, command.id);
      if (cleared) desk.restoreReasons(place.pointId, await judgedAnew(tx, cleared));
      // What stays off must keep saying why.
      else if (observed === 'OPEN')
        desk.addReason(place.pointId, 'MANUAL', request.actor, { note: 'restore undone' });
    }
    // What was under way before may have been taken back for this command.
    desk.touch(place.pointId).retryDueMs ??= desk.now;
    await desk.flush();
    closing?.(tx, undefined);
  });
}

const LEASE_MS = 60_000;

/**
 * Reserves a point for a person while its panel is open (60 s, renewed by asking again).
 * @throws DomainError refused/ARMED_BY_OTHER, with the other's name
 */
export async function armPoint(
  database: Database,
  ctx: EngineContext,
  request: { pointId: number; userId: number; userName: string },
): Promise<{ untilMs: number }> {
  const nowMs = ctx.clock.now();
  const untilMs = nowMs + LEASE_MS;
  if (!(await takeLease(database.pool, { ...request, untilMs, nowMs })))
    throw new DomainError('refused', 'ARMED_BY_OTHER', 'Somebody else has this point open.');
  return { untilMs };
}

export async function releasePoint(
  database: Database,
  request: { pointId: number; userId: number },
): Promise<void> {
  await dropLease(database.pool, request.pointId, request.userId);
}
