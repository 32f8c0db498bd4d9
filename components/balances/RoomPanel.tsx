'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useLiveBalance } from '../live/hooks';
import { useLiveStore } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { BandTag } from '../ui/BandCell';
import { Button, ButtonLink } from '../ui/Button';
import { formatMoney, LONG_DASH } from '../ui/format';
import { formatAge, formatMoment, formatTime, formatTimeLeft } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { LiveValue } from '../ui/LiveValue';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { ErrorState, Skeleton } from '../ui/states';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import type { RoomBalance } from './balanceTypes';
import { useDueWords } from './dueWords';
import { type LiveRoomState, liveRoom } from './liveRooms';
import styles from './RoomPanel.module.css';

const FORECAST_MS = 15 * 60_000;
const REFETCH_MS = 30_000;
/** The walk ends here; what lasts longer is not told in days. */
const HORIZON_MS = 30 * 24 * 3_600_000;

interface Props {
  space: string;
  /** ISO 4217. */
  currency: string;
  onClose: () => void;
}

/** One room: how long it lasts, what stands before a cut, what its meter shows, and its money for who may see it. */
export function RoomPanel({ space, currency, onClose }: Props) {
  const t = useTranslations('balances');
  const trpc = useTRPC();
  const nameOf = useName();
  const query = useQuery(trpc.balances.room.queryOptions({ space }, { refetchInterval: REFETCH_MS }));
  const view = query.data;
  return (
    <Panel
      title={
        view
          ? `${nameOf(view.room)} · ${nameOf({ name: view.buildingName, nameEn: view.buildingNameEn })}`
          : space
      }
      tools={view && <LiveBand view={view} />}
      actions={
        <>
          {view && (
            <ButtonLink href={`/rooms/${encodeURIComponent(space)}`} size="small">
              {t('panel.openRoom')}
            </ButtonLink>
          )}
          <Button size="small" variant="quiet" onClick={onClose} aria-label={t('panel.close')}>
            <Glyph name="close" />
          </Button>
        </>
      }
      className={styles.panel}
      testId="room-panel"
    >
      {view ? (
        <Facts view={view} currency={currency} />
      ) : query.isError ? (
        <ErrorState cause={t('failedRoom')} onRetry={() => void query.refetch()} />
      ) : (
        <div className={styles.waiting}>
          <Skeleton height={96} onRetry={() => void query.refetch()} />
        </div>
      )}
    </Panel>
  );
}

/** The room as it stands now; a balance that streamed after the forecast overtakes it. */
function useLiveState(view: RoomBalance): LiveRoomState {
  const store = useLiveStore();
  const now = useNow();
  return liveRoom(view.room, view.forecastMs ?? 0, store, now);
}

function LiveBand({ view }: { view: RoomBalance }) {
  return <BandTag band={useLiveState(view).band} />;
}

function Facts({ view, currency }: { view: RoomBalance; currency: string }) {
  const t = useTranslations('balances.panel');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const words = useDueWords();
  const nameOf = useName();
  const live = useLiveState(view);
  const { due, forecastMs, room } = view;
  const left =
    live.timeLeftMs === null
      ? null
      : live.timeLeftMs >= HORIZON_MS
        ? t('beyond')
        : formatTimeLeft(live.timeLeftMs, lang);
  return (
    <dl className={styles.facts}>
      <Fact term={t('timeLeft')} strong>
        {left === null ? (
          t('learning', { n: Math.floor(room.learnedDays) })
        ) : (
          <LiveValue asOf={forecastMs} intervalMs={FORECAST_MS}>
            {left}
          </LiveValue>
        )}
        {forecastMs !== null && (
          <small>
            {t('forecastOf', {
              time: formatMoment(forecastMs, now, zone, lang, false),
              n: Math.floor(room.learnedDays),
            })}
          </small>
        )}
      </Fact>
      <Fact term={t('runsOut')}>
        {due && due.timeLeftMs < HORIZON_MS ? words.moment(due.runsOutMs) : LONG_DASH}
      </Fact>
      <Fact term={t('notBefore')}>
        {due && due.timeLeftMs < HORIZON_MS ? words.notBefore(due) : LONG_DASH}
        {due && due.timeLeftMs < HORIZON_MS && <small>{words.rule(due)}</small>}
      </Fact>
      <Fact term={t('supply')}>
        <Supply view={view} live={live} />
      </Fact>
      <Money view={view} currency={currency} />
      {view.policy && <Fact term={t('policy')}>{nameOf(view.policy)}</Fact>}
    </dl>
  );
}

function Supply({ view, live }: { view: RoomBalance; live: LiveRoomState }) {
  const t = useTranslations('balances.panel');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  if (live.rxMs === null) return t('neverHeard');
  if (live.band === 'NO_DATA')
    return t('unknown', { age: formatAge(now - live.rxMs, lang, { at: live.rxMs, zone }) });
  const state = !live.measuredOpen
    ? t('closed')
    : view.openedMs === null
      ? t('open', { time: LONG_DASH })
      : t('open', { time: formatTime(view.openedMs, zone, false) });
  return (
    <LiveValue asOf={live.rxMs} intervalMs={view.room.intervalMs} withAge>
      {state}
    </LiveValue>
  );
}

function Money({ view, currency }: { view: RoomBalance; currency: string }) {
  const t = useTranslations('balances.panel');
  const live = useLiveBalance(view.room.account);
  if (!view.money) {
    return (
      <Fact term={t('available')}>
        <small>{t('moneyHidden')}</small>
      </Fact>
    );
  }
  const available = live?.availableMicro ?? view.money.availableMicro;
  return (
    <Fact term={t('available')} strong>
      <span data-testid="room-money">
        {formatMoney(available, { currency: view.money.unit ?? currency })}
      </span>
    </Fact>
  );
}

function Fact({ term, strong, children }: { term: string; strong?: boolean; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd className={strong ? styles.strong : undefined}>{children}</dd>
    </div>
  );
}
