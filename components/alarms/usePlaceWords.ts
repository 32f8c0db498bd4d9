'use client';

import { useTranslations } from 'next-intl';
import { shortPlace } from '../live/alarmView';
import { useLang } from '../ui/useLang';
import type { PlaceStep } from './alarmData';
import type { AlarmRow } from './incidents';

/** Where an alarm is: the thing itself, and the way to it from the building down. */
export interface PlaceWords {
  title: string;
  words: string;
  /** `Dorm 7 › 4F › 412` for breadcrumbs and detail. */
  path: readonly { label: string; href?: string }[];
}

/** Name of a place in the page's language. */
export function useStepName(): (step: Pick<PlaceStep, 'name' | 'nameEn'>) => string {
  const lang = useLang();
  return (step) => (lang === 'en' ? (step.nameEn ?? step.name) : step.name);
}

/** Words of an alarm's place from its row. */
export function usePlaceWords(): (row: AlarmRow) => PlaceWords {
  const t = useTranslations('alarms');
  const nameOf = useStepName();
  return ({ alarm, context }) => {
    const { place } = alarm;
    const steps = context?.path.filter((step) => step.kind !== 'CAMPUS') ?? [];
    const names = steps.length > 0 ? steps.map(nameOf) : place.path;
    const room = steps.find((step) => step.kind === 'ROOM');
    const around = room ? names.slice(0, -1) : names;
    const path = steps.map((step) => ({
      label: nameOf(step),
      href: step.kind === 'ROOM' ? `/rooms/${encodeURIComponent(step.code)}` : undefined,
    }));
    const words = around.join(t('comma'));
    if (place.gateway && !place.point && !place.meter)
      return { title: t('gateway', { code: place.gateway }), words, path };
    if (context?.point?.role === 'FEEDER')
      return { title: t('feeder', { code: context.point.code }), words, path };
    if (room) return { title: nameOf(room), words, path };
    if (place.meter) return { title: t('meter', { code: place.meter }), words, path };
    return { title: (shortPlace(alarm) || names.at(-1)) ?? t('wholeCampus'), words, path };
  };
}
