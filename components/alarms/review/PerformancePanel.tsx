'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { formatNumber, formatPercent, LONG_DASH } from '../../ui/format';
import { formatDateTime, formatStopwatch } from '../../ui/formatTime';
import { useCampusZone } from '../../ui/now';
import { Panel } from '../../ui/Panel';
import { Notice } from '../../ui/states';
import { Table } from '../../ui/Table';
import { useLang } from '../../ui/useLang';
import { RateBars } from './RateBars';
import styles from './Review.module.css';
import type { Measure, Performance } from './reviewTypes';

/** The measures of the alarm system, each with its target and how a person counts it by hand from the journal. */
export function PerformancePanel({ data }: { data: Performance }) {
  const t = useTranslations('alarmReview');
  const lang = useLang();
  const zone = useCampusZone();
  const figure = (value: number | null, kind: Measure['kind']): string => {
    if (value === null) return LONG_DASH;
    if (kind === 'SHARE') return formatPercent(value * 100);
    if (kind === 'MS') return formatStopwatch(value, lang);
    return formatNumber(value, Number.isInteger(value) ? 0 : 2);
  };
  const operators = data.operatorPeriods / data.periods;
  return (
    <>
      {data.onDuty === 0 && (
        <Notice>
          {t('nobodyOnDuty')} <Link href="/admin/people">{t('toRoster')}</Link>
        </Notice>
      )}
      <Panel
        title={t('rateTitle')}
        meta={t('countedFrom', {
          from: formatDateTime(data.fromMs, zone, lang),
          to: formatDateTime(data.toMs, zone, lang),
        })}
        testId="rate"
      >
        <RateBars data={data} />
      </Panel>
      <Panel
        title={t('tabs.performance')}
        meta={t('countedWith', {
          n: data.announced,
          periods: data.periods,
          operators: formatNumber(operators, Number.isInteger(operators) ? 0 : 1),
        })}
        testId="performance"
      >
        <Table
          caption={t('tabs.performance')}
          rows={data.measures}
          rowKey={({ key }) => key}
          density="tall"
          cards
          className={styles.measures}
          rowProps={({ key, value, verdict }) => ({
            'data-testid': 'measure',
            'data-key': key,
            'data-value': value ?? undefined,
            'data-verdict': verdict,
          })}
          columns={[
            {
              key: 'what',
              header: t('measure'),
              rowHeader: true,
              cell: ({ key }) => (
                <>
                  <b>{t(`measures.${key}.name`)}</b>
                  <small>{t(`measures.${key}.how`)}</small>
                </>
              ),
            },
            {
              key: 'value',
              header: t('value'),
              width: '120px',
              numeric: true,
              cell: ({ value, kind }) => <b>{figure(value, kind)}</b>,
            },
            {
              key: 'target',
              header: t('target'),
              width: '220px',
              cell: ({ key, target, limit, kind }) =>
                target === null
                  ? t('noTarget')
                  : t(`measures.${key}.target`, {
                      target: figure(target, kind),
                      limit: limit === null ? '' : figure(limit, kind),
                    }),
            },
            {
              key: 'verdict',
              header: t('verdict'),
              width: '140px',
              cell: ({ verdict }) =>
                verdict === 'OVER' ? <b>▲ {t('verdicts.OVER')}</b> : t(`verdicts.${verdict}`),
            },
          ]}
        />
      </Panel>
    </>
  );
}
