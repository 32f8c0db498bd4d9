'use client';

import { useTranslations } from 'next-intl';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { Deliveries } from './DeliveriesPanel';
import styles from './NoticesPage.module.css';

/** Messages that a sandbox took, codes among them: how demo and trials read what would have been sent. */
export function SandboxPanel({ messages }: { messages: Deliveries['sandbox'] }) {
  const t = useTranslations('notices.admin');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  return (
    <Panel title={t('sandbox')} meta={t('sandboxWords')} testId="sandbox" className={styles.sandbox}>
      <Table
        caption={t('sandbox')}
        rows={messages}
        rowKey={(row) => `${row.messageId}:${row.atMs}`}
        density="roomy"
        cards
        rowProps={() => ({ 'data-testid': 'sandbox-message' })}
        columns={[
          {
            key: 'what',
            header: t('what'),
            rowHeader: true,
            cell: ({ content }) => (
              <>
                <b>{content.title}</b> {content.text} {content.link}
              </>
            ),
          },
          { key: 'to', header: t('to'), width: '200px', cell: (row) => row.address },
          {
            key: 'channel',
            header: t('channel'),
            width: '110px',
            cell: (row) => code('noticeChannel', row.channel),
          },
          {
            key: 'when',
            header: t('when'),
            width: '150px',
            cell: (row) => formatDateTime(row.atMs, zone, lang),
          },
        ]}
      />
    </Panel>
  );
}
