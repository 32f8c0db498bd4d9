'use client';

import { useTranslations } from 'next-intl';
import { LONG_DASH } from '../ui/format';
import { formatAge } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import type { Health } from './adminTypes';

/** Paired walls with the age of their last report; silent ones first. */
export function WallsPanel({ walls }: { walls: Health['walls'] }) {
  const t = useTranslations('admin');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const age = (at: number | null) => (at === null ? LONG_DASH : formatAge(now - at, lang, { at, zone }));
  const rows = [...walls].sort((a, b) => Number(b.silent) - Number(a.silent));
  return (
    <div id="walls">
      <Panel title={t('wallsPanel.title')} meta={t('wallsPanel.meta')} testId="walls">
        {rows.length === 0 ? (
          <EmptyState title={t('wallsPanel.none')}>{t('wallsPanel.noneWords')}</EmptyState>
        ) : (
          <Table
            caption={t('wallsPanel.title')}
            rows={rows}
            rowKey={({ id }) => id}
            rowProps={({ silent }) => ({ 'data-testid': 'wall-row', 'data-silent': String(silent) })}
            columns={[
              { key: 'name', header: t('wallsPanel.wall'), rowHeader: true, cell: ({ name }) => name },
              {
                key: 'heard',
                header: t('lastHeard'),
                width: '152px',
                numeric: true,
                cell: (wall) => (
                  <>
                    {wall.silent && <strong>{t('wallsPanel.silent')} </strong>}
                    {age(wall.lastHeartbeatMs)}
                  </>
                ),
              },
            ]}
          />
        )}
      </Panel>
    </div>
  );
}
