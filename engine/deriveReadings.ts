import type { Tx } from '../db/client';
import { discardHeld, heldReadings } from '../db/queries/heldReadings';
import { rateSharesBetween } from '../domain/metering/rateShares';
import { RATE_CHANNELS } from '../domain/metering/reading';
import { advanceRegister, baselineState } from '../domain/metering/register';
import type { ChargeableInterval, RegisterVerdict } from '../domain/metering/registerVerdict';
import { POST_AT_ONCE_BELOW_MICRO } from './accountWork';
import { endHeldCharge, guardCharge, isChargeAtStake, isChargeHeld } from './chargeGuard';
import { creditExport, measuresExport } from './creditExport';
import type { IngestWork, ResolvedReading, WatchedMeter } from './ingestWork';
import { type OpenAccounts, streamFor } from './openAccounts';
import { type MeterInterval, partOf, payerParts, ratePart } from './rateMeter';
import { type MeterEntry, type PointEntry, specOf } from './registry';
import { instantKey, rowOf } from './resolveReadings';

const FIRST_EPOCH = 1;
/** Live values older than this are history: they move no needle and trip no rule. */
const LIVE_WITHIN_MS = 15 * 60_000;

const HELD_WORDS = {
  SPIKE: 'More than the meter can pass since its last reading: held, not charged.',
  RESET_CANDIDATE: 'Lower than the last reading: held until later readings tell a bad value from a reset.',
  CHARGE_HELD:
    'Its charge is far beyond what the account is charged otherwise: held until a person releases it.',
} as const;

export const holdFingerprint = (meterId: number, tsMs: number): string => `held:${meterId}:${tsMs}`;

/** Takes the resolved readings in order: store, derive the interval, rate it into its payers' streams. */
export async function deriveReadings(tx: Tx, work: IngestWork, accounts: OpenAccounts): Promise<void> {
  for (const one of work.resolved) {
    const watched = one.work;
    const { register, state } = watched;
    if (one.valueMicro !== null && register !== null && one.tsMs <= register.lastMs) {
      work.late.push(one);
      continue;
    }
    work.accepted++;
    const row = rowOf(one);
    if (one.valueMicro !== null) await advance(tx, work, accounts, one, row);
    if (work.completes.size > 0 && work.completes.has(instantKey(row.meterId, row.tsMs)))
      work.merges.push(row);
    else watched.fresh.set(row.tsMs, row);
    for (const other of one.others)
      work.registerRows.push({ meterId: row.meterId, tsMs: row.tsMs, ...other });
    if (row.quality !== 1 && row.quality !== 2)
      work.addToHour(row.meterId, row.tsMs, {
        quantityMicro: row.quantityMicro ?? 0n,
        powerW: row.powerW,
        readings: 1,
      });
    noteLive(work, watched, one);
    state.lastMs = Math.max(state.lastMs ?? 0, one.tsMs);
  }
}

function noteLive(work: IngestWork, watched: WatchedMeter, one: ResolvedReading): void {
  const { state } = watched;
  const { reading } = one.incoming;
  if (state.lastMs !== null && one.tsMs < state.lastMs) return;
  watched.touched = true;
  state.powerW = reading.powerW ?? state.powerW;
  state.voltageV = reading.voltageV ?? state.voltageV;
  state.currentA = reading.currentA ?? state.currentA;
  state.powerFactor = reading.pf ?? state.powerFactor;
  if (work.live) {
    // A position counts as seen only where supply is observed too: a loaded history moves no switch.
    state.relay = reading.relay ?? state.relay;
    state.valve = reading.valve ?? state.valve;
    if (reading.relay !== null || reading.valve !== null) state.positionMs = one.tsMs;
  }
  const flow = reading.extra?.flow;
  state.flowM3h = typeof flow === 'number' ? flow : state.flowM3h;
  if (work.now - one.tsMs <= LIVE_WITHIN_MS) watched.live.push(one);
}

async function advance(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  one: ResolvedReading,
  row: ReturnType<typeof rowOf>,
): Promise<void> {
  const watched = one.work;
  const { meter, state } = watched;
  const value = { tsMs: one.tsMs, valueMicro: one.valueMicro! };
  openAtInstall(watched, one);
  const rates = rateBaseOf(one);
  const advanced = advanceRegister(
    specOf(meter),
    watched.register,
    value,
    provesReset(watched, one),
    FIRST_EPOCH,
  );
  const verdict = isChargeAtStake(work, accounts, watched, one.point, advanced)
    ? await guardCharge(tx, work, accounts, watched, one.point, value, advanced)
    : advanced;
  watched.register = verdict.state;
  row.epoch = verdict.state.epoch;
  applyVerdict(work, watched, one, row, verdict);
  for (const { fromMs, toMs } of verdict.discarded) await discardHeld(tx.client, meter.meterId, fromMs, toMs);
  for (const interval of verdict.intervals) {
    if (interval.toMs === row.tsMs) row.quantityMicro = interval.quantityMicro;
    await rateInto(tx, work, accounts, meter, one.point, withRates(meter, interval, state.rateBase, rates));
  }
  if (verdict.outcome === 'BASELINE') state.firstMs = one.tsMs;
  if (verdict.state.lastMs === one.tsMs) {
    const exported = measuresExport(one) ? await creditExport(tx, work, accounts, one) : null;
    state.rateBase = exported ? { ...rates, ...exported } : rates;
  }
  if (verdict.replayHeldAfterMs !== null)
    await replayHeld(tx, work, accounts, watched, one.point, verdict.replayHeldAfterMs);
  endHeldCharge(work, watched, one.point, one.tsMs);
}

/** A start register given at the installation is the baseline, so that a used meter doesn't bill its past. */
function openAtInstall(watched: WatchedMeter, one: ResolvedReading): void {
  if (watched.register) return;
  const install = watched.meter.installs.findLast((span) => span.fromMs < one.tsMs);
  if (install?.startMicro == null) return;
  watched.register = baselineState(FIRST_EPOCH, { tsMs: install.fromMs, valueMicro: install.startMicro });
  watched.state.firstMs = install.fromMs;
}

function provesReset({ state }: WatchedMeter, one: ResolvedReading): boolean {
  const mark = one.incoming.reading.epochMark;
  if (mark === null) return false;
  const detection: Record<string, unknown> = state.detection ?? {};
  const known = detection.epochMark;
  state.detection = { ...detection, epochMark: mark };
  return typeof known === 'string' && known !== mark;
}

function rateBaseOf(one: ResolvedReading): Record<string, string> | null {
  const rates: Record<string, string> = {};
  for (const { channel, valueMicro } of one.others)
    if (RATE_CHANNELS.some((known) => known === channel)) rates[channel] = valueMicro.toString();
  return Object.keys(rates).length > 0 ? rates : null;
}

/** Adds the meter's own split over its rate registers, where both ends have them. */
export function withRates(
  meter: MeterEntry,
  interval: ChargeableInterval | MeterInterval,
  before: Readonly<Record<string, bigint | string>> | null,
  after: Readonly<Record<string, bigint | string>> | null,
): MeterInterval {
  const shares = rateSharesBetween(meter.ratePeriods, before, after);
  if (!shares) return interval;
  return { ...interval, rateRegisters: { shares, lsbMicro: specOf(meter).lsbMicro } };
}

function applyVerdict(
  work: IngestWork,
  watched: WatchedMeter,
  one: ResolvedReading,
  row: ReturnType<typeof rowOf>,
  verdict: RegisterVerdict,
): void {
  const { meter } = watched;
  const meterId = meter.meterId;
  switch (verdict.outcome) {
    case 'HELD_RESET':
    case 'HELD_SPIKE': {
      row.quality = 1;
      const reason =
        verdict.outcome === 'HELD_RESET'
          ? 'RESET_CANDIDATE'
          : isChargeHeld(watched)
            ? 'CHARGE_HELD'
            : 'SPIKE';
      work.refuse(one.incoming, meter, reason, HELD_WORDS[reason], {
        tsMs: one.tsMs,
        field: `/${meter.billingChannel.toLowerCase()}`,
        fingerprint: holdFingerprint(meterId, one.tsMs),
      });
      break;
    }
    case 'DISCARDED':
      row.quality = 2;
      work.refuse(
        one.incoming,
        meter,
        verdict.discardedAs ?? 'SPIKE',
        'Does not fit its neighbours: not charged.',
        {
          tsMs: one.tsMs,
          field: `/${meter.billingChannel.toLowerCase()}`,
          fingerprint: holdFingerprint(meterId, one.tsMs),
        },
      );
      break;
    case 'JITTER':
      row.quality = 4;
      break;
    default:
      break;
  }
  for (const { fromMs, toMs } of verdict.discarded)
    for (const [tsMs, fresh] of watched.fresh)
      if (tsMs >= fromMs && tsMs <= toMs && fresh.quality === 1) fresh.quality = 2;
  if (verdict.epochChange) {
    const { toEpoch, baseline, lostMicro, fromEpoch } = verdict.epochChange;
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
      subject: { campusId: meter.campusId, type: 'METER', id: meterId, spaceId: one.point.spaceId },
      kind: 'RAISE',
      atMs: one.tsMs,
      evidence: {
        fromEpoch,
        toEpoch,
        baselineMicro: baseline.valueMicro.toString(),
        lostMicro: lostMicro.toString(),
      },
    });
    watched.state.firstMs = baseline.tsMs;
  }
  acceptHeld(work, watched, verdict);
}

/** Readings that were held until now are stored as accepted. */
export function acceptHeld(work: IngestWork, watched: WatchedMeter, verdict: RegisterVerdict): void {
  const { meterId } = watched.meter;
  for (const held of verdict.acceptedHeld) {
    const interval = verdict.intervals.find((i) => i.toMs === held.tsMs);
    const quantityMicro = interval?.quantityMicro ?? null;
    work.released.push(holdFingerprint(meterId, held.tsMs));
    const fresh = watched.fresh.get(held.tsMs);
    if (fresh) {
      fresh.quality = 0;
      fresh.epoch = verdict.state.epoch;
      fresh.quantityMicro = quantityMicro;
    } else {
      work.amendments.push({
        meterId,
        tsMs: held.tsMs,
        quantityMicro,
        epoch: verdict.state.epoch,
        quality: 0,
      });
    }
    if (quantityMicro) work.addToHour(meterId, held.tsMs, { quantityMicro, readings: 0 });
  }
}

/** Held readings that lie after an acceptance are judged again from the new baseline; `released`: whatever they are charged. */
export async function replayHeld(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  watched: WatchedMeter,
  point: PointEntry,
  afterMs: number,
  released = false,
): Promise<void> {
  const { meter } = watched;
  const held = await heldReadings(tx.client, meter.meterId, afterMs);
  for (const fresh of watched.fresh.values())
    if (fresh.quality === 1 && fresh.tsMs > afterMs && fresh.valueMicro !== null)
      held.push({ tsMs: fresh.tsMs, valueMicro: fresh.valueMicro });
  held.sort((a, b) => a.tsMs - b.tsMs);
  if (watched.register) watched.register = { ...watched.register, lowHold: null, highHold: null };
  for (const reading of held) {
    const advanced = advanceRegister(specOf(meter), watched.register, reading);
    const verdict =
      !released && isChargeAtStake(work, accounts, watched, point, advanced)
        ? await guardCharge(tx, work, accounts, watched, point, reading, advanced)
        : advanced;
    watched.register = verdict.state;
    const accepted =
      verdict.outcome === 'ACCEPTED' || verdict.outcome === 'ROLLOVER' || verdict.outcome === 'JITTER';
    const quantityMicro = verdict.intervals[0]?.quantityMicro ?? null;
    const quality = verdict.outcome === 'JITTER' ? 4 : accepted ? 0 : 1;
    const fresh = watched.fresh.get(reading.tsMs);
    if (fresh) Object.assign(fresh, { quality, quantityMicro });
    else
      work.amendments.push({
        meterId: meter.meterId,
        tsMs: reading.tsMs,
        quantityMicro,
        epoch: verdict.state.epoch,
        quality,
      });
    if (accepted) work.released.push(holdFingerprint(meter.meterId, reading.tsMs));
    if (quantityMicro) work.addToHour(meter.meterId, reading.tsMs, { quantityMicro, readings: 0 });
    for (const interval of verdict.intervals) await rateInto(tx, work, accounts, meter, point, interval);
  }
}

/** Rates an interval into the streams of whoever pays for it. */
export async function rateInto(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  meter: MeterEntry,
  point: PointEntry,
  interval: MeterInterval,
): Promise<void> {
  for (const part of payerParts(work.registry, point, meter.utility, interval.fromMs, interval.toMs)) {
    const account = accounts.get(part.accountId);
    if (!account) continue;
    const rated = ratePart(account, meter, point, interval, part);
    const stream =
      account.stream(point.pointId, meter.billingChannel) ??
      (await streamFor(tx, account, point, meter.billingChannel));
    account.addInterval(
      stream,
      meter.meterId,
      partOf(interval, part),
      rated.pieces,
      rated.accruedBefore,
      work.now,
    );
    if (stream.window && account.available() < POST_AT_ONCE_BELOW_MICRO && account.unposted() > 0n)
      account.close(stream, work.now);
    if (rated.replayFromMs !== null)
      work.askReplay({
        accountId: account.row.id,
        utility: meter.utility,
        fromMs: rated.replayFromMs,
        toMs: null,
        pointId: null,
      });
  }
}
