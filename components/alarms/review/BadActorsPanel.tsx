'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { formatPercent } from '../../ui/format';
import { formatMoment } from '../../ui/formatTime';
import { useCampusZone, useNow } from '../../ui/now';
import { Panel } from '../../ui/Panel';
import { EmptyState } from '../../ui/states';
import { Table } from '../../ui/Table';
import { useCode } from '../../ui/useCode';
import { useLang } from '../../ui/useLang';
import { AlarmTags } from '../AlarmTags';
import { usePlaceWords } from '../usePlaceWords';
import type { Performance } from './reviewTypes';

/** The ten sources (a rule at an object) that were announced most: where a repair or another threshold helps most. */
export function BadActorsPanel({ data }: { data: Performance }) {
  const t = useTranslations('alarmReview');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const placeOf = usePlaceWords();
  return (
    <Panel title={t('tabs.badActors')} meta={t('badActorsWords')} testId="bad-actors">
      {data.badActors.length === 0 ? (
        <EmptyState title={t('noActors')}>{t('noActorsWords')}</EmptyState>
      ) : (
        <Table
          caption={t('tabs.badActors')}
          rows={data.badActors}
          rowKey={({ alarm }) => alarm.id}
          density="roomy"
          cards
          rowProps={(row) => ({ 'data-testid': 'bad-actor', 'data-announced': row.announced })}
          columns={[
            {
              key: 'what',
              header: t('alarm'),
              rowHeader: true,
              cell: (row) => (
                <Link href={`/alarms/${row.alarm.id}`}>
                  <b>
                    {`P${row.priority} ${code('alarmRule', row.rule)}`} <AlarmTags alarm={row.alarm} />
                  </b>
                </Link>
              ),
            },
            {
              key: 'place',
              header: t('place'),
              cell: (row) => (
                <>
                  {placeOf(row).title}
                  <small>{placeOf(row).words}</small>
                </>
              ),
            },
            { key: 'n', header: t('announced'), width: '120px', numeric: true, cell: (row) => row.announced },
            {
              key: 'share',
              header: t('share'),
              width: '120px',
              numeric: true,
              cell: (row) => formatPercent((row.announced / data.announced) * 100),
            },
            {
              key: 'fleeting',
              header: t('fleeting'),
              width: '120px',
              numeric: true,
              cell: (row) => row.fleeting,
            },
            {
              key: 'last',
              header: t('last'),
              width: '150px',
              cell: (row) => formatMoment(row.lastMs, now, zone, lang),
            },
          ]}
        />
      )}
    </Panel>
  );
}
