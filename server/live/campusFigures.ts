import type { CampusFigures, MeterRow } from '../../contracts/liveEvents';
import { type Audience, reaches } from './audience';
import type { LiveAccount } from './shapes';
import { campusFeeds, isStale, roundW, sumPower, supplyAndUse, worstLoad } from './sums';
import { isUse, type LiveMeter, type Topology } from './topology';

/** Figures of the campus, or of the part that an audience sees; what can't be said of a part is null. */
export function campusFigures(
  topology: Topology,
  values: ReadonlyMap<string, MeterRow>,
  accounts: ReadonlyMap<string, LiveAccount>,
  energyTodayMicro: bigint | null,
  audience: Audience,
  nowMs: number,
): CampusFigures {
  const all = audience.overview === 'ALL';
  const meters = [...topology.meters.values()].filter((m) => reaches(audience.overview, m.spaceId));
  const use = sumPower(meters.filter(isUse), values, nowMs);
  const balance = all ? supplyAndUse(topology, values, nowMs) : null;
  const whole = balance !== null && balance.supplyW !== null;
  const worst = all ? worstLoad(topology, values, nowMs) : null;
  const rooms = [...accounts.values()].filter((a) => a.isRoom && reaches(audience.overview, a.spaceId));
  return {
    asOf: nowMs,
    powerW: roundW(use.powerW),
    useCounted: use.counted,
    useInstalled: use.installed,
    supplyW: roundW(balance?.supplyW ?? null),
    feeds: all ? campusFeeds(topology, values, nowMs) : [],
    loadAsOf: whole ? balance.supplyRxMs : use.oldestRxMs,
    dataAsOf: newest(meters, (m) => values.get(m.code)?.[2] ?? null),
    roomsAsOf: newest(rooms, (room) => room.forecastMs),
    energyTodayMicro: all && energyTodayMicro !== null ? energyTodayMicro.toString() : null,
    metersReporting: meters.filter((meter) => isReporting(meter, values, nowMs)).length,
    metersTotal: meters.length,
    transformerShare: worst?.share ?? null,
    transformerCode: worst?.pointCode ?? null,
    unexplainedShare: balance?.unexplainedShare ?? null,
    unexplainedW: roundW(balance?.unexplainedW ?? null),
    roomsUnder24h: rooms.filter((a) => a.band === 'H6_TO_24' || a.band === 'UNDER_6_H').length,
    roomsTotal: rooms.length,
  };
}

/** Said of the meter, not of its power: water and gas meters have none and report as well. */
function isReporting(meter: LiveMeter, values: ReadonlyMap<string, MeterRow>, nowMs: number): boolean {
  const row = values.get(meter.code);
  return row !== undefined && !isStale(meter, row[2], nowMs);
}

function newest<T>(items: readonly T[], at: (item: T) => number | null): number | null {
  let result: number | null = null;
  for (const item of items) {
    const ms = at(item);
    if (ms !== null && (result === null || ms > result)) result = ms;
  }
  return result;
}
