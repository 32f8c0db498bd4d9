'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Chip, ChipRow } from '../ui/Chip';
import { Dialog } from '../ui/Dialog';
import { formatNumber, LONG_DASH } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import { useUrlValue } from '../ui/useUrlValue';
import type { Health, QuarantineEntry } from './adminTypes';
import styles from './QuarantinePanel.module.css';

const REFRESH_MS = 10_000;

/** What was not charged and why: by reason, and the newest with what arrived. */
export function QuarantinePanel({ counts }: { counts: Health['quarantine'] }) {
  const t = useTranslations('admin');
  const trpc = useTRPC();
  const [reason, setReason] = useUrlValue('reason');
  const [shown, show] = useState<QuarantineEntry | null>(null);
  const { data, isError, refetch } = useQuery(
    trpc.admin.quarantine.queryOptions(
      { reason },
      { refetchInterval: REFRESH_MS, placeholderData: (before) => before },
    ),
  );
  const words = useReasonWords();
  return (
    <div id="quarantine">
      <Panel
        title={t('quarantine.title')}
        meta={t('quarantine.meta', { n: counts.reduce((sum, { count }) => sum + count, 0) })}
        testId="quarantine"
      >
        {counts.length > 0 && (
          <div className={styles.chips}>
            <ChipRow label={t('quarantine.byReason')}>
              {counts.map((one) => (
                <Chip
                  key={one.reason}
                  pressed={reason === one.reason}
                  onPress={() => setReason(reason === one.reason ? null : one.reason)}
                  count={one.count}
                  testId="quarantine-reason"
                >
                  {words(one.reason)}
                </Chip>
              ))}
            </ChipRow>
          </div>
        )}
        {isError && !data ? (
          <ErrorState cause={t('unreachable')} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton height={160} />
        ) : data.length === 0 ? (
          <EmptyState title={t('quarantine.none')}>{t('quarantine.noneWords')}</EmptyState>
        ) : (
          <Entries rows={data} onShow={show} words={words} />
        )}
      </Panel>
      {shown && <Payload entry={shown} onClose={() => show(null)} words={words} />}
    </div>
  );
}

type ReasonWords = (reason: string) => string;

function useReasonWords(): ReasonWords {
  const t = useTranslations('admin');
  return (reason) => (t.has(`reason.${reason}`) ? t(`reason.${reason}`) : reason);
}

interface EntriesProps {
  rows: readonly QuarantineEntry[];
  onShow: (row: QuarantineEntry) => void;
  words: ReasonWords;
}

function Entries({ rows, onShow, words }: EntriesProps) {
  const t = useTranslations('admin');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return (
    <Table
      caption={t('quarantine.newest')}
      rows={rows}
      rowKey={(row) => String(row.id)}
      density="roomy"
      cards
      rowProps={(row) => ({ 'data-testid': 'quarantine-row', 'data-reason': row.reason.toLowerCase() })}
      columns={[
        {
          key: 'reason',
          header: t('quarantine.reason'),
          width: '240px',
          rowHeader: true,
          cell: (row) => (
            <>
              <b>{words(row.reason)}</b>
              <small>{row.reason}</small>
            </>
          ),
        },
        {
          key: 'field',
          header: t('quarantine.field'),
          width: '136px',
          cell: (row) => <code>{row.field || LONG_DASH}</code>,
        },
        {
          key: 'detail',
          header: t('quarantine.detail'),
          cell: (row) => <span title={row.detail ?? undefined}>{row.detail ?? LONG_DASH}</span>,
        },
        {
          key: 'source',
          header: t('quarantine.source'),
          width: '176px',
          cell: (row) => (
            <>
              <span title={row.topic ?? undefined}>
                {row.meterCode ?? row.gatewayCode ?? row.topic ?? LONG_DASH}
              </span>
              {row.meterCode !== null && row.gatewayCode !== null && <small>{row.gatewayCode}</small>}
            </>
          ),
        },
        {
          key: 'at',
          header: t('quarantine.arrived'),
          width: '112px',
          numeric: true,
          cell: (row) => formatMoment(row.rxMs, now, zone, lang),
        },
        {
          key: 'count',
          header: t('quarantine.times'),
          width: '64px',
          numeric: true,
          cell: (row) => formatNumber(row.count),
        },
        {
          key: 'payload',
          header: '',
          width: '112px',
          numeric: true,
          cell: (row) =>
            row.withheld ? (
              <span className="quiet" title={t('quarantine.withheldWords')}>
                {t('quarantine.withheld')}
              </span>
            ) : (
              <Button size="small" onClick={() => onShow(row)} disabled={row.payload === null}>
                {t('quarantine.payload')}
              </Button>
            ),
        },
      ]}
    />
  );
}

/** What arrived, as it arrived. */
function Payload({
  entry,
  onClose,
  words,
}: {
  entry: QuarantineEntry;
  onClose: () => void;
  words: ReasonWords;
}) {
  const t = useTranslations('admin');
  const common = useTranslations('common');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words(entry.reason)}
      description={entry.topic ?? t('quarantine.noTopic')}
      testId="payload-dialog"
      actions={
        <Button size="control" onClick={onClose}>
          {common('close')}
        </Button>
      }
    >
      <dl className={styles.facts}>
        <dt>{t('quarantine.field')}</dt>
        <dd>
          <code>{entry.field || LONG_DASH}</code>
        </dd>
        <dt>{t('quarantine.detail')}</dt>
        <dd>{entry.detail ?? LONG_DASH}</dd>
      </dl>
      <pre className={styles.payload} data-testid="payload">
        {entry.payload}
      </pre>
    </Dialog>
  );
}
