'use client';

import { useTranslations } from 'next-intl';
import { EmptyState } from '../ui/states';
import { MeHead } from './MeHead';

/** For a person who lives nowhere on the campus now. */
export function NoRoom() {
  const t = useTranslations('me');
  return (
    <>
      <MeHead title={t('homeTitle')} />
      <EmptyState title={t('noRoom')}>{t('noRoomWords')}</EmptyState>
    </>
  );
}
