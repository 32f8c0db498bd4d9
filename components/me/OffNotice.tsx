'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useMeasured } from '../live/measured';
import { formatPower } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { BreakerGlyph } from '../ui/glyphs';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import type { MyPoint, StandingPoint } from './meData';
import styles from './OffNotice.module.css';
import { whyOff } from './whyOff';

/** Why supply is off, as measured, and what to do about it: nothing while it is on. */
export function OffNotice({
  point,
  next,
  named,
  children,
}: {
  point: MyPoint;
  /** What the resident can do about it; undefined: not known. */
  next: StandingPoint['next'] | undefined;
  /** Says which meter, where there are several. */
  named: boolean;
  /** What the resident can do here and now. */
  children?: ReactNode;
}) {
  const t = useTranslations('me');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const nameOf = useName();
  const { position } = useMeasured(point);
  const why = whyOff(point, position, next);
  if (why === null) return null;
  const { hold, words } = why;
  // The chosen reason or alarm, then what was written; a code without words says nothing to a resident, nor what stands below.
  const [chosen = '', ...written] = hold?.note?.split(': ') ?? [];
  const isCode = /^[A-Z_]+$/.test(chosen);
  const key = `staffReason.${chosen}`;
  const said = chosen === hold?.trip?.rule && hold.trip.powerW !== null;
  const note = [isCode ? (t.has(key) && !said ? t(key) : '') : chosen, ...written]
    .filter(Boolean)
    .join(t('comma'));
  const moment = (at: number) => formatMoment(at, now, zone, lang, false);
  const sinceMs = point.changedMs ?? hold?.sinceMs ?? null;
  const steps = [1, 2, 3].filter((n) => t.has(`off.${words}.steps.${n}`));
  return (
    <section
      className={styles.off}
      data-testid="off"
      data-reason={hold?.reason.toLowerCase()}
      data-why={words.toLowerCase()}
    >
      <h2>
        <BreakerGlyph state="open" size="28px" />
        {t(`off.${words}.title`)}
      </h2>
      <p className={styles.soft}>
        {named && point.name !== null && <b>{nameOf({ name: point.name, nameEn: point.nameEn })} </b>}
        {sinceMs !== null && t('measuredOffSince', { time: moment(sinceMs) })}{' '}
        {note !== '' && t('staffNote', { note })}
      </p>
      {hold?.trip && hold.trip.powerW !== null && (
        <dl className={styles.trip} data-testid="trip">
          <div>
            <dt>{t('tripMeasured', { time: moment(hold.trip.atMs) })}</dt>
            <dd>{formatPower(hold.trip.powerW, 'room')}</dd>
          </div>
          {(hold.trip.limitW ?? point.limitW) !== null && (
            <div>
              <dt>{t('tripLimit')}</dt>
              <dd>{formatPower(hold.trip.limitW ?? point.limitW, 'room')}</dd>
            </div>
          )}
        </dl>
      )}
      <ol className={styles.steps} aria-label={t('whatToDo')} data-testid="what-to-do">
        {steps.map((n) => (
          <li key={n}>
            {steps.length > 1 && <b>{n}</b>}
            <span>{t(`off.${words}.steps.${n}`)}</span>
          </li>
        ))}
      </ol>
      {children}
    </section>
  );
}
