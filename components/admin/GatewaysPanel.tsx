'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { LONG_DASH } from '../ui/format';
import { formatAge } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import type { Health } from './adminTypes';

/** Gateways that are away, were never heard, or failed their last inspection; the rest is a number. */
export function GatewaysPanel({ gateways }: { gateways: Health['gateways'] }) {
  const t = useTranslations('admin');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const away = gateways.filter(({ online }) => online !== true);
  const listed = gateways.filter(({ online, inspection }) => online !== true || inspection === 'FAIL');
  return (
    <div id="gateways">
      <Panel
        title={t('gateways.title')}
        meta={t('gateways.meta', { online: gateways.length - away.length, n: gateways.length })}
        testId="gateways"
      >
        {listed.length === 0 ? (
          <EmptyState title={t('gateways.none')}>{t('gateways.noneWords')}</EmptyState>
        ) : (
          <Table
            caption={t('gateways.title')}
            rows={listed}
            rowKey={({ code }) => code}
            rowProps={({ online }) => ({
              'data-testid': 'gateway-row',
              'data-state': online === null ? 'never' : online ? 'failed' : 'offline',
            })}
            columns={[
              {
                key: 'code',
                header: t('gateway'),
                rowHeader: true,
                cell: ({ code, space }) => (
                  <Link href={`/admin/meters?gateway=${encodeURIComponent(code)}`}>
                    <b>{code}</b>
                    {space !== null && <small>{space}</small>}
                  </Link>
                ),
              },
              {
                key: 'state',
                header: t('gateways.since'),
                width: '140px',
                numeric: true,
                cell: ({ online, statusMs }) =>
                  online === null || statusMs === null
                    ? t('gateways.never')
                    : online
                      ? t('gateways.failed')
                      : t('gateways.offline', {
                          age: formatAge(now - statusMs, lang, { at: statusMs, zone }),
                        }),
              },
              {
                key: 'meters',
                header: t('gateways.meters'),
                width: '72px',
                numeric: true,
                cell: ({ meters }) => (meters === 0 ? LONG_DASH : meters),
              },
            ]}
            density="roomy"
          />
        )}
      </Panel>
    </div>
  );
}
