'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { formatMoment } from '../../ui/formatTime';
import { useCampusZone, useNow } from '../../ui/now';
import { Panel } from '../../ui/Panel';
import { EmptyState } from '../../ui/states';
import { useCode } from '../../ui/useCode';
import { useLang } from '../../ui/useLang';
import { usePlaceWords } from '../usePlaceWords';
import { CoveredTable } from './CoveredTable';
import styles from './Review.module.css';
import type { Covered } from './reviewTypes';

/** What is suppressed by design, under what suppresses it. */
export function SuppressedPanel({ groups }: { groups: Covered['suppressed'] }) {
  const t = useTranslations('alarmReview');
  return (
    <Panel title={t('tabs.suppressed')} meta={t('suppressedWords')} testId="suppressed">
      {groups.length === 0 ? (
        <EmptyState title={t('noneSuppressed')}>{t('noneSuppressedWords')}</EmptyState>
      ) : (
        groups.map((group) => <Group key={group.by} {...group} />)
      )}
    </Panel>
  );
}

/** Said of what has no alarm of its own, or none any more. */
const GONE = {
  gateway: 'parentBack',
  feeder: 'parentBackFeeder',
  outage: 'parentBack',
  cut: 'cutWords',
} as const;

/** `gateway:G12`, `feeder:D7-2`, `outage:D7-2` or `cut:D7-2` in its two parts. */
function covererOf(by: string): { kind: keyof typeof GONE; target: string } {
  const [, kind, target] = /^(gateway|feeder|outage|cut):(.*)$/.exec(by) ?? [null, 'gateway', by];
  return { kind: kind as keyof typeof GONE, target: target! };
}

function Group({ by, parent, meters, children }: Covered['suppressed'][number]) {
  const t = useTranslations('alarmReview');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const placeOf = usePlaceWords();
  const { kind, target } = covererOf(by);
  const name = t(kind, { code: target });
  return (
    <section className={styles.group} data-testid="suppressed-group" data-by={by} aria-label={name}>
      <h3>
        {parent ? (
          <Link href={`/alarms/${parent.alarm.id}`}>
            {code('alarmRule', parent.alarm.rule)}: {name}
          </Link>
        ) : (
          name
        )}
        <span>
          {parent
            ? t(kind === 'feeder' || kind === 'outage' ? 'parentFeeder' : 'parentWords', {
                place: placeOf(parent).words,
                time: formatMoment(parent.alarm.raisedAt, now, zone, lang),
                meters: meters ?? 0,
              })
            : t(GONE[kind])}
        </span>
      </h3>
      {children.length === 0 ? (
        <p className="quiet">{t('noChildren')}</p>
      ) : (
        <CoveredTable
          caption={name}
          rows={children}
          testId="suppressed-row"
          columns={[
            {
              key: 'raised',
              header: t('raised'),
              width: '150px',
              cell: ({ alarm }) => formatMoment(alarm.raisedAt, now, zone, lang),
            },
          ]}
        />
      )}
    </section>
  );
}
