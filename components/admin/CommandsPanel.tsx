'use client';

import { useTranslations } from 'next-intl';
import { formatNumber, formatPercent } from '../ui/format';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import type { Health } from './adminTypes';

/** Commands of the last day by the state in which they stand. */
export function CommandsPanel({ commands }: { commands: Health['commands'] }) {
  const t = useTranslations('admin');
  const code = useCode();
  const all = commands.reduce((sum, { count }) => sum + count, 0);
  return (
    <div id="commands">
      <Panel title={t('commands.title')} meta={t('lastDay')} testId="commands">
        {all === 0 ? (
          <EmptyState title={t('commands.none')}>{t('commands.noneWords')}</EmptyState>
        ) : (
          <Table
            caption={t('commands.title')}
            rows={commands}
            rowKey={({ state }) => state}
            rowProps={({ state }) => ({ 'data-testid': 'command-count', 'data-state': state.toLowerCase() })}
            columns={[
              {
                key: 'state',
                header: t('commands.state'),
                rowHeader: true,
                cell: ({ state }) => code('commandState', state),
                foot: t('commands.all'),
              },
              {
                key: 'count',
                header: t('commands.count'),
                width: '88px',
                numeric: true,
                cell: ({ count }) => formatNumber(count),
                foot: formatNumber(all),
              },
              {
                key: 'share',
                header: t('commands.share'),
                width: '88px',
                numeric: true,
                cell: ({ count }) => formatPercent((count / all) * 100),
                foot: '',
              },
            ]}
          />
        )}
      </Panel>
    </div>
  );
}
