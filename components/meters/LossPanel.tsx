'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { FeederLossChart, useLossSummary } from '../charts/FeederLossChart';
import { refusalOf } from '../live/refusal';
import { formatNumber, formatPercent, withUnit } from '../ui/format';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useName } from '../ui/useName';
import { useOpens } from '../ui/useOpens';
import styles from './FeederPanels.module.css';
import type { FeederLosses, LossBranch } from './feederTypes';
import { LossSuspects } from './LossSuspects';

interface Props {
  losses: FeederLosses | null;
  error: unknown;
  onRetry: () => void;
}

const kwh = (value: number | null, unknown: string) =>
  value === null ? unknown : withUnit(formatNumber(value, 1), 'kWh');

/** What comes in at a feeder and is not counted below it: by hour, by branch, and by whom it may be. */
export function LossPanel({ losses, error, onRetry }: Props) {
  const t = useTranslations('grid.loss');
  const code = useCode();
  return (
    <Panel
      title={t('title')}
      meta={losses && losses.gap === null && t('meta', { n: losses.days })}
      testId="feeder-losses"
    >
      {losses ? (
        <Known losses={losses} />
      ) : error ? (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={onRetry} />
      ) : (
        <Skeleton height={300} onRetry={onRetry} />
      )}
    </Panel>
  );
}

function Known({ losses }: { losses: FeederLosses }) {
  const t = useTranslations('grid.loss');
  const { gap, hours, band, learned } = losses;
  const summary = useLossSummary()(losses);
  return (
    <>
      {gap !== null ? (
        <EmptyState title={t('unknownTitle')}>{t(`gap.${gap}`)}</EmptyState>
      ) : (
        <div className={styles.body}>
          <p data-testid="loss-summary">
            {summary}{' '}
            {band
              ? t('band', {
                  share: formatPercent(band.share * 100),
                  high: formatPercent(band.high * 100),
                  n: band.days,
                })
              : t('learning', { n: learned.days, needed: learned.needed })}
          </p>
          {hours.length > 0 && <FeederLossChart losses={losses} />}
        </div>
      )}
      {gap === null && <LossSuspects losses={losses} />}
      {losses.branches.length > 0 && <Branches rows={losses.branches} />}
    </>
  );
}

function Branches({ rows }: { rows: readonly LossBranch[] }) {
  const t = useTranslations('grid.loss');
  const nameOf = useName();
  const opens = useOpens();
  const unknown = t('notKnown');
  return (
    <Table
      caption={t('branches')}
      rows={rows}
      rowKey={({ code }) => code}
      rowProps={({ code, residualKwhDay }) => ({
        'data-testid': 'loss-branch',
        'data-code': code,
        'data-residual': residualKwhDay === null ? 'unknown' : Math.round(residualKwhDay),
      })}
      density="roomy"
      cards
      columns={[
        {
          key: 'branch',
          header: t('branch'),
          rowHeader: true,
          cell: ({ code, name, nameEn, meter, own }) => {
            const words = name === null || name === code ? code : `${code} ${nameOf({ name, nameEn })}`;
            if (own) return t('own');
            return meter && opens('/meters') ? (
              <Link className={styles.link} href={`/meters/${encodeURIComponent(meter)}`}>
                {words}
              </Link>
            ) : (
              words
            );
          },
        },
        {
          key: 'loss',
          header: t('lossDay'),
          width: '120px',
          numeric: true,
          cell: ({ lossKwhDay }) => kwh(lossKwhDay, unknown),
        },
        {
          key: 'share',
          header: t('share'),
          width: '88px',
          numeric: true,
          cell: ({ share }) => (share === null ? unknown : formatPercent(share * 100)),
        },
        {
          key: 'expected',
          header: t('expected'),
          width: '88px',
          numeric: true,
          cell: ({ expectedShare }) =>
            expectedShare === null ? t('learningShort') : formatPercent(expectedShare * 100),
        },
        {
          key: 'residual',
          header: t('residual'),
          width: '120px',
          numeric: true,
          cell: ({ residualKwhDay }) => <b>{kwh(residualKwhDay, unknown)}</b>,
        },
      ]}
    />
  );
}
