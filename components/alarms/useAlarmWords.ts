'use client';

import { useTranslations } from 'next-intl';
import type { LiveAlarm, LiveCommand } from '../../contracts/liveEvents';
import { commandTrackState } from '../../domain/supply/commandMachine';
import {
  alarmTitle,
  formatAlarmFigure,
  headlineFigure,
  isFeeder,
  isOfReadings,
  isStep,
  ratingW,
  shownState,
} from '../live/alarmView';
import { formatPercent, formatPower } from '../ui/format';
import { formatAge, formatMoment, formatStopwatch } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useActor } from '../ui/useActor';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { AlarmRow } from './incidents';
import { isBackAmidst, type RowSupply, rowSupply } from './rowSupply';

interface AlarmWords {
  /** `Over limit 1,090 W`. */
  title: string;
  /** `136 % of 800 W`; empty where nothing is compared. */
  against: string;
  /** `Unacknowledged`. */
  state: string;
  /** What is so of the supply at its point, or how far a command has come: `Cut, proven 21:04:31`; `isAmidst`: back on while the condition stands; null: nothing to say. */
  supply: { kind: RowSupply['kind']; words: string; isOff: boolean; isAmidst: boolean } | null;
  /** Who has it, or what happens next. */
  owner: string;
}

/** Words of an alarm's row and page; they move with the clock. */
export function useAlarmWords(): (row: AlarmRow, options?: { acknowledging?: boolean }) => AlarmWords {
  const t = useTranslations('alarms');
  const code = useCode();
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return ({ alarm, context }, { acknowledging = false } = {}) => {
    const figure = headlineFigure(alarm);
    const rule = alarmTitle(code('alarmRule', alarm.rule), lang);
    const supply = context && rowSupply(alarm, context);
    return {
      title: figure ? t(alarm.returnedAt === null ? 'titleWithFigure' : 'titleThen', { rule, figure }) : rule,
      against: againstOf(alarm),
      state: acknowledging ? t('acknowledging') : stateWords(alarm),
      supply: supply && {
        kind: supply.kind,
        words: supplyWords(supply),
        isOff: supply.kind === 'cut' || supply.kind === 'off',
        isAmidst: supply.kind === 'restored' && isBackAmidst(alarm, supply.command),
      },
      owner: ownerWords(alarm, supply?.kind === 'under-way' ? supply.command : null),
    };

    function againstOf(alarm: LiveAlarm): string {
      const { value, limit, unit } = alarm;
      if (unit === 'S')
        return value === null ? '' : t('silentFor', { age: formatAge(Number(value) * 1_000, lang) });
      if (limit === null || unit === null) return '';
      if (isOfReadings(alarm) && value !== null) return t('equalReadings', { n: value, limit });
      const feeder = isFeeder(alarm);
      const shown = formatAlarmFigure(limit, alarm, feeder ? 'campus' : 'room') ?? '';
      if (isStep(alarm)) return t('stepFrom', { limit: shown });
      if (value === null) return t('limitOnly', { limit: shown });
      const rating = ratingW(alarm);
      if (feeder && rating !== null) {
        const load = formatAlarmFigure(value, alarm, 'campus') ?? '';
        const share = alarm.rule === 'FEEDER_80' ? formatPercent((Number(value) / rating) * 100) : null;
        const words = share
          ? t('shareOfRating', { value: load, share, limit: formatPower(rating) })
          : t('ofRating', { value: load, limit: shown });
        return alarm.returnedAt === null ? words : t('then', { words });
      }
      const share = Number(limit) > 0 ? formatPercent((Number(value) / Number(limit)) * 100) : '';
      if (unit !== 'W') return t('limitOnly', { limit: shown });
      const words = t('percentOf', { share, limit: shown });
      return alarm.returnedAt === null ? words : t('then', { words });
    }

    function stateWords(one: LiveAlarm): string {
      const state = shownState(one, now);
      const words = code('alarmState', state);
      if (state === 'ACKED' && one.acknowledgedAt !== null)
        return t('stateAt', { state: words, time: formatMoment(one.acknowledgedAt, now, zone, lang) });
      if (state === 'SHELVED' && one.shelvedUntil !== null)
        return t('stateUntil', {
          state: words,
          time: formatMoment(one.shelvedUntil, now, zone, lang, false),
        });
      return words;
    }

    function supplyWords(supply: RowSupply): string {
      if (supply.kind === 'off') return t('measuredOff');
      const { action, state, changedAt } = supply.command;
      const words = { action: code('commandAction', action) };
      return supply.kind === 'cut' || supply.kind === 'restored'
        ? t('commandProven', { ...words, time: formatMoment(changedAt, now, zone, lang) })
        : t('commandState', { ...words, state: code('trackState', commandTrackState(state)) });
    }

    function ownerWords(one: LiveAlarm, live: LiveCommand | null): string {
      const state = shownState(one, now);
      if (live) {
        const until = live.proofBy ?? live.expiresAt;
        const from = live.proofBy === null ? live.createdAt : live.changedAt;
        return t('commandBy', {
          name: actor(live.requestedBy),
          age: formatStopwatch(now - from, lang),
          window: formatStopwatch(until - from, lang),
        });
      }
      if (context?.armedBy) return t('arming', { name: context.armedBy.name });
      if (state === 'SHELVED')
        return t('shelvedBy', { name: one.shelvedBy ?? '', reason: shelveReason(one.shelvedReason) });
      if (one.owner) return t('assignedTo', { name: one.owner });
      if (one.acknowledgedBy) return one.acknowledgedBy;
      if (state === 'UNACK' && one.escalatesAt !== null)
        return one.escalatesAt > now
          ? t('escalatesIn', { age: formatStopwatch(one.escalatesAt - now, lang) })
          : t('escalated');
      return t('noOwner');
    }

    function shelveReason(text: string | null): string {
      const [reason = '', ...note] = (text ?? '').split(': ');
      return [code('shelveReason', reason), ...note].filter(Boolean).join(t('comma'));
    }
  };
}
