'use client';

import { useTranslations } from 'next-intl';
import type { LiveCommand } from '../../contracts/liveEvents';
import { useActor } from '../ui/useActor';

/** Words for who answers for a command: who asked, and the second person where one had to consent. */
export function useAskers(): (command: Pick<LiveCommand, 'requestedBy' | 'approvedBy'>) => string {
  const t = useTranslations('supply');
  const actor = useActor();
  return ({ requestedBy, approvedBy }) => {
    const name = actor(requestedBy);
    return approvedBy === null ? name : t('askers', { name, approver: actor(approvedBy) });
  };
}
