'use client';

import { useTranslations } from 'next-intl';
import type { WaitingItem } from '../supply/useWaiting';
import { useCode } from '../ui/useCode';
import { useScheduleWords } from './useScheduleWords';

/** What is asked for, in words that name its place, and the page on which it is decided. */
export function useWaitingWords(): (item: WaitingItem) => { title: string; place: string; href: string } {
  const t = useTranslations('control.waiting');
  const code = useCode();
  const control = useTranslations('control');
  const schedule = useScheduleWords();
  return (item) => {
    switch (item.kind) {
      case 'BULK':
        return {
          title: control('jobTitle', {
            direction: control(`direction.${item.direction}`),
            scope: t('points', { n: item.points }),
          }),
          place: control(`scope.${item.scope}`, { code: item.scopeCode ?? '' }),
          href: `/control/${item.id}`,
        };
      case 'SCHEDULE':
        return {
          title: t('schedule', { name: item.name }),
          place: schedule.place(item),
          href: '/control#schedules',
        };
      case 'RULE':
        return {
          title: t('rule', { rule: code('alarmRule', item.rule) }),
          place: item.space ?? t('campus'),
          href: `/admin/rules?rule=${encodeURIComponent(item.rule)}`,
        };
      case 'PROTECTION':
        return {
          title: t('protection', {
            before: code('protection', item.before),
            after: code('protection', item.after),
          }),
          place: item.space,
          href: '/control#protection',
        };
      case 'RESTORE':
        return {
          title: t('restore'),
          place: item.space,
          href: `/rooms/${encodeURIComponent(item.space)}`,
        };
    }
  };
}
