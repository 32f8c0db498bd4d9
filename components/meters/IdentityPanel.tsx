'use client';

import { useTranslations } from 'next-intl';
import { exactMicro } from '../ui/exact';
import { LONG_DASH } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { GatewayLink } from '../ui/GatewayLink';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './MeterPage.module.css';
import type { MeterData } from './meterData';

/** What the meter is, where it is fitted and what carries its messages. */
export function IdentityPanel({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { gateway } = data;
  const moment = (at: number) => formatMoment(at, now, zone, lang);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [t('serial'), data.serial],
    [t('utility'), code('utility', data.utility)],
    [t('point'), data.point.code],
    [t('role'), t(`roleOf.${data.point.role}`)],
    [t('fitted'), moment(data.fittedMs)],
    ...(data.removedMs === null ? [] : ([[t('removed'), moment(data.removedMs)]] as const)),
    [t('interval'), t('seconds', { n: data.intervalMs / 1_000 })],
    [t('ratio'), t('times', { ratio: exactMicro(BigInt(data.ratioMicro)) })],
    ...(data.utility === 'ELECTRICITY' ? ([[t('phases'), String(data.phases)]] as const) : []),
    [t('dialect'), data.profile],
    [
      t('gateway'),
      gateway === null ? (
        t('direct')
      ) : (
        <GatewayLink key="gateway" code={gateway.code}>
          {gateway.code}
        </GatewayLink>
      ),
    ],
    ...(gateway === null
      ? []
      : ([
          [
            t('gatewayState'),
            t(`presence.${gateway.online === null ? 'never' : gateway.online ? 'on' : 'off'}`),
          ],
          [t('gatewayFirmware'), gateway.firmware ?? LONG_DASH],
        ] as const)),
  ];
  return (
    <Panel title={t('identity')} testId="identity">
      <dl className={styles.figures}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
