'use client';

import { useTranslations } from 'next-intl';
import { formatNumber } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import styles from './Rules.module.css';
import type { RulePreview } from './ruleTypes';

/** On a phone the answer stands below what the dialog shows. */
const showWhole = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' });

/** How many alarms there were and would have been; where that can't be told, why. */
export function PreviewWords({ preview: { raised, points, replay, because } }: { preview: RulePreview }) {
  const t = useTranslations('rules');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return (
    <div
      ref={showWhole}
      role="status"
      className={styles.preview}
      data-testid="rule-preview"
      data-raised={raised}
      data-today={replay?.today}
      data-proposed={replay?.proposed}
      data-because={because ?? undefined}
    >
      <p>{t('previewRaised', { raised, points })}</p>
      {because && <p>{t(`because.${because}`)}</p>}
      {replay && (
        <p>
          {t('previewReplay', {
            readings: formatNumber(replay.readings),
            time: formatMoment(replay.firstMs, now, zone, lang),
            today: replay.today,
            proposed: replay.proposed,
          })}{' '}
          {replay.withoutEvents && t('previewWithoutEvents')}
        </p>
      )}
    </div>
  );
}
