'use client';

import { useTranslations } from 'next-intl';
import { estimated, formatMoney, formatNumber, LONG_DASH, withUnit } from '../../ui/format';
import { formatMoment } from '../../ui/formatTime';
import { useCampusZone, useNow } from '../../ui/now';
import { Table } from '../../ui/Table';
import { useCode } from '../../ui/useCode';
import { useLang } from '../../ui/useLang';
import { useName } from '../../ui/useName';
import styles from './Findings.module.css';
import type { Finding, Findings } from './findingTypes';

interface Props {
  findings: Findings;
  chosen: string | null;
  onChoose: (id: string) => void;
}

/** Findings by worth: what, where, how sure, how much, what it costs, and what people said of it. */
export function FindingTable({ findings: { findings, currency }, chosen, onChoose }: Props) {
  const t = useTranslations('findings');
  const verdicts = useTranslations('alarms.verdict');
  const code = useCode();
  const lang = useLang();
  const nameOf = useName();
  const zone = useCampusZone();
  const now = useNow();
  const placeOf = ({ path, point }: Finding) => {
    const names = path.filter(({ kind }) => kind !== 'CAMPUS').map(nameOf);
    if (point?.role === 'FEEDER' || names.length === 0) names.push(point?.code ?? t('campus'));
    return names.join(' ');
  };
  const quantity = (value: number | null, { utility }: Finding) =>
    value === null ? LONG_DASH : withUnit(formatNumber(value, 1), utility === 'WATER' ? 'm³' : 'kWh');
  return (
    <Table<Finding>
      caption={t('list')}
      rows={findings}
      rowKey={({ id }) => id}
      rowProps={({ id, rule, worthMicro, masked }) => ({
        'data-testid': 'finding',
        'data-id': id,
        'data-rule': rule,
        'data-chosen': id === chosen ? 'true' : undefined,
        'data-worth': worthMicro ?? (masked ? 'withheld' : 'unknown'),
      })}
      density="tall"
      cards
      columns={[
        {
          key: 'what',
          header: t('what'),
          rowHeader: true,
          cell: (finding) => (
            <>
              <button
                type="button"
                className={styles.choose}
                aria-pressed={finding.id === chosen}
                onClick={() => onChoose(finding.id)}
              >
                {code('alarmRule', finding.rule)}
              </button>
              <small>
                {placeOf(finding)} · {formatMoment(finding.raisedMs, now, zone, lang, false)} ·{' '}
                {t(finding.active ? 'standing' : 'over')}
              </small>
            </>
          ),
        },
        {
          key: 'score',
          header: t('score'),
          width: '128px',
          cell: ({ score }) =>
            score ? t(`scores.${score.kind}`, { value: formatNumber(score.value, 1) }) : LONG_DASH,
        },
        {
          key: 'quantity',
          header: t('quantity'),
          width: '120px',
          numeric: true,
          cell: (finding) => (
            <>
              <b>{finding.total === null ? LONG_DASH : estimated(quantity(finding.total, finding))}</b>
              {finding.perDay !== null && (
                <small>{t('perDay', { value: quantity(finding.perDay, finding) })}</small>
              )}
            </>
          ),
        },
        {
          key: 'worth',
          header: t('worth'),
          width: '104px',
          numeric: true,
          cell: ({ worthMicro, masked }) =>
            worthMicro === null
              ? t(masked ? 'withheld' : 'unpriced')
              : estimated(formatMoney(worthMicro, { currency })),
        },
        {
          key: 'verdict',
          header: t('verdict'),
          width: '104px',
          cell: ({ verdict }) => (verdict ? verdicts(`kinds.${verdict}`) : t('unjudged')),
        },
      ]}
    />
  );
}
