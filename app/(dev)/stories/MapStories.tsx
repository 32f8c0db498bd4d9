'use client';

import { useMemo, useState } from 'react';
import { CampusMap } from '../../../components/map/CampusMap';
import { campusGeometry, type MapPlace } from '../../../components/map/geometry';
import { LOAD_LABELS, loadStep } from '../../../components/map/loadBands';
import { MapLegend } from '../../../components/map/MapLegend';
import type { BuildingValue, MapAlarm } from '../../../components/map/mapValues';
import { NNBSP } from '../../../components/ui/format';
import { Panel } from '../../../components/ui/Panel';
import { SegmentedControl } from '../../../components/ui/SegmentedControl';

const place = ([x, y]: number[]) => [120.9 + x! * 6.3e-6, 31.08 - y! * 5.4e-6];
const area = (outline: number[][]) => ({
  type: 'Polygon',
  coordinates: [[...outline, outline[0]!].map(place)],
});
const slab = (x: number, y: number) => [
  [x, y],
  [x + 120, y],
  [x + 120, y + 52],
  [x + 72, y + 52],
  [x + 72, y + 46],
  [x + 48, y + 46],
  [x + 48, y + 52],
  [x, y + 52],
];

const PLAN: [
  code: string,
  name: string,
  other: string,
  outline: number[][],
  kw: number | null,
  percent: number | null,
][] = [
  [
    'TE',
    'Teaching',
    '教学楼',
    [
      [24, 16],
      [256, 16],
      [256, 88],
      [208, 88],
      [208, 60],
      [168, 60],
      [168, 88],
      [120, 88],
      [120, 60],
      [80, 60],
      [80, 88],
      [24, 88],
    ],
    94.3,
    47,
  ],
  [
    'LI',
    'Library',
    '图书馆',
    [
      [152, 120],
      [256, 120],
      [256, 184],
      [184, 184],
      [184, 168],
      [152, 168],
    ],
    86.5,
    17,
  ],
  [
    'AD',
    'Admin',
    '行政楼',
    [
      [24, 120],
      [60, 120],
      [60, 126],
      [84, 126],
      [84, 120],
      [120, 120],
      [120, 184],
      [24, 184],
    ],
    null,
    null,
  ],
  [
    'CH',
    'Chemistry',
    '化学楼',
    [
      [24, 212],
      [256, 212],
      [256, 272],
      [192, 272],
      [192, 248],
      [88, 248],
      [88, 272],
      [24, 272],
    ],
    147,
    59,
  ],
  [
    'CA',
    'Canteen',
    '食堂',
    [
      [304, 16],
      [488, 16],
      [488, 48],
      [424, 48],
      [424, 72],
      [304, 72],
    ],
    59.6,
    24,
  ],
  [
    'SF',
    'Staff flats',
    '教工公寓',
    [
      [304, 216],
      [388, 216],
      [388, 208],
      [404, 208],
      [404, 216],
      [488, 216],
      [488, 268],
      [404, 268],
      [404, 260],
      [388, 260],
      [388, 268],
      [304, 268],
    ],
    42,
    34,
  ],
  ...[40.6, 38.2, 46.8, 54.4, 49.6, 51.3, 60.8, 48.3].map(
    (kw, i) =>
      [
        `D${i + 1}`,
        `Dorm ${i + 1}`,
        `${i + 1} 号楼`,
        slab(536 + Math.floor(i / 4) * 152, 16 + (i % 4) * 68),
        kw,
        [51, 48, 59, 68, 40, 64, 95, 48][i]!,
      ] as [string, string, string, number[][], number, number],
  ),
];

const ALARMS: MapAlarm[] = [
  { id: '1', building: 'D7', priority: 1, state: 'unacked' },
  ...[2, 3, 4, 5].map((id) => ({
    id: String(id),
    building: 'D7',
    priority: 2 as const,
    state: 'unacked' as const,
  })),
  { id: '6', building: 'D5', priority: 3, state: 'unacked' },
  { id: '7', building: 'D3', priority: 2, state: 'latched' },
  { id: '8', building: 'D4', priority: 3, state: 'acked' },
  { id: '9', building: 'TE', priority: 3, state: 'acked' },
  { id: '10', building: 'AD', priority: 2, state: 'acked' },
];

/** The map with made-up values, as on the overview or, with `wall`, as on a wall. */
export function MapStories({ wall = false }: { wall?: boolean }) {
  const [view, setView] = useState<'map' | 'list'>('map');
  const [selected, setSelected] = useState<string | null>(null);
  const { geometry, values } = useMemo(() => {
    const lake = Array.from({ length: 40 }, (_, i) => {
      const angle = (i / 40) * 2 * Math.PI;
      const swell = 1 + 0.1 * Math.cos(2 * angle + 0.6) + 0.06 * Math.sin(3 * angle);
      return [396 + 86 * swell * Math.cos(angle), 146 + 36 * swell * Math.sin(angle)];
    });
    const roads = [
      [
        [0, 104],
        [280, 104],
        [280, 200],
        [512, 200],
      ],
      [
        [0, 200],
        [280, 200],
      ],
      [
        [280, 0],
        [280, 284],
      ],
      [
        [512, 0],
        [512, 284],
      ],
      [
        [280, 88],
        [512, 88],
      ],
      [
        [672, 0],
        [672, 284],
      ],
    ];
    const places: MapPlace[] = [
      ...PLAN.map(([code, name, , outline]) => ({ code, kind: 'BUILDING', name, geometry: area(outline) })),
      { code: 'LAKE', kind: 'ZONE', name: wall ? '湖' : 'Lake', geometry: area(lake) },
      {
        code: 'ROADS',
        kind: 'ZONE',
        name: 'Roads',
        geometry: { type: 'MultiLineString', coordinates: roads.map((road) => road.map(place)) },
      },
    ];
    const shown = new Map<string, BuildingValue>(
      PLAN.map(([code, , other, , kw, percent]) => [
        code,
        {
          step: loadStep(percent),
          words: wall ? other : kw === null ? '33 min old' : `${kw}${NNBSP}kW, ${percent}${NNBSP}%`,
          sort: percent,
          strong: wall && code === 'D7',
        },
      ]),
    );
    return { geometry: campusGeometry(places, 'OSM'), values: shown };
  }, [wall]);
  const map = (
    <CampusMap
      geometry={geometry}
      ramp="load"
      values={values}
      alarms={ALARMS}
      valueName="Load, % of capacity"
      view={view}
      selected={selected}
      onSelect={setSelected}
      wall={wall}
      height={wall ? '36.6rem' : '280px'}
    />
  );
  if (wall) return map;
  const steps = [...values.values()].map((value) => value.step);
  return (
    <Panel
      title="Campus map"
      meta="newest 3 s, oldest 33 min"
      tools={
        <SegmentedControl
          label="View"
          options={[
            { value: 'map', label: 'Map' },
            { value: 'list', label: 'List' },
          ]}
          value={view}
          onChange={setView}
        />
      }
    >
      {map}
      <MapLegend
        ramp="load"
        title="Load, % of capacity"
        bands={LOAD_LABELS.map((label, index) => ({
          step: index + 1,
          label,
          count: steps.filter((step) => step === index + 1).length,
        }))}
        noData={steps.filter((step) => step === null).length}
        total={steps.length}
      />
    </Panel>
  );
}
