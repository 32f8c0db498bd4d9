'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../live/trpc';
import { formatMoney, formatNumber, formatOwed, formatPercentNumber } from '../ui/format';
import { gaugeMax } from '../ui/Gauge';
import { Kpi, KpiRow } from '../ui/Kpi';
import { ChannelsPanel, DebtsPanel, FloatPanel } from './FigurePanels';
import styles from './FigurePanels.module.css';
import type { Figures } from './financeTypes';
import { signedMoney } from './signedMoney';

const REFRESH_MS = 10_000;

/** Float, arrears, collection and online share, computed from the ledger as it stands; each opens to what it is made of. */
export function FiguresStrip({ initial, currency }: { initial: Figures; currency: string }) {
  const t = useTranslations('finance');
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.finance.figures.queryOptions(undefined, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  const { float, arrears, collection, online, nowMs } = data;
  const stamp = { asOf: nowMs, intervalMs: REFRESH_MS };
  const money = (micro: bigint) => formatMoney(micro, { currency });
  const whole = (micro: bigint) => Number(micro / 10_000n) / 100;
  const amount = { format: (value: number) => formatNumber(value) };
  const percent = { unit: '%', scale: { max: 100 }, format: (value: number) => formatPercentNumber(value) };
  return (
    <>
      <KpiRow label={t('figures')}>
        <Kpi
          {...stamp}
          {...amount}
          testId="kpi-float"
          label={t('float')}
          figure={money(float.totalMicro)}
          now={whole(float.totalMicro)}
          scale={{ max: gaugeMax({ now: whole(float.totalMicro) }) }}
          note={t('floatToday', { change: signedMoney(float.changeMicro, currency) })}
        />
        <Kpi
          {...stamp}
          {...percent}
          testId="kpi-arrears"
          label={t('arrearsRate')}
          figure={formatPercentNumber(arrears.percent)}
          now={arrears.percent}
          note={t('arrearsOf', { n: arrears.accounts, of: arrears.of })}
        />
        <Kpi
          {...stamp}
          {...amount}
          testId="kpi-uncollected"
          label={t('uncollected')}
          figure={formatOwed(arrears.uncollectedMicro, { currency })}
          now={whole(arrears.uncollectedMicro)}
          scale={{ max: gaugeMax({ now: whole(arrears.uncollectedMicro) }) }}
          note={arrears.days === null ? t('noDebt') : t('owedDays', { days: formatNumber(arrears.days, 1) })}
        />
        <Kpi
          {...stamp}
          {...percent}
          testId="kpi-collection"
          label={t('collection')}
          figure={collection.percent === null ? null : formatPercentNumber(collection.percent)}
          reason={t('nothingCharged')}
          now={collection.percent}
          note={t('ofCharged', { charged: money(collection.chargedMicro) })}
        />
        <Kpi
          {...stamp}
          {...percent}
          testId="kpi-online"
          label={t('online')}
          figure={online.percent === null ? null : formatPercentNumber(online.percent)}
          reason={t('noPayments')}
          now={online.percent}
          note={t('ofPaid', { paid: money(online.totalMicro), n: online.count })}
        />
      </KpiRow>
      <div className={styles.columns}>
        <FloatPanel float={float} units={data.units} currency={currency} />
        <DebtsPanel arrears={arrears} currency={currency} />
        <ChannelsPanel online={online} currency={currency} monthMs={data.monthMs} />
      </div>
    </>
  );
}
