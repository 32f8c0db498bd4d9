import type { CampusFigures } from '../../contracts/liveEvents';
import type { CampusBands } from './overviewTypes';

/** Rooms under 24 h beyond this share are too many for the cash desk of a day. */
const ROOMS_LIMIT_SHARE = 0.06;

/** How many rooms under 24 h are too many. */
export function roomsLimit(roomsTotal: number): number {
  return Math.round(roomsTotal * ROOMS_LIMIT_SHARE);
}

/** Whether a figure of the campus stands beyond its limit: then nobody says that nothing is unusual. */
export function isBeyondALimit(figures: CampusFigures | null, bands: CampusBands): boolean {
  if (figures === null) return false;
  const percent = (share: number | null) => (share === null ? null : share * 100);
  const transformer =
    figures.transformerCode === null ? undefined : bands.transformers[figures.transformerCode];
  const pairs = [
    [figures.supplyW ?? figures.powerW, bands.load.limit],
    [percent(figures.transformerShare), transformer?.limit],
    [percent(figures.unexplainedShare), bands.unexplained.limit],
    [figures.roomsUnder24h, figures.roomsTotal ? roomsLimit(figures.roomsTotal) : null],
  ] as const;
  const least = bands.meters.limit ?? null;
  return (
    pairs.some(([now, limit]) => now !== null && limit != null && now > limit) ||
    (least !== null && figures.metersReporting < least)
  );
}
