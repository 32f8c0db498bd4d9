import type { Tx } from '../db/client';
import { discardHeld, heldReadings } from '../db/queries/heldReadings';
import { rateRegisters } from '../db/queries/ingest';
import { isRateChannel } from '../domain/metering/reading';
import { advanceRegister } from '../domain/metering/register';
import type { RegisterOutcome, RegisterVerdict } from '../domain/metering/registerVerdict';
import { guardCharge, isChargeAtStake } from './chargeGuard';
import type { IngestWork, WatchedMeter } from './ingestWork';
import type { OpenAccounts } from './openAccounts';
import { rateInto, withRates } from './rateInto';
import { type MeterEntry, type PointEntry, specOf } from './registry';

export const holdFingerprint = (meterId: number, tsMs: number): string => `held:${meterId}:${tsMs}`;

/** A reset was proven: a new epoch, told as an alarm. */
export function noteEpoch(
  work: IngestWork,
  { meter, state }: WatchedMeter,
  point: PointEntry,
  atMs: number,
  { epochChange }: RegisterVerdict,
): void {
  if (!epochChange) return;
  const { toEpoch, baseline, lostMicro, fromEpoch } = epochChange;
  const { meterId, campusId } = meter;
  work.epochs.push({
    meterId,
    epoch: toEpoch,
    openedMs: baseline.tsMs,
    reason: 'REGISTER_RESET',
    startMicro: baseline.valueMicro,
    proposedLostMicro: lostMicro,
  });
  work.signals.push({
    rule: 'REGISTER_RESET',
    subject: { campusId, type: 'METER', id: meterId, spaceId: point.spaceId },
    kind: 'RAISE',
    atMs,
    evidence: {
      fromEpoch,
      toEpoch,
      baselineMicro: baseline.valueMicro.toString(),
      lostMicro: lostMicro.toString(),
    },
  });
  state.firstMs = baseline.tsMs;
}

/** What a verdict refutes of the readings that were held. */
export async function discardRefuted(
  tx: Tx,
  work: IngestWork,
  watched: WatchedMeter,
  { discarded }: RegisterVerdict,
): Promise<void> {
  for (const { fromMs, toMs } of discarded) {
    await discardHeld(tx.client, watched.meter.meterId, fromMs, toMs);
    work.refute(watched, fromMs, toMs);
  }
}

/** Readings that were held until now are stored as accepted. */
export function acceptHeld(work: IngestWork, watched: WatchedMeter, verdict: RegisterVerdict): void {
  for (const held of verdict.acceptedHeld) settleHeld(work, watched, held.tsMs, 0, verdict);
}

/** Stores what a held reading was found to be. */
function settleHeld(
  work: IngestWork,
  watched: WatchedMeter,
  tsMs: number,
  quality: number,
  { intervals, state: { epoch } }: RegisterVerdict,
): void {
  const { meterId } = watched.meter;
  const quantityMicro = intervals.find(({ toMs }) => toMs === tsMs)?.quantityMicro ?? null;
  const fresh = watched.fresh.get(tsMs);
  if (fresh) Object.assign(fresh, { quality, epoch, quantityMicro });
  else work.amend({ meterId, tsMs, quantityMicro, epoch, quality });
  if (quality !== 1 && quality !== 2) work.released.push(holdFingerprint(meterId, tsMs));
  if (quantityMicro) work.addToHour(meterId, tsMs, { quantityMicro, readings: 0 });
}

/** How a reading is stored that was judged again. */
function qualityOf(outcome: RegisterOutcome): number {
  if (outcome === 'JITTER') return 4;
  if (outcome === 'DISCARDED') return 2;
  return outcome === 'HELD_SPIKE' || outcome === 'HELD_RESET' ? 1 : 0;
}

/** Held readings that lie after an acceptance are judged again from the new baseline; `released`: whatever they are charged. */
export async function replayHeld(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  watched: WatchedMeter,
  point: PointEntry,
  { afterMs, released = false }: { readonly afterMs: number; readonly released?: boolean },
): Promise<void> {
  const { meter } = watched;
  const held = await heldReadings(tx.client, meter.meterId, afterMs);
  for (const fresh of watched.fresh.values())
    if (fresh.quality === 1 && fresh.tsMs > afterMs && fresh.valueMicro !== null)
      held.push({ tsMs: fresh.tsMs, valueMicro: fresh.valueMicro });
  held.sort((a, b) => a.tsMs - b.tsMs);
  if (watched.register) watched.register = { ...watched.register, lowHold: null, highHold: null };
  const rates = await ratesBetween(tx, work, meter, afterMs, held.at(-1)?.tsMs ?? afterMs);
  for (const reading of held) {
    const advanced = advanceRegister(specOf(meter), watched.register, reading);
    const verdict =
      !released && isChargeAtStake(work, accounts, watched, point, advanced)
        ? await guardCharge(tx, work, accounts, watched, point, reading, advanced)
        : advanced;
    watched.register = verdict.state;
    settleHeld(work, watched, reading.tsMs, qualityOf(verdict.outcome), verdict);
    noteEpoch(work, watched, point, reading.tsMs, verdict);
    acceptHeld(work, watched, verdict);
    await discardRefuted(tx, work, watched, verdict);
    for (const interval of verdict.intervals) {
      const measured = withRates(
        meter,
        interval,
        rates?.get(interval.fromMs) ?? null,
        rates?.get(interval.toMs) ?? null,
      );
      await rateInto(tx, work, accounts, meter, point, measured);
    }
  }
  if (rates) moveRateBase(watched, rates);
}

type RatesByInstant = ReadonlyMap<number, Readonly<Record<string, bigint>>>;

/** The rate registers that came with a meter's readings, stored or in this batch, by instant; null: it has none. */
async function ratesBetween(
  tx: Tx,
  work: IngestWork,
  meter: MeterEntry,
  fromMs: number,
  toMs: number,
): Promise<RatesByInstant | null> {
  if (meter.ratePeriods.length === 0) return null;
  const rates = await rateRegisters(tx.client, meter.meterId, fromMs, toMs);
  for (const { meterId, tsMs, channel, valueMicro } of work.registerRows)
    if (meterId === meter.meterId && isRateChannel(channel))
      rates.set(tsMs, { ...rates.get(tsMs), [channel]: valueMicro });
  return rates;
}

/** The next interval counts from the rate registers of the reading that was accepted last. */
function moveRateBase({ state, register }: WatchedMeter, rates: RatesByInstant): void {
  const others = Object.entries(state.rateBase ?? {}).filter(([channel]) => !isRateChannel(channel));
  const own = Object.entries(rates.get(register!.lastMs) ?? {}).map(([channel, value]): [string, string] => [
    channel,
    value.toString(),
  ]);
  state.rateBase = others.length + own.length > 0 ? Object.fromEntries([...others, ...own]) : null;
}
