import type { CommandRow } from '../db/queries/supply';
import {
  cutExplains,
  noteTopUpLatency,
  pointsWithLiveCommands,
  valveReadingsSince,
} from '../db/queries/supplyContext';
import { type BesideWord, WORD_FRESH_MS } from '../domain/detection/meterWord';
import type { OverloadState } from '../domain/detection/overload';
import {
  cutNotProvenPriority,
  judgeRelayProof,
  judgeValveProof,
  type ProofReading,
  type ProofVerdict,
} from '../domain/supply/proof';
import { isCut, isSwitch } from '../domain/supply/resend';
import { isLocalTrip, type ObservedSupply, observeSupply as observe } from '../domain/supply/supplyState';
import { applyAlarmSignal } from './applyAlarmEvent';
import type { IngestWork, ResolvedReading, WatchedMeter } from './ingestWork';
import type { MeterEntry } from './registry';
import { loadLimitAt } from './streamRules';
import type { SupplyDesk } from './supplyDesk';
import { tellStaffSwitch } from './tellStaffSwitch';

const HOUR_MS = 3_600_000;

/**
 * What telemetry says about supply: the position is taken from readings alone, a command is proven by a reading newer than
 * its acknowledgement, and a relay that opened without a command of ours adds LOCAL_TRIP.
 */
export async function observeSupply(desk: SupplyDesk, work: IngestWork): Promise<void> {
  const points = new Map<number, WatchedMeter>();
  for (const watched of work.meters.values()) {
    const { hasRelay, point } = watched.meter;
    if (hasRelay && point && watched.live.some(saysPosition)) points.set(point.pointId, watched);
  }
  const withCommands = new Set(await pointsWithLiveCommands(desk.tx.client, [...points.keys()]));
  const moved = [...points].filter(([id, watched]) => withCommands.has(id) || changesPosition(watched));
  await desk.open(moved.map(([id]) => id));
  for (const [pointId, watched] of moved) {
    for (const one of watched.live) {
      await takePosition(desk, pointId, watched, one);
      await prove(desk, pointId, watched.meter, one);
    }
    const row = desk.row(pointId);
    if (Object.keys(row.reasons).length > 0 && row.observed === 'CLOSED' && !desk.liveSwitch(pointId))
      desk.touch(pointId).retryDueMs ??= desk.now;
  }
}

const saysPosition = ({ incoming }: ResolvedReading): boolean =>
  incoming.reading.relay !== null || incoming.reading.valve !== null;

function changesPosition({ live, before }: WatchedMeter): boolean {
  return live.some(
    ({ incoming: { reading } }) =>
      (reading.relay !== null && reading.relay !== before.relay) ||
      (reading.valve !== null && reading.valve !== before.valve),
  );
}

async function takePosition(
  desk: SupplyDesk,
  pointId: number,
  watched: WatchedMeter,
  one: ResolvedReading,
): Promise<void> {
  const row = desk.row(pointId);
  const { relay, valve } = one.incoming.reading;
  const before: ObservedSupply = { position: row.observed, measuredAt: row.observedMs };
  const after = observe(before, { at: one.tsMs, relay, valve });
  if (after === before) return;
  const moved = after.position !== before.position;
  if (!moved && desk.liveCommands(pointId).length === 0) return;
  desk.touch(pointId);
  row.observed = after.position;
  row.observedMs = after.measuredAt;
  if (!moved) return;
  // The first word of a meter is no switching: how long it has been so is not known.
  if (before.position === 'UNKNOWN') return;
  const sinceClosed = row.changedMs ?? 0;
  row.changedMs = one.tsMs;
  row.operationsMs = [...row.operationsMs.filter((ms) => one.tsMs - ms < HOUR_MS), one.tsMs];
  if (after.position === 'OPEN') {
    const ours = await cutExplains(desk.tx.client, pointId, {
      sinceMs: sinceClosed,
      openedMs: one.tsMs,
      intervalMs: desk.context(pointId).intervalMs,
    });
    const limitW = loadLimitAt(desk.registry, desk.point(pointId))?.limitW ?? null;
    const powerBefore = watched.before.powerW;
    const overload = limitW !== null && powerBefore !== null && powerBefore > limitW;
    const wanted = Object.keys(row.reasons).length > 0;
    // Over its limit, and nothing wants it off any more: rather its own trip than a cut of ours that came late.
    if (isLocalTrip(before, after, ours) || (overload && !wanted))
      desk.addReason(pointId, 'LOCAL_TRIP', 'meter', {
        cause: overload || isTold(watched, one.tsMs) ? 'OVERLOAD' : 'UNKNOWN',
      });
    // A cut that arrived after it was taken back: nothing is on its way to close the point.
    else if (!wanted && !desk.liveSwitch(pointId)) row.retryDueMs ??= desk.now;
  } else if (after.position === 'CLOSED') {
    // Somebody closed it at the meter, or our restore went through: the trip is over.
    desk.clearReason(pointId, 'LOCAL_TRIP');
  }
}

/**
 * The overload rule stands, or the meter said lately that its load is over: between two readings more may have flowed than either
 * shows.
 */
function isTold({ state: { detection } }: WatchedMeter, openedMs: number): boolean {
  const kept = detection?.OVERLOAD as BesideWord<OverloadState> | undefined;
  if (!kept) return false;
  return kept.active || (kept.word !== undefined && openedMs - kept.word.at <= WORD_FRESH_MS);
}

async function prove(
  desk: SupplyDesk,
  pointId: number,
  meter: MeterEntry,
  one: ResolvedReading,
): Promise<void> {
  for (const command of desk.liveCommands(pointId)) {
    const ackMs = command.executedMs ?? command.acceptedMs;
    if (ackMs === null) continue;
    const { reading } = one.incoming;
    const proof: ProofReading = {
      at: one.tsMs,
      relay: reading.relay,
      powerW: reading.powerW,
      currentA: reading.currentA,
      voltageV: reading.voltageV,
      valve: reading.valve,
      flowM3PerHour: typeof reading.extra?.flow === 'number' ? reading.extra.flow : null,
    };
    const verdict = await judge(desk, command, ackMs, proof, meter);
    if (verdict.verdict === 'PROVEN') await proven(desk, pointId, command, one);
  }
}

/** Valves are judged by all that was measured since: shut means shut for a while. */
async function judge(
  desk: SupplyDesk,
  command: CommandRow,
  ackMs: number,
  proof: ProofReading,
  meter: MeterEntry,
): Promise<{ verdict: ProofVerdict['verdict'] }> {
  switch (command.op) {
    case 'disconnect':
    case 'connect':
      return judgeRelayProof(command.op, ackMs, proof, {
        phases: meter.phases,
        powerMaxW: meter.phases * 230 * meter.imaxA,
        measuresVoltage: meter.profileOptions.measuresVoltage === true,
      });
    case 'valve_close':
    case 'valve_open': {
      const since = await valveReadingsSince(desk.tx.client, meter.meterId, ackMs);
      return judgeValveProof(
        command.op,
        ackMs,
        since.filter(({ at }) => at <= proof.at),
      );
    }
    case 'read':
    case 'set_limit':
    case 'display':
    case 'buzz':
      return { verdict: proof.at > ackMs ? 'PROVEN' : 'NOT_NEWER' };
    default:
      return { verdict: 'NOT_NEWER' };
  }
}

async function proven(
  desk: SupplyDesk,
  pointId: number,
  command: CommandRow,
  one: ResolvedReading,
): Promise<void> {
  const { relay, powerW, currentA, voltageV, valve } = one.incoming.reading;
  const observed = { relay, powerW, currentA, voltageV, valve, at: one.tsMs };
  const moved = await desk.step(command, 'PROOF', `meter:${one.work.meter.code}`, observed, { observed });
  // What was only read or set says nothing of supply.
  if (!moved || !isSwitch(command.op)) return;
  desk.touch(pointId).attempts = 0;
  // A reading may overtake the word "done", or stand in for one that was lost.
  if (command.originId && command.op === 'connect')
    await noteTopUpLatency(desk.tx.client, command.originId, {
      acknowledgedMs: desk.now,
      provenMs: desk.now,
    });
  await tellStaffSwitch(desk, command);
  const point = desk.point(pointId);
  await applyAlarmSignal(desk.tx, desk.now, {
    rule: isCut(command.op) ? 'CUT_NOT_PROVEN' : 'RESTORE_FAILED',
    subject: { campusId: point.campusId, type: 'POINT', id: pointId, spaceId: point.spaceId },
    kind: 'RETURN',
    atMs: one.tsMs,
  });
}

/** Raises the alarm of a command that ended without proof: a cut is P1 where current still flows. */
export async function raiseUnproven(desk: SupplyDesk, command: CommandRow): Promise<void> {
  const point = desk.point(command.pointId);
  const { powerW } = desk.context(command.pointId);
  const cut = isCut(command.op);
  const flows = powerW !== null && powerW > 20 && desk.row(command.pointId).observed !== 'OPEN';
  await applyAlarmSignal(desk.tx, desk.now, {
    rule: cut ? 'CUT_NOT_PROVEN' : 'RESTORE_FAILED',
    subject: { campusId: point.campusId, type: 'POINT', id: point.pointId, spaceId: point.spaceId },
    kind: 'RAISE',
    atMs: desk.now,
    ...(cut ? { priority: cutNotProvenPriority(flows, command.cause === 'SAFETY') } : {}),
    evidence: { command: command.id, state: command.state, value: powerW, unit: 'W', point: point.pointCode },
  });
}
