import type { BuildingRow, CampusFigures } from '../../contracts/liveEvents';
import type { Named } from '../map/campusLayers';
import { EN_DASH } from '../ui/format';
import { printedShares } from './shares';

/** A building with its name in the page's language. */
export interface NamedBuilding {
  readonly code: string;
  readonly name: string;
}

/** One part of supply or use, W, with its share in tenths of a percent as printed. */
export interface Part {
  readonly key: string;
  readonly name: string;
  readonly powerW: number;
  readonly tenths: number;
}

export interface SupplyUse {
  readonly supplyW: number | null;
  readonly supply: readonly Part[];
  readonly use: readonly Part[];
  readonly useW: number | null;
  /** Supply minus use; null while either is not known. */
  readonly unexplainedW: number | null;
  /** Share of the unexplained as printed, tenths of a percent; 0 where use exceeds supply. */
  readonly unexplainedTenths: number;
}

/** Buildings whose names differ by a number alone are one kind from this many on. */
const KIND_LEAST = 3;

/**
 * Groups numbered buildings of one kind: `Dorm 1` to `Dorm 8` become `Dorm 1–8`. A campus has many of them, and what they
 * draw together is what a reader looks for.
 */
export function groupBuildings(buildings: readonly NamedBuilding[]): { name: string; codes: string[] }[] {
  const kinds = new Map<string, { number: number; building: NamedBuilding }[]>();
  for (const building of buildings) {
    const number = /\d+/.exec(building.name);
    const kind = number ? building.name.replace(number[0], '#') : building.name;
    const list = kinds.get(kind) ?? [];
    list.push({ number: number ? Number(number[0]) : 0, building });
    kinds.set(kind, list);
  }
  return [...kinds].flatMap(([kind, list]) => {
    if (!kind.includes('#') || list.length < KIND_LEAST) {
      return list.map(({ building }) => ({ name: building.name, codes: [building.code] }));
    }
    const numbers = list.map(({ number }) => number);
    const range = `${Math.min(...numbers)}${EN_DASH}${Math.max(...numbers)}`;
    return { name: kind.replace('#', range), codes: list.map(({ building }) => building.code) };
  });
}

/**
 * What comes in against what is used, by groups of buildings, the largest first; the rest are one. The parts of the use and
 * the unexplained add up to the supply.
 *
 * @param parts at most so many groups
 */
export function supplyAndUse(
  figures: CampusFigures | null,
  rows: ReadonlyMap<string, BuildingRow>,
  buildings: readonly NamedBuilding[],
  parts: number,
  words: { others: (n: number) => string; feed: (point: string, pv: boolean) => string; elsewhere: string },
): SupplyUse {
  const groups = groupBuildings(buildings)
    .map(({ name, codes }) => ({
      key: codes.join(' '),
      name,
      powerW: codes.reduce((sum, code) => sum + (rows.get(code)?.[2] ?? 0), 0),
    }))
    .filter(({ powerW }) => powerW > 0)
    .sort((a, b) => b.powerW - a.powerW);
  const useW = figures?.powerW ?? null;
  const elsewhereW = (useW ?? 0) - groups.reduce((sum, { powerW }) => sum + powerW, 0);
  // Meters that stand in no building, such as street lights; rounding alone is no place.
  if (useW !== null && elsewhereW > useW * 0.001) {
    groups.push({ key: 'ELSEWHERE', name: words.elsewhere, powerW: elsewhereW });
  }
  const shown = groups.length <= parts ? groups : groups.slice(0, parts - 1);
  const rest = groups.slice(shown.length);
  if (rest.length > 0) {
    shown.push({
      key: 'OTHERS',
      name: words.others(rest.length),
      powerW: rest.reduce((sum, { powerW }) => sum + powerW, 0),
    });
  }
  const supplyW = figures?.supplyW ?? null;
  const unexplainedW = figures?.unexplainedW ?? null;
  const shares = printedShares([...shown.map(({ powerW }) => powerW), Math.max(0, unexplainedW ?? 0)]);
  const feeds = (figures?.feeds ?? []).filter(({ powerW }) => powerW !== null && powerW > 0);
  const feedShares = printedShares(feeds.map(({ powerW }) => powerW ?? 0));
  return {
    supplyW,
    supply:
      supplyW === null
        ? []
        : feeds.map(({ point, pv, powerW }, index) => ({
            key: point,
            name: words.feed(point, pv),
            powerW: powerW ?? 0,
            tenths: feedShares[index]!,
          })),
    use: shown.map((part, index) => ({ ...part, tenths: shares[index]! })),
    useW,
    unexplainedW,
    unexplainedTenths: unexplainedW === null ? 0 : shares.at(-1)!,
  };
}

/** Name of a place in the page's language. */
export function nameIn(lang: 'zh-CN' | 'en', place: Named): string {
  return lang === 'en' ? (place.nameEn ?? place.name) : place.name;
}
