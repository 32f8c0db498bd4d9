'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { BulkLink } from '../supply/BulkLink';
import { formatPower, LONG_DASH } from '../ui/format';
import { LiveValue } from '../ui/LiveValue';
import { useLang } from '../ui/useLang';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';
import type { BuildingLoad } from './campusTypes';
import styles from './FloorStrip.module.css';

interface Props {
  floors: BuildingLoad['floors'];
  seesRooms: boolean;
  /** Shows the way to a bulk job for a floor that is open. */
  mayCut: boolean;
}

/** Floors from the top with what each draws, as bars of one scale; a floor opens to its rooms. */
export function FloorStrip({ floors, seesRooms, mayCut }: Props) {
  const t = useTranslations('map.panel');
  const lang = useLang();
  const [open] = useUrlValue('floor');
  if (floors.length === 0) return null;
  const largest = Math.max(1, ...floors.map(({ powerW }) => powerW ?? 0));
  const nameOf = (place: { name: string; nameEn: string | null }) =>
    lang === 'en' ? (place.nameEn ?? place.name) : place.name;
  return (
    <section>
      <h3>{t('floors')}</h3>
      <ul className={styles.floors}>
        {floors.map((floor) => {
          const isOpen = open === floor.code && floor.rooms.length > 0;
          const content = (
            <>
              <span>{nameOf(floor)}</span>
              <span className={styles.bar} aria-hidden="true">
                <i style={{ width: `${((floor.powerW ?? 0) / largest) * 100}%` }} />
              </span>
              <b>{floor.powerW === null ? LONG_DASH : formatPower(floor.powerW)}</b>
              <span className="quiet">
                {floor.counted}/{floor.installed}
              </span>
            </>
          );
          return (
            <li key={floor.code} data-testid="floor" data-floor={floor.code}>
              {seesRooms && floor.rooms.length > 0 ? (
                <button
                  type="button"
                  className={styles.floor}
                  aria-expanded={isOpen}
                  onClick={() => setUrlValues({ floor: isOpen ? null : floor.code })}
                >
                  {content}
                </button>
              ) : (
                <div className={styles.floor}>{content}</div>
              )}
              {isOpen && mayCut && <BulkLink kind="SPACE" code={floor.code} words="floor" />}
              {isOpen && (
                <ul className={styles.rooms} aria-label={t('rooms', { floor: nameOf(floor) })}>
                  {floor.rooms.map((room) => (
                    <li key={room.space}>
                      <Link href={`/rooms/${encodeURIComponent(room.space)}`}>
                        <span>{nameOf(room)}</span>
                        <LiveValue asOf={room.rxMs} intervalMs={room.intervalMs}>
                          {room.powerW === null ? null : formatPower(room.powerW, 'room')}
                        </LiveValue>
                      </Link>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ul>
      <p className="meta">{t('floorNote')}</p>
    </section>
  );
}
