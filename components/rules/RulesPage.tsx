'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../live/trpc';
import { ButtonLink } from '../ui/Button';
import { PageHead } from '../ui/PageHead';
import { useUrlValue } from '../ui/useUrlValue';
import { AllowDialog } from './AllowDialog';
import { RuleList } from './RuleList';
import { RulePanel } from './RulePanel';
import styles from './Rules.module.css';
import type { RulesOverview } from './ruleTypes';

const REFRESH_MS = 30_000;

/** `/admin/rules`: every alarm rule, how often it is right, what it is set to where, and what only tells. */
export function RulesPage({ initial }: { initial: RulesOverview }) {
  const t = useTranslations('rules');
  const trpc = useTRPC();
  const [chosen, choose] = useUrlValue('rule');
  const { data } = useQuery(
    trpc.rules.overview.queryOptions(undefined, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  const [alarm, setAlarm] = useUrlValue('alarm');
  const standing = data.downgrades.filter(({ liftedMs }) => liftedMs === null);
  const rule = data.rules.find(({ code }) => code === chosen) ?? null;
  return (
    <>
      <PageHead
        title={t('headline', { rules: data.rules.length, downgraded: standing.length })}
        words={t('words')}
        actions={<ButtonLink href="/alarms/review?tab=performance">{t('toReview')}</ButtonLink>}
      />
      <div className={styles.columns}>
        {rule && <RulePanel key={rule.code} rule={rule} data={data} onClose={() => choose(null)} />}
        <RuleList data={data} chosen={rule?.code ?? null} onChoose={choose} />
      </div>
      {alarm !== null && data.rights.tune && (
        <AllowDialog alarmId={Number(alarm)} onClose={() => setAlarm(null)} />
      )}
    </>
  );
}
