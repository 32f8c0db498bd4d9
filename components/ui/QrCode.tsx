'use client';

import QRCode from 'qrcode';
import { useMemo } from 'react';

interface Props {
  text: string;
  /** How much of it may be lost; long texts take the least. */
  correction?: 'L' | 'M';
  className?: string;
  paperClassName?: string;
  testId?: string;
}

/** A QR code as squares in the page's own ink, with its quiet margin. */
export function QrCode({ text, correction = 'M', className, paperClassName, testId }: Props) {
  const { size, path } = useMemo(() => {
    const { modules } = QRCode.create(text, { errorCorrectionLevel: correction });
    let squares = '';
    for (let row = 0; row < modules.size; row++) {
      for (let column = 0; column < modules.size; column++) {
        if (modules.get(row, column)) squares += `M${column} ${row}h1v1h-1z`;
      }
    }
    return { size: modules.size, path: squares };
  }, [text, correction]);
  return (
    <svg
      className={className}
      viewBox={`-4 -4 ${size + 8} ${size + 8}`}
      role="img"
      aria-label={text}
      data-testid={testId}
      data-url={text}
    >
      <rect x="-4" y="-4" width={size + 8} height={size + 8} className={paperClassName} />
      <path d={path} shapeRendering="crispEdges" />
    </svg>
  );
}
