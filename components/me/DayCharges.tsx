'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { exactMicro } from '../ui/exact';
import { formatMoney } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone } from '../ui/now';
import type { ShowProof } from '../ui/showProof';
import { ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { usePeriodName } from '../ui/usePeriodName';
import type { MyUsage } from './meData';
import styles from './UsageDays.module.css';

const SHOWN_FIRST = 24;

/** The charges of a day, newest first; each opens its proof, recomputed in this browser. */
export function DayCharges({
  usage,
  roomCode,
  showProof,
}: {
  usage: MyUsage;
  roomCode: string;
  showProof: ShowProof;
}) {
  const t = useTranslations('me');
  const rooms = useTranslations('rooms');
  const code = useCode();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const periodOf = usePeriodName();
  const [shown, setShown] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useQuery(
    trpc.me.dayCharges.queryOptions(
      { room: roomCode, atMs: usage.startMs, utility: usage.utility },
      { refetchInterval: 60_000 },
    ),
  );
  const unit = usage.utility === 'ELECTRICITY' ? 'kWh' : 'm³';
  return (
    <section aria-label={t('charges')} data-testid="charges">
      <h2 className={styles.title}>{t('charges')}</h2>
      {error && (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={224} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="meta">{t('noCharges')}</p>}
      <ul>
        {data?.slice(0, all ? undefined : SHOWN_FIRST).map((charge) => (
          <li key={charge.id}>
            <button
              type="button"
              className={styles.row}
              onClick={() => setShown(charge.id)}
              data-testid="open-proof"
              data-charge={charge.id}
            >
              <span>
                {formatTime(charge.t0Ms, zone, false)}–{formatTime(charge.t1Ms, zone, false)}
                <small className="meta">
                  {' '}
                  {charge.periods.map(periodOf).join(rooms('comma'))}
                  {charge.estimated && ` (${rooms('estimated')})`}
                </small>
              </span>
              <span className={styles.figures}>
                <b>{formatMoney(-charge.amountMicro, { currency: usage.currency, decimals: 6 })}</b>
                <small>
                  {exactMicro(charge.quantityMicro, 3)} {unit}
                </small>
              </span>
              <Glyph name="next" />
            </button>
          </li>
        ))}
      </ul>
      {data && !all && data.length > SHOWN_FIRST && (
        <Button size="control" wide onClick={() => setAll(true)}>
          {t('allCharges', { n: data.length })}
        </Button>
      )}
      {shown !== null &&
        showProof({
          id: shown,
          room: roomCode,
          currency: usage.currency,
          onClose: () => setShown(null),
        })}
    </section>
  );
}
