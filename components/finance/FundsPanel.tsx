'use client';

import { useTranslations } from 'next-intl';
import { formatMoney, formatPercent } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import styles from './AccountPage.module.css';
import type { Fund, Grants } from './financeTypes';

/** Funds: what each may pay, has paid and gave out unused, when that lapses; and what finance was told of them. */
export function FundsPanel({
  funds,
  notices,
  currency,
}: {
  funds: readonly Fund[];
  notices: Grants['notices'];
  currency: string;
}) {
  const t = useTranslations('accounts');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const nameOf = useName();
  const money = (micro: bigint) => formatMoney(micro, { currency });
  return (
    <Panel title={t('funds')} testId="funds">
      {funds.length === 0 ? (
        <EmptyState title={t('noFunds')}>{t('noFundsWords')}</EmptyState>
      ) : (
        <Table
          caption={t('funds')}
          rows={funds}
          cards
          density="tall"
          rowKey={(row) => row.code}
          rowProps={(row) => ({ 'data-testid': 'fund-row', 'data-fund': row.code })}
          columns={[
            {
              key: 'fund',
              header: t('fund'),
              rowHeader: true,
              cell: (row) => (
                <>
                  <b>{nameOf(row)}</b>
                  <small>{row.code}</small>
                </>
              ),
            },
            {
              key: 'budget',
              header: t('budget'),
              width: '16%',
              numeric: true,
              cell: (row) => (row.budgetMicro === null ? t('noLimit') : money(row.budgetMicro)),
            },
            {
              key: 'used',
              header: t('used'),
              width: '18%',
              numeric: true,
              cell: (row) => (
                <>
                  {money(row.spentMicro)}
                  {row.budgetMicro !== null && <small>{formatPercent(shareOf(row))}</small>}
                </>
              ),
            },
            {
              key: 'unused',
              header: t('givenUnused'),
              width: '22%',
              numeric: true,
              cell: (row) => (
                <>
                  {money(row.unusedMicro)}
                  {row.lapsesMs !== null && (
                    <small>{t('lapses', { time: formatDateTime(row.lapsesMs, zone, lang) })}</small>
                  )}
                </>
              ),
            },
            {
              key: 'state',
              header: t('state'),
              width: '22%',
              wideCard: true,
              cell: (row) =>
                row.stoppedMs === null ? (
                  t('pays')
                ) : (
                  <>
                    <b>{t('usedUp')}</b>
                    <small>{t('since', { time: formatDateTime(row.stoppedMs, zone, lang) })}</small>
                  </>
                ),
            },
          ]}
        />
      )}
      {notices.length > 0 && (
        <ul className={styles.notices} aria-label={t('notices')}>
          {notices.map((notice) => (
            <li key={`${notice.kind} ${notice.fund} ${notice.account ?? ''} ${notice.atMs}`}>
              <time>{formatDateTime(notice.atMs, zone, lang)}</time>
              <span>
                {code('fundNotice', notice.kind)} · {notice.fund}
                {notice.account !== null && ` · ${notice.account}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Percent of the budget that is paid out. */
function shareOf({ spentMicro, budgetMicro }: Fund): number | null {
  return budgetMicro === null || budgetMicro === 0n ? null : Number((spentMicro * 1_000n) / budgetMicro) / 10;
}
