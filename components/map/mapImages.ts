import type { ThemeTokens } from '../ui/useThemeTokens';
import type { MapEngine } from './engine';
import { drawHatch, drawMarks } from './markImage';

/** Edge of a mark with its outline, px at normal size. */
export const MARK_PX = 30;
/** So far marks of a desk or phone rise above the edge of their building, so that its name stays free; px. */
export const MARK_LIFT_PX = 9;
/** Marks of a wall are large enough for their digit to have its text size. */
export function wallMarkScale({ rootPx }: ThemeTokens): number {
  return rootPx / 5.6;
}

/** Gives an engine the pictures of its theme: the hatch of no data and the marks of alarms. */
export function paintImages(engine: MapEngine, tokens: ThemeTokens, wall: boolean): void {
  const ratio = Math.max(1, Math.ceil(window.devicePixelRatio));
  const hatch = drawHatch(tokens, ratio);
  if (hatch) engine.setPattern('hatch', hatch, ratio);
  for (const [id, image] of drawMarks(tokens, ratio, wall ? wallMarkScale(tokens) : 1))
    engine.setImage(id, image, ratio);
}
