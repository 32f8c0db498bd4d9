'use client';

import { useTranslations } from 'next-intl';
import { isTerminal } from '../../domain/supply/commandMachine';
import { useMeasured } from '../live/measured';
import { useAskers } from '../supply/useAskers';
import { useWhy } from '../supply/useWhy';
import { Fact, Facts } from '../ui/Fact';
import { formatNumber, formatPower, NNBSP } from '../ui/format';
import { formatAge, formatMoment, formatTime } from '../ui/formatTime';
import { BreakerGlyph, Glyph } from '../ui/glyphs';
import { useLiveAttributes } from '../ui/LiveValue';
import { useCampusZone, useNow } from '../ui/now';
import { useActor } from '../ui/useActor';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import { useTripWords } from '../ui/useTripWords';
import { useNewestCommand } from './liveRoom';
import type { PointHold, RoomData, RoomPoint } from './roomData';
import styles from './SupplyFacts.module.css';

/** Three facts side by side and never one for another: what is measured, what is wanted, what stands in the way. */
export function SupplyFacts({ data, point }: { data: RoomData; point: RoomPoint }) {
  return (
    <Facts>
      <Measured point={point} />
      <Wanted point={point} />
      <Blocks data={data} point={point} />
    </Facts>
  );
}

function Measured({ point }: { point: RoomPoint }) {
  const t = useTranslations('rooms');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const measured = useMeasured(point);
  const command = useNewestCommand(point);
  const { attributes, fresh } = useLiveAttributes({ asOf: measured.rxAt, intervalMs: point.intervalMs });
  const values = [
    measured.powerW === null ? null : formatPower(measured.powerW, 'room'),
    measured.currentA === null ? null : `${formatNumber(measured.currentA, 2)}${NNBSP}A`,
    measured.voltageV === null ? null : `${formatNumber(measured.voltageV, 0)}${NNBSP}V`,
  ].filter(Boolean);
  const ackAt = command?.steps.findLast((step) => step.state === 'ACCEPTED' || step.state === 'EXECUTED')?.at;
  const before = command && !isTerminal(command.state) && ackAt !== undefined && (measured.at ?? 0) <= ackAt;
  const due = measured.rxAt === null ? null : measured.rxAt + point.intervalMs;
  return (
    <Fact
      eyebrow={t('measured')}
      testId="measured"
      attributes={{ 'data-position': measured.position.toLowerCase(), ...attributes }}
      title={
        <>
          {measured.position !== 'UNKNOWN' && (
            <BreakerGlyph state={measured.position === 'OPEN' ? 'open' : 'closed'} size="32px" />
          )}
          {code('position', measured.position)}
        </>
      }
    >
      <p className={fresh === 'stale' || fresh === 'lost' ? styles.stale : undefined}>
        {measured.at === null || measured.rxAt === null
          ? t('neverHeard')
          : t('valuesAt', {
              values: values.join(t('comma')) || code('position', measured.position),
              time: formatMoment(measured.at, now, zone, lang),
              age: formatAge(now - measured.rxAt, lang),
            })}
      </p>
      <p className="quiet">
        {point.online === false
          ? t('offlineMeter')
          : before
            ? t('beforeAccepted')
            : due === null
              ? ''
              : due >= now
                ? t('nextReport', { time: formatTime(due, zone) })
                : t('reportOverdue', { time: formatTime(due, zone) })}
      </p>
    </Fact>
  );
}

/** Off while a reason stands, also after its command has ended; else what a live command wants; else nothing. */
function Wanted({ point }: { point: RoomPoint }) {
  const t = useTranslations('rooms');
  const heldWords = useHeldWords();
  const askers = useAskers();
  const why = useWhy();
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const command = useNewestCommand(point);
  const live = command && !isTerminal(command.state) ? command : null;
  if (!live) {
    const held = point.holds.reduce<PointHold | null>(
      (first, one) => (first === null || one.sinceMs < first.sinceMs ? one : first),
      null,
    );
    return (
      <Fact
        eyebrow={t('wanted')}
        testId="wanted"
        title={
          held ? (
            <>
              <BreakerGlyph state="open" size="32px" />
              {code('position', 'OPEN')}
            </>
          ) : (
            t('nothingWanted')
          )
        }
        attributes={{ 'data-wanted': held ? 'open' : 'none' }}
      >
        <p>{held ? heldWords(held) : t('noCommand')}</p>
        <p className="quiet">
          {command
            ? t('lastCommand', {
                action: code('commandAction', command.action),
                name: askers(command),
                time: formatMoment(command.createdAt, now, zone, lang),
              })
            : t('neverCommanded')}
        </p>
      </Fact>
    );
  }
  const opening = live.action === 'DISCONNECT' || live.action === 'CLOSE_VALVE';
  return (
    <Fact
      eyebrow={t('wanted')}
      testId="wanted"
      attributes={{ 'data-wanted': opening ? 'open' : 'closed' }}
      title={
        <>
          <BreakerGlyph state={opening ? 'open' : 'closed'} size="32px" />
          {code('position', opening ? 'OPEN' : 'CLOSED')}
        </>
      }
    >
      <p>
        {t('askedBy', {
          action: code('commandAction', live.action),
          name: askers(live),
          time: formatTime(live.createdAt, zone),
        })}
      </p>
      <p className="quiet">
        {t('reason', {
          reason: [code('supplyReason', live.reason), why(live)].filter(Boolean).join(t('comma')),
        })}
      </p>
    </Fact>
  );
}

/** Why a point is held off, by whom, and since when. */
function useHeldWords(): (held: PointHold) => string {
  const t = useTranslations('rooms');
  const actor = useActor();
  const tripWords = useTripWords();
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return (held) => {
    const cause = held.trip ? tripWords(held.trip) : held.cause ? code('cause', held.cause) : null;
    const what = [code('supplyReason', held.reason), cause].filter(Boolean).join(t('comma'));
    const since = formatMoment(held.sinceMs, now, zone, lang);
    return held.by ? t('heldBy', { what, name: actor(held.by), since }) : t('held', { what, since });
  };
}

function Blocks({ data, point }: { data: RoomData; point: RoomPoint }) {
  const t = useTranslations('rooms');
  const nameOf = useName();
  const heldWords = useHeldWords();
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { holds, tags, protection, lease, heldUntilMs } = point;
  const lines: string[] = [];
  if (heldUntilMs !== null)
    lines.push(
      t('restoreHeld', {
        meter: point.meterCode ?? '—',
        time: formatMoment(heldUntilMs, now, zone, lang, false),
      }),
    );
  for (const held of holds) lines.push(heldWords(held));
  for (const tag of tags) lines.push(t('tag', { name: tag.by, note: tag.note }));
  if (lease && !lease.mine) lines.push(t('armedBy', { name: lease.by }));
  if (protection === 'CREDIT') lines.push(code('protection', protection));
  const title =
    protection === 'LIFE_SAFETY' ? (
      <>
        <Glyph name="lock" size="24px" />
        {code('protection', protection)}
      </>
    ) : tags.length > 0 ? (
      <>
        <Glyph name="tag" size="24px" />
        {t('tagged')}
      </>
    ) : holds.length > 0 ? (
      t(point.observed === 'OPEN' ? 'heldOff' : 'wantedOff')
    ) : heldUntilMs !== null ? (
      t('restoreWaits')
    ) : point.observed === 'OPEN' ? (
      t('noneForRestore')
    ) : (
      t('noneForCut')
    );
  const shown = [...new Set(lines)];
  return (
    <Fact eyebrow={t('blocks')} testId="blocks" title={title}>
      {protection === 'LIFE_SAFETY' && (
        <p>{t('owner', { owner: point.protectionOwner ?? '—', phone: point.protectionPhone ?? '—' })}</p>
      )}
      {shown.length === 0 && protection !== 'LIFE_SAFETY' && <p>{t('noLock', { n: data.residents })}</p>}
      {shown.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p className="quiet">
        {holds.some((held) => held.reason === 'ARREARS')
          ? t('restoreByTopUp')
          : holds.some((held) => held.reason === 'SAFETY' || held.reason === 'LOCAL_TRIP') || tags.length > 0
            ? t('restoreAsks')
            : data.account?.policy
              ? nameOf(data.account.policy)
              : ''}
      </p>
    </Fact>
  );
}
