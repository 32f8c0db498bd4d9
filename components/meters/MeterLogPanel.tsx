'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { commandTrackState } from '../../domain/supply/commandMachine';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { useAskers } from '../supply/useAskers';
import { useWhy } from '../supply/useWhy';
import { AlarmMark } from '../ui/AlarmMark';
import { alarmMarkState } from '../ui/alarmMarkState';
import { EventItem, EventList } from '../ui/EventList';
import { formatMoment, formatStopwatch } from '../ui/formatTime';
import { BreakerGlyph, Glyph } from '../ui/glyphs';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { MeterData, MeterEvent } from './meterData';

const REFRESH_MS = 30_000;

/** What was asked of the meter, how its relay was seen to move, and its alarms, newest first. */
export function MeterLogPanel({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const words = useCode();
  const trpc = useTRPC();
  const {
    data: log,
    error,
    refetch,
  } = useQuery(
    trpc.meters.log.queryOptions({ code: data.code }, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  return (
    <Panel
      title={t('log')}
      meta={log && t('logMeta', { n: log.events.length, total: log.total, days: log.days })}
      testId="meter-log"
    >
      {log ? (
        log.events.length === 0 ? (
          <EmptyState title={t('logEmpty')}>
            {t('logEmptyWords', { days: log.days, positionDays: log.positionDays })}
          </EmptyState>
        ) : (
          <EventList>
            {log.events.map((event, index) => (
              <Entry key={index} event={event} electric={data.utility === 'ELECTRICITY'} />
            ))}
          </EventList>
        )
      ) : error ? (
        <ErrorState cause={words('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={200} onRetry={() => void refetch()} />
      )}
    </Panel>
  );
}

function Entry({ event, electric }: { event: MeterEvent; electric: boolean }) {
  const t = useTranslations('meter');
  const code = useCode();
  const askers = useAskers();
  const why = useWhy();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const time = formatMoment(event.atMs, now, zone, lang);
  switch (event.kind) {
    case 'COMMAND': {
      const { command } = event;
      const opening = command.action === 'DISCONNECT' || command.action === 'CLOSE_VALVE';
      const switches = opening || command.action === 'CONNECT' || command.action === 'OPEN_VALVE';
      return (
        <EventItem
          kind="command"
          glyph={switches ? <BreakerGlyph state={opening ? 'open' : 'closed'} /> : <Glyph name="gauge" />}
          title={t('logCommand', {
            action: code('commandAction', command.action),
            state: code('trackState', commandTrackState(command.state)),
          })}
          words={[askers(command), why(command)].filter(Boolean).join(t('comma'))}
          time={time}
        />
      );
    }
    case 'POSITION': {
      const closed = event.contact === 1;
      return (
        <EventItem
          kind="position"
          glyph={electric ? <BreakerGlyph state={closed ? 'closed' : 'open'} /> : <Glyph name="gauge" />}
          title={t('logPosition', {
            position: electric
              ? code('position', closed ? 'CLOSED' : 'OPEN')
              : t(closed ? 'valveOpen' : 'valveShut'),
          })}
          words={t('logPositionWords')}
          time={time}
        />
      );
    }
    case 'ALARM':
      return (
        <EventItem
          kind="alarm"
          glyph={<AlarmMark priority={event.priority} state={alarmMarkState(event.state)} size="18px" />}
          title={code('alarmRule', event.rule)}
          words={[
            t('logAlarm', { priority: event.priority, state: code('alarmState', event.state) }),
            event.returnedMs === null
              ? null
              : t('logNormalAfter', { age: formatStopwatch(event.returnedMs - event.atMs, lang) }),
          ]
            .filter(Boolean)
            .join(t('comma'))}
          time={time}
          href={`/alarms/${event.id}`}
        />
      );
  }
}
