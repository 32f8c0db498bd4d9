'use client';

import { useTranslations } from 'next-intl';
import { exactMicro } from '../ui/exact';
import { LONG_DASH } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import type { EpochRow, MeterData } from './meterData';

/** Where the register began anew: no difference is ever taken across one of these. Nothing is shown of a meter without. */
export function EpochsPanel({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const lang = useLang();
  const zone = useCampusZone();
  if (data.epochs.length === 0) return null;
  const register = (micro: string | null) =>
    micro === null ? LONG_DASH : exactMicro(BigInt(micro), data.registerDecimals);
  const reasonOf = (reason: string) => {
    const key = `epochReason.${reason}`;
    return t.has(key) ? t(key) : reason;
  };
  return (
    <Panel title={t('epochs')} testId="epochs">
      <Table<EpochRow>
        caption={t('epochs')}
        rows={data.epochs}
        rowKey={({ epoch }) => String(epoch)}
        rowProps={({ epoch }) => ({ 'data-testid': 'epoch', 'data-epoch': epoch })}
        cards
        columns={[
          {
            key: 'epoch',
            header: t('epoch'),
            rowHeader: true,
            cell: ({ epoch, reason }) => t('epochTitle', { n: epoch, reason: reasonOf(reason) }),
          },
          {
            key: 'opened',
            header: t('opened'),
            width: '180px',
            cell: ({ openedMs }) => formatDateTime(openedMs, zone, lang, { year: true }),
          },
          {
            key: 'start',
            header: t('startRegister'),
            width: '136px',
            numeric: true,
            cell: ({ startMicro }) => register(startMicro),
          },
          {
            key: 'lost',
            header: t('lost'),
            width: '160px',
            numeric: true,
            cell: ({ lostMicro }) => register(lostMicro),
          },
        ]}
      />
    </Panel>
  );
}
