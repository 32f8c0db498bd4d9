import type { BuildingRow, CampusFeedRow, MeterRow } from '../../contracts/liveEvents';
import { isUse, type LiveMeter, type Topology } from './topology';

/** Values older than this many of the meter's own intervals are stale: shown as such and left out of every total. */
const STALE_INTERVALS = 4;
/** A meter of a very short interval isn't stale after a hiccup of the network. */
const STALE_MIN_MS = 20_000;

/** Whether a value that was received at `rxMs` counts no more at `nowMs`. */
export function isStale(meter: { readonly intervalMs: number }, rxMs: number, nowMs: number): boolean {
  return nowMs - rxMs > Math.max(STALE_INTERVALS * meter.intervalMs, STALE_MIN_MS);
}

type Values = ReadonlyMap<string, MeterRow>;

/** Power of the meters that count, with how many do. */
export interface PowerSum {
  /** Null when none counts. */
  readonly powerW: number | null;
  readonly counted: number;
  readonly installed: number;
  /** Newest and oldest measuring time, ms UTC. */
  readonly newestMs: number | null;
  readonly oldestMs: number | null;
  /** Arrival of the oldest value that counts, ms UTC. */
  readonly oldestRxMs: number | null;
}

/** Adds up the fresh values of these meters. */
export function sumPower(meters: Iterable<LiveMeter>, values: Values, nowMs: number): PowerSum {
  let powerW = 0;
  let counted = 0;
  let installed = 0;
  let newestMs: number | null = null;
  let oldestMs: number | null = null;
  let oldestRxMs: number | null = null;
  for (const meter of meters) {
    installed++;
    const row = values.get(meter.code);
    if (!row) continue;
    if (newestMs === null || row[1] > newestMs) newestMs = row[1];
    if (row[3] === null || isStale(meter, row[2], nowMs)) continue;
    powerW += row[3];
    counted++;
    if (oldestMs === null || row[1] < oldestMs) oldestMs = row[1];
    if (oldestRxMs === null || row[2] < oldestRxMs) oldestRxMs = row[2];
  }
  return { powerW: counted === 0 ? null : powerW, counted, installed, newestMs, oldestMs, oldestRxMs };
}

/** Rounds W to a tenth, so that equal sums look equal. */
export function roundW(powerW: number | null): number | null {
  return powerW === null ? null : Math.round(powerW * 10) / 10;
}

/** Sums of one building over the electricity that is used in it. */
export function buildingRow(topology: Topology, code: string, values: Values, nowMs: number): BuildingRow {
  const meters = (topology.metersOfBuilding.get(code) ?? []).filter(isUse);
  const sum = sumPower(meters, values, nowMs);
  return [code, sum.newestMs ?? 0, roundW(sum.powerW), sum.counted, sum.installed, sum.oldestMs];
}

/** What flows into the campus against what is used: the difference that no meter explains. */
export interface SupplyAndUse {
  /** Null unless every incomer and infeed counts. */
  readonly supplyW: number | null;
  /** Arrival of the oldest value of the supply, ms UTC. */
  readonly supplyRxMs: number | null;
  readonly useW: number | null;
  readonly unexplainedW: number | null;
  readonly unexplainedShare: number | null;
}

/** Whether a meter measures a way into the campus. */
export function isSupply(meter: LiveMeter): boolean {
  return meter.utility === 'ELECTRICITY' && (meter.isIncomer || meter.role === 'PV');
}

/** The ways into the campus with their power; a stale one has none. Incomers first. */
export function campusFeeds(topology: Topology, values: Values, nowMs: number): CampusFeedRow[] {
  return [...topology.meters.values()]
    .filter(isSupply)
    .map((meter) => ({
      point: meter.pointCode,
      pv: meter.role === 'PV',
      powerW: roundW(sumPower([meter], values, nowMs).powerW),
      capacityW: meter.capacityW,
    }))
    .sort((a, b) => Number(a.pv) - Number(b.pv) || (a.point < b.point ? -1 : 1));
}

/**
 * Supply (incomers and PV) minus use. Null unless every supply meter and nearly every meter of use counts: a silent meter is
 * no loss.
 */
export function supplyAndUse(topology: Topology, values: Values, nowMs: number): SupplyAndUse {
  const electricity = [...topology.meters.values()].filter((m) => m.utility === 'ELECTRICITY');
  const supply = sumPower(electricity.filter(isSupply), values, nowMs);
  const whole = supply.installed > 0 && supply.counted === supply.installed;
  const supplyW = whole ? supply.powerW : null;
  const supplyRxMs = whole ? supply.oldestRxMs : null;
  const use = sumPower(electricity.filter(isUse), values, nowMs);
  const complete = use.counted >= use.installed * COMPLETE_SHARE;
  if (!complete || supplyW === null || use.powerW === null) {
    return { supplyW, supplyRxMs, useW: use.powerW, unexplainedW: null, unexplainedShare: null };
  }
  const unexplainedW = supplyW - use.powerW;
  return {
    supplyW,
    supplyRxMs,
    useW: use.powerW,
    unexplainedW,
    unexplainedShare: supplyW > 0 ? unexplainedW / supplyW : null,
  };
}

/** Below this share of reporting meters a difference says more about the silent ones than about losses. */
const COMPLETE_SHARE = 0.98;

/** The most loaded transformer or other incomer that has a rating. */
export function worstLoad(
  topology: Topology,
  values: Values,
  nowMs: number,
): { share: number; pointCode: string } | null {
  let worst: { share: number; pointCode: string } | null = null;
  for (const meter of topology.meters.values()) {
    if (!meter.isIncomer || meter.capacityW === null || meter.capacityW <= 0) continue;
    const row = values.get(meter.code);
    if (!row || row[3] === null || isStale(meter, row[2], nowMs)) continue;
    const share = row[3] / meter.capacityW;
    if (!worst || share > worst.share) worst = { share, pointCode: meter.pointCode };
  }
  return worst;
}
