'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../live/trpc';
import { PageHead } from '../ui/PageHead';
import { AddGroupForm } from './AddGroupForm';
import { type Deliveries, DeliveriesPanel, type DeliveryState } from './DeliveriesPanel';
import { type Groups, GroupsPanel } from './GroupsPanel';
import styles from './NoticesPage.module.css';
import { SandboxPanel } from './SandboxPanel';

/** Often enough to see a message go. */
const REFRESH_MS = 5_000;

/** `/admin/notices`: what became of messages, and the groups and programs that are subscribed. */
export function NoticesPage({ deliveries, groups }: { deliveries: Deliveries; groups: Groups }) {
  const t = useTranslations('notices.admin');
  const trpc = useTRPC();
  const [state, setState] = useState<DeliveryState | null>(null);
  const { data = deliveries } = useQuery(
    trpc.notices.deliveries.queryOptions(
      { state },
      { refetchInterval: REFRESH_MS, ...(state === null ? { initialData: deliveries } : {}) },
    ),
  );
  const { data: subscribed } = useQuery(trpc.notices.groups.queryOptions(undefined, { initialData: groups }));
  const { counts, days } = data;
  return (
    <>
      <PageHead
        title={t('headline', { failed: counts.FAILED, days })}
        words={t('words', {
          sent: counts.SENT,
          waiting: counts.QUEUED + counts.SENDING,
          skipped: counts.SKIPPED,
        })}
      />
      <DeliveriesPanel deliveries={data} state={state} onState={setState} />
      <div className={styles.columns}>
        <GroupsPanel groups={subscribed.groups} />
        <AddGroupForm offered={subscribed.offered} />
      </div>
      {data.sandbox.length > 0 && <SandboxPanel messages={data.sandbox} />}
    </>
  );
}
