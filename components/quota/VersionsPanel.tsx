'use client';

import { useTranslations } from 'next-intl';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { type Column, Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import styles from './panels.module.css';
import type { DepartmentQuota } from './quotaTypes';
import type { QuotaUnit } from './quotaUnit';

type Version = DepartmentQuota['versions'][number];

/** Every version of the month's quota, the one in force first. */
export function VersionsPanel({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota');
  const lang = useLang();
  const zone = useCampusZone();
  const columns: Column<Version>[] = [
    { key: 'version', header: t('version'), width: '68px', rowHeader: true, cell: ({ version }) => version },
    {
      key: 'limit',
      header: t('quotaColumn', { unit: unit.unit }),
      width: '108px',
      numeric: true,
      cell: ({ limitMicro }) => <b>{unit.number(limitMicro)}</b>,
    },
    { key: 'by', header: t('setBy'), width: '112px', cell: ({ setBy }) => setBy },
    {
      key: 'at',
      header: t('setAt'),
      width: '120px',
      cell: ({ setAtMs }) => formatMoment(setAtMs, view.nowMs, zone, lang, false),
    },
    {
      key: 'reason',
      header: t('reasonColumn'),
      wideCard: true,
      cell: ({ reason }) => (
        <span className={styles.reason}>{reason ?? <span className="quiet">{t('noReason')}</span>}</span>
      ),
    },
  ];
  return (
    <Panel title={t('versions')} testId="versions">
      <Table
        caption={t('versions')}
        columns={columns}
        rows={view.versions}
        rowKey={({ version }) => String(version)}
        rowProps={() => ({ 'data-testid': 'version-row' })}
        cards
      />
    </Panel>
  );
}
