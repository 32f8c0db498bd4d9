import type { CampusGeometry, MapBuilding } from './geometry';
import type { MapAlarm } from './mapValues';
import { markImageId } from './markImage';

/** A wall shows one mark a building: the worst, unacknowledged before acknowledged. */
export function worstPerBuilding(alarms: readonly MapAlarm[]): MapAlarm[] {
  const worst = new Map<string, MapAlarm>();
  const rank = (alarm: MapAlarm) => alarm.priority * 2 - Number(alarm.state === 'unacked');
  for (const alarm of alarms) {
    const held = worst.get(alarm.building);
    if (!held || rank(alarm) < rank(held)) worst.set(alarm.building, alarm);
  }
  return [...worst.values()];
}

/** Alarms as points: each P1 alone at its building's corner, the others beside it. */
export function alarmFeatures(geometry: CampusGeometry, alarms: readonly MapAlarm[]) {
  const places = new Map<string, MapBuilding>(
    geometry.buildings.map((building) => [building.code, building]),
  );
  const withP1 = new Set(alarms.filter((alarm) => alarm.priority === 1).map((alarm) => alarm.building));
  const features = alarms.flatMap((alarm) => {
    const place = places.get(alarm.building);
    if (!place) return [];
    return {
      type: 'Feature',
      properties: {
        code: alarm.building,
        priority: alarm.priority,
        unacked: alarm.state === 'unacked' ? 1 : 0,
        icon: markImageId(alarm.priority, alarm.state === 'suppressed' ? 'acked' : alarm.state),
      },
      geometry: {
        type: 'Point',
        coordinates: alarm.priority !== 1 && withP1.has(alarm.building) ? place.side : place.corner,
      },
    };
  });
  return {
    p1: {
      type: 'FeatureCollection',
      features: features.filter(({ properties }) => properties.priority === 1),
    },
    others: {
      type: 'FeatureCollection',
      features: features.filter(({ properties }) => properties.priority !== 1),
    },
  };
}
