'use client';

import { useTranslations } from 'next-intl';
import { Fact, Facts } from '../ui/Fact';
import {
  formatDifference,
  formatNumber,
  formatPercent,
  formatPower,
  LONG_DASH,
  withUnit,
} from '../ui/format';
import { formatAge, formatMoment, formatTime } from '../ui/formatTime';
import { BreakerGlyph } from '../ui/glyphs';
import { useLiveAttributes } from '../ui/LiveValue';
import { useCampusZone, useNow } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { MeterData, MeterDay } from './meterData';
import { useMeterNow } from './useMeterNow';

/** The four facts that a diagnosis begins with: when it was heard, how well, by which clock, and where its switch stands. */
export function MeterFacts({ data, day }: { data: MeterData; day: MeterDay | null }) {
  return (
    <Facts>
      <LastFrame data={data} />
      <Comms day={day} />
      <MeterClock data={data} />
      {data.removedMs === null && (data.hasRelay || data.contact !== null) && <Switch data={data} />}
    </Facts>
  );
}

/** Age of the newest frame, counted from its arrival: also of one that says the same as the one before. */
function LastFrame({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { at, rxAt } = useMeterNow(data);
  const { attributes } = useLiveAttributes({ asOf: rxAt, intervalMs: data.intervalMs });
  const due = rxAt === null ? null : rxAt + data.intervalMs;
  return (
    <Fact
      eyebrow={t('lastFrame')}
      testId="last-frame"
      attributes={attributes}
      title={
        rxAt === null ? t('neverHeard') : t('ago', { age: formatAge(now - rxAt, lang, { at: rxAt, zone }) })
      }
    >
      <p>
        {at === null || rxAt === null
          ? t('neverHeardWords')
          : t('measuredArrived', {
              measured: formatMoment(at, now, zone, lang),
              arrived: formatMoment(rxAt, now, zone, lang),
            })}
      </p>
      <p className="quiet">
        {data.removedMs !== null
          ? t('takenOff', { time: formatMoment(data.removedMs, now, zone, lang) })
          : data.online === false
            ? t('saysOffline')
            : due === null
              ? t('every', { seconds: data.intervalMs / 1_000 })
              : t(due >= now ? 'nextDue' : 'wasDue', {
                  seconds: data.intervalMs / 1_000,
                  time: formatTime(due, zone),
                })}
      </p>
    </Fact>
  );
}

function Comms({ day }: { day: MeterDay | null }) {
  const t = useTranslations('meter');
  const share = day === null || day.expected === 0 ? null : (day.reported / day.expected) * 100;
  return (
    <Fact
      eyebrow={t('commsDay')}
      testId="comms-share"
      title={share === null ? LONG_DASH : formatPercent(Math.floor(share * 10) / 10)}
    >
      <p>
        {day === null
          ? t('reading')
          : t('received', {
              n: formatNumber(day.reported),
              expected: formatNumber(day.expected),
            })}
      </p>
      <p className="quiet">
        {day && t('gapsAndMissing', { gaps: day.gaps.length, missing: day.sums.missing })}
      </p>
    </Fact>
  );
}

/** Drift of the meter's clock: how much later we hear what it measured, in the middle of its last messages. */
function MeterClock({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const { clock } = data;
  const drift = clock.driftMs === null ? null : withUnit(formatDifference(-clock.driftMs / 1_000, 1), 's');
  return (
    <Fact
      eyebrow={t('clock')}
      testId="meter-clock"
      attributes={{ 'data-drift-ms': clock.driftMs ?? undefined }}
      title={drift ?? t(clock.settled ? 'clockSettled' : 'clockUnknown')}
    >
      <p>
        {t(
          clock.forcedRx
            ? 'clockForced'
            : drift !== null
              ? 'clockMedian'
              : clock.settled
                ? 'clockSettledWords'
                : 'clockUnknownWords',
        )}
      </p>
      <p className="quiet">
        {data.boot === null || data.seq === null
          ? t('noCounters')
          : t('counters', { boot: formatNumber(data.boot), seq: formatNumber(data.seq) })}
      </p>
    </Fact>
  );
}

/** Relay or valve as measured, with what flows through it. */
function Switch({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { contact, powerW, currentA, voltageV } = useMeterNow(data);
  const electric = data.utility === 'ELECTRICITY';
  const position = contact === 1 ? 'CLOSED' : contact === 0 ? 'OPEN' : 'UNKNOWN';
  const valve = contact === 1 ? 'valveOpen' : contact === 0 ? 'valveShut' : null;
  const scope = data.room === null ? 'campus' : 'room';
  const values = [
    powerW === null ? null : formatPower(powerW, scope),
    currentA === null ? null : withUnit(formatNumber(currentA, 2), 'A'),
    voltageV === null ? null : withUnit(formatNumber(voltageV, 0), 'V'),
    electric || data.values?.flowM3h == null ? null : withUnit(formatNumber(data.values.flowM3h, 3), 'm³/h'),
  ].filter(Boolean);
  return (
    <Fact
      eyebrow={t(electric ? 'relay' : 'valve')}
      testId="meter-switch"
      attributes={{ 'data-position': position.toLowerCase() }}
      title={
        <>
          {electric && position !== 'UNKNOWN' && (
            <BreakerGlyph state={position === 'OPEN' ? 'open' : 'closed'} size="32px" />
          )}
          {electric || valve === null ? code('position', position) : t(valve)}
        </>
      }
    >
      <p>
        {!data.rights.values
          ? t('valuesWithheld')
          : values.length > 0
            ? values.join(t('comma'))
            : t('noValues')}
      </p>
      <p className="quiet">
        {data.contactMs === null
          ? t('positionNever')
          : t('positionAt', { time: formatMoment(data.contactMs, now, zone, lang) })}
      </p>
    </Fact>
  );
}
