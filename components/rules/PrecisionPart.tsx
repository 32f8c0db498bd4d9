'use client';

import { useTranslations } from 'next-intl';
import { countedVerdicts, precisionOf } from '../../domain/alarms/alarmVerdict';
import { formatNumber, formatPercent, LONG_DASH } from '../ui/format';
import { Table } from '../ui/Table';
import styles from './Rules.module.css';
import type { RuleVerdicts } from './ruleTypes';

/** How often the rule was right in each building, by verdicts of 90 days. */
export function PrecisionPart({ verdicts }: { verdicts: readonly RuleVerdicts[] }) {
  const t = useTranslations('rules');
  return (
    <div className={styles.part} data-testid="rule-precision">
      <h3>{t('precisionTitle')}</h3>
      {verdicts.length === 0 ? (
        <p className={styles.words}>{t('noVerdicts')}</p>
      ) : (
        <Table
          caption={t('precisionTitle')}
          rows={verdicts}
          rowKey={({ buildingCode }) => buildingCode ?? ''}
          rowProps={(row) => ({
            'data-building': row.buildingCode ?? '',
            'data-judged': countedVerdicts(row),
          })}
          columns={[
            {
              key: 'building',
              header: t('building'),
              rowHeader: true,
              cell: ({ buildingCode }) => buildingCode ?? t('noBuilding'),
            },
            {
              key: 'share',
              header: t('precision'),
              numeric: true,
              cell: (row) => {
                const share = precisionOf(row);
                return share === null ? LONG_DASH : formatPercent(share * 100);
              },
            },
            {
              key: 'judged',
              header: t('judged'),
              numeric: true,
              cell: (row) => formatNumber(countedVerdicts(row)),
            },
            {
              key: 'unclear',
              header: t('unclear'),
              numeric: true,
              cell: ({ unclear }) => formatNumber(unclear),
            },
          ]}
        />
      )}
    </div>
  );
}
