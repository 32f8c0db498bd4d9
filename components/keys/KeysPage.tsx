'use client';

import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AppRouter } from '../../server/trpc/root';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import { CreateKeyForm } from './CreateKeyForm';
import styles from './KeysPage.module.css';
import { RevokeKeyDialog } from './RevokeKeyDialog';

export type ApiKey = inferRouterOutputs<AppRouter>['keys']['list'][number];

/** Keys of the REST interface: what each may do and where, making one and revoking at once. */
export function KeysPage({ initial }: { initial: readonly ApiKey[] }) {
  const t = useTranslations('keys');
  const trpc = useTRPC();
  const { data } = useQuery(trpc.keys.list.queryOptions(undefined, { initialData: [...initial] }));
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <>
      <PageHead title={t('headline', { n: data.length })} words={t('words')} />
      <div className={styles.columns}>
        <Panel title={t('inForce')} testId="keys">
          {data.length === 0 ? (
            <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
          ) : (
            <KeyTable rows={data} onRevoke={setRevoking} />
          )}
        </Panel>
        <CreateKeyForm />
      </div>
      {revoking && <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function KeyTable({ rows, onRevoke }: { rows: readonly ApiKey[]; onRevoke: (row: ApiKey) => void }) {
  const t = useTranslations('keys');
  const lang = useLang();
  const zone = useCampusZone();
  const name = useName();
  return (
    <Table
      caption={t('inForce')}
      rows={rows}
      rowKey={(row) => row.id}
      density="roomy"
      cards
      rowProps={() => ({ 'data-testid': 'key-row' })}
      columns={[
        { key: 'name', header: t('name'), rowHeader: true, cell: (row) => <b>{row.name}</b> },
        {
          key: 'scopes',
          header: t('scopes'),
          cell: (row) => row.scopes.map((scope) => t(`scope.${scope}`)).join(t('comma')),
        },
        {
          key: 'place',
          header: t('place'),
          width: '180px',
          cell: (row) => (row.space ? `${row.space.code} ${name(row.space)}` : t('wholeCampus')),
        },
        {
          key: 'made',
          header: t('made'),
          width: '150px',
          cell: (row) => formatDateTime(row.createdAt.getTime(), zone, lang),
        },
        {
          key: 'revoke',
          header: '',
          width: '104px',
          numeric: true,
          cell: (row) => (
            <Button
              size="small"
              onClick={() => onRevoke(row)}
              aria-label={t('revokeNamed', { name: row.name })}
            >
              {t('revoke')}
            </Button>
          ),
        },
      ]}
    />
  );
}
