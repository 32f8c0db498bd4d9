'use client';

import { useTranslations } from 'next-intl';
import { useMeasured } from '../live/measured';
import { formatNumber, formatPower, NNBSP } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { BreakerGlyph, Glyph } from '../ui/glyphs';
import { LiveValue, useLiveAttributes } from '../ui/LiveValue';
import { useCampusZone, useNow } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import type { MyPoint } from './meData';
import styles from './PowerPanel.module.css';
import { useOverLimit } from './useOverLimit';

/** Supply of each meter as measured: one row for one meter, tiles for several. */
export function PowerPanel({ points }: { points: readonly MyPoint[] }) {
  const t = useTranslations('me');
  if (points.length === 0) return null;
  const several = points.length > 1;
  return (
    <section aria-label={t('power')} className={several ? styles.tiles : styles.single} data-testid="power">
      {points.map((point) => (
        <Supply key={point.code} point={point} named={several} />
      ))}
    </section>
  );
}

function Supply({ point, named }: { point: MyPoint; named: boolean }) {
  const t = useTranslations('me');
  const code = useCode();
  const nameOf = useName();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { position, rxAt } = useMeasured(point);
  const { attributes } = useLiveAttributes({ asOf: rxAt, intervalMs: point.intervalMs });
  const { over } = useOverLimit(point);
  const electric = point.utility === 'ELECTRICITY';
  return (
    <div
      className={styles.supply}
      data-testid="power-tile"
      data-point={point.code}
      data-position={position.toLowerCase()}
      data-over={over}
      {...attributes}
    >
      {named && (
        <p className={styles.name}>
          {point.name === null
            ? code('utility', point.utility)
            : nameOf({ name: point.name, nameEn: point.nameEn })}
        </p>
      )}
      <p className={styles.state}>
        {position === 'UNKNOWN' ? (
          <Glyph name="clock" />
        ) : (
          <BreakerGlyph state={position === 'CLOSED' ? 'closed' : 'open'} />
        )}
        <span className={over ? styles.over : undefined}>
          {over ? t('supply.OVER') : t(`${electric ? 'supply' : 'valve'}.${position}`)}
        </span>
      </p>
      <p className={styles.facts}>
        <Flow point={point} />
        {position === 'OPEN' && point.changedMs !== null && (
          <span>{t('since', { time: formatMoment(point.changedMs, now, zone, lang, false) })}</span>
        )}
      </p>
    </div>
  );
}

function Flow({ point }: { point: MyPoint }) {
  const t = useTranslations('me');
  const { powerW, rxAt } = useMeasured(point);
  const flow = point.values?.flowM3h ?? null;
  const value =
    point.utility === 'ELECTRICITY'
      ? powerW === null
        ? null
        : formatPower(powerW, 'room')
      : flow === null
        ? null
        : `${formatNumber(flow, 3)}${NNBSP}m³/h`;
  return (
    <span>
      <LiveValue asOf={rxAt} intervalMs={point.intervalMs}>
        {value}
      </LiveValue>
      {point.limitW !== null && (
        <b className={styles.limit} data-testid="room-limit">
          {t('ofLimit', { limit: formatPower(point.limitW, 'room') })}
        </b>
      )}
    </span>
  );
}
