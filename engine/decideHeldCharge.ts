import { type Database, type Tx, withTransaction } from '../db/client';
import { maintainsHourly } from '../db/partitions';
import { addHourly, amendReadings, insertEpochs } from '../db/queries/ingest';
import { lockMeterStates, updateMeterStates } from '../db/queries/meterStates';
import { releaseQuarantine } from '../db/queries/quarantine';
import { DomainError } from '../domain/errors';
import { applySignals } from './applySignals';
import { isChargeHeld } from './chargeGuard';
import type { Closing, EngineContext } from './context';
import { watchCredits } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { IngestWork, type WatchedMeter } from './ingestWork';
import { type OpenAccounts, openAccounts, payersOf } from './openAccounts';
import { currentRegistry, type MeterEntry, type PointEntry } from './registry';
import { replayAccount } from './replay';
import { SupplyDesk } from './supplyDesk';

export interface HeldChargeAsk {
  readonly campusId: number;
  readonly pointCode: string;
  readonly actor: string;
}

/** The meter whose charge is held, locked with the accounts of its payers. */
export interface HeldCharge {
  readonly tx: Tx;
  readonly work: IngestWork;
  readonly accounts: OpenAccounts;
  readonly watched: WatchedMeter;
  readonly point: PointEntry;
}

/**
 * One transaction in which a person decides what becomes of a charge that is held (BALANCE_ANOMALY): what `decide` did is stored,
 * and supply follows the accounts' credit from here on.
 * @param closing writes the audit line of the act into its transaction
 * @throws DomainError conflict/NO_HELD_CHARGE where nothing is held for its charge at the point
 */
export function decideHeldCharge<T>(
  database: Database,
  context: EngineContext,
  ask: HeldChargeAsk,
  decide: (held: HeldCharge) => Promise<T>,
  closing?: Closing<T>,
): Promise<T> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const campus = registry.campuses.get(ask.campusId);
    const meter = meterAt(registry.meters.values(), ask);
    const point = meter?.point;
    if (!campus || !meter || !point) throw nothingHeld();
    const accounts = await openAccounts(tx, registry, payersOf([meter]));
    const states = await lockMeterStates(tx.client, [meter.meterId]);
    const work = new IngestWork(registry, context.clock.now(), true);
    work.addMeter(meter, states.get(meter.meterId)!);
    const watched = work.meters.get(meter.meterId)!;
    if (!isChargeHeld(watched)) throw nothingHeld();

    const decided = await decide({ tx, work, accounts, watched, point });
    await amendReadings(tx.client, work.amendments);
    await insertEpochs(tx.client, work.epochs);
    await flushAccounts(tx, campus, accounts.book, accounts.all());
    for (const replay of work.replays) {
      await replayAccount(tx, work, accounts, replay);
      await flushAccounts(tx, campus, accounts.book, accounts.all());
    }
    await updateMeterStates(tx.client, [watched.stateRow()]);
    if (await maintainsHourly(database)) await addHourly(tx.client, work.hourly());
    await releaseQuarantine(tx.client, work.released);

    const desk = new SupplyDesk(tx, context, registry);
    await watchCredits(desk, accounts.all(), work.now);
    await flushAccounts(tx, campus, accounts.book, accounts.all());
    await applySignals(desk, work.signals);
    await desk.flush();
    closing?.(tx, decided);
    return decided;
  });
}

/** What is thrown where there is nothing to decide. */
export const nothingHeld = () =>
  new DomainError('conflict', 'NO_HELD_CHARGE', 'No charge is held at this point.');

/** The meter that is fitted there now: whatever hung there before still knows the point as its last one. */
function meterAt(
  meters: Iterable<MeterEntry>,
  { campusId, pointCode }: HeldChargeAsk,
): MeterEntry | undefined {
  for (const meter of meters) {
    const fitted = meter.installs.at(-1)?.toMs === null;
    if (fitted && meter.campusId === campusId && meter.point?.pointCode === pointCode) return meter;
  }
  return undefined;
}
