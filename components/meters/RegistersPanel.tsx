'use client';

import { useTranslations } from 'next-intl';
import { exactMicro } from '../ui/exact';
import { withUnit } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import styles from './MeterPage.module.css';
import type { MeterData, RegisterRow } from './meterData';

/** Unit of a register by its channel. */
function unitOf(channel: string): string {
  if (channel.startsWith('VOL')) return 'm³';
  return channel === 'ER' || channel === 'ERI' ? 'kvarh' : 'kWh';
}

/** Raw registers, every digit of them: what stands on the display, and what is reckoned with. */
export function RegistersPanel({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { registers } = data;
  const transformed = data.ratioMicro !== '1000000';
  const nameOf = (channel: string) => {
    const key = `channel.${channel}`;
    return t.has(key) ? t(key) : channel;
  };
  return (
    <Panel title={t('registers')} meta={t('epochNow', { n: data.epoch })} testId="registers">
      {registers === null ? (
        <EmptyState title={t('valuesWithheld')}>{t('withheldWords')}</EmptyState>
      ) : registers.length === 0 ? (
        <EmptyState title={t('noRegister')}>{t('noRegisterWords')}</EmptyState>
      ) : (
        <Table<RegisterRow>
          caption={t('registers')}
          rows={registers}
          rowKey={({ channel }) => channel}
          rowProps={({ channel, valueMicro }) => ({
            'data-testid': 'register',
            'data-channel': channel,
            'data-micro': valueMicro,
          })}
          density="roomy"
          columns={[
            {
              key: 'channel',
              header: t('register'),
              rowHeader: true,
              cell: ({ channel, atMs }) => (
                <>
                  <b>{nameOf(channel)}</b>
                  <small>{formatMoment(atMs, now, zone, lang)}</small>
                </>
              ),
            },
            {
              key: 'value',
              header: t('value'),
              width: '200px',
              numeric: true,
              cell: ({ channel, billing, valueMicro, displayMicro }) => (
                <>
                  {withUnit(exactMicro(BigInt(valueMicro), data.registerDecimals), unitOf(channel))}
                  {(billing || transformed) && (
                    <small>
                      {transformed
                        ? t('onDisplay', { value: exactMicro(BigInt(displayMicro), data.registerDecimals) })
                        : t('charged')}
                    </small>
                  )}
                </>
              ),
            },
          ]}
        />
      )}
      {data.held && <p className={styles.note}>{t('held')}</p>}
    </Panel>
  );
}
