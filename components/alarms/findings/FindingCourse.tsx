'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { FeederLossChart } from '../../charts/FeederLossChart';
import { FindingChart } from '../../charts/FindingChart';
import { useTRPC } from '../../live/trpc';
import { EmptyState, Skeleton } from '../../ui/states';

/** What a rule over closed hours judged: the use around a finding, or the loss of a feeder, each over what is usual. */
export function FindingCourse({
  id,
  rule,
  meter,
}: {
  id: string;
  rule: string;
  /** Code of the meter that it stands at; null: not known yet, or none. */
  meter: string | null;
}) {
  if (rule !== 'NON_TECHNICAL_LOSS') return <UseByHour id={Number(id)} />;
  return meter === null ? <NoCourse /> : <LossByHour meter={meter} />;
}

function UseByHour({ id }: { id: number }) {
  const { data, refetch } = useQuery(useTRPC().findings.hours.queryOptions({ id }));
  if (data) return <FindingChart data={data} />;
  return data === null ? <NoCourse /> : <Skeleton height={200} onRetry={() => void refetch()} />;
}

function LossByHour({ meter }: { meter: string }) {
  const { data, error, refetch } = useQuery(useTRPC().grid.losses.queryOptions({ code: meter }));
  if (data && data.gap === null && data.hours.length > 0) return <FeederLossChart losses={data} />;
  return data !== undefined || error ? (
    <NoCourse />
  ) : (
    <Skeleton height={180} onRetry={() => void refetch()} />
  );
}

function NoCourse() {
  const t = useTranslations('findings');
  return <EmptyState title={t('noHours')}>{t('noHoursWords')}</EmptyState>;
}
