'use client';

import { useTranslations } from 'next-intl';
import type { CampusPlaces } from '../map/campusData';
import { EN_DASH } from '../ui/format';
import { useLang } from '../ui/useLang';
import type { DeviationRow } from './overviewTypes';
import { nameIn } from './supplyUse';

/** Name of a place that deviates, and where it is or why it is silent. */
export interface DeviationWords {
  name: string;
  where: string;
}

/** Short name of a transformer: what stands behind the letters that all of them share. */
export function transformerName(code: string): string {
  return code.replace(/^TR-/, '');
}

export function useDeviationWords(places: CampusPlaces): (row: DeviationRow) => DeviationWords {
  const t = useTranslations('overview');
  const lang = useLang();
  return ({ kind, place }) => {
    if (kind === 'UNEXPLAINED' || !place)
      return { name: t('deviations.unexplained'), where: t('deviations.unexplainedWhere') };
    const found = places.places.find(({ code }) => code === place.building);
    const building = found ? nameIn(lang, found) : '';
    if (kind === 'SILENT') {
      const where = place.gateway
        ? t('deviations.gatewayDown', { code: place.gateway })
        : t('deviations.silent');
      return { name: building || place.point, where };
    }
    if (place.isIncomer) {
      return {
        name: t('transformer', { code: transformerName(place.point) }),
        where: nameIn(lang, { name: place.spaceName, nameEn: place.spaceNameEn }),
      };
    }
    if (place.role !== 'FEEDER') {
      const space = nameIn(lang, { name: place.spaceName, nameEn: place.spaceNameEn });
      if (place.spaceKind === 'ROOM') return { name: space, where: building };
      const name =
        place.pointName === null
          ? place.point
          : nameIn(lang, { name: place.pointName, nameEn: place.pointNameEn });
      return { name, where: building === '' || building === space ? space : `${building} ${space}` };
    }
    const [from, to] = place.floors.map((floor) => nameIn(lang, floor));
    const name = t('feeder', { code: place.point });
    if (!from) return { name, where: building };
    return {
      name,
      where: to
        ? t('deviations.floors', {
            building,
            from: from.replace('F', ''),
            dash: EN_DASH,
            to: to.replace('F', ''),
          })
        : t('deviations.floor', { building, from }),
    };
  };
}

/** The page that shows more of it: a room's own, else its building on the map. */
export function deviationHref({ place, kind }: DeviationRow): string {
  if (kind === 'UNEXPLAINED' || !place) return '/map?layer=comms';
  if (place.spaceKind === 'ROOM') return `/rooms/${encodeURIComponent(place.space)}`;
  if (place.building) return `/map?building=${encodeURIComponent(place.building)}`;
  return '/map';
}
