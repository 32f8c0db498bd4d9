'use client';

import { useTranslations } from 'next-intl';
import { useWaiting } from '../supply/useWaiting';
import { ButtonLink } from '../ui/Button';
import { Notice } from '../ui/states';
import { useActor } from '../ui/useActor';
import { useWaitingWords } from './useWaitingWords';

/** One line on a page about something else: how much waits for the viewer as a second person, and the most urgent of it. */
export function WaitingLine() {
  const t = useTranslations('control.waiting');
  const words = useWaitingWords();
  const actor = useActor();
  const items = useWaiting();
  const [first] = items ?? [];
  if (!first) return null;
  const { title, place } = words(first);
  return (
    <Notice
      testId="waiting-line"
      action={
        <ButtonLink size="small" href="/control">
          {t('show')}
        </ButtonLink>
      }
    >
      {t(items?.length === 1 ? 'line' : 'lines', {
        n: items?.length ?? 0,
        what: title,
        place,
        name: actor(first.by),
      })}
    </Notice>
  );
}
