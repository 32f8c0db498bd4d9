import { type Database, type Tx, withTransaction } from '../db/client';
import { maintainsHourly } from '../db/partitions';
import { addHourly, amendReadings, insertEpochs } from '../db/queries/ingest';
import { lockMeterStates, updateMeterStates } from '../db/queries/meterStates';
import { releaseQuarantine } from '../db/queries/quarantine';
import { DomainError } from '../domain/errors';
import { releaseSpike } from '../domain/metering/register';
import { applySignals } from './applySignals';
import { endHeldCharge, isChargeHeld } from './chargeGuard';
import type { Closing, EngineContext } from './context';
import { watchCredits } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { IngestWork, type WatchedMeter } from './ingestWork';
import { type OpenAccounts, openAccounts, payersOf } from './openAccounts';
import { rateInto } from './rateInto';
import { currentRegistry, type MeterEntry, type PointEntry } from './registry';
import { replayAccount } from './replay';
import { acceptHeld, replayHeld } from './replayHeld';
import { SupplyDesk } from './supplyDesk';

export interface HeldChargeRelease {
  readonly campusId: number;
  readonly pointCode: string;
  readonly actor: string;
  /** What was found, for the alarm's history. */
  readonly note: string;
}

export interface ReleasedCharge {
  /** What the held readings came to, µ of the utility's unit. */
  readonly quantityMicro: bigint;
}

/**
 * A person looked at a charge that was held (BALANCE_ANOMALY) and lets it be taken: all readings held since are charged in their
 * order, at the prices that hold now, so that a wrong tariff is corrected first. Supply follows the account's credit from here on.
 * @param closing writes the audit line of the act into its transaction
 * @throws DomainError conflict/NO_HELD_CHARGE where nothing is held for its charge at the point
 */
export function releaseHeldCharge(
  database: Database,
  context: EngineContext,
  ask: HeldChargeRelease,
  closing?: Closing<ReleasedCharge>,
): Promise<ReleasedCharge> {
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

    await chargeJump(tx, work, accounts, watched, point);
    const afterMs = watched.register!.lastMs;
    await replayHeld(tx, work, accounts, watched, point, { afterMs, released: true });
    endHeldCharge(work, watched, point, work.now, ask);
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
    const released = {
      quantityMicro: work.hourly().reduce((sum, hour) => sum + hour.quantityMicro, 0n),
    };
    closing?.(tx, released);
    return released;
  });
}

/** A level that no register rule proved is charged as estimated, up to the first reading that shows it. */
async function chargeJump(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  watched: WatchedMeter,
  point: PointEntry,
): Promise<void> {
  const { register } = watched;
  const jump = register?.highHold?.charge === false ? releaseSpike(register) : null;
  if (!jump) return;
  watched.register = jump.state;
  acceptHeld(work, watched, jump);
  for (const interval of jump.intervals) await rateInto(tx, work, accounts, watched.meter, point, interval);
}

const nothingHeld = () => new DomainError('conflict', 'NO_HELD_CHARGE', 'No charge is held at this point.');

function meterAt(
  meters: Iterable<MeterEntry>,
  { campusId, pointCode }: HeldChargeRelease,
): MeterEntry | undefined {
  for (const meter of meters)
    if (meter.campusId === campusId && meter.point?.pointCode === pointCode) return meter;
  return undefined;
}
