'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useLiveRoom } from '../live/LiveProvider';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { formatMoney } from '../ui/format';
import { formatDate, formatDateTime, formatMonth } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone } from '../ui/now';
import { SegmentedControl } from '../ui/SegmentedControl';
import type { ShowProof } from '../ui/showProof';
import { ErrorState } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';
import { DayCharges } from './DayCharges';
import { energyWords } from './energyWords';
import { MeHead, RoomAge, useRoomName } from './MeHead';
import type { MyHome, MyUsage } from './meData';
import { UsageBars } from './UsageBars';
import { UsageCompare } from './UsageCompare';
import { UsageDays } from './UsageDays';
import { UsageGaps } from './UsageGaps';
import styles from './UsagePage.module.css';
import { UsageTable } from './UsageTable';
import { STEPS, stepOf, utilityOf } from './usageChoice';

const REFRESH_MS = 60_000;

/** What was used and what it cost, by day, week and month; each day opens to its charges, and each charge to its proof. */
export function UsagePage({
  home,
  initial,
  showProof,
}: {
  home: MyHome;
  initial: MyUsage;
  showProof: ShowProof;
}) {
  const t = useTranslations('me');
  const trpc = useTRPC();
  const code = useCode();
  const roomName = useRoomName();
  const { room } = home;
  useLiveRoom(`room:${room.code}`);
  const [stepText] = useUrlValue('step');
  const [atText] = useUrlValue('at');
  const [utilityText] = useUrlValue('utility');
  const step = stepOf(stepText);
  const atMs = atText !== null && /^\d{12,14}$/.test(atText) ? Number(atText) : null;
  const utility = utilityOf(utilityText);
  const [asTable, setAsTable] = useState(false);
  const isInitial = step === initial.step && utility === initial.utility && atMs === null;
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.me.usage.queryOptions(
      { room: room.code, step, atMs, utility },
      {
        initialData: isInitial ? initial : undefined,
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MS,
        staleTime: 15_000,
      },
    ),
  );
  const usage = data ?? initial;
  const first = home.points.find((point) => point.utility === 'ELECTRICITY') ?? null;
  return (
    <>
      <MeHead title={t('usageOf', { room: roomName(room) })}>
        <RoomAge point={first} />
      </MeHead>
      <div className={styles.page} aria-busy={isPlaceholderData}>
        <div className={styles.choices}>
          <SegmentedControl
            label={t('span')}
            options={STEPS.map((value) => ({ value, label: t(`steps.${value}`) }))}
            value={step}
            onChange={(next) => setUrlValues({ step: next.toLowerCase(), at: null })}
          />
          {usage.utilities.length > 1 && (
            <SegmentedControl
              label={t('utility')}
              options={usage.utilities.map((value) => ({ value, label: code('utility', value) }))}
              value={utility}
              onChange={(next) => setUrlValues({ utility: next.toLowerCase() })}
            />
          )}
        </div>
        {error && (
          <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
        )}
        <div className={styles.columns}>
          <div className={styles.column}>
            <SpanHead usage={usage} />
            {asTable ? <UsageTable usage={usage} /> : <UsageBars usage={usage} />}
            <button
              type="button"
              className={styles.twin}
              onClick={() => setAsTable(!asTable)}
              data-testid="table-twin"
            >
              {t(asTable ? 'viewAsChart' : 'viewAsTable')}
            </button>
            <UsageGaps usage={usage} />
            <UsageCompare usage={usage} />
          </div>
          <div className={styles.column}>
            {usage.step === 'DAY' ? (
              <DayCharges usage={usage} roomCode={room.code} showProof={showProof} />
            ) : (
              <UsageDays usage={usage} />
            )}
          </div>
        </div>
      </div>
    </>
  );
}

/** Which span it is, with the ones beside it, and what it comes to. */
function SpanHead({ usage }: { usage: MyUsage }) {
  const t = useTranslations('me');
  const lang = useLang();
  const zone = useCampusZone();
  const energy = (micro: bigint) => energyWords(usage.utility, micro);
  const { step, startMs, endMs, asOfMs, sinceMs, heldSinceMs } = usage;
  const title =
    step === 'MONTH'
      ? formatMonth(startMs, zone, lang)
      : step === 'DAY'
        ? formatDate(startMs, zone, lang, { weekday: true })
        : t('weekOf', { from: formatDate(startMs, zone, lang), to: formatDate(endMs - 1, zone, lang) });
  const go = (at: number) => setUrlValues({ step: step.toLowerCase(), at: String(at) });
  return (
    <section aria-label={t('total')}>
      <div className={styles.span}>
        <button
          type="button"
          onClick={() => go(startMs - 1)}
          disabled={startMs <= sinceMs}
          aria-label={t('earlier')}
          data-testid="earlier"
        >
          <Glyph name="back" />
        </button>
        <h2 data-testid="span">{title}</h2>
        <button
          type="button"
          onClick={() => go(endMs)}
          disabled={endMs > asOfMs}
          aria-label={t('later')}
          data-testid="later"
        >
          <Glyph name="next" />
        </button>
      </div>
      <p className={styles.total}>
        <b data-testid="usage-total" data-micro={usage.totalMicro.toString()}>
          {energy(usage.totalMicro)}
        </b>
        <b data-testid="usage-debit" data-micro={usage.debitMicro.toString()}>
          {formatMoney(usage.debitMicro, { currency: usage.currency })}
        </b>
      </p>
      <p className="meta">
        {usage.freeMicro > 0n && `${t('freeOf', { energy: energy(usage.freeMicro) })} `}
        {usage.unpostedMicro > 0n &&
          endMs > asOfMs &&
          t('unposted', {
            energy: energy(usage.unpostedQuantityMicro),
            amount: formatMoney(usage.unpostedMicro, { currency: usage.currency, decimals: 6 }),
          })}
      </p>
      {heldSinceMs !== null && heldSinceMs < endMs && (
        <p className="meta" role="status" data-testid="usage-held">
          {t('held', { time: formatDateTime(heldSinceMs, zone, lang) })}
        </p>
      )}
    </section>
  );
}
