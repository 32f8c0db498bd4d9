'use client';

import { useTranslations } from 'next-intl';
import { exactMicro } from '../ui/exact';
import { formatMoney, LONG_DASH } from '../ui/format';
import { formatDate, formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import { usePeriodName } from '../ui/usePeriodName';
import type { MyUsage } from './meData';
import { periodsOf } from './UsageBars';
import styles from './UsageTable.module.css';

/** The same span as a table: exact quantities by period, and money to the last decimal. */
export function UsageTable({ usage }: { usage: MyUsage }) {
  const t = useTranslations('me');
  const lang = useLang();
  const zone = useCampusZone();
  const periodOf = usePeriodName();
  const periods = periodsOf(usage);
  const unit = usage.utility === 'ELECTRICITY' ? 'kWh' : 'm³';
  const money = (micro: bigint) => formatMoney(micro, { currency: usage.currency, decimals: 6 });
  const span = (fromMs: number, toMs: number) =>
    usage.step === 'DAY'
      ? `${formatTime(fromMs, zone, false)}–${formatTime(toMs, zone, false)}`
      : formatDate(fromMs, zone, lang, { weekday: true });
  const own = usage.gaps.filter(({ debitMicro }) => debitMicro !== null);
  const rows = [
    ...usage.bars
      .filter(({ startMs }) => startMs < usage.asOfMs)
      .map((bar) => ({ ...bar, key: `b${bar.startMs}` })),
    ...own.map((gap) => ({
      key: `g${gap.fromMs}`,
      startMs: gap.fromMs,
      endMs: gap.toMs,
      quantityMicro: gap.quantityMicro,
      debitMicro: gap.debitMicro ?? 0n,
      shares: gap.shares,
    })),
  ].sort((a, b) => a.startMs - b.startMs);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className={styles.scroll} aria-label={t('table')} tabIndex={0} data-testid="usage-table">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t(usage.step === 'DAY' ? 'time' : 'day')}</th>
            {periods.length > 1 &&
              periods.map((period) => (
                <th key={period} scope="col" className="num">
                  {periodOf(period)}
                </th>
              ))}
            <th scope="col" className="num">
              {unit}
            </th>
            <th scope="col" className="num">
              {t('cost')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} data-debit={row.debitMicro.toString()}>
              <th scope="row">{span(row.startMs, row.endMs)}</th>
              {periods.length > 1 &&
                periods.map((period) => (
                  <td key={period} className="num">
                    {exactMicro(
                      row.shares.find((share) => share.period === period)?.quantityMicro ?? null,
                      1,
                    )}
                  </td>
                ))}
              <td className="num">
                {row.quantityMicro === null ? LONG_DASH : exactMicro(row.quantityMicro, 1)}
              </td>
              <td className="num">{row.quantityMicro === null ? LONG_DASH : money(row.debitMicro)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('total')}</th>
            {periods.length > 1 && periods.map((period) => <td key={period} />)}
            <td className="num">{exactMicro(usage.totalMicro, 1)}</td>
            <td className="num">{money(usage.debitMicro)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
