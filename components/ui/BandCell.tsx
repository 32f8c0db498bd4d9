'use client';

import { useTranslations } from 'next-intl';
import type { BalanceBand } from '../../domain/tariffs/balanceBand';
import styles from './BandCell.module.css';
import { classNames } from './classNames';
import { formatTimeLeft, formatTimeLeftCell } from './formatTime';
import { BreakerGlyph, HatchSwatch } from './glyphs';
import { useLang } from './useLang';

/** Step of the violet ramp, 1 (plenty, neutral grey) to 6 (nearly out); null for what is no step. */
export const BAND_STEP: Record<BalanceBand, 1 | 2 | 3 | 4 | 5 | 6 | null> = {
  OVER_14_D: 1,
  D7_TO_14: 2,
  D3_TO_7: 3,
  H24_TO_72: 4,
  H6_TO_24: 5,
  UNDER_6_H: 6,
  CUT: null,
  NO_DATA: null,
  LEARNING: null,
};

/** All bands in the order of legends and tables. */
export const BAND_ORDER = Object.keys(BAND_STEP) as BalanceBand[];

/** Colours of a band, as custom properties of the theme. */
export function bandColours(band: BalanceBand): { background: string; color: string } | null {
  const step = BAND_STEP[band];
  return step === null ? null : { background: `var(--bal-${step})`, color: `var(--bal-${step}-ink)` };
}

/** Look of a band that is no step of the ramp, in words of the stylesheet. */
function plainLook(band: BalanceBand): string | undefined {
  if (band === 'CUT') return styles.cut;
  return band === 'NO_DATA' ? styles.noData : band === 'LEARNING' ? styles.learning : undefined;
}

interface Props {
  band: BalanceBand;
  /** Forecast time left in ms. */
  timeLeftMs: number | null;
  /** Name of the room, for its spoken name. */
  name: string;
  selected?: boolean;
  /** Stands back behind others that are marked: keeps its number, loses the ramp's colour. */
  back?: boolean;
  className?: string;
}

/** Content of one cell of the room grid: time left as `2d` or `9h`, a glyph when cut, a hatch and `?` without data. */
export function BandCell({ band, timeLeftMs, name, selected, back, className }: Props) {
  const t = useTranslations('codes');
  const lang = useLang();
  const colours = bandColours(band);
  const spoken =
    colours && timeLeftMs !== null
      ? t('timeLeft', { time: formatTimeLeft(timeLeftMs, lang) })
      : t(`band.${band}`);
  return (
    <span
      className={classNames(
        styles.cell,
        back ? styles.back : plainLook(band),
        selected && styles.selected,
        className,
      )}
      style={(!back && colours) || undefined}
      data-band={band.toLowerCase()}
      role="img"
      aria-label={`${name}, ${spoken}`}
    >
      {band === 'CUT' ? (
        <BreakerGlyph state="open" />
      ) : band === 'NO_DATA' ? (
        <span className={styles.question}>?</span>
      ) : band === 'LEARNING' ? (
        t('learningCell')
      ) : (
        timeLeftMs !== null && formatTimeLeftCell(timeLeftMs)
      )}
    </span>
  );
}

/** Swatch of a band for legends and headers. */
export function BandSwatch({ band }: { band: BalanceBand }) {
  if (band === 'CUT') return <BreakerGlyph state="open" size="14px" />;
  if (band === 'NO_DATA') return <HatchSwatch />;
  return (
    <i
      className={classNames(styles.swatch, band === 'LEARNING' && styles.outline)}
      style={bandColours(band) ?? undefined}
      aria-hidden="true"
    />
  );
}

/** The band in words on its colour, e.g. beside a time left. */
export function BandTag({ band }: { band: BalanceBand }) {
  const t = useTranslations('codes');
  return (
    <span
      className={classNames(styles.tag, bandColours(band) === null && styles.outline)}
      style={bandColours(band) ?? undefined}
    >
      {bandColours(band) === null && band !== 'LEARNING' && <BandSwatch band={band} />}
      {t(`band.${band}`)}
    </span>
  );
}
