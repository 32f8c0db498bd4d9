'use client';

import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { formatPower } from '../ui/format';
import { useCode } from '../ui/useCode';
import { isCutOverLimit } from './isOverLimit';
import type { MyPoint } from './meData';
import styles from './OwnLimit.module.css';

/** Fetched when somebody changes the limit: nobody else waits for it. */
const OwnLimitDialog = dynamic(() => import('./OwnLimitDialog').then((file) => file.OwnLimitDialog), {
  ssr: false,
});

/** The load limits of the room's meters: what holds, what it means, and what became of a change that was asked for. */
export function OwnLimits({ room, points }: { room: string; points: readonly MyPoint[] }) {
  return points.map((point) =>
    point.limit && point.utility === 'ELECTRICITY' && point.protection !== 'LIFE_SAFETY' ? (
      <OwnLimit
        key={point.code}
        room={room}
        pointCode={point.code}
        limit={point.limit}
        cuts={isCutOverLimit(point)}
      />
    ) : null,
  );
}

type Limit = NonNullable<MyPoint['limit']>;

function OwnLimit({
  room,
  pointCode,
  limit,
  cuts,
}: {
  room: string;
  pointCode: string;
  limit: Limit;
  cuts: boolean;
}) {
  const t = useTranslations('me.ownLimit');
  const code = useCode();
  const [open, setOpen] = useState(false);
  const { capW, inForceW, own, asked } = limit;
  const shown = (w: number) => formatPower(w, 'room');
  return (
    <section className={styles.panel} aria-label={t('title')} data-testid="own-limit" data-point={pointCode}>
      <header className={styles.head}>
        <h2>{t('title')}</h2>
        <Button size="control" onClick={() => setOpen(true)} data-testid="own-limit-open">
          {t('change')}
        </Button>
      </header>
      <p className={styles.now} data-testid="own-limit-now">
        <b>{shown(inForceW)}</b> {own && own.w <= capW ? t('ofCap', { cap: shown(capW) }) : t('capHolds')}
      </p>
      {asked && (
        <p
          role="status"
          data-testid="own-limit-asked"
          data-state={asked.underWay ? 'under_way' : 'failed'}
          className={asked.underWay ? undefined : styles.failed}
        >
          {t(asked.underWay ? 'underWay' : 'failed', {
            limit: shown(asked.toW ?? capW),
            state: code('trackState', asked.track),
          })}
        </p>
      )}
      <p className={styles.soft} data-testid="own-limit-words">
        {t(cuts ? 'cuts' : 'tells')}
      </p>
      {open && (
        <OwnLimitDialog
          room={room}
          pointCode={pointCode}
          capW={capW}
          inForceW={inForceW}
          hasOwn={own !== null}
          waits={asked?.underWay === true}
          onClose={() => setOpen(false)}
        />
      )}
    </section>
  );
}
