'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useMemo } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC, useTRPCClient } from '../live/trpc';
import { Button } from '../ui/Button';
import { classNames } from '../ui/classNames';
import { Field } from '../ui/Field';
import { formatMoney, formatNumber } from '../ui/format';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { SegmentedControl } from '../ui/SegmentedControl';
import type { ShowProof } from '../ui/showProof';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';
import { FiguresStrip } from './FiguresStrip';
import { FinanceTabs } from './FinanceTabs';
import { type Figures, type Ledger, SPANS, type Span, spanFrom, wordFrom } from './financeTypes';
import { LedgerEntries } from './LedgerEntries';
import styles from './LedgerPage.module.css';
import { recompute } from './runningBalance';

const PAGE = 50;
const REFRESH_MS = 15_000;

interface Props {
  currency: string;
  figures: Figures;
  /** First page of what the address asks for. */
  ledger: Ledger;
  /** Whether the viewer may give charges back. */
  mayReverse: boolean;
  showProof: ShowProof;
}

/** `/finance/ledger`: what money stands where, and every entry that made it so. Entries are only added: a charge is given back by another one. */
export function LedgerPage({ currency, figures, ledger, mayReverse, showProof }: Props) {
  const t = useTranslations('finance');
  const code = useCode();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const span = spanFrom(useUrlValue('span')[0]);
  const room = wordFrom(useUrlValue('room')[0]);
  const order = wordFrom(useUrlValue('order')[0]);
  const operator = wordFrom(useUrlValue('operator')[0]);
  const query = { span, room, order, operator };
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: trpc.finance.ledger.queryKey({ ...query, before: null, limit: PAGE }),
    initialPageParam: null as { txId: string; n: number } | null,
    queryFn: ({ pageParam }) => client.finance.ledger.query({ ...query, before: pageParam, limit: PAGE }),
    getNextPageParam: (page) => page.next,
    refetchInterval: REFRESH_MS,
    placeholderData: { pages: [ledger], pageParams: [null] },
  });
  const pages = data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages]);
  const verdicts = useMemo(() => recompute(rows), [rows]);
  const total = pages?.[0];
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
  return (
    <>
      <PageHead
        title={t('title')}
        words={t('words')}
        actions={
          <a
            className={styles.download}
            href={`/finance/ledger/csv?${search}`}
            download
            data-testid="ledger-export"
          >
            {t('export')}
          </a>
        }
      />
      <FinanceTabs />
      <FiguresStrip initial={figures} currency={currency} />
      <Panel
        title={t('entries')}
        meta={total && t('sumOf', { n: formatNumber(total.count) })}
        testId="ledger"
      >
        <Filter key={search.toString()} {...query} byRoom={ledger.roomsTold} />
        {!ledger.roomsTold && <p className={classNames('meta', styles.told)}>{t('withheldWords')}</p>}
        {total && <Sums total={total} currency={currency} />}
        {error ? (
          <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
        ) : !total ? (
          <Skeleton height={400} onRetry={() => void refetch()} />
        ) : rows.length === 0 ? (
          <EmptyState title={t('noEntries')}>{t('noEntriesWords')}</EmptyState>
        ) : (
          <LedgerEntries
            rows={rows}
            verdicts={verdicts}
            currency={currency}
            mayReverse={mayReverse}
            showProof={showProof}
          />
        )}
        {hasNextPage && (
          <div className={styles.more}>
            <Button size="small" onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
              {t('older')}
            </Button>
          </div>
        )}
      </Panel>
    </>
  );
}

interface FilterValues {
  span: Span;
  room: string | null;
  order: string | null;
  operator: string | null;
  /** Whether one room may be asked for. */
  byRoom: boolean;
}

function Filter({ span, room, order, operator, byRoom }: FilterValues) {
  const t = useTranslations('finance');
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const word = (name: string) => wordFrom(String(form.get(name) ?? ''));
    setUrlValues({ room: word('room'), order: word('order'), operator: word('operator') });
  };
  return (
    <form className={styles.filter} onSubmit={apply} data-testid="ledger-filter">
      <SegmentedControl
        label={t('span')}
        options={SPANS.map((value) => ({ value, label: t(`spans.${value}`) }))}
        value={span}
        onChange={(value) => setUrlValues({ span: value })}
      />
      {byRoom && <Field label={t('room')} name="room" defaultValue={room ?? ''} />}
      <Field label={t('order')} name="order" defaultValue={order ?? ''} />
      <Field label={t('operator')} name="operator" defaultValue={operator ?? ''} />
      <Button type="submit">{t('apply')}</Button>
    </form>
  );
}

function Sums({ total, currency }: { total: Ledger; currency: string }) {
  const t = useTranslations('finance');
  const code = useCode();
  const money = (micro: bigint) => formatMoney(micro, { currency, decimals: 6 });
  return (
    <dl className={styles.sums}>
      <div>
        <dt>{t('in')}</dt>
        <dd>{money(total.inMicro)}</dd>
      </div>
      <div>
        <dt>{t('out')}</dt>
        <dd>{money(total.outMicro)}</dd>
      </div>
      <div>
        <dt>{t('sum')}</dt>
        <dd data-testid="ledger-sum" data-micro={total.sumMicro.toString()} data-count={total.count}>
          {money(total.sumMicro)}
        </dd>
      </div>
      {total.units.map(({ unit, utility, sumMicro }) => (
        <div key={utility} data-testid="ledger-units" data-unit={unit} data-micro={sumMicro.toString()}>
          <dt>{t('sumUnits', { utility: code('utility', utility ?? '') })}</dt>
          <dd>{formatMoney(sumMicro, { currency: unit ?? currency, decimals: 6 })}</dd>
        </div>
      ))}
    </dl>
  );
}
