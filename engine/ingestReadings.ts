import type { Database, Tx } from '../db/client';
import { ensurePartitions, maintainsHourly } from '../db/partitions';
import {
  addHourly,
  amendReadings,
  insertEpochs,
  insertReadings,
  insertRegisterReadings,
  mergeReading,
} from '../db/queries/ingest';
import { type MeterStateRow, updateMeterProgress, updateMeterStates } from '../db/queries/meterStates';
import { insertQuarantine, releaseQuarantine } from '../db/queries/quarantine';
import { ledgerBalanceMicro } from '../domain/credit/buckets';
import { unpostedMicro } from '../domain/tariffs/residual';
import { applyAlarmSignal } from './applyAlarmEvent';
import { applySignals } from './applySignals';
import type { EngineContext } from './context';
import { watchCredits } from './creditWatch';
import { cutTrips } from './cutTrips';
import { deriveReadings } from './deriveReadings';
import { detect } from './detect';
import { flushAccounts } from './flushAccounts';
import type { BalanceChange, IncomingReading, IngestOutcome, LatestValue } from './ingestTypes';
import { IngestWork } from './ingestWork';
import { settleLateReadings } from './lateReadings';
import { observeSupply } from './observeSupply';
import { ascending, type OpenAccounts, payersOf } from './openAccounts';
import { recall } from './recall';
import { knownRegistry, type Registry, withRegistry } from './registry';
import { replayAccount } from './replay';
import { resolveReadings, splitByMeter } from './resolveReadings';
import { memoryOf } from './stateMemory';
import { SupplyDesk } from './supplyDesk';

export type { BalanceChange, IncomingReading, IngestOutcome, LatestValue } from './ingestTypes';

/** What may be switched off where only money is to be derived (loading history, replaying a stream for comparison). */
export interface IngestOptions {
  /** False: no detection, no credit watch, no commands. */
  readonly supply?: boolean;
}

const DAY_MS = 86_400_000;

/**
 * The reference path from readings to money and supply, in ONE transaction: store, derive, rate, post what is due, detect,
 * watch credit, queue commands. When it resolves, everything is durable and the meters may have their acknowledgement.
 * What can't be accepted goes to quarantine alone. Safe to run again with the same readings: a repeat changes nothing.
 */
export async function ingestReadings(
  database: Database,
  ctx: EngineContext,
  batch: readonly IncomingReading[],
  options: IngestOptions = {},
): Promise<IngestOutcome> {
  const registry = await knownRegistry(database);
  await ensurePartitions(database, instantsOf(registry, batch));
  const { outcome, remember } = await withRegistry(database, (tx, held) =>
    ingestInTransaction(database, tx, held, ctx, batch, options),
  ).catch((error: unknown) => {
    memoryOf(database).forget();
    throw error;
  });
  remember();
  return outcome;
}

/** Instants under which readings may be stored; what lies outside the late limit is quarantined and needs no partition. */
function instantsOf(registry: Registry, batch: readonly IncomingReading[]): number[] {
  const instants: number[] = [];
  for (const { site, rxMs, reading } of batch) {
    const lateMs = (registry.campusByCode.get(site)?.lateLimitDays ?? 0) * DAY_MS;
    instants.push(rxMs);
    const { tsMs } = reading;
    if (tsMs !== null && tsMs >= rxMs - lateMs - DAY_MS && tsMs <= rxMs + DAY_MS) instants.push(tsMs);
  }
  return instants;
}

async function ingestInTransaction(
  database: Database,
  tx: Tx,
  registry: Registry,
  ctx: EngineContext,
  batch: readonly IncomingReading[],
  options: IngestOptions,
): Promise<{ outcome: IngestOutcome; remember: () => void }> {
  const withSupply = options.supply ?? true;
  const work = new IngestWork(registry, ctx.clock.now(), withSupply);
  const known = splitByMeter(work, batch);

  const recalled = await recall(
    database,
    tx,
    registry,
    payersOf(known.meters),
    ascending([...known.meters].map((m) => m.meterId)),
  );
  const { accounts, states } = recalled;
  for (const meter of known.meters) work.addMeter(meter, states.get(meter.meterId)!);
  await resolveReadings(tx, work, known.incoming);
  await deriveReadings(tx, work, accounts);

  const rows = work.freshRows();
  await insertReadings(tx.client, rows);
  await insertRegisterReadings(tx.client, work.registerRows);
  for (const row of work.merges) await mergeReading(tx.client, row);
  await amendReadings(tx.client, work.amendments);
  await insertEpochs(tx.client, work.epochs);
  await flushAll(tx, registry, accounts);
  await settleLateReadings(tx, work, accounts);
  for (const replay of work.replays) {
    await replayAccount(tx, work, accounts, replay);
    await flushAll(tx, registry, accounts);
  }

  const trips = withSupply ? detect(work) : [];
  const rowsAfter = await storeMeters(tx, work);
  const desk = withSupply ? new SupplyDesk(tx, ctx, registry) : null;
  if (desk) {
    await observeSupply(desk, work);
    await cutTrips(desk, trips);
    await watchCredits(desk, accounts.all(), work.now);
    await flushAll(tx, registry, accounts);
    await applySignals(desk, work.signals);
    await desk.flush();
  } else for (const signal of work.signals) await applyAlarmSignal(tx, work.now, signal);

  if (await maintainsHourly(database)) await addHourly(tx.client, work.hourly());
  await insertQuarantine(tx.client, work.quarantine);
  await releaseQuarantine(tx.client, work.released);
  const outcome = {
    accepted: work.accepted,
    duplicates: work.duplicates,
    quarantined: work.quarantine.length,
    latest: latestOf(work),
    balances: balancesOf(accounts),
    commandIds: desk?.queuedIds ?? [],
  };
  return { outcome, remember: () => recalled.remember(rowsAfter) };
}

/** Writes what became of the meters; the few columns that nearly every reading moves, where no other changed. */
async function storeMeters(tx: Tx, work: IngestWork): Promise<MeterStateRow[]> {
  const rows: MeterStateRow[] = [];
  const progressed: MeterStateRow[] = [];
  const changed: MeterStateRow[] = [];
  for (const meter of work.meters.values()) {
    const row = meter.stateRow();
    rows.push(row);
    (meter.onlyProgressed(row) ? progressed : changed).push(row);
  }
  await updateMeterProgress(tx.client, progressed);
  await updateMeterStates(tx.client, changed);
  return rows;
}

async function flushAll(tx: Tx, registry: Registry, accounts: OpenAccounts): Promise<void> {
  for (const campus of registry.campuses.values())
    await flushAccounts(tx, campus, accounts.book, accounts.ofCampus(campus.id));
}

function latestOf(work: IngestWork): LatestValue[] {
  const latest: LatestValue[] = [];
  for (const { meter, state, register, touched } of work.meters.values()) {
    if (!touched || !meter.point || state.lastMs === null) continue;
    latest.push({
      campusId: meter.campusId,
      meterId: meter.meterId,
      meterCode: meter.code,
      pointId: meter.point.pointId,
      tsMs: state.lastMs,
      rxMs: state.lastRxMs ?? state.lastMs,
      powerW: state.powerW,
      voltageV: state.voltageV,
      currentA: state.currentA,
      relay: state.relay,
      valve: state.valve,
      registerMicro: register?.lastMicro ?? null,
    });
  }
  return latest;
}

/** The balances that a screen shows for the accounts at hand. */
export function balancesOf(accounts: OpenAccounts): BalanceChange[] {
  return accounts.all().map((account) => {
    let unposted = 0n;
    for (const stream of account.streams.values()) unposted += unpostedMicro(stream.state);
    return {
      campusId: account.row.campusId,
      accountId: account.row.id,
      accountCode: account.row.code,
      ledgerMicro: ledgerBalanceMicro(account.credit.buckets),
      unpostedMicro: unposted,
      availableMicro: account.available(),
    };
  });
}
