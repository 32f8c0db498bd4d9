'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { useAlarms } from '../../live/hooks';
import { useTRPC } from '../../live/trpc';
import { ButtonLink } from '../../ui/Button';
import { PageHead } from '../../ui/PageHead';
import { SegmentedControl } from '../../ui/SegmentedControl';
import { Notice, Skeleton } from '../../ui/states';
import { TabLinks } from '../../ui/TabLinks';
import { useUrlValue } from '../../ui/useUrlValue';
import { BadActorsPanel } from './BadActorsPanel';
import { JournalPanel } from './JournalPanel';
import { OutOfServicePanel } from './OutOfServicePanel';
import { PerformancePanel } from './PerformancePanel';
import { type Covered, SPANS, spanFrom, TABS, type Tab, tabFrom } from './reviewTypes';
import { ShelvedPanel } from './ShelvedPanel';
import { SuppressedPanel } from './SuppressedPanel';

const REFRESH_MS = 5_000;
const PERFORMANCE_MS = 15_000;
/** Tabs that look back over a span. */
const WITH_SPAN: readonly Tab[] = ['performance', 'badActors', 'journal'];

/** `/alarms/review`: what nobody is told of and why, how the alarm system does against its targets, and its journal. */
export function ReviewPage({ initial }: { initial: Covered }) {
  const t = useTranslations('alarmReview');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const tab = tabFrom(useUrlValue('tab')[0]);
  const [spanValue, setSpan] = useUrlValue('span');
  const span = spanFrom(spanValue);
  const alarms = useAlarms();
  const covered = useQuery(
    trpc.alarms.covered.queryOptions(undefined, {
      initialData: initial,
      refetchInterval: REFRESH_MS,
      staleTime: 0,
    }),
  );
  const performance = useQuery(
    trpc.alarms.performance.queryOptions(
      { span },
      { refetchInterval: PERFORMANCE_MS, enabled: tab === 'performance' || tab === 'badActors' },
    ),
  );
  const newest = alarms.reduce((at, alarm) => Math.max(at, alarm.changedAt), 0);
  const key = trpc.alarms.covered.queryKey();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when an alarm changes, not when the key object does
  useEffect(() => {
    if (newest > 0) void queries.invalidateQueries({ queryKey: key });
  }, [newest, alarms.length, queries]);
  const { data } = covered;
  const children = data.suppressed.reduce((sum, group) => sum + group.children.length, 0);
  const counts: Partial<Record<Tab, number>> = {
    shelved: data.shelved.length,
    suppressed: children,
    outOfService: data.outOfService.length,
  };
  return (
    <>
      <PageHead
        title={t('headline', {
          shelved: data.shelved.length,
          suppressed: children,
          out: data.outOfService.length,
        })}
        words={t('words')}
        actions={<ButtonLink href="/alarms">{t('toAlarms')}</ButtonLink>}
      />
      <TabLinks label={t('tabsLabel')}>
        {TABS.map((one) => (
          <Link
            key={one}
            href={`/alarms/review?tab=${one}${WITH_SPAN.includes(one) && spanValue ? `&span=${span}` : ''}`}
            aria-current={one === tab ? 'page' : undefined}
            data-testid={`tab-${one}`}
          >
            {t(`tabs.${one}`)}
            {counts[one] !== undefined && <span>{counts[one]}</span>}
          </Link>
        ))}
      </TabLinks>
      {covered.isError && <Notice strong>{t('unreachable')}</Notice>}
      {WITH_SPAN.includes(tab) && (
        <SegmentedControl
          label={t('span')}
          options={SPANS.map((value) => ({ value, label: t(`spans.${value}`) }))}
          value={span}
          onChange={setSpan}
        />
      )}
      {tab === 'shelved' && <ShelvedPanel rows={data.shelved} />}
      {tab === 'suppressed' && <SuppressedPanel groups={data.suppressed} />}
      {tab === 'outOfService' && <OutOfServicePanel rows={data.outOfService} />}
      {(tab === 'performance' || tab === 'badActors') &&
        (performance.data ? (
          tab === 'performance' ? (
            <PerformancePanel data={performance.data} />
          ) : (
            <BadActorsPanel data={performance.data} />
          )
        ) : (
          <Skeleton height={400} onRetry={() => void performance.refetch()} />
        ))}
      {tab === 'journal' && <JournalPanel span={span} />}
    </>
  );
}
