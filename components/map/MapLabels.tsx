'use client';

import { useTranslations } from 'next-intl';
import { type CSSProperties, useEffect, useLayoutEffect, useRef } from 'react';
import { classNames } from '../ui/classNames';
import styles from './CampusMap.module.css';
import type { MapEngine } from './engine';
import { type CampusGeometry, type LngLat, largestRing } from './geometry';
import { type Box, boxAround, boxOf, overlaps, type Px, placeBeside, placeInside } from './labelPlace';
import type { Ramp } from './layers';
import type { BuildingValue } from './mapValues';

interface Props {
  engine: MapEngine;
  geometry: CampusGeometry;
  values: ReadonlyMap<string, BuildingValue>;
  /** Where marks lie, so that no label covers one. */
  marks: readonly LngLat[];
  ramp: Ramp;
  wall: boolean;
  /** Edge of a mark in px, and how far it rises above its place. */
  markPx: number;
  markLiftPx: number;
  selected: string | null;
  /** Building under the pointer. */
  pointed: string | null;
  onSelect?: (building: string) => void;
}

/** Ink and ground of a label on a step of a ramp, as custom properties. */
function inkOf(ramp: Ramp, step: number): CSSProperties {
  const ink = { '--ink': `var(--${ramp}-${step}-ink)`, '--fill': `var(--${ramp}-${step})` };
  return ink as CSSProperties;
}

/** Shapes of a label, tried in turn: emphasised, two lines, one line; beside a small building two lines or its name. */
const INSIDE_FORMS = ['big', 'two', 'one'] as const;
const OUTSIDE_FORMS = ['two', 'name'] as const;

/**
 * Labels as page elements over the canvas: crisp in both languages, themed by CSS, and the keyboard's way to a building.
 * Inside its building a label is in that step's ink; where it does not fit it stands beside it, and where there is no room
 * for it either it shows when its building is pointed at, focused or chosen. No label covers a mark.
 */
export function MapLabels(props: Props) {
  const { engine, geometry, values, marks, ramp, wall, markPx, markLiftPx, selected, pointed, onSelect } =
    props;
  const t = useTranslations('map');
  const layer = useRef<HTMLDivElement>(null);
  const arranged = useRef('');

  // New words change the labels' sizes, so they are measured again after each render that brings some.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useLayoutEffect(() => {
    const root = layer.current;
    if (!root) return;
    const rings = new Map(
      geometry.buildings.map((building) => [building.code, largestRing(building.geometry)]),
    );
    const labels = [...root.querySelectorAll<HTMLElement>('[data-label]')].map((element) => ({
      element,
      ring: rings.get(element.dataset.code ?? '') ?? null,
      wish: [Number(element.dataset.lng), Number(element.dataset.lat)] as const,
    }));
    /** Camera moves: labels keep their place relative to their building. */
    const follow = () => {
      for (const { element, wish } of labels) {
        const { x, y } = engine.project(wish);
        const [dx = 0, dy = 0] = (element.dataset.shift ?? '0 0').split(' ').map(Number);
        element.style.transform = `translate(${(x + dx).toFixed(1)}px, ${(y + dy).toFixed(1)}px) translate(-50%, -50%)`;
      }
    };
    const arrange = () => {
      const marked = marks.map((place) => {
        const { x, y } = engine.project(place);
        return boxAround({ x, y: y - markLiftPx }, markPx, markLiftPx > 0 ? markPx : markPx * 0.6);
      });
      const edges = labels.map(
        ({ ring }) => ring?.map((point) => engine.project([point[0]!, point[1]!])) ?? null,
      );
      const buildings = edges.map((edge) => (edge ? boxOf(edge) : null));
      const taken: Box[] = [];
      const canvas: Box = { left: 0, top: 0, right: root.clientWidth, bottom: root.clientHeight };
      labels.forEach(({ element, wish }, index) => {
        const at = engine.project(wish);
        const edge = edges[index];
        const own = buildings[index];
        let middle: Px | null = edge ? null : at;
        let fit = 'inside';
        for (const form of edge ? INSIDE_FORMS : []) {
          element.dataset.form = form;
          const { offsetWidth, offsetHeight } = element;
          middle =
            placeInside(edge!, at, offsetWidth, offsetHeight, marked) ??
            placeInside(edge!, at, offsetWidth, offsetHeight, []);
          if (middle) break;
        }
        if (!middle && own) {
          fit = 'outside';
          const others = buildings.filter((box): box is Box => box !== null && box !== own);
          for (const form of OUTSIDE_FORMS) {
            element.dataset.form = form;
            const obstacles = [...others, ...marked, ...taken];
            middle = placeBeside(own, element.offsetWidth, element.offsetHeight, obstacles, canvas);
            if (middle) break;
          }
        }
        const { offsetWidth: width, offsetHeight: height } = element;
        const box = middle && boxAround(middle, width, height);
        const shown = box !== null && !taken.some((other) => overlaps(box, other));
        element.dataset.fit = shown ? fit : 'hidden';
        if (!shown) element.dataset.form = 'two';
        const { x, y } = middle ?? at;
        element.dataset.shift = `${(x - at.x).toFixed(1)} ${(y - at.y).toFixed(1)}`;
        if (shown) taken.push(box);
      });
      follow();
    };
    const sizes = labels.map(({ element }) => element.textContent).join();
    const key = `${sizes};${marks.join()}`;
    if (key !== arranged.current) {
      arranged.current = key;
      arrange();
    } else follow();
    const ends = [engine.on('move', follow), engine.on('zoomend', arrange), engine.on('resize', arrange)];
    const observer = new ResizeObserver(arrange);
    observer.observe(root);
    return () => {
      for (const end of ends) end();
      observer.disconnect();
    };
  }, [engine, geometry, values, marks, markPx, markLiftPx]);

  useEffect(() => {
    if (!selected) return;
    layer.current
      ?.querySelector<HTMLElement>(`[data-code="${CSS.escape(selected)}"]`)
      ?.focus({ preventScroll: true });
  }, [selected]);

  return (
    <div ref={layer} className={styles.labels}>
      {geometry.ground.map(
        ({ name, label }) =>
          label && (
            <span
              key={name}
              className={styles.place}
              data-label
              data-lng={label[0]}
              data-lat={label[1]}
              aria-hidden="true"
            >
              {name}
            </span>
          ),
      )}
      {geometry.buildings.map(({ code, name, label }) => {
        const value = values.get(code);
        const step = value?.step ?? null;
        const words = value?.words ?? t('noData');
        const Tag = wall ? 'div' : 'button';
        return (
          <Tag
            key={code}
            {...(wall ? {} : { type: 'button' as const, onClick: () => onSelect?.(code) })}
            className={classNames(
              styles.label,
              step === null && styles.noData,
              value?.strong && styles.strong,
            )}
            style={step === null ? undefined : inkOf(ramp, step)}
            data-label
            data-code={code}
            data-lng={label[0]}
            data-lat={label[1]}
            data-step={step ?? 'none'}
            data-pointed={code === pointed || code === selected || undefined}
            aria-label={wall ? undefined : `${name}, ${words}`}
            aria-pressed={wall ? undefined : code === selected}
          >
            <b>{step === null ? `${name} ?` : name}</b>
            <span>{words}</span>
          </Tag>
        );
      })}
    </div>
  );
}
