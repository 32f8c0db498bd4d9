import { classNames } from './classNames';
import styles from './glyphs.module.css';

interface GlyphProps {
  size?: string;
  className?: string;
}

/** Breaker seen as a contact: closed is a line through two posts, open a lifted arm. Decorative: words stand beside it. */
export function BreakerGlyph({ state, size = '16px', className }: GlyphProps & { state: 'closed' | 'open' }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={classNames(styles.glyph, className)}
      style={{ width: size, height: size }}
      aria-hidden="true"
    >
      {state === 'closed' ? (
        <>
          <path d="M0 8h16" />
          <circle cx="4" cy="8" r="1.5" className={styles.solid} />
          <circle cx="12" cy="8" r="1.5" className={styles.solid} />
        </>
      ) : (
        <>
          <path d="M0 11h4M12 11h4M4 11l7-6" />
          <circle cx="4" cy="11" r="1.25" className={styles.post} />
          <circle cx="12" cy="11" r="1.25" className={styles.post} />
        </>
      )}
    </svg>
  );
}

const PATHS = {
  check: 'M3 8.5l3.5 3.5L13 4.5',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  clock: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 5v3.3l2 1.2',
  tag: 'M2.5 8.5l6-6h5v5l-6 6zM11 5v.01',
  close: 'M4 4l8 8M12 4l-8 8',
  back: 'M10 3L5 8l5 5',
  next: 'M6 3l5 5-5 5',
  down: 'M3 6l5 5 5-5',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.5 10.5l3 3',
  bell: 'M4 11.5V7.500a4 4 0 0 1 8 0v4l1 1H3zM7 14h2',
  map: 'M2.500 4l3.700-1.500 3.600 1.500 3.700-1.500v9.500L9.800 13.500 6.200 12l-3.700 1.500zM6.200 2.500V12M9.800 4v9.500',
  person:
    'M8 2.500a2.700 2.700 0 1 1 0 5.400 2.700 2.700 0 0 1 0-5.400zM2.800 13.500c.6-2.700 2.600-4 5.200-4s4.600 1.300 5.200 4',
  gauge: 'M2.500 12a5.700 5.700 0 1 1 11 0M8 10.500l2.500-4',
  grid: 'M2.500 2.500h4.500v4.500H2.500zM9 2.500h4.500v4.500H9zM2.500 9h4.500v4.500H2.500zM9 9h4.500v4.500H9z',
  home: 'M2.500 7.500L8 2.500l5.500 5M4 6.500v7h8v-7',
  bars: 'M3 13.500V8M8 13.500V3M13 13.500V6',
  more: 'M3 8v.01M8 8v.01M13 8v.01',
} as const;

export type GlyphName = keyof typeof PATHS;

/** Line glyph of 16 units in the text colour. Decorative: words stand beside it. */
export function Glyph({ name, size = '16px', className }: GlyphProps & { name: GlyphName }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={classNames(styles.glyph, name === 'more' && styles.dots, className)}
      style={{ width: size, height: size }}
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Swatch of the 45 degree hatch that means "no data", for legends. */
export function HatchSwatch({ size = '12px' }: { size?: string }) {
  return <i className={styles.hatch} style={{ width: size, height: size }} aria-hidden="true" />;
}
