import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, type Tx, withTransaction } from '../db/client';
import { ensurePartitions, maintainsHourly } from '../db/partitions';
import { campusById, raiseConfigVersion } from '../db/queries/campus';
import { discardHeld } from '../db/queries/heldReadings';
import { addHourly, insertEpochs, insertReadings, knownReadings } from '../db/queries/ingest';
import { lockMeterStates, type MeterStateRow, updateMeterStates } from '../db/queries/meterStates';
import { closeInstall, insertInstalls, upsertMeters } from '../db/queries/meters';
import { notify } from '../db/queries/notify';
import { DomainError, invalid } from '../domain/errors';
import { baselineState } from '../domain/metering/register';
import { type ReplacementVerdict, replaceMeter as replaceRegister } from '../domain/metering/replacement';
import { applyAlarmSignal } from './applyAlarmEvent';
import { forgetHeld } from './chargeGuard';
import type { Closing, EngineContext } from './context';
import { watchCredits } from './creditWatch';
import { subjectAt } from './detect';
import {
  findPlace,
  freeMeterId,
  type MeterExchange,
  newMeterRow,
  primaryMicro,
  requireTopics,
} from './exchangeInput';
import { flushAccounts } from './flushAccounts';
import { IngestWork, type WatchedMeter } from './ingestWork';
import { type OpenAccounts, openAccounts } from './openAccounts';
import { rateInto } from './rateInto';
import {
  currentRegistry,
  knownRegistry,
  type MeterEntry,
  type PointEntry,
  type Registry,
  specOf,
} from './registry';
import { replayAccount } from './replay';
import { SupplyDesk } from './supplyDesk';

export interface ExchangeOutcome {
  readonly pointCode: string;
  readonly oldMeterCode: string;
  readonly newMeterCode: string;
  readonly atMs: number;
  /** Charged to the old meter's end register now; the new meter's use from its start register follows with its readings. */
  readonly chargedQuantityMicro: bigint;
}

/** As far as a clock of the person who notes the exchange may run ahead. */
const AHEAD_MS = 120_000;
const DAY_MS = 86_400_000;
const FIRST_EPOCH = 1;
/** Live values of a meter that are not the new one's. */
const NOTHING_MEASURED = {
  held: null,
  rateBase: null,
  powerW: null,
  voltageV: null,
  currentA: null,
  powerFactor: null,
  relay: null,
  valve: null,
  positionMs: null,
  flowM3h: null,
  detection: null,
} as const;

/**
 * Exchanges the meter of a point, in one transaction: the old one is charged up to its end register and its charge closed,
 * the new one counts from its start register (domain rule 3.1, 6). Commands that still wait for the old meter end; what is
 * measured of supply is unknown until the new one reports.
 * @throws DomainError notFound (campus, point, gateway); refused/NO_METER; conflict/CHARGE_HELD, conflict (code or serial in use, a
 *   reading of that instant, topics that are taken); invalid (registers, time), with the field of `MeterExchange` as a pointer
 */
export async function replaceMeter(
  database: Database,
  context: EngineContext,
  exchange: MeterExchange,
  closing?: Closing<ExchangeOutcome>,
): Promise<ExchangeOutcome> {
  const nowMs = context.clock.now();
  const atMs = exchange.atMs ?? nowMs;
  if (atMs > nowMs + AHEAD_MS) throw invalid('/at', 'IN_THE_FUTURE', 'The exchange lies in the future.');
  const campus = (await knownRegistry(database)).campuses.get(exchange.campusId);
  if (campus && atMs < nowMs - campus.lateLimitDays * DAY_MS)
    throw invalid(
      '/at',
      'TOO_OLD',
      `The exchange is older than the late limit of ${campus.lateLimitDays} days.`,
    );
  await ensurePartitions(database, [atMs]);
  return withTransaction(database, async (tx) => {
    const outcome = await exchangeInTransaction(database, tx, context, exchange, atMs);
    closing?.(tx, outcome);
    return outcome;
  });
}

async function exchangeInTransaction(
  database: Database,
  tx: Tx,
  context: EngineContext,
  exchange: MeterExchange,
  atMs: number,
): Promise<ExchangeOutcome> {
  // Ingestion waits: no reading of either meter can come between.
  await campusById(tx.client, exchange.campusId, true);
  const registry = await currentRegistry(database, tx);
  const { point, old } = findPlace(registry, exchange, atMs);
  const fitted = newMeterRow(registry, old, exchange);
  const reusedId = await freeMeterId(tx, exchange, registry);
  await requireTopics(tx, exchange.campusId, old, fitted);
  const startMicro = primaryMicro(exchange.meter.startRegister, fitted.ratioMicro, '/meter/startRegister');
  const endMicro = primaryMicro(exchange.oldEndRegister, old.ratioMicro, '/oldEndRegister');

  const work = new IngestWork(registry, context.clock.now(), true);
  const payers = [...new Set(point.payers.map((payer) => payer.accountId))].sort((a, b) => a - b);
  const accounts = await openAccounts(tx, registry, payers);
  const meterIds = reusedId === null ? [old.meterId] : [old.meterId, reusedId].sort((a, b) => a - b);
  const states = await lockMeterStates(tx.client, meterIds);
  work.addMeter(old, states.get(old.meterId)!);
  const watched = work.meters.get(old.meterId)!;

  const verdict = judge(watched, exchange, { atMs, endMicro, startMicro });
  needNothingHeld(watched, verdict);
  await settleOld(tx, work, accounts, { watched, point, verdict, atMs, endMicro });
  const campus = registry.campuses.get(exchange.campusId)!;
  await flushAccounts(tx, campus, accounts.book, accounts.all());
  for (const replay of work.replays) await replayAccount(tx, work, accounts, replay);
  if (await maintainsHourly(database)) await addHourly(tx.client, work.hourly());

  await updateMeterStates(tx.client, [watched.stateRow()]);
  await closeInstall(tx.client, old.meterId, atMs, endMicro);
  await upsertMeters(tx.client, exchange.campusId, [fitted]);
  await insertInstalls(tx.client, exchange.campusId, [
    { meter: fitted.code, point: point.pointCode, fromMs: atMs, startMicro, mappedMs: work.now },
  ]);
  if (reusedId !== null) await openEpoch(tx, states.get(reusedId)!, { atMs, startMicro });
  await handOver(tx, context, registry, { accounts, point, old, atMs, actor: exchange.actor });
  await raiseConfigVersion(tx.client, exchange.campusId);
  notify(tx, DB_CHANNELS.configChanged, ['METER']);
  context.log.info({ point: point.pointCode, old: old.code, new: fitted.code }, 'meter exchanged');
  return {
    pointCode: point.pointCode,
    oldMeterCode: old.code,
    newMeterCode: fitted.code,
    atMs,
    chargedQuantityMicro: verdict.closing?.quantityMicro ?? 0n,
  };
}

/** Fields of the domain's refusals, as this act's callers know them. */
const FIELDS: Record<string, string> = { '/endReg': '/oldEndRegister', '/at': '/at' };

function judge(
  watched: WatchedMeter,
  exchange: MeterExchange,
  registers: { atMs: number; endMicro: bigint; startMicro: bigint },
): ReplacementVerdict {
  const { meter } = watched;
  const install = meter.installs[meter.installs.length - 1]!;
  const started =
    install.startMicro === null
      ? null
      : baselineState(FIRST_EPOCH, { tsMs: install.fromMs, valueMicro: install.startMicro });
  const state = watched.register ?? started;
  if (state?.lastMs === registers.atMs && state.lastMicro !== registers.endMicro)
    throw invalid('/at', 'READING_AT_INSTANT', 'The old meter reported another register at this instant.');
  try {
    return replaceRegister(specOf(meter), state, { ...registers, confirmed: exchange.confirmed });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw invalid(FIELDS[error.details.field ?? ''] ?? '/oldEndRegister', error.reason, error.message);
  }
}

/**
 * A charge that is held is finance's to release, and an exchange no way around it. An end register below what is held shows that the
 * level was wrong: then nothing of it is charged.
 */
function needNothingHeld({ register }: WatchedMeter, { closing }: ReplacementVerdict): void {
  const held = register?.highHold;
  if (!register || !held?.charge || !closing) return;
  if (closing.quantityMicro < held.first.valueMicro - register.lastMicro) return;
  throw new DomainError(
    'conflict',
    'CHARGE_HELD',
    'A charge of the old meter is held, and its end register bears it out: finance releases it first.',
    { field: '/oldEndRegister' },
  );
}

/** Charges the old meter up to its end register and keeps that register as its last reading, so that charges can be rebuilt. */
async function settleOld(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  facts: {
    watched: WatchedMeter;
    point: PointEntry;
    verdict: ReplacementVerdict;
    atMs: number;
    endMicro: bigint;
  },
): Promise<void> {
  const { watched, point, verdict, atMs, endMicro } = facts;
  const { meter } = watched;
  const { closing } = verdict;
  forgetHeld(watched);
  for (const { fromMs, toMs } of verdict.discarded) await discardHeld(tx.client, meter.meterId, fromMs, toMs);
  if (!closing || closing.fromMs === closing.toMs) {
    if (watched.register) watched.register = { ...watched.register, lowHold: null, highHold: null };
    closeStreams(work, accounts, point);
    return;
  }
  const [known] = await knownReadings(tx.client, [{ meterId: meter.meterId, tsMs: atMs }]);
  if (known)
    throw new DomainError('conflict', 'READING_AT_INSTANT', 'The old meter reported at this very instant.', {
      field: '/at',
    });
  await insertReadings(tx.client, [
    {
      meterId: meter.meterId,
      tsMs: atMs,
      rxMs: work.now,
      boot: null,
      seq: null,
      valueMicro: endMicro,
      quality: 0,
      tsSource: 1,
      epoch: closing.epoch,
      quantityMicro: closing.quantityMicro,
      powerW: null,
      voltageV: null,
      currentA: null,
      powerFactor: null,
      relay: null,
      valve: null,
      extra: { source: 'EXCHANGE' },
    },
  ]);
  work.addToHour(meter.meterId, atMs, { quantityMicro: closing.quantityMicro, readings: 1 });
  await rateInto(tx, work, accounts, meter, point, closing);
  watched.register = baselineState(closing.epoch, { tsMs: atMs, valueMicro: endMicro });
  watched.state.lastMs = Math.max(watched.state.lastMs ?? 0, atMs);
  closeStreams(work, accounts, point);
}

/** The old meter's charge ends with it: the next window is the new meter's. */
function closeStreams(work: IngestWork, accounts: OpenAccounts, point: PointEntry): void {
  for (const account of accounts.all())
    for (const stream of account.streams.values())
      if (stream.point.pointId === point.pointId && stream.window) account.close(stream, work.now);
}

/** A meter that was read elsewhere begins a new epoch here: its past is not this point's. */
async function openEpoch(
  tx: Tx,
  state: MeterStateRow,
  start: { atMs: number; startMicro: bigint },
): Promise<void> {
  if (state.baseMs === null) return;
  const epoch = state.epoch + 1;
  await insertEpochs(tx.client, [
    {
      meterId: state.meterId,
      epoch,
      openedMs: start.atMs,
      reason: 'REPLACEMENT',
      startMicro: start.startMicro,
      proposedLostMicro: null,
    },
  ]);
  await updateMeterStates(tx.client, [
    {
      ...state,
      ...NOTHING_MEASURED,
      epoch,
      baseMs: start.atMs,
      baseMicro: start.startMicro,
      firstMs: start.atMs,
    },
  ]);
}

/** Ends what waited for the old meter, forgets what it measured, and follows the account's credit. */
async function handOver(
  tx: Tx,
  context: EngineContext,
  registry: Registry,
  facts: { accounts: OpenAccounts; point: PointEntry; old: MeterEntry; atMs: number; actor: string },
): Promise<void> {
  const { accounts, point, old, atMs, actor } = facts;
  const desk = new SupplyDesk(tx, context, registry);
  await desk.open([point.pointId]);
  for (const command of desk.liveCommands(point.pointId))
    await desk.step(command, 'SUPERSEDE', actor, { why: 'meter exchanged' });
  const row = desk.touch(point.pointId);
  row.observed = 'UNKNOWN';
  row.observedMs = null;
  row.changedMs = null;
  await watchCredits(desk, accounts.all(), desk.now);
  const campus = registry.campuses.get(point.campusId)!;
  await flushAccounts(tx, campus, accounts.book, accounts.all());
  await desk.flush();
  // The end register that a person read refutes what was held.
  await applyAlarmSignal(tx, desk.now, {
    rule: 'BALANCE_ANOMALY',
    subject: subjectAt(point),
    kind: 'RETURN',
    atMs,
  });
  for (const rule of ['METER_OFFLINE', 'CLOCK_DRIFT', 'DEVICE_CHECK_FAILED'] as const)
    await applyAlarmSignal(tx, desk.now, {
      rule,
      subject: { campusId: point.campusId, type: 'METER', id: old.meterId, spaceId: point.spaceId },
      kind: 'RETURN',
      atMs,
    });
}
