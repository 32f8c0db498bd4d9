'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { RoomLoadChart } from '../charts/RoomLoadChart';
import { formatAlarmFigure, isFeeder, markOf, ratingW, shownState } from '../live/alarmView';
import { useAlarm } from '../live/hooks';
import { useConnection } from '../live/LiveProvider';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { useControl } from '../supply/control';
import { SupplyTrack } from '../supply/SupplyTrack';
import { AlarmMark } from '../ui/AlarmMark';
import { Breadcrumb } from '../ui/Breadcrumb';
import { Button, ButtonLink } from '../ui/Button';
import { classNames } from '../ui/classNames';
import { formatNumber, formatPercent, formatPower } from '../ui/format';
import { formatDate, formatStopwatch, formatTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './AlarmPane.module.css';
import { isCuttable, type RowActs } from './AlarmRows';
import type { AlarmDetail } from './alarmData';
import type { AlarmRow } from './incidents';
import { Timeline } from './Timeline';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords, useStepName } from './usePlaceWords';

const REFRESH_MS = 5_000;

export interface PaneActs extends RowActs {
  shelve: (row: AlarmRow) => void;
  unshelve: (id: string) => void;
  reset: (row: AlarmRow) => void;
}

interface Props {
  id: string;
  /** The row as the list has it, so that the pane is complete before its own query has answered. */
  row: AlarmRow | null;
  acknowledging: boolean;
  acts: PaneActs;
}

/** Everything about one alarm: beside the list on a desk, a page of its own on a phone. */
export function AlarmPane({ id, row: listed, acknowledging, acts }: Props) {
  const t = useTranslations('alarms');
  const code = useCode();
  const trpc = useTRPC();
  const streamed = useAlarm(id);
  const { data, error, refetch } = useQuery(
    trpc.alarms.detail.queryOptions({ id: Number(id) }, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  const alarm = newest(streamed ?? listed?.alarm, data?.alarm);
  const context = data?.context ?? listed?.context ?? null;
  const row = useMemo(() => (alarm ? { alarm, context } : null), [alarm, context]);
  if (!row) {
    return (
      <section className={styles.pane} aria-label={t('pane')}>
        {error ? (
          <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={240} onRetry={() => void refetch()} />
        )}
      </section>
    );
  }
  return (
    <section
      className={styles.pane}
      aria-label={t('pane')}
      data-testid="alarm-pane"
      data-alarm={id}
      data-pri={row.alarm.priority}
    >
      <Headline row={row} detail={data ?? null} />
      <Place row={row} detail={data ?? null} />
      <Actions row={row} detail={data ?? null} acknowledging={acknowledging} acts={acts} />
      {context?.command && (
        <div className={styles.track}>
          <SupplyTrack
            command={context.command}
            mayRead={context.rights.cut}
            again={
              context.rights.cut && context.point
                ? {
                    pointCode: context.point.code,
                    roomCode: context.point.spaceCode,
                    direction: context.command.action === 'CONNECT' ? 'RESTORE' : 'CUT',
                    alarm: { id: Number(id), rule: row.alarm.rule },
                  }
                : null
            }
          />
        </div>
      )}
      {data ? (
        <>
          <Trace detail={data} row={row} />
          <Response detail={data} row={row} />
          <SamePoint detail={data} />
          <Timeline entries={data.timeline} rule={row.alarm.rule} />
        </>
      ) : (
        <div className={styles.part}>
          <Skeleton height={168} onRetry={() => void refetch()} />
        </div>
      )}
    </section>
  );
}

function newest(streamed: AlarmRow['alarm'] | undefined, read: AlarmRow['alarm'] | undefined) {
  if (!streamed || !read) return streamed ?? read ?? null;
  return read.changedAt > streamed.changedAt ? read : streamed;
}

/** Newest measured load of the point, W. */
function loadNow(detail: AlarmDetail | null): number | null {
  return detail?.trace?.points.findLast(([, powerW]) => powerW !== null)?.[1] ?? null;
}

function Headline({ row, detail }: { row: AlarmRow; detail: AlarmDetail | null }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const now = useNow();
  const zone = useCampusZone();
  const words = useAlarmWords()(row);
  const { alarm } = row;
  const state = shownState(alarm, now);
  const feeder = isFeeder(alarm);
  const powerW = loadNow(detail);
  const limitW = ratingW(alarm);
  const nowWords =
    alarm.unit === 'W' && powerW !== null && limitW !== null
      ? feeder
        ? t('ofRating', { value: formatPower(powerW), limit: formatPower(limitW) })
        : t('nowPercentOf', {
            value: formatPower(powerW, 'room'),
            share: formatPercent((powerW / limitW) * 100),
            limit: formatPower(limitW, 'room'),
          })
      : words.against;
  const since = state === 'ACKED' ? (alarm.acknowledgedAt ?? alarm.raisedAt) : alarm.raisedAt;
  return (
    <header className={styles.headline}>
      <AlarmMark priority={alarm.priority} state={markOf(state)} size="40px" />
      <div>
        <h1 data-testid="alarm-title">{words.title}</h1>
        <p>
          {nowWords && <b>{nowWords}</b>}
          {nowWords && t('comma')}
          {state === 'UNACK' ? t('unackedFor') : t('inStateFor', { state: words.state })}{' '}
          <b data-testid="alarm-age">{formatStopwatch(now - since, lang)}</b>
        </p>
        {powerW !== null && alarm.value !== null && alarm.unit === 'W' && (
          <p className="meta">
            {t('whenRaised', {
              value: formatAlarmFigure(alarm.value, alarm.unit, feeder ? 'campus' : 'room') ?? '',
              time: formatTime(alarm.raisedAt, zone),
            })}
          </p>
        )}
      </div>
    </header>
  );
}

function Place({ row, detail }: { row: AlarmRow; detail: AlarmDetail | null }) {
  const t = useTranslations('alarms');
  const common = useTranslations('common');
  const nameOf = useStepName();
  const lang = useLang();
  const place = usePlaceWords()(row);
  const below = detail?.below;
  const above = detail?.above;
  return (
    <div className={classNames(styles.part, styles.place)} data-testid="alarm-place">
      <div>
        <b>{place.title}</b>
        <Breadcrumb path={[{ label: common('campus'), href: '/map' }, ...place.path]} />
        {row.context?.point?.name && row.context.point.role === 'FEEDER' && (
          <p className={styles.soft}>
            {nameOf({ name: row.context.point.name, nameEn: row.context.point.nameEn })}
          </p>
        )}
        {detail?.residents != null && (
          <p className={styles.soft}>{t('residents', { n: detail.residents })}</p>
        )}
        {below && <p className={styles.soft}>{t('roomsBelow', { n: below.rooms })}</p>}
        {above && (
          <p className={styles.soft}>
            {t('above', {
              code: above.code,
              load: formatPower(above.powerW),
              share:
                above.powerW !== null && above.capacityW
                  ? formatPercent((above.powerW / above.capacityW) * 100)
                  : '—',
              n: above.roomsOver,
            })}
          </p>
        )}
      </div>
      {below && below.floors.length > 0 && (
        <dl className={styles.floors} aria-label={t('floors')}>
          {below.floors.map((floor) => (
            <div key={floor.name}>
              <dt>{lang === 'en' ? (floor.nameEn ?? floor.name) : floor.name}</dt>
              <dd>
                <i
                  style={{
                    width: `${(floor.powerW / Math.max(1, ...below.floors.map((f) => f.powerW))) * 100}%`,
                  }}
                />
                <b>{formatNumber(floor.powerW / 1_000, 1)}</b>
              </dd>
            </div>
          ))}
          {below.lossW !== null && (
            <div>
              <dt>{t('loss')}</dt>
              <dd>
                <span className="quiet">{formatNumber(below.lossW / 1_000, 1)}</span>
              </dd>
            </div>
          )}
        </dl>
      )}
      {place.path.length === 0 && detail?.alarm.place.path.length ? (
        <span className="visually-hidden">
          {detail.alarm.place.path.map((name) => nameOf({ name, nameEn: null })).join(', ')}
        </span>
      ) : null}
    </div>
  );
}

function Actions({
  row,
  detail,
  acknowledging,
  acts,
}: {
  row: AlarmRow;
  detail: AlarmDetail | null;
  acknowledging: boolean;
  acts: PaneActs;
}) {
  const t = useTranslations('alarms');
  const live = useTranslations('live');
  const now = useNow();
  const { arm } = useControl();
  const { state: connection } = useConnection();
  const { alarm, context } = row;
  const state = shownState(alarm, now);
  const rights = context?.rights;
  const over = detail?.below?.over.filter((room) => room.command === null) ?? [];
  const offline = connection === 'offline' ? live('controlOffline') : undefined;
  const ackable = state === 'UNACK' || state === 'RTN_UNACK' || state === 'LATCHED_UNACK';
  const cut = isCuttable(row);
  return (
    <div className={styles.actions}>
      <div className={styles.main}>
        {offline && <p className="quiet">{offline}</p>}
        {cut && (
          <Button
            variant="primary"
            size="control"
            breaker="open"
            disabled={offline !== undefined}
            onClick={() => acts.cut(row)}
            data-testid="cut"
            aria-keyshortcuts="x"
          >
            {t('cutDots')} <kbd>x</kbd>
          </Button>
        )}
        {rights?.cut && over.length > 0 && (
          <Button
            variant="primary"
            size="control"
            breaker="open"
            disabled={offline !== undefined}
            onClick={() =>
              arm({ pointCode: over[0]!.pointCode, roomCode: over[0]!.spaceCode, direction: 'CUT' })
            }
            data-testid="cut-worst"
          >
            {t('cutWorst', { place: over[0]!.spaceCode })}
          </Button>
        )}
        {ackable && rights?.acknowledge && (
          <Button
            variant={cut || over.length > 0 ? 'plain' : 'primary'}
            size="control"
            disabled={acknowledging || offline !== undefined}
            onClick={() => acts.acknowledge(alarm.id)}
            data-testid="pane-ack"
            aria-keyshortcuts="a"
          >
            {acknowledging ? t('acknowledging') : t('acknowledge')} <kbd>a</kbd>
          </Button>
        )}
      </div>
      <div className={styles.more}>
        {state === 'LATCHED_ACK' && rights?.reset && (
          <Button variant="primary" size="control" onClick={() => acts.reset(row)}>
            {t('resetButton')}
          </Button>
        )}
        {rights?.shelve && state !== 'SHELVED' && state !== 'NORMAL' && (
          <Button size="control" onClick={() => acts.shelve(row)} aria-keyshortcuts="h" data-testid="shelve">
            {t('shelve')} <kbd>h</kbd>
          </Button>
        )}
        {rights?.shelve && state === 'SHELVED' && (
          <Button size="control" onClick={() => acts.unshelve(alarm.id)} data-testid="unshelve">
            {t('unshelve')}
          </Button>
        )}
        {context?.point?.isRoom && (
          <ButtonLink href={`/rooms/${encodeURIComponent(context.point.spaceCode)}`} size="control">
            {t('openRoom')}
          </ButtonLink>
        )}
      </div>
    </div>
  );
}

function Trace({ detail, row }: { detail: AlarmDetail; row: AlarmRow }) {
  const t = useTranslations('alarms');
  const zone = useCampusZone();
  const { trace, meter } = detail;
  const { alarm } = row;
  const feeder = isFeeder(alarm);
  const data = useMemo(() => {
    if (!trace || trace.points.length === 0) return null;
    const events = [
      {
        at: alarm.raisedAt,
        label: t(alarm.limit === null ? 'markRaised' : 'markOver', {
          time: formatTime(alarm.raisedAt, zone),
        }),
      },
    ].filter(({ at }) => at >= trace.fromMs && at <= trace.toMs);
    return {
      from: trace.fromMs,
      to: trace.toMs,
      zone,
      points: trace.points,
      limit: ratingW(alarm) ?? meter?.limitW ?? null,
      usual: trace.usual,
      alarms: trace.alarms,
      events,
      gaps: trace.gaps,
    };
  }, [trace, alarm, meter, zone, t]);
  if (!data) return null;
  return (
    <div className={styles.part} data-testid="alarm-trace">
      <RoomLoadChart data={data} name={t('trace')} scope={feeder ? 'campus' : 'room'} height="168px" />
    </div>
  );
}

function Response({ detail, row }: { detail: AlarmDetail; row: AlarmRow }) {
  const t = useTranslations('alarms');
  const rules = useTranslations('alarms.rules');
  const code = useCode();
  const { arm } = useControl();
  const { rule, below, staff } = detail;
  const { alarm, context } = row;
  const open = below?.over.filter((room) => room.command === null) ?? [];
  const gainW = open.reduce((sum, room) => sum + room.powerW, 0);
  const feederW = loadNow(detail);
  const rating = ratingW(alarm);
  const text = (key: 'response' | 'cause' | 'consequence') =>
    rule && rules.has(`${rule.code}.${key}`) ? rules(`${rule.code}.${key}`) : null;
  const response = text('response');
  return (
    <div className={styles.part} data-testid="alarm-response">
      <h2>
        {rule ? t('responseWithin', { minutes: Math.round(rule.actWithinMs / 60_000) }) : t('response')}
      </h2>
      <ol className={styles.steps}>
        {open.length > 0 && (
          <li>
            {t('cutRooms', { rooms: open.map((room) => room.spaceCode).join(t('comma')) })}
            {feederW !== null && rating
              ? t('cutGain', {
                  gain: formatPower(-gainW),
                  share: formatPercent(((feederW - gainW) / rating) * 100),
                })
              : ''}
          </li>
        )}
        {response && <li>{response}</li>}
        {staff.map((person) => (
          <li key={person.name}>
            {t('call', {
              role: code('role', person.role),
              name: person.name,
              contact: person.contact ?? '',
            })}
          </li>
        ))}
      </ol>
      {open.length > 0 && context?.rights.cut && (
        <ul className={styles.rooms} aria-label={t('roomsOver')}>
          {below!.over.map((room) => (
            <li key={room.pointCode}>
              <b>{room.spaceCode}</b>
              <span>
                {t('percentOf', {
                  share: formatPower(room.powerW, 'room'),
                  limit: formatPower(room.limitW, 'room'),
                })}
              </span>
              {room.command ? (
                <span className="quiet">{t('cutRunning')}</span>
              ) : (
                <Button
                  size="small"
                  onClick={() =>
                    arm({ pointCode: room.pointCode, roomCode: room.spaceCode, direction: 'CUT' })
                  }
                  aria-label={t('cutNamed', { place: room.spaceCode })}
                >
                  {t('cut')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {text('cause') && (
        <p className={styles.soft}>
          {t('cause', { cause: text('cause')! })} {text('consequence')}
        </p>
      )}
    </div>
  );
}

/** The last 30 days at the same object, one cell a day; a day with alarms has the colour of its worst. */
function SamePoint({ detail }: { detail: AlarmDetail }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const zone = useCampusZone();
  const dayOf = (at: number) => formatDate(at, zone, lang);
  const days = Array.from(
    { length: detail.earlierDays },
    (_, index) => detail.asOfMs - (detail.earlierDays - 1 - index) * 86_400_000,
  );
  const worst = new Map<string, number>();
  for (const { raisedMs, priority } of detail.earlier) {
    const day = dayOf(raisedMs);
    worst.set(day, Math.min(worst.get(day) ?? 4, priority));
  }
  const today = dayOf(detail.asOfMs);
  const named = [...worst.keys()];
  return (
    <div className={classNames(styles.part, styles.same)} data-testid="same-point">
      <div>
        <h2>{t('samePoint', { n: detail.earlierDays })}</h2>
        <p className="meta">
          {named.length === 1 && named[0] === today
            ? t('sameFirst')
            : t('sameDays', { n: named.length, days: named.slice(-5).join(t('comma')) })}
        </p>
      </div>
      <ol className={styles.strip} aria-hidden="true">
        {days.map((at) => {
          const priority = worst.get(dayOf(at));
          return (
            <li
              key={at}
              className={classNames(priority !== undefined && styles.hit)}
              data-pri={dayOf(at) === today ? priority : undefined}
            />
          );
        })}
      </ol>
    </div>
  );
}
