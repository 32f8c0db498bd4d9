'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { formatMoney, formatNumber, formatOwed, formatPercent, LONG_DASH } from '../ui/format';
import { formatDate } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './FigurePanels.module.css';
import type { Figures } from './financeTypes';
import { signedMoney } from './signedMoney';
import { Withheld } from './Withheld';

const SHOWN = 8;

/** Unspent credit by building, with what today changed; below it the units that accounts hold in its place. */
export function FloatPanel({
  float,
  units,
  currency,
}: Pick<Figures, 'float' | 'units'> & { currency: string }) {
  const t = useTranslations('finance');
  const code = useCode();
  const lang = useLang();
  return (
    <Panel title={t('floatByBuilding')} testId="float-buildings">
      <Table
        caption={t('floatByBuilding')}
        rows={float.buildings}
        rowKey={(row) => row.buildingCode ?? ''}
        rowProps={(row) => ({ 'data-micro': row.floatMicro.toString() })}
        columns={[
          {
            key: 'building',
            header: t('building'),
            rowHeader: true,
            cell: (row) =>
              (lang === 'en' ? (row.nameEn ?? row.name) : row.name) ?? row.buildingCode ?? t('noPlace'),
          },
          {
            key: 'float',
            header: t('floatShort'),
            numeric: true,
            width: '42%',
            cell: (row) => formatMoney(row.floatMicro, { currency }),
            foot: formatMoney(float.totalMicro, { currency }),
          },
          {
            key: 'today',
            header: t('today'),
            numeric: true,
            width: '28%',
            cell: (row) => signedMoney(row.changeMicro, currency),
            foot: signedMoney(float.changeMicro, currency),
          },
        ]}
      />
      {units.map(({ unit, utility, accounts, heldMicro, owing, owedMicro }) => (
        <p
          key={utility}
          className={styles.units}
          data-testid="float-units"
          data-unit={unit}
          data-micro={heldMicro.toString()}
        >
          {t('unitsHeld', {
            held: formatMoney(heldMicro, { currency: unit }),
            n: accounts,
            utility: code('utility', utility),
          })}{' '}
          {owing > 0 && t('unitsOwed', { owed: formatOwed(owedMicro, { currency: unit }), n: owing })}
        </p>
      ))}
    </Panel>
  );
}

/** Who owes, since when and how much; each leads to its entries. */
export function DebtsPanel({ arrears, currency }: { arrears: Figures['arrears']; currency: string }) {
  const t = useTranslations('finance');
  const [all, setAll] = useState(false);
  const rows = all ? arrears.rooms : arrears.rooms.slice(0, SHOWN);
  return (
    <Panel title={t('debts')} testId="debts">
      {arrears.rooms.length === 0 ? (
        <EmptyState title={t('noDebt')}>{t('noDebtWords')}</EmptyState>
      ) : (
        <>
          <Table
            caption={t('debts')}
            rows={rows}
            rowKey={(row) => row.accountCode ?? `row-${rows.indexOf(row)}`}
            rowProps={(row) => ({ 'data-testid': 'debt-row', 'data-account': row.accountCode ?? undefined })}
            columns={[
              {
                key: 'room',
                header: t('room'),
                rowHeader: true,
                cell: (row) =>
                  row.accountCode === null ? (
                    <Withheld />
                  ) : (
                    <Link href={`/finance/ledger?span=ALL&room=${encodeURIComponent(row.accountCode)}`}>
                      {row.spaceCode ?? row.accountCode}
                    </Link>
                  ),
              },
              {
                key: 'days',
                header: t('days'),
                numeric: true,
                width: '26%',
                cell: (row) => (row.days === null ? LONG_DASH : formatNumber(row.days, 1)),
              },
              {
                key: 'owed',
                header: t('owed'),
                numeric: true,
                width: '36%',
                cell: (row) => formatOwed(row.owedMicro, { currency }),
              },
            ]}
          />
          {arrears.rooms.length > SHOWN && (
            <div className={styles.more}>
              <Button size="small" onClick={() => setAll(!all)}>
                {all ? t('fewer') : t('allDebts', { n: arrears.rooms.length })}
              </Button>
            </div>
          )}
        </>
      )}
    </Panel>
  );
}

/** This month's payments by channel. */
export function ChannelsPanel({
  online,
  currency,
  monthMs,
}: {
  online: Figures['online'];
  currency: string;
  monthMs: number;
}) {
  const t = useTranslations('finance');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const share = (micro: bigint) =>
    online.totalMicro === 0n ? null : Number((micro * 10_000n) / online.totalMicro) / 100;
  return (
    <Panel
      title={t('channels')}
      meta={t('since', { date: formatDate(monthMs, zone, lang) })}
      testId="channels"
    >
      {online.channels.length === 0 ? (
        <EmptyState title={t('noPayments')} />
      ) : (
        <Table
          caption={t('channels')}
          rows={online.channels}
          rowKey={(row) => row.channel}
          columns={[
            {
              key: 'channel',
              header: t('channel'),
              rowHeader: true,
              cell: (row) => code('channel', row.channel.toUpperCase()),
            },
            {
              key: 'n',
              header: t('count'),
              numeric: true,
              width: '18%',
              cell: (row) => formatNumber(row.count),
            },
            {
              key: 'amount',
              header: t('amount'),
              numeric: true,
              width: '36%',
              cell: (row) => formatMoney(row.amountMicro, { currency }),
              foot: formatMoney(online.totalMicro, { currency }),
            },
            {
              key: 'share',
              header: t('share'),
              numeric: true,
              width: '20%',
              cell: (row) => formatPercent(share(row.amountMicro)),
            },
          ]}
        />
      )}
    </Panel>
  );
}
