'use client';

import { useTranslations } from 'next-intl';
import { BAND_ORDER, BandSwatch, bandColours } from '../ui/BandCell';
import { formatPercent } from '../ui/format';
import type { BuildingBands } from './campusTypes';
import styles from './RoomBands.module.css';

/** How long the rooms of a building last: a bar of its bands and their counts. */
export function RoomBands({ rooms }: { rooms: BuildingBands }) {
  const t = useTranslations('map.panel');
  const codes = useTranslations('codes');
  const bands = BAND_ORDER.filter((band) => rooms.counts[band] > 0);
  return (
    <section>
      <h3>{t('bands', { n: rooms.rooms, percent: formatPercent(rooms.under24hShare * 100) })}</h3>
      <div className={styles.bar} aria-hidden="true">
        {bands.map((band) => (
          <i
            key={band}
            className={bandColours(band) ? undefined : styles.plain}
            style={{ flexGrow: rooms.counts[band], ...bandColours(band) }}
          />
        ))}
      </div>
      <ul className={styles.counts}>
        {bands.map((band) => (
          <li key={band}>
            <BandSwatch band={band} />
            {codes(`band.${band}`)} <b>{rooms.counts[band]}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
