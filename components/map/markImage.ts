import { MARK_SHAPES, type MarkState, type Priority } from '../ui/AlarmMark';
import type { ThemeTokens } from '../ui/useThemeTokens';

const STATES: readonly MarkState[] = ['unacked', 'acked', 'returned', 'latched', 'shelved', 'outOfService'];

/** Edge of a mark on the map in px; its image leaves room for the second outline. */
const MARK_PX = 20;
const IMAGE_PX = 36;
/** Edge of the hatch's tile in px. */
const TILE_PX = 7;

/** Name of a mark's image on the map. */
export function markImageId(priority: number, state: MarkState): string {
  return `mark-${priority}-${state}`;
}

/** Pictures of all marks for a theme, with a rim of the ground colour so that they stand on any building. */
export function drawMarks(tokens: ThemeTokens, pixelRatio: number, scale = 1): Map<string, ImageData> {
  const images = new Map<string, ImageData>();
  for (const priority of [1, 2, 3, 4] as const) {
    for (const state of STATES) {
      const image = drawMark(tokens, priority, state, pixelRatio * scale);
      if (image) images.set(markImageId(priority, state), image);
    }
  }
  return images;
}

function drawMark(
  tokens: ThemeTokens,
  priority: Priority,
  state: MarkState,
  ratio: number,
): ImageData | null {
  const size = Math.round(IMAGE_PX * ratio);
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return null;
  const unit = (MARK_PX / 24) * ratio;
  context.setTransform(unit, 0, 0, unit, size / 2 - 12 * unit, size / 2 - 12 * unit);
  const { path, digitY } = MARK_SHAPES[priority];
  const shape = new Path2D(path);
  const plate = tokens[`p${priority}`];
  const hollow = state === 'returned' || state === 'latched';
  context.lineJoin = 'round';
  context.strokeStyle = tokens.raised;
  context.lineWidth = state === 'unacked' ? 11 : 6;
  context.stroke(shape);
  if (state === 'unacked') {
    context.save();
    context.translate(12, 12);
    context.scale(1.36, 1.36);
    context.translate(-12, -12);
    context.lineJoin = 'miter';
    context.strokeStyle = tokens.text;
    context.lineWidth = 1.5;
    context.stroke(shape);
    context.restore();
  }
  context.lineJoin = 'miter';
  if (hollow && priority === 3 && tokens['plate-outline'] !== 'transparent') {
    context.strokeStyle = tokens['plate-outline'];
    context.lineWidth = 5;
    context.stroke(shape);
  }
  context.fillStyle = hollow ? tokens.raised : plate;
  context.fill(shape);
  if (hollow || (priority === 3 && tokens['plate-outline'] !== 'transparent')) {
    context.strokeStyle = hollow ? plate : tokens['plate-outline'];
    context.lineWidth = hollow ? 2.5 : 2;
    context.stroke(shape);
  }
  context.fillStyle = hollow ? tokens.text : tokens[`p${priority}-ink`];
  context.font = `${state === 'unacked' ? 600 : 400} 14px ${tokens.font}`;
  context.textAlign = 'center';
  context.fillText(String(priority), 12, digitY);
  if (state === 'latched') {
    context.fillStyle = tokens.text;
    context.strokeStyle = tokens.raised;
    context.lineWidth = 1.5;
    const lock = new Path2D('M20 19v-2.5a3 3 0 0 1 6 0V19h2v8H18v-8zM22 19h2v-2.5a1 1 0 0 0-2 0z');
    context.stroke(lock);
    context.fill(lock, 'evenodd');
  }
  return context.getImageData(0, 0, size, size);
}

/** Tile of 45 degree lines: no data. */
export function drawHatch(tokens: ThemeTokens, pixelRatio: number): ImageData | null {
  const size = TILE_PX * pixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.scale(pixelRatio, pixelRatio);
  context.fillStyle = tokens.raised;
  context.fillRect(0, 0, TILE_PX, TILE_PX);
  context.strokeStyle = tokens['text-3'];
  context.lineWidth = 1;
  for (const from of [-TILE_PX, 0, TILE_PX]) {
    context.beginPath();
    context.moveTo(from - 1, TILE_PX + 1);
    context.lineTo(from + TILE_PX + 1, -1);
    context.stroke();
  }
  return context.getImageData(0, 0, size, size);
}
