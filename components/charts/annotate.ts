import type { CustomSeries } from './EChart';
import type { ChartTheme } from './theme';

/** A drawn thing on a chart, in px. */
export type Shape =
  | {
      kind: 'line';
      from: [number, number];
      to: [number, number];
      color: string;
      width?: number;
      dash?: number[];
    }
  | { kind: 'rect'; x: number; y: number; width: number; height: number; fill: string; opacity?: number }
  | { kind: 'circle'; x: number; y: number; r: number; fill: string }
  | {
      kind: 'text';
      x: number;
      y: number;
      text: string;
      align?: 'left' | 'center' | 'right';
      bold?: boolean;
      color?: string;
      /** Rim of the ground colour, where text lies on lines. */
      halo?: boolean;
    };

/** Where values lie on the canvas. */
export interface Stage {
  x: (wallMs: number) => number;
  y: (value: number) => number;
  /** Plot area in px. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * Series that draws words, limits and strips where values are: charts label their lines directly instead of by legend.
 *
 * @param anchor any point inside both axes; it ties the drawing to them
 */
export function annotate(
  id: string,
  theme: ChartTheme,
  anchor: [number, number],
  draw: (stage: Stage) => readonly Shape[],
  z = 5,
): CustomSeries {
  return {
    id,
    type: 'custom',
    silent: true,
    clip: false,
    z,
    tooltip: { show: false },
    data: [anchor],
    renderItem: (params, api) => {
      const area = params.coordSys as unknown as { x: number; y: number; width: number; height: number };
      const stage: Stage = {
        x: (wallMs) => api.coord([wallMs, 0])[0]!,
        y: (value) => api.coord([anchor[0], value])[1]!,
        left: area.x,
        right: area.x + area.width,
        top: area.y,
        bottom: area.y + area.height,
      };
      return { type: 'group', children: draw(stage).map((shape) => element(shape, theme)) };
    },
  };
}

function element(shape: Shape, theme: ChartTheme) {
  switch (shape.kind) {
    case 'line':
      return {
        type: 'line' as const,
        shape: { x1: shape.from[0], y1: shape.from[1], x2: shape.to[0], y2: shape.to[1] },
        style: { stroke: shape.color, lineWidth: shape.width ?? 1, lineDash: shape.dash, fill: 'none' },
      };
    case 'rect':
      return {
        type: 'rect' as const,
        shape: { x: shape.x, y: shape.y, width: shape.width, height: shape.height },
        style: { fill: shape.fill, opacity: shape.opacity ?? 1 },
      };
    case 'circle':
      return {
        type: 'circle' as const,
        shape: { cx: shape.x, cy: shape.y, r: shape.r },
        style: { fill: shape.fill },
      };
    case 'text':
      return {
        type: 'text' as const,
        x: shape.x,
        y: shape.y,
        style: {
          text: shape.text,
          align: shape.align ?? 'left',
          verticalAlign: 'middle' as const,
          fill: shape.color ?? theme.tokens['text-2'],
          font: `${shape.bold ? 600 : 400} ${theme.fontPx}px ${theme.tokens.font}`,
          ...(shape.halo ? { stroke: theme.tokens.raised, lineWidth: theme.px(4) } : {}),
        },
      };
  }
}

/** Lines at 45 degrees inside a rectangle: no data. */
export function hatchShapes(x: number, y: number, width: number, height: number, theme: ChartTheme): Shape[] {
  const shapes: Shape[] = [{ kind: 'rect', x, y, width, height, fill: theme.tokens.raised }];
  const step = theme.px(6);
  for (let offset = step / 2; offset < width + height; offset += step) {
    const from: [number, number] = offset < height ? [x, y + offset] : [x + offset - height, y + height];
    const to: [number, number] = offset < width ? [x + offset, y] : [x + width, y + offset - width];
    shapes.push({ kind: 'line', from, to, color: theme.tokens['text-3'], width: 1 });
  }
  return shapes;
}

/** Moves labels down so that none is nearer than `gap` px to the one above; keeps their order. */
export function spread(wanted: readonly number[], gap: number, lowest: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
  const out = [...wanted];
  let floor = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    out[index] = Math.max(wanted[index]!, floor);
    floor = out[index]! + gap;
  }
  let ceiling = lowest;
  for (const index of order.reverse()) {
    out[index] = Math.min(out[index]!, ceiling);
    ceiling = out[index]! - gap;
  }
  return out;
}
