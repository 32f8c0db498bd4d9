import type { ThemeTokens } from '../ui/useThemeTokens';
import type { ChartOption } from './EChart';

/** Looks that every chart shares, at one text size: 12 px on desks and phones, 2 rem on a wall. */
export interface ChartTheme {
  tokens: ThemeTokens;
  /** Size of axis text in px; all distances follow it. */
  fontPx: number;
  /** Distance in px that is `n` px at 12 px text. */
  px: (n: number) => number;
}

/** @param wall true doubles as the wall's 2 rem floor */
export function chartTheme(tokens: ThemeTokens, wall = false): ChartTheme {
  const fontPx = wall ? tokens.rootPx * 2 : 12;
  return { tokens, fontPx, px: (n) => (n * fontPx) / 12 };
}

/** Text style of axis labels. */
export function axisText({ tokens, fontPx }: ChartTheme) {
  return { color: tokens['text-3'], fontSize: fontPx, fontFamily: tokens.font };
}

/** Line at the foot of a chart. */
export function footLine({ tokens }: ChartTheme) {
  return { show: true, onZero: false, lineStyle: { color: tokens.border, width: 1 } };
}

/** Thin lines across; `top` draws one at the upper end as well. */
export function gridLine({ tokens }: ChartTheme, top = false) {
  return { show: true, showMaxLine: top, lineStyle: { color: tokens.hairline, width: 1 } };
}

/** Tooltip that follows the pointer; the formatter gives its lines as text, which is escaped here. */
export function axisTooltip(
  theme: ChartTheme,
  lines: (wallMs: number) => readonly string[],
): ChartOption['tooltip'] {
  const { tokens } = theme;
  return {
    trigger: 'axis',
    confine: true,
    transitionDuration: 0,
    backgroundColor: tokens.raised,
    borderColor: tokens.border,
    borderWidth: 1,
    padding: [4, 8],
    extraCssText: 'box-shadow:none;border-radius:4px',
    textStyle: { color: tokens.text, fontSize: 12, fontFamily: tokens.font },
    axisPointer: { type: 'line', lineStyle: { color: tokens.border, width: 1, type: 'solid' } },
    formatter: (params) => {
      const first = Array.isArray(params) ? params[0] : params;
      const at = first && 'axisValue' in first ? Number(first.axisValue) : Number.NaN;
      return Number.isFinite(at) ? lines(at).map(escapeHtml).join('<br>') : '';
    },
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Round step so that an axis from 0 has two to five lines. */
export function axisStep(max: number): number {
  if (max <= 0) return 1;
  const raw = max / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= raw) ?? 10) * power;
}
