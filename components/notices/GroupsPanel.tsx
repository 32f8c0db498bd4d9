'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useTranslations } from 'next-intl';
import type { AppRouter } from '../../server/trpc/root';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Panel } from '../ui/Panel';
import { EmptyState, Notice } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useName } from '../ui/useName';
import styles from './NoticesPage.module.css';

export type Groups = inferRouterOutputs<AppRouter>['notices']['groups'];

/** Subscribed robots and webhooks; a webhook's secret is changed here and shown once. */
export function GroupsPanel({ groups }: { groups: Groups['groups'] }) {
  const t = useTranslations('notices.admin');
  const code = useCode();
  const name = useName();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const reload = () => queries.invalidateQueries({ queryKey: trpc.notices.groups.queryKey() });
  const rotate = useMutation(trpc.notices.rotateSecret.mutationOptions({ onSettled: reload }));
  const end = useMutation(trpc.notices.removeGroup.mutationOptions({ onSettled: reload }));
  return (
    <Panel title={t('groups')} testId="notice-groups">
      {rotate.data && (
        <Notice testId="new-secret">
          {t('shownOnce')} <code className={styles.secret}>{rotate.data.secret}</code>
        </Notice>
      )}
      {groups.length === 0 ? (
        <EmptyState title={t('groupsNone')}>{t('groupsNoneWords')}</EmptyState>
      ) : (
        <Table
          caption={t('groups')}
          rows={groups}
          rowKey={(row) => String(row.id)}
          density="roomy"
          cards
          rowProps={() => ({ 'data-testid': 'notice-group' })}
          columns={[
            {
              key: 'name',
              header: t('name'),
              rowHeader: true,
              cell: (row) => (
                <>
                  <b>{row.name}</b> <span className="meta">{row.host}</span>
                </>
              ),
            },
            {
              key: 'channel',
              header: t('channel'),
              width: '130px',
              cell: (row) => code('noticeChannel', row.channel),
            },
            {
              key: 'topics',
              header: t('topics'),
              width: '220px',
              cell: (row) => row.topics.map((topic) => code('noticeTopic', topic)).join(t('comma')),
            },
            {
              key: 'place',
              header: t('place'),
              width: '130px',
              cell: (row) => (row.space ? `${row.space.code} ${name(row.space)}` : t('wholeCampus')),
            },
            {
              key: 'acts',
              header: '',
              width: '190px',
              numeric: true,
              cell: (row) => (
                <span className={styles.acts}>
                  {row.channel === 'WEBHOOK' && (
                    <Button
                      size="small"
                      disabled={rotate.isPending}
                      aria-label={t('rotateNamed', { name: row.name })}
                      onClick={() => rotate.mutate({ id: row.id })}
                    >
                      {t('rotate')}
                    </Button>
                  )}
                  <Button
                    size="small"
                    disabled={end.isPending}
                    aria-label={t('endNamed', { name: row.name })}
                    onClick={() => end.mutate({ id: row.id })}
                  >
                    {t('end')}
                  </Button>
                </span>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
