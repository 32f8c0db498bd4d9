import type { ThemeTokens, TokenName } from '../ui/useThemeTokens';
import type { CampusGeometry } from './geometry';
import { MARK_LIFT_PX } from './mapImages';

/** Ramp of a layer; each has six steps but quota, which has seven. */
export type Ramp = 'load' | 'bal' | 'quota';

const RAMP_STEPS: Record<Ramp, readonly number[]> = {
  load: [1, 2, 3, 4, 5, 6],
  bal: [1, 2, 3, 4, 5, 6],
  quota: [1, 2, 3, 4, 5, 6, 7],
};

const STEP = ['to-number', ['feature-state', 'step'], 0];
const SELECTED = ['boolean', ['feature-state', 'selected'], false];

/** Fill of a building by its step; without one it is raised ground. */
export function fillExpression(ramp: Ramp, tokens: ThemeTokens): unknown[] {
  const cases = RAMP_STEPS[ramp].flatMap((step) => [step, tokens[`${ramp}-${step}` as TokenName]]);
  return ['match', STEP, ...cases, tokens.raised];
}

/** Width of a road that is `metres` wide, at any zoom of a campus at this latitude. */
function metres(width: number, latitude: number): unknown[] {
  const perPixelAt0 = 78_271.5 * Math.cos((latitude * Math.PI) / 180);
  return [
    'interpolate',
    ['exponential', 2],
    ['zoom'],
    10,
    (width * 2 ** 10) / perPixelAt0,
    22,
    (width * 2 ** 22) / perPixelAt0,
  ];
}

/** Paint that depends on the theme: layer, property, value. */
export function themePaint(tokens: ThemeTokens, ramp: Ramp): [layer: string, name: string, value: unknown][] {
  return [
    ['background', 'background-color', tokens.surface],
    ['ground-area', 'fill-color', tokens.bg],
    ['ground-edge', 'line-color', tokens.hairline],
    ['roads', 'line-color', tokens.bg],
    ['buildings', 'fill-color', fillExpression(ramp, tokens)],
    ['building-edge', 'line-color', tokens.border],
    ['no-data-edge', 'line-color', tokens.border],
    ['selection', 'line-color', tokens.focus],
    ['alarms', 'text-color', tokens.text],
    ['alarms', 'text-halo-color', tokens.raised],
  ];
}

/** Sources and layers from ground to alarms. P1 lies alone on top and is never clustered. `scale` is 1 for 12 px text. */
export function mapParts(
  geometry: CampusGeometry,
  tokens: ThemeTokens,
  ramp: Ramp,
  scale: number,
  cluster: boolean,
) {
  const latitude = geometry.bounds ? (geometry.bounds[1] + geometry.bounds[3]) / 2 : 0;
  const empty = { type: 'FeatureCollection', features: [] };
  const sources: [id: string, source: object][] = [
    [
      'ground',
      {
        type: 'geojson',
        data: {
          type: 'FeatureCollection',
          features: geometry.ground.map(({ name, geometry: shape }) => ({
            type: 'Feature',
            properties: { name },
            geometry: shape,
          })),
        },
      },
    ],
    [
      'buildings',
      {
        type: 'geojson',
        promoteId: 'code',
        data: {
          type: 'FeatureCollection',
          features: geometry.buildings.map(({ code, name, geometry: shape }) => ({
            type: 'Feature',
            properties: { code, name },
            geometry: shape,
          })),
        },
      },
    ],
    [
      'alarms',
      {
        type: 'geojson',
        data: empty,
        cluster,
        clusterRadius: 28 * scale,
        maxzoom: 22,
        clusterMaxZoom: 21,
        clusterProperties: {
          worst: ['min', ['get', 'priority']],
          unacked: ['max', ['get', 'unacked']],
        },
      },
    ],
    ['alarms-p1', { type: 'geojson', data: empty }],
  ];
  // A wall shows one mark a building, whose label knows to stand clear of it.
  const lifted = [0, cluster ? -MARK_LIFT_PX : 0];
  const markLayout = {
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
    'text-allow-overlap': true,
    'text-ignore-placement': true,
  };
  const layers: object[] = [
    {
      id: 'ground-area',
      type: 'fill',
      source: 'ground',
      filter: ['match', ['geometry-type'], ['Polygon', 'MultiPolygon'], true, false],
      paint: {},
    },
    {
      id: 'ground-edge',
      type: 'line',
      source: 'ground',
      filter: ['match', ['geometry-type'], ['Polygon', 'MultiPolygon'], true, false],
      paint: { 'line-width': 1 },
    },
    {
      id: 'roads',
      type: 'line',
      source: 'ground',
      filter: ['match', ['geometry-type'], ['LineString', 'MultiLineString'], true, false],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-width': metres(6, latitude) },
    },
    { id: 'buildings', type: 'fill', source: 'buildings', paint: {} },
    {
      id: 'no-data',
      type: 'fill',
      source: 'buildings',
      paint: { 'fill-pattern': 'hatch', 'fill-opacity': ['case', ['==', STEP, 0], 1, 0] },
    },
    {
      id: 'building-edge',
      type: 'line',
      source: 'buildings',
      paint: { 'line-width': scale, 'line-opacity': ['case', ['==', STEP, 0], 0, 1] },
    },
    {
      id: 'no-data-edge',
      type: 'line',
      source: 'buildings',
      paint: {
        'line-width': scale,
        'line-dasharray': [4, 3],
        'line-opacity': ['case', ['==', STEP, 0], 1, 0],
      },
    },
    {
      id: 'selection',
      type: 'line',
      source: 'buildings',
      paint: { 'line-width': 3 * scale, 'line-opacity': ['case', SELECTED, 1, 0] },
    },
    {
      id: 'alarms',
      type: 'symbol',
      source: 'alarms',
      layout: {
        ...markLayout,
        'icon-image': [
          'case',
          ['has', 'point_count'],
          [
            'concat',
            'mark-',
            ['to-string', ['get', 'worst']],
            ['case', ['>', ['get', 'unacked'], 0], '-unacked', '-acked'],
          ],
          ['get', 'icon'],
        ],
        'text-field': [
          'case',
          ['has', 'point_count'],
          ['concat', '×', ['to-string', ['get', 'point_count']]],
          '',
        ],
        // Thin strokes drown in their own rim.
        'text-font': ['Open Sans Bold', 'Arial Unicode MS Bold'],
        'text-size': 14 * scale,
        'text-anchor': 'left',
        'text-offset': [1.1, 0.25],
      },
      paint: { 'text-halo-width': 2 * scale, 'icon-translate': lifted, 'text-translate': lifted },
    },
    {
      id: 'alarms-p1',
      type: 'symbol',
      source: 'alarms-p1',
      layout: { ...markLayout, 'icon-image': ['get', 'icon'] },
      paint: { 'icon-translate': lifted },
    },
  ];
  for (const layer of layers as { id: string; paint?: Record<string, unknown> }[]) {
    for (const [id, name, value] of themePaint(tokens, ramp)) {
      if (id === layer.id) layer.paint = { ...layer.paint, [name]: value };
    }
  }
  return { sources, layers };
}
