import type { Tx } from '../db/client';
import type { ReadingRow } from '../db/queries/ingest';
import { isRateChannel } from '../domain/metering/reading';
import { advanceRegister, baselineState } from '../domain/metering/register';
import type { RegisterVerdict } from '../domain/metering/registerVerdict';
import {
  askAboutJump,
  comesAmongHeld,
  endHeldCharge,
  guardCharge,
  isChargeAtStake,
  isChargeHeld,
} from './chargeGuard';
import { creditExport, measuresExport } from './creditExport';
import type { IngestWork, ResolvedReading, WatchedMeter } from './ingestWork';
import type { OpenAccounts } from './openAccounts';
import { rateInto, withRates } from './rateInto';
import { specOf } from './registry';
import { acceptHeld, discardRefuted, holdFingerprint, noteEpoch, replayHeld } from './replayHeld';
import { rowOf } from './resolveReadings';

const FIRST_EPOCH = 1;
/** Live values older than this are history: they move no needle and trip no rule. */
const LIVE_WITHIN_MS = 15 * 60_000;

const HELD_WORDS = {
  SPIKE: 'More than the meter can pass since its last reading: held, not charged.',
  RESET_CANDIDATE: 'Lower than the last reading: held until later readings tell a bad value from a reset.',
  CHARGE_HELD:
    'Its charge is far beyond what the account is charged otherwise: held until a person releases it.',
} as const;

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
    for (const other of one.others)
      work.registerRows.push({ meterId: row.meterId, tsMs: row.tsMs, ...other });
    const completes = work.completes.size > 0 && work.completes.has(one);
    const amongHeld = one.valueMicro !== null && !completes && comesAmongHeld(watched, row.tsMs);
    if (amongHeld) await judgeAmongHeld(tx, work, accounts, one, row);
    else if (one.valueMicro !== null) await advance(tx, work, accounts, one, row);
    if (completes) work.merges.push(row);
    else watched.fresh.set(row.tsMs, row);
    if (row.quality !== 1 && row.quality !== 2)
      work.addToHour(row.meterId, row.tsMs, {
        // What was judged among held readings is counted with them.
        quantityMicro: amongHeld ? 0n : (row.quantityMicro ?? 0n),
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
  row: ReadingRow,
): Promise<void> {
  const watched = one.work;
  const { meter, state } = watched;
  const value = { tsMs: one.tsMs, valueMicro: one.valueMicro! };
  openAtInstall(watched, one);
  const before = watched.register;
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
  await discardRefuted(tx, work, watched, verdict);
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
    await replayHeld(tx, work, accounts, watched, one.point, { afterMs: verdict.replayHeldAfterMs });
  askAboutJump(work, watched, one.point, one.tsMs, before);
  endHeldCharge(work, watched, one.point, one.tsMs);
}

/** A reading comes late among those that are held for their charge: all are judged again, in the order of time. */
async function judgeAmongHeld(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  one: ResolvedReading,
  row: ReadingRow,
): Promise<void> {
  const watched = one.work;
  row.quality = 1;
  watched.fresh.set(row.tsMs, row);
  await replayHeld(tx, work, accounts, watched, one.point, { afterMs: watched.register!.lastMs });
  if (row.quality === 1) refuseHeld(work, one, 'CHARGE_HELD');
  endHeldCharge(work, watched, one.point, one.tsMs);
}

function refuseHeld(work: IngestWork, one: ResolvedReading, reason: keyof typeof HELD_WORDS): void {
  refuse(work, one, reason, HELD_WORDS[reason]);
}

function refuse(
  work: IngestWork,
  { incoming, tsMs, work: { meter } }: ResolvedReading,
  reason: string,
  words: string,
): void {
  work.refuse(incoming, meter, reason, words, {
    tsMs,
    field: `/${meter.billingChannel.toLowerCase()}`,
    fingerprint: holdFingerprint(meter.meterId, tsMs),
  });
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
    if (isRateChannel(channel)) rates[channel] = valueMicro.toString();
  return Object.keys(rates).length > 0 ? rates : null;
}

function applyVerdict(
  work: IngestWork,
  watched: WatchedMeter,
  one: ResolvedReading,
  row: ReadingRow,
  verdict: RegisterVerdict,
): void {
  switch (verdict.outcome) {
    case 'HELD_RESET':
      row.quality = 1;
      refuseHeld(work, one, 'RESET_CANDIDATE');
      break;
    case 'HELD_SPIKE':
      row.quality = 1;
      refuseHeld(work, one, isChargeHeld(watched) ? 'CHARGE_HELD' : 'SPIKE');
      break;
    case 'DISCARDED':
      row.quality = 2;
      refuse(work, one, verdict.discardedAs ?? 'SPIKE', 'Does not fit its neighbours: not charged.');
      break;
    case 'JITTER':
      row.quality = 4;
      break;
    default:
      break;
  }
  noteEpoch(work, watched, one.point, one.tsMs, verdict);
  acceptHeld(work, watched, verdict);
}
