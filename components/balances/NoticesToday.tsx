'use client';

import { useTranslations } from 'next-intl';
import { formatNumber } from '../ui/format';
import { Panel } from '../ui/Panel';
import type { BalanceOverview } from './balanceTypes';
import styles from './NoticesToday.module.css';

const LEVELS = ['TIME_3D', 'TIME_24H', 'TIME_6H'] as const;

/** Low-balance notices of the campus day, by level, and the rooms whose last notice before a cut is given. */
export function NoticesToday({ notices }: { notices: BalanceOverview['notices'] }) {
  const t = useTranslations('balances');
  const facts = [
    ...LEVELS.map((level) => ({ term: t(`noticeLevel.${level}`), count: notices.timeLevels[level] ?? 0 })),
    { term: t('noticeMoney'), count: notices.byMoney },
    { term: t('noticeAll'), count: notices.all },
  ];
  return (
    <Panel title={t('notices')} meta={t('noticesMeta')}>
      <dl className={styles.facts}>
        {facts.map(({ term, count }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{formatNumber(count)}</dd>
          </div>
        ))}
        <div className={styles.final}>
          <dt>{t('noticeFinal')}</dt>
          <dd data-testid="final-notices">{t('finalRooms', { n: notices.final })}</dd>
        </div>
      </dl>
    </Panel>
  );
}
