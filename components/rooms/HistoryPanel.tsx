'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { commandTrackState } from '../../domain/supply/commandMachine';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { useAskers } from '../supply/useAskers';
import { useWhy } from '../supply/useWhy';
import { AlarmMark } from '../ui/AlarmMark';
import { alarmMarkState } from '../ui/alarmMarkState';
import { EventItem, EventList } from '../ui/EventList';
import { formatMoney, formatPower, NNBSP } from '../ui/format';
import { formatMoment, formatStopwatch } from '../ui/formatTime';
import { BreakerGlyph, Glyph } from '../ui/glyphs';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useLevelWords } from '../ui/useLevelWords';
import type { RoomEvent } from './roomData';

const REFRESH_MS = 15_000;

/** Alarms, commands, notices and payments of the last 30 days, newest first. */
export function HistoryPanel({ code, currency }: { code: string; currency: string | undefined }) {
  const t = useTranslations('rooms');
  const words = useCode();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.rooms.history.queryOptions({ code }, { refetchInterval: REFRESH_MS }),
  );
  return (
    <Panel
      title={t('history')}
      meta={data && t('historyMeta', { n: data.events.length, total: data.total, days: data.days })}
      testId="history"
    >
      {data ? (
        data.events.length === 0 ? (
          <EmptyState title={t('historyEmpty')}>{t('historyEmptyWords', { days: data.days })}</EmptyState>
        ) : (
          <EventList>
            {data.events.map((event, index) => (
              <Item key={index} event={event} currency={currency} />
            ))}
          </EventList>
        )
      ) : error ? (
        <ErrorState cause={words('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={280} onRetry={() => void refetch()} />
      )}
    </Panel>
  );
}

function Item({ event, currency }: { event: RoomEvent; currency: string | undefined }) {
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { glyph, title, words, href } = useItem(event, currency);
  return (
    <EventItem
      kind={event.kind.toLowerCase()}
      glyph={glyph}
      title={title}
      words={words}
      time={formatMoment(event.atMs, now, zone, lang)}
      href={href}
    />
  );
}

function useItem(
  event: RoomEvent,
  currency: string | undefined,
): { glyph: ReactNode; title: string; words: string; href?: string } {
  const t = useTranslations('rooms');
  const code = useCode();
  const askers = useAskers();
  const why = useWhy();
  const levelWords = useLevelWords(currency);
  const lang = useLang();
  switch (event.kind) {
    case 'COMMAND': {
      const { command, limit } = event;
      const opening = command.action === 'DISCONNECT' || command.action === 'CLOSE_VALVE';
      const proven = command.steps.find((step) => step.state === 'VERIFIED');
      return {
        glyph: <BreakerGlyph state={opening ? 'open' : 'closed'} />,
        title: limit
          ? t(limit.byResident ? 'ownLimitTitle' : 'limitTitle', {
              from: formatPower(limit.fromW ?? limit.capW, 'room'),
              to: formatPower(limit.toW ?? limit.capW, 'room'),
            })
          : t('commandTitle', {
              action: code('commandAction', command.action),
              reason: code('supplyReason', command.reason),
            }),
        words: [
          proven && !limit
            ? t(opening ? 'commandOpen' : 'commandClosed', {
                name: askers(command),
                seconds: Math.max(1, Math.round((proven.at - command.createdAt) / 1_000)),
              })
            : t('commandWords', {
                name: askers(command),
                state: code('trackState', commandTrackState(command.state)),
              }),
          limit?.byResident ? limit.reason : why(command),
        ]
          .filter(Boolean)
          .join(t('comma')),
      };
    }
    case 'ALARM': {
      const load =
        event.unit === 'W' && event.value !== null ? formatPower(Number(event.value), 'room') : null;
      const limit =
        event.unit === 'W' && event.limit !== null ? formatPower(Number(event.limit), 'room') : null;
      return {
        glyph: <AlarmMark priority={event.priority} state={alarmMarkState(event.state)} size="18px" />,
        title: [code('alarmRule', event.rule), load && limit ? t('ofLimit', { load, limit }) : load]
          .filter(Boolean)
          .join(' '),
        words: [
          t('alarmWords', { priority: event.priority, state: code('alarmState', event.state) }),
          event.acknowledgedBy,
          event.returnedMs === null
            ? null
            : t('normalAfter', { age: formatStopwatch(event.returnedMs - event.atMs, lang) }),
        ]
          .filter(Boolean)
          .join(t('comma')),
        href: `/alarms/${event.id}`,
      };
    }
    case 'NOTICE': {
      const key = `notices.${event.notice}`;
      const { body } = event;
      return {
        glyph: <Glyph name="bell" />,
        title: t.has(key) ? t(key, { level: levelWords(body) }) : event.notice,
        words: [
          t('noticeWords'),
          typeof body.by === 'string' ? body.by : null,
          typeof body.reason === 'string' ? body.reason : null,
        ]
          .filter(Boolean)
          .join(t('comma')),
      };
    }
    case 'PAYMENT':
      return {
        glyph: <Glyph name="check" />,
        title: t('paymentTitle', { amount: formatMoney(event.amountMicro, { sign: 'always' }) }),
        words: `${code('channel', event.channel)}${t('comma')}${event.reference}${NNBSP}`,
      };
  }
}
