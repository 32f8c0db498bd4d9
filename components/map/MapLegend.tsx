import { useTranslations } from 'next-intl';
import { HatchSwatch } from '../ui/glyphs';
import styles from './CampusMap.module.css';
import type { Ramp } from './layers';

export interface LegendBand {
  step: number;
  label: string;
  count: number;
}

interface Props {
  ramp: Ramp;
  /** Name and unit of the layer. */
  title: string;
  bands: readonly LegendBand[];
  noData: number;
  /** Buildings that the layer does not speak of. */
  apart?: { readonly label: string; readonly step: number; readonly count: number } | null;
  total: number;
}

/** Bands with the count of buildings in each, and how many have no data. */
export function MapLegend({ ramp, title, bands, noData, apart, total }: Props) {
  const t = useTranslations('map');
  return (
    <ul className={styles.legend} data-testid="map-legend">
      <li>{title}</li>
      {bands.map(({ step, label, count }) => (
        <li key={step} data-step={step}>
          <i style={{ background: `var(--${ramp}-${step})` }} aria-hidden="true" />
          {label} <b>{count}</b>
        </li>
      ))}
      <li data-step="none">
        <HatchSwatch />
        {t('noData')} <b>{noData}</b>
      </li>
      {apart && (
        <li data-step="apart">
          <i style={{ background: `var(--${ramp}-${apart.step})` }} aria-hidden="true" />
          {apart.label} <b>{apart.count}</b>
        </li>
      )}
      <li className={styles.total}>{t('buildings', { n: total })}</li>
    </ul>
  );
}
