'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { formatMoney, formatNumber } from '../ui/format';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useName } from '../ui/useName';
import { useUrlValue } from '../ui/useUrlValue';
import styles from './AccountPage.module.css';
import { FinanceTabs } from './FinanceTabs';
import { FundDialog } from './FundDialog';
import { FundsPanel } from './FundsPanel';
import { type FoundAccount, type Grants, wordFrom } from './financeTypes';
import { GrantsPanel } from './GrantsPanel';

const REFRESH_MS = 15_000;

/** `/finance/accounts`: an account by room, code or person; what waits for a second person; and the funds. */
export function AccountsPage({
  currency,
  text: firstText,
  found: first,
  grants: initial,
}: {
  currency: string;
  /** What the address asked for when the page was made, and what it found. */
  text: string;
  found: FoundAccount[];
  grants: Grants;
}) {
  const t = useTranslations('accounts');
  const code = useCode();
  const nameOf = useName();
  const trpc = useTRPC();
  const [q, setQ] = useUrlValue('q');
  const [opening, setOpening] = useState(false);
  const text = wordFrom(q) ?? '';
  const found = useQuery(
    trpc.finance.accounts.queryOptions(
      { text },
      { initialData: text === firstText ? first : undefined, refetchInterval: REFRESH_MS },
    ),
  );
  const grants = useQuery(
    trpc.credit.grants.queryOptions({ account: null }, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  const money = (micro: bigint, unit: string | null) => formatMoney(micro, { currency: unit ?? currency });
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setQ(wordFrom(String(new FormData(event.currentTarget).get('q') ?? '')));
  };
  const rows = found.data;
  return (
    <>
      <PageHead
        title={t('title')}
        words={t('words')}
        actions={
          <Button onClick={() => setOpening(true)} data-testid="new-fund">
            {t('newFund')}
          </Button>
        }
      />
      <FinanceTabs />
      <Panel
        title={t(text === '' ? 'owing' : 'found')}
        meta={rows && t('count', { n: formatNumber(rows.length) })}
        testId="accounts"
      >
        <form key={text} className={styles.search} onSubmit={search}>
          <Field
            label={t('search')}
            hint={t('searchHint')}
            name="q"
            type="search"
            defaultValue={text}
            maxLength={64}
          />
          <Button type="submit">{t('find')}</Button>
        </form>
        {found.error ? (
          <ErrorState
            cause={code('refusal', refusalOf(found.error).reason)}
            onRetry={() => void found.refetch()}
          />
        ) : !rows ? (
          <Skeleton height={240} onRetry={() => void found.refetch()} />
        ) : rows.length === 0 ? (
          <EmptyState title={t(text === '' ? 'nobodyOwes' : 'noneFound')}>
            {t(text === '' ? 'nobodyOwesWords' : 'noneFoundWords')}
          </EmptyState>
        ) : (
          <Table
            caption={t('found')}
            rows={rows}
            cards
            density="roomy"
            rowKey={(row) => row.code}
            rowProps={(row) => ({ 'data-testid': 'account-row', 'data-account': row.code })}
            columns={[
              {
                key: 'code',
                header: t('account'),
                rowHeader: true,
                width: '24%',
                cell: (row) => (
                  <Link className={styles.link} href={`/finance/accounts/${encodeURIComponent(row.code)}`}>
                    {row.code}
                  </Link>
                ),
              },
              {
                key: 'place',
                header: t('place'),
                cell: (row) =>
                  row.buildingName === null
                    ? (row.name ?? code('accountKind', row.kind))
                    : `${row.spaceCode} · ${nameOf({ name: row.buildingName, nameEn: row.buildingNameEn })}`,
              },
              {
                key: 'class',
                header: t('class'),
                width: '16%',
                cell: (row) => (row.status === 'CLOSED' ? t('closed') : code('accountClass', row.class)),
              },
              {
                key: 'available',
                header: t('available'),
                width: '16%',
                numeric: true,
                cell: (row) => money(row.availableMicro, row.unit),
              },
              {
                key: 'arrears',
                header: t('arrears'),
                width: '16%',
                numeric: true,
                cell: (row) => money(row.arrearsMicro, row.unit),
              },
            ]}
          />
        )}
      </Panel>
      <GrantsPanel title={t('toDecide')} grants={grants.data} currency={currency} only="DRAFT" />
      <FundsPanel funds={grants.data.funds} notices={grants.data.notices} currency={currency} />
      {opening && <FundDialog currency={currency} onClose={() => setOpening(false)} />}
    </>
  );
}
