import {
  type FeederChildRow,
  type FeederHourRow,
  feederHours,
  type LossStateRow,
  listFeederChildren,
  lossStates,
  openAlarmAt,
} from '../../../db/queries/feederHours';
import type { MeterView } from '../../../db/queries/meterViews';
import { type ResidualCause, residualCause } from '../../../domain/detection/lossCauses';
import {
  LOSS_BAND_DAYS_MIN,
  type LossBand,
  lossBand,
  lossParams,
  type NonTechnicalLossState,
  nonTechnicalLossRule,
} from '../../../domain/detection/nonTechnicalLoss';
import { medianOf } from '../../../domain/detection/robust';
import { type ClockState, clockDrift } from '../../../domain/metering/quality';
import { ROOMS_OF_A_SUM } from '../../../domain/metering/roomsOfASum';
import { type LineLoss, lineLoss } from '../../../domain/network/lineLoss';
import { campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { openMeter } from '../meters/meterRights';
import { findSuspects, type LossSuspect } from './lossSuspects';

const HOUR_MS = 3_600_000;
const DAYS = 3;
const PPM = 1_000_000;

/** Why nothing is said of a feeder's losses. */
export type LossGap = 'NO_CHILDREN' | 'INFEED' | 'WITHHELD';

/** One hour of a feeder. Loss of an hour that is not known is null, never 0. */
export interface LossHour {
  readonly fromMs: number;
  readonly unknown: Extract<LineLoss, { known: false }>['reason'] | 'NO_DATA' | null;
  /** Share of the supply; negative where the meters below counted more. */
  readonly share: number | null;
  readonly lossKwh: number | null;
  readonly supplyKwh: number | null;
  /** Meters below that were read at both ends of the hour. */
  readonly read: number;
  readonly children: number;
}

/** A feeder below this one, or this one itself, with what it lost beyond what is expected of it. */
export interface LossBranch {
  readonly code: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly meter: string | null;
  /** This feeder: from its own meter to the meters directly below. */
  readonly own: boolean;
  readonly knownHours: number;
  /** kWh a day and share of the supply over the hours that are known; null where none is. */
  readonly lossKwhDay: number | null;
  readonly share: number | null;
  readonly expectedShare: number | null;
  /** Beyond what is expected, kWh a day; null while that is being learned. */
  readonly residualKwhDay: number | null;
}

/** Where a feeder's energy goes. Times in ms UTC. */
export interface FeederLosses {
  readonly nowMs: number;
  readonly days: number;
  readonly gap: LossGap | null;
  readonly hours: readonly LossHour[];
  readonly band: LossBand | null;
  /** Days that the rule has learned from, and how many it needs. */
  readonly learned: { readonly days: number; readonly needed: number };
  /** By residual, the largest first. Feeders below out of the viewer's places are left out. */
  readonly branches: readonly LossBranch[];
  /** Days in a row beyond the band, by the rule, and the loss beyond what is expected on their median, kWh a day. */
  readonly over: { readonly days: number; readonly residualKwhDay: number } | null;
  readonly cause: ResidualCause;
  readonly suspects: readonly LossSuspect[];
  /** Suspects in rooms that the viewer does not see live: who they are is withheld. */
  readonly withheld: number;
  readonly alarmId: string | null;
}

/**
 * Losses of a feeder by hour, with what its rule expects, what each branch lost beyond that, and where the residual may come
 * from; null for a meter of anything but a feeder of electricity. @throws DomainError `forbidden`, `notFound`
 */
export async function readFeederLosses(
  deps: ReadDeps,
  caller: Caller,
  code: string,
): Promise<FeederLosses | null> {
  const { meter, scope, rights } = await openMeter(deps, caller, code);
  if (meter.role !== 'FEEDER' || meter.utility !== 'ELECTRICITY' || meter.removedMs !== null) return null;
  const nowMs = deps.engine.clock.now();
  const live = caller.permission('VIEW_LIVE_ROOM');
  const values = live?.grant === 'FULL' ? live.scope : null;
  const children = await listFeederChildren(deps.reader, scope, values, meter.pointId);
  const below = children.filter(({ feedsIn }) => !feedsIn);
  const gap = gapOf(children);
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const branches = below.filter(({ role, inScope }) => role === 'FEEDER' && inScope);
  const ids = [meter.pointId, ...branches.map(({ pointId }) => pointId)];
  const rows = await feederHours(deps.reader, ids, toMs - DAYS * 24 * HOUR_MS, toMs);
  const states = new Map((await lossStates(deps.reader, ids)).map((row) => [row.pointId, row]));
  const own = stateOf(states.get(meter.pointId));
  const hours =
    gap === null
      ? lossHours(
          rows.filter(({ pointId }) => pointId === meter.pointId),
          driftS([meter.drift, ...below.map(({ drift }) => drift)]),
        )
      : [];
  const over =
    gap === null && own.state.daysOver > 0
      ? { days: own.state.daysOver, residualKwhDay: medianOf(own.state.excessKwh) ?? 0 }
      : null;
  const suspects = over
    ? await findSuspects(deps, {
        pointId: meter.pointId,
        zone: campusZone(caller.campus.timeZone),
        state: own.state,
        children: below,
        residualKwhDay: over.residualKwhDay,
        seesAlarms: rights.alarms,
      })
    : [];
  return {
    nowMs,
    days: DAYS,
    gap,
    hours,
    band: gap === null ? own.band : null,
    learned: { days: own.state.history.length, needed: LOSS_BAND_DAYS_MIN },
    branches: [
      ...(gap === null ? [branchOf({ ...namesOf(meter), own: true }, hours, own.band)] : []),
      ...branches.map((branch) => {
        const { band } = stateOf(states.get(branch.pointId));
        const mine = rows.filter(({ pointId }) => pointId === branch.pointId);
        return branchOf(
          { ...branch, own: false },
          branch.hasInfeed || branch.hidesRooms ? [] : lossHours(mine, driftS([branch.drift])),
          band,
        );
      }),
    ].sort(byResidual),
    over,
    cause: residualCause(
      over?.residualKwhDay ?? null,
      suspects.map(({ beforeKwhDay, sinceKwhDay }) => beforeKwhDay - sinceKwhDay),
    ),
    suspects: suspects.filter(({ seen }) => seen).map(({ seen: _, ...shown }) => shown),
    withheld: suspects.filter(({ seen }) => !seen).length,
    alarmId:
      rights.alarms && over
        ? ((await openAlarmAt(deps.reader, nonTechnicalLossRule.code, meter.pointId))?.toString() ?? null)
        : null,
  };
}

/** Why a feeder's losses are not told; null: they are. */
function gapOf(children: readonly FeederChildRow[]): LossGap | null {
  if (children.some(({ feedsIn }) => feedsIn)) return 'INFEED';
  if (children.length === 0) return 'NO_CHILDREN';
  const rooms = children.filter(({ spaceKind }) => spaceKind === 'ROOM');
  const hidden = rooms.some(({ valuesInScope }) => !valuesInScope);
  return hidden && rooms.length < ROOMS_OF_A_SUM ? 'WITHHELD' : null;
}

function stateOf(row: LossStateRow | undefined): { state: NonTechnicalLossState; band: LossBand | null } {
  const state = (row?.state as NonTechnicalLossState | null | undefined) ?? nonTechnicalLossRule.initial;
  return { state, band: lossBand(state, lossParams(row?.settings ?? {})) };
}

function namesOf(meter: MeterView) {
  return { code: meter.pointCode, name: meter.pointName, nameEn: meter.pointNameEn, meter: meter.code };
}

/** The largest clock drift among meters whose own time is used, s. */
function driftS(drifts: readonly unknown[]): number {
  const known = drifts.flatMap((drift) => {
    const state = drift as ClockState | null;
    return state === null || state.forcedRx ? [] : Math.abs(clockDrift(state) ?? 0) / 1_000;
  });
  return Math.max(0, ...known);
}

function lossHours(rows: readonly FeederHourRow[], driftMaxS: number): LossHour[] {
  return rows.map((row) => {
    const { hourMs, supplyMicro, children, completeChildren } = row;
    const hour = { fromMs: hourMs, read: completeChildren, children };
    const unknown = (reason: NonNullable<LossHour['unknown']>): LossHour => ({
      ...{ ...hour, unknown: reason, share: null, lossKwh: null },
      supplyKwh: row.complete && supplyMicro !== null ? Number(supplyMicro) / 1e6 : null,
    });
    if (supplyMicro === null || !row.complete) return unknown('NO_DATA');
    const loss = lineLoss({
      ...{
        importMicro: supplyMicro,
        pvMicro: 0n,
        exportMicro: 0n,
        childrenMicro: row.childrenMicro,
        driftMaxS,
      },
      completenessPpm: children === 0 ? 0 : Math.floor((completeChildren / children) * PPM),
    });
    if (!loss.known) return unknown(loss.reason);
    return {
      ...hour,
      unknown: null,
      share: Number(loss.lossPpm) / PPM,
      lossKwh: Number(loss.lossMicro) / 1e6,
      supplyKwh: Number(loss.supplyMicro) / 1e6,
    };
  });
}

function branchOf(
  place: Pick<LossBranch, 'code' | 'name' | 'nameEn' | 'meter' | 'own'>,
  hours: readonly LossHour[],
  band: LossBand | null,
): LossBranch {
  const { code, name, nameEn, meter, own } = place;
  const known = hours.filter(({ unknown }) => unknown === null);
  const lossKwh = known.reduce((sum, hour) => sum + hour.lossKwh!, 0);
  const supplyKwh = known.reduce((sum, hour) => sum + hour.supplyKwh!, 0);
  const perDay = known.length === 0 ? null : 24 / known.length;
  return {
    ...{ code, name, nameEn, meter, own, knownHours: known.length, expectedShare: band?.share ?? null },
    lossKwhDay: perDay === null ? null : lossKwh * perDay,
    share: perDay === null || supplyKwh === 0 ? null : lossKwh / supplyKwh,
    residualKwhDay: perDay === null || !band ? null : (lossKwh - band.share * supplyKwh) * perDay,
  };
}

/** What is known of the residual first, by its size, then by the loss itself. */
function byResidual(left: LossBranch, right: LossBranch): number {
  const size = ({ residualKwhDay, lossKwhDay }: LossBranch) => [
    residualKwhDay ?? Number.NEGATIVE_INFINITY,
    lossKwhDay ?? Number.NEGATIVE_INFINITY,
  ];
  const [residual, loss] = size(left);
  const [otherResidual, otherLoss] = size(right);
  if (residual !== otherResidual) return otherResidual! > residual! ? 1 : -1;
  if (loss !== otherLoss) return otherLoss! > loss! ? 1 : -1;
  return left.code < right.code ? -1 : 1;
}
