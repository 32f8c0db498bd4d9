'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { QUOTA_THRESHOLDS_PERCENT, quotaPreview } from '../../domain/network/quota';
import { formatPercent, LONG_DASH } from '../ui/format';
import { useOverWords } from './overWords';
import { QuotaBar } from './QuotaBar';
import styles from './QuotaForm.module.css';
import { useQuotaDates } from './quotaDates';
import type { QuotaPlan } from './quotaTypes';
import { percentOf, quotaPercent, quotaUnit } from './quotaUnit';

const DAYS_OF_MONTH = 30n;

/** What a limit would mean: when 80, 90 and 100 % are reached, where the month ends, which past months would have failed. */
export function QuotaPreview({ plan, limitMicro }: { plan: QuotaPlan; limitMicro: bigint | null }) {
  const t = useTranslations('quota.form');
  const dates = useQuotaDates();
  const over = useOverWords();
  const unit = quotaUnit(plan.utility, 0n);
  const preview = useMemo(
    () =>
      limitMicro === null
        ? null
        : quotaPreview(
            { limitMicro, thresholdsPercent: plan.current?.thresholds ?? QUOTA_THRESHOLDS_PERCENT },
            plan.actualDays,
            plan.forecastDays,
            plan.wholeMonths,
          ),
    [plan, limitMicro],
  );
  const sum = (days: QuotaPlan['actualDays']) => days.reduce((total, day) => total + day.quantityMicro, 0n);
  const usedMicro = sum(plan.actualDays);
  const totalMicro = usedMicro + sum(plan.forecastDays);
  const months = plan.wholeMonths.length;
  const wholeDays = plan.state === 'RUNNING' ? plan.actualDays.slice(0, -1) : plan.actualDays;
  return (
    <section
      className={styles.preview}
      aria-label={t('preview')}
      aria-live="polite"
      data-testid="quota-preview"
    >
      <h3>{t('preview')}</h3>
      {limitMicro !== null && preview && (
        <QuotaBar
          max={130}
          used={percentOf(usedMicro, limitMicro) ?? 0}
          forecast={plan.hasForecast ? flat(percentOf(totalMicro, limitMicro) ?? 0) : null}
          description={t('preview')}
        />
      )}
      <dl>
        {(preview?.crossings ?? []).map(({ percent, date, basis }) => (
          <div key={percent} data-testid={`crossing-${percent}`}>
            <dt>{t('crossing', { percent })}</dt>
            <dd>
              {date === null
                ? plan.hasForecast
                  ? t('notReached')
                  : LONG_DASH
                : t(basis === 'ACTUAL' ? 'reached' : 'expected', { date: dates.day(date) })}
            </dd>
          </div>
        ))}
        {limitMicro !== null && preview && plan.hasForecast && (
          <div data-testid="preview-end">
            <dt>{t('end')}</dt>
            <dd>
              {t('endShare', { percent: formatPercent(quotaPercent(preview.expectedPpm)) })}
              <small>{over(totalMicro, limitMicro, unit)}</small>
            </dd>
          </div>
        )}
        <div data-testid="preview-months">
          <dt>{t('failed')}</dt>
          <dd>
            {months === 0
              ? t('noMonths')
              : preview === null
                ? LONG_DASH
                : preview.failedMonths.length === 0
                  ? t('failedNone', { n: months })
                  : t('failedList', {
                      n: months,
                      months: preview.failedMonths.map(dates.shortMonth).join(', '),
                    })}
          </dd>
        </div>
      </dl>
      <p className="meta">
        {plan.historyFromMs === null
          ? t('historyNone')
          : t('history', { n: plan.historyDays, date: dates.dayOf(plan.historyFromMs) })}{' '}
        {wholeDays.length > 0 &&
          t('meanMonth', {
            n: wholeDays.length,
            value: unit.text((sum(wholeDays) * DAYS_OF_MONTH) / BigInt(wholeDays.length)),
          })}
      </p>
    </section>
  );
}

function flat(at: number): { at: number; low: number; high: number } {
  return { at, low: at, high: at };
}
