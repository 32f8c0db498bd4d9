'use client';

import { useTranslations } from 'next-intl';
import { useConnection } from '../live/LiveProvider';
import { formatAge } from '../ui/formatTime';
import { useNow } from '../ui/now';
import { EmptyState } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { AlarmList } from './alarmData';

/** Why the list is empty: nothing in this view, nothing at all, or nothing of the kind that this role sees. */
export function NoAlarms({ list, filtered }: { list: AlarmList; filtered: boolean }) {
  const t = useTranslations('alarms');
  const code = useCode();
  const lang = useLang();
  const now = useNow();
  const { dataAsOf } = useConnection();
  const { asOfMs, placesSeenBy } = list;
  const moneyWords =
    placesSeenBy &&
    t('moneyAlone', { roles: placesSeenBy.map((role) => code('role', role)).join(t('listSeparator')) });
  if (filtered) return <EmptyState title={t('noneHere')}>{moneyWords ?? t('noneHereWords')}</EmptyState>;
  if (moneyWords !== null) {
    const age = formatAge(Math.max(0, now - asOfMs), lang);
    return <EmptyState title={t('noneOfMoney', { age })}>{moneyWords}</EmptyState>;
  }
  const none = dataAsOf === null ? t('noneYet') : t('none', { age: formatAge(now - dataAsOf, lang) });
  return <EmptyState title={none}>{t('noneWords')}</EmptyState>;
}
