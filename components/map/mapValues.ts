import type { MarkState, Priority } from '../ui/AlarmMark';

/** What a building shows on the layer in force. */
export interface BuildingValue {
  /** Step of the ramp; null is no data, drawn as a hatch. */
  step: number | null;
  /** Second line of its label, e.g. `40.6 kW, 51 %`; the first is its name. */
  words: string;
  /** Number to sort the list by. */
  sort: number | null;
  /** Emphasised on a wall. */
  strong?: boolean;
  /** Not on this layer at all (no quota, no prepaid rooms): drawn neutral and counted apart from the bands. */
  apart?: boolean;
}

/** An alarm on the map, placed by its building. */
export interface MapAlarm {
  id: string;
  building: string;
  priority: Priority;
  state: MarkState;
}
