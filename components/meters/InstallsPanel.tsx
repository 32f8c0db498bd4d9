'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { exactMicro } from '../ui/exact';
import { LONG_DASH, withUnit } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import styles from './MeterPage.module.css';
import type { InstallRow, MeterData } from './meterData';

/** The meters that served this point, each with its own registers: a swap splits the history by serial. */
export function InstallsPanel({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const lang = useLang();
  const zone = useCampusZone();
  const unit = data.utility === 'ELECTRICITY' ? 'kWh' : 'm³';
  const register = (micro: string | null) =>
    micro === null ? LONG_DASH : exactMicro(BigInt(micro), data.registerDecimals);
  const time = (at: number) => formatDateTime(at, zone, lang, { year: true });
  return (
    <Panel
      title={t('installs')}
      meta={t('installsMeta', { n: data.installs.length, point: data.point.code })}
      testId="installs"
    >
      <Table<InstallRow>
        caption={t('installs')}
        rows={data.installs}
        rowKey={({ serial, fromMs }) => `${serial} ${fromMs}`}
        rowProps={({ serial, shown }) => ({
          'data-testid': 'install',
          'data-serial': serial,
          'data-shown': String(shown),
        })}
        density="roomy"
        cards
        className={styles.links}
        columns={[
          {
            key: 'serial',
            header: t('serial'),
            rowHeader: true,
            cell: ({ meterCode, serial, shown }) => (
              <>
                <b>{serial}</b>
                <small>
                  {shown ? (
                    t('thisMeter', { code: meterCode })
                  ) : (
                    <Link href={`/meters/${encodeURIComponent(meterCode)}`}>{meterCode}</Link>
                  )}
                </small>
              </>
            ),
          },
          { key: 'from', header: t('from'), width: '160px', cell: ({ fromMs }) => time(fromMs) },
          {
            key: 'to',
            header: t('to'),
            width: '160px',
            cell: ({ toMs }) => (toMs === null ? t('stillFitted') : time(toMs)),
          },
          {
            key: 'start',
            header: t('startRegister'),
            width: '128px',
            numeric: true,
            cell: ({ startMicro }) => register(startMicro),
          },
          {
            key: 'end',
            header: t('endRegister'),
            width: '128px',
            numeric: true,
            cell: ({ endMicro }) => register(endMicro),
          },
          {
            key: 'used',
            header: t('used'),
            width: '136px',
            numeric: true,
            cell: ({ usedMicro }) => withUnit(register(usedMicro), unit),
          },
        ]}
      />
    </Panel>
  );
}
