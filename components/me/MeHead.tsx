'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useConnection } from '../live/LiveProvider';
import { useMeasured } from '../live/measured';
import { formatAge } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useLiveAttributes } from '../ui/LiveValue';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import styles from './MeHead.module.css';
import type { MyHome, MyPoint } from './meData';

/** Head of a resident's page: what it is about, and how old its data is. */
export function MeHead({ title, back, children }: { title: ReactNode; back?: string; children?: ReactNode }) {
  const common = useTranslations('common');
  return (
    <header className={styles.head}>
      {back ? (
        <Link href={back} className={styles.back}>
          <Glyph name="back" />
          <span className="visually-hidden">{common('back')}</span>
          <h1>{title}</h1>
        </Link>
      ) : (
        <h1>{title}</h1>
      )}
      {children}
    </header>
  );
}

/** Name of the room with its building: "Dorm 7, 7-412". */
export function useRoomName(): (room: MyHome['room']) => string {
  const t = useTranslations('me');
  const nameOf = useName();
  return (room) =>
    room.building ? t('roomIn', { building: nameOf(room.building), room: room.code }) : room.code;
}

/** Age of the newest report of the room's meter, ticking, and the state of the connection where it is not live or all there is to say. */
export function RoomAge({ point }: { point: MyPoint | null }) {
  const t = useTranslations('live');
  const { state } = useConnection();
  return (
    <span className={styles.age} data-testid="conn" data-state={state}>
      {(state !== 'live' || point === null) && <b>{t(`state.${state}`)}</b>}
      {point && <Age point={point} />}
    </span>
  );
}

function Age({ point }: { point: MyPoint }) {
  const t = useTranslations('me');
  const common = useTranslations('common');
  const lang = useLang();
  const zone = useCampusZone();
  const { rxAt } = useMeasured(point);
  const { ageMs, attributes } = useLiveAttributes({ asOf: rxAt, intervalMs: point.intervalMs });
  return (
    <span data-testid="data-age" {...attributes}>
      {ageMs === null || rxAt === null
        ? common('neverHeard')
        : t('dataAge', { age: formatAge(ageMs, lang, { at: rxAt, zone }) })}
    </span>
  );
}
