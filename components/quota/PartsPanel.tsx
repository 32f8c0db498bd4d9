'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatNumber, formatPercent } from '../ui/format';
import { Panel } from '../ui/Panel';
import { useLang } from '../ui/useLang';
import { useOverWords } from './overWords';
import styles from './panels.module.css';
import { useQuotaDates } from './quotaDates';
import type { DepartmentQuota } from './quotaTypes';
import { percentOf, type QuotaUnit } from './quotaUnit';

/** Where the month's use falls by part of the day, and how complete the data is. */
export function PartsPanel({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota');
  const { standing, outlook, excess } = view;
  return (
    <Panel
      title={t('parts')}
      meta={
        standing &&
        outlook &&
        t('partsMeta', { plan: unit.number(standing.limitMicro), forecast: unit.text(outlook.totalMicro) })
      }
      testId="parts"
    >
      <dl className={styles.facts}>
        <Part view={view} unit={unit} part="afterMicro" term={t(excess ? 'afterForecast' : 'afterUsed')} />
        <Part
          view={view}
          unit={unit}
          part="workingMicro"
          term={t(excess ? 'workingForecast' : 'workingUsed')}
        />
        <Completeness view={view} />
      </dl>
    </Panel>
  );
}

function Part({
  view,
  unit,
  part,
  term,
}: {
  view: DepartmentQuota;
  unit: QuotaUnit;
  part: 'afterMicro' | 'workingMicro';
  term: string;
}) {
  const t = useTranslations('quota');
  const over = useOverWords();
  const { excess, standing, outlook, used, usedMicro } = view;
  if (!excess || !standing || !outlook) {
    return (
      <Fact term={term} value={unit.text(used[part])}>
        <small>{t('usedShare', { percent: formatPercent(percentOf(used[part], usedMicro)) })}</small>
      </Fact>
    );
  }
  const totalExcess = outlook.totalMicro - standing.limitMicro;
  const own = excess.forecast[part] - excess.plan[part];
  return (
    <Fact term={term} value={unit.text(excess.forecast[part])}>
      <small>
        {t('planPart', {
          plan: unit.number(excess.plan[part]),
          difference: over(excess.forecast[part], excess.plan[part], unit),
        })}
      </small>
      {totalExcess > 0n && own > 0n && (
        <small>
          {t('excessPart', {
            percent: formatPercent(Math.min(100, percentOf(own, totalExcess) ?? 0)),
            excess: unit.text(totalExcess),
          })}
        </small>
      )}
    </Fact>
  );
}

function Completeness({ view }: { view: DepartmentQuota }) {
  const t = useTranslations('quota');
  const lang = useLang();
  const dates = useQuotaDates();
  const { total, missing, missingDays } = view.circuits;
  const { measured, expected } = total.completeness;
  const [worst] = missing;
  return (
    <Fact
      term={t('measured')}
      value={t('measuredOf', { n: formatNumber(measured), m: formatNumber(expected) })}
      testId="completeness"
    >
      {worst ? (
        <>
          <small>
            {t('gap', {
              hours: worst.hours,
              circuit: lang === 'en' ? (worst.circuitEn ?? worst.circuit) : worst.circuit,
              date: dates.dayOf(worst.dayMs),
            })}
            {missingDays > 1 && ` ${t('gapsMore', { n: missingDays - 1 })}`}
          </small>
          <small>{t('bridged')}</small>
        </>
      ) : (
        <small>{t('complete')}</small>
      )}
    </Fact>
  );
}

function Fact({
  term,
  value,
  children,
  testId,
}: {
  term: string;
  value: string;
  children: ReactNode;
  testId?: string;
}) {
  return (
    <div data-testid={testId}>
      <dt>{term}</dt>
      <dd>
        {value}
        {children}
      </dd>
    </div>
  );
}
