'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { LatencyChart } from '../charts/LatencyChart';
import { formatNumber } from '../ui/format';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import type { Health } from './adminTypes';
import { formatLength } from './checkWords';

/** How long it took from an accepted payment until the relay answered, and until current was proven. */
export function LatencyPanel({ topUps }: { topUps: Health['topUps'] }) {
  const t = useTranslations('admin');
  const { toAck, toProof, promiseMs } = topUps;
  const data = useMemo(
    () => ({ samplesMs: toAck.samplesMs, targetMs: promiseMs }),
    [toAck.samplesMs, promiseMs],
  );
  const rows = [
    { key: 'toAck', spread: toAck },
    { key: 'toProof', spread: toProof },
  ] as const;
  return (
    <div id="top-ups">
      <Panel
        title={t('topUps.title')}
        meta={t('topUps.meta', { n: topUps.measured })}
        testId="top-up-latency"
      >
        {topUps.measured === 0 ? (
          <EmptyState title={t('topUps.none')}>{t('topUps.noneWords')}</EmptyState>
        ) : (
          <>
            <LatencyChart data={data} name={t('topUps.toAck')} />
            <Table
              caption={t('topUps.title')}
              rows={rows}
              rowKey={({ key }) => key}
              rowProps={({ key }) => ({ 'data-testid': `latency-${key === 'toAck' ? 'ack' : 'proof'}` })}
              columns={[
                { key: 'what', header: '', rowHeader: true, cell: ({ key }) => t(`topUps.${key}`) },
                ...(['p50', 'p95', 'p99'] as const).map((name) => ({
                  key: name,
                  header: t(`topUps.${name}`),
                  width: '76px',
                  numeric: true,
                  cell: (row: (typeof rows)[number]) => formatLength(row.spread[name]),
                })),
                {
                  key: 'n',
                  header: t('topUps.n'),
                  width: '64px',
                  numeric: true,
                  cell: ({ spread }) => formatNumber(spread.samplesMs.length),
                },
              ]}
            />
          </>
        )}
      </Panel>
    </div>
  );
}
