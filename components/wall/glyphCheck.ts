const SAMPLES = ['电', '校', '警', '馈'] as const;
const SIZE = 48;

/**
 * Whether this browser has a font for Chinese: different characters must look different. A missing font draws the same box,
 * or nothing, for all of them.
 */
export function hasChineseGlyphs(font: string): boolean {
  const pictures = SAMPLES.map((sign) => draw(sign, font));
  return new Set(pictures).size === SAMPLES.length;
}

function draw(sign: string, font: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = SIZE;
  canvas.height = SIZE;
  const context = canvas.getContext('2d');
  if (!context) return sign;
  context.font = `${SIZE * 0.8}px ${font}`;
  context.textBaseline = 'middle';
  context.fillText(sign, 2, SIZE / 2);
  return context.getImageData(0, 0, SIZE, SIZE).data.join();
}
