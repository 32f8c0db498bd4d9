'use client';

import { useTranslations } from 'next-intl';
import type { CampusFigures, LiveAlarm } from '../../contracts/liveEvents';
import { isFeeder } from '../live/alarmView';
import type { CampusPlaces } from '../map/campusData';
import { against } from '../ui/Gauge';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useOpens } from '../ui/useOpens';
import { deviationHref, useDeviationWords } from './deviationWords';
import { alarmHeadline } from './headline';
import { isBeyondALimit } from './limits';
import type { CampusBands, Deviations } from './overviewTypes';
import { nameIn } from './supplyUse';

interface Input {
  alarms: readonly LiveAlarm[];
  now: number;
  figures: CampusFigures | null;
  bands: CampusBands;
  deviations: Deviations;
  places: CampusPlaces;
  /** Whether alarms are shown to the viewer: without them nobody can say that nothing is unusual. */
  seesAlarms: boolean;
}

/** The page's sentence and what its one button opens: the worst alarm, else the place furthest from usual. */
export function useHeadline(input: Input): { title: string; open: { href: string; name: string } | null } {
  const { alarms, now, figures, bands, deviations, places, seesAlarms } = input;
  const t = useTranslations('overview');
  const code = useCode();
  const lang = useLang();
  const wordsOf = useDeviationWords(places);
  const opens = useOpens();
  const loadW = figures?.supplyW ?? figures?.powerW ?? null;
  const standing = against(loadW, bands.load.usual ?? undefined);
  const load = loadW === null ? t('headline.loadMissing') : t(`headline.load.${standing ?? 'unknown'}`);
  const worst = alarmHeadline(alarms, now);
  const [furthest] = deviations.rows;
  if (worst) {
    const { rule, count, building, buildings, first } = worst;
    const place = places.places.find((one) => one.code === building);
    const key = `headline.what.${rule}`;
    const what = t.has(key)
      ? t(key, { n: count })
      : t('headline.what.other', { rule: code('alarmRule', rule), n: count });
    const where = place
      ? nameIn(lang, place)
      : buildings > 1
        ? t('headline.places', { n: buildings })
        : t('headline.campus');
    const { point, space, gateway } = first.place;
    const name =
      isFeeder(first) && point ? t('feeder', { code: point }) : (gateway ?? space ?? point ?? where);
    return {
      title: t('headline.alarm', { place: where, what, load }),
      open: { href: `/alarms/${encodeURIComponent(first.id)}`, name },
    };
  }
  const silent = figures ? figures.metersTotal - figures.metersReporting : 0;
  const meters = against(figures?.metersReporting ?? null, bands.meters.usual ?? undefined);
  return {
    title:
      meters === 'below'
        ? t(seesAlarms ? 'headline.silent' : 'headline.silentBlind', { n: silent, load })
        : t(
            `headline.${!seesAlarms ? 'blind' : standing === 'usual' && !isBeyondALimit(figures, bands) ? 'calm' : 'quiet'}`,
            { load },
          ),
    open:
      furthest && opens(deviationHref(furthest))
        ? { href: deviationHref(furthest), name: wordsOf(furthest).name }
        : null,
  };
}
