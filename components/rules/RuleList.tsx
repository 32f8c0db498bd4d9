'use client';

import { useTranslations } from 'next-intl';
import { countedVerdicts, precisionOf } from '../../domain/alarms/alarmVerdict';
import { formatNumber, formatPercent, LONG_DASH } from '../ui/format';
import { Panel } from '../ui/Panel';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import styles from './Rules.module.css';
import type { RulesOverview } from './ruleTypes';
import { placesOf } from './settingVersions';
import { sumOfVerdicts } from './sumOfVerdicts';
import { useRuleUrgency } from './useRuleUrgency';

interface Props {
  data: RulesOverview;
  chosen: string | null;
  onChoose: (code: string) => void;
}

/** All rules, most urgent first; pressing one opens what is known of it. */
export function RuleList({ data, chosen, onChoose }: Props) {
  const t = useTranslations('rules');
  const code = useCode();
  const urgency = useRuleUrgency();
  const only = new Set(data.downgrades.flatMap(({ rule, liftedMs }) => (liftedMs === null ? rule : [])));
  const placesSet = (rule: string) => placesOf(data.settings.filter((one) => one.rule === rule)).length;
  const rows = data.rules.toSorted((a, b) =>
    (a.raisedTo ?? a.priority).localeCompare(b.raisedTo ?? b.priority),
  );
  return (
    <Panel title={t('all')} meta={t('allWords')} testId="rules">
      <Table
        caption={t('all')}
        rows={rows}
        rowKey={(rule) => rule.code}
        density="roomy"
        cards
        className={styles.rules}
        rowProps={(rule) => ({
          'data-testid': 'rule',
          'data-rule': rule.code,
          'data-alarms': rule.alarms,
          'data-downgraded': only.has(rule.code) ? 'true' : undefined,
        })}
        columns={[
          {
            key: 'rule',
            header: t('rule'),
            rowHeader: true,
            cell: (rule) => (
              <button
                type="button"
                className={styles.choose}
                aria-pressed={rule.code === chosen}
                onClick={() => onChoose(rule.code)}
              >
                {code('alarmRule', rule.code)}
                {only.has(rule.code) && <small>{t('onlyTellsSomewhere')}</small>}
                {placesSet(rule.code) > 0 && <small>{t('setSomewhere', { n: placesSet(rule.code) })}</small>}
              </button>
            ),
          },
          { key: 'priority', header: t('priority'), width: '96px', cell: (rule) => urgency(rule).priority },
          {
            key: 'within',
            header: t('within'),
            width: '128px',
            numeric: true,
            cell: (rule) => urgency(rule).within,
          },
          {
            key: 'alarms',
            header: t('lately'),
            width: '96px',
            numeric: true,
            cell: (rule) => formatNumber(rule.alarms),
          },
          {
            key: 'precision',
            header: t('precision'),
            width: '128px',
            numeric: true,
            cell: (rule) => {
              const sum = sumOfVerdicts(data.verdicts.filter((one) => one.rule === rule.code));
              const share = precisionOf(sum);
              if (share === null) return LONG_DASH;
              return t('precisionOf', { share: formatPercent(share * 100), n: countedVerdicts(sum) });
            },
          },
        ]}
      />
    </Panel>
  );
}
