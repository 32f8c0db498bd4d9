'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../live/trpc';
import { Breadcrumb } from '../ui/Breadcrumb';
import { Button, ButtonLink } from '../ui/Button';
import { formatPercent } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useLiveAttributes } from '../ui/LiveValue';
import { useCampusZone, useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { ErrorState, Skeleton } from '../ui/states';
import { useLang } from '../ui/useLang';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';
import { BurnUpPanel } from './BurnUpPanel';
import { CircuitsPanel } from './CircuitsPanel';
import styles from './DepartmentPage.module.css';
import { MonthSwitch } from './MonthSwitch';
import { MonthsPanel } from './MonthsPanel';
import { PartsPanel } from './PartsPanel';
import { unitOf } from './pageUnit';
import { evenPaceMicro, QuotaBullet } from './QuotaBullet';
import { QuotaForm } from './QuotaForm';
import { addMonths, useQuotaDates } from './quotaDates';
import { monthFrom, utilityFrom } from './quotaQuery';
import type { DepartmentQuota } from './quotaTypes';
import { percentOf, type QuotaUnit } from './quotaUnit';
import { VersionsPanel } from './VersionsPanel';
import { useVerdictWords } from './verdictWords';

const REFETCH_MS = 60_000;

/** `/quota/[dept]`: one department's month, from the verdict down to the circuits. */
export function DepartmentPage({ initial }: { initial: DepartmentQuota }) {
  const t = useTranslations('quota');
  const trpc = useTRPC();
  const [chosenMonth] = useUrlValue('month');
  const [chosenUtility] = useUrlValue('utility');
  const [form, setForm] = useUrlValue('set');
  const thisMonth = initial.today.slice(0, 7);
  const month = monthFrom(chosenMonth) ?? thisMonth;
  const utility = utilityFrom(chosenUtility) ?? 'ELECTRICITY';
  const department = initial.department.code;
  const query = useQuery(
    trpc.quota.department.queryOptions(
      { department, month, utility },
      {
        initialData: month === initial.month && utility === initial.utility ? initial : undefined,
        refetchInterval: REFETCH_MS,
        placeholderData: keepPreviousData,
      },
    ),
  );
  const view = query.data;
  if (!view) {
    return query.isError ? (
      <ErrorState cause={t('failed')} onRetry={() => void query.refetch()} />
    ) : (
      <Skeleton height={320} onRetry={() => void query.refetch()} />
    );
  }
  const unit = unitOf(view);
  return (
    <>
      <Head
        view={view}
        unit={unit}
        month={month}
        thisMonth={thisMonth}
        onSet={view.maySet ? () => setForm(department) : null}
      />
      <BulletPanel view={view} unit={unit} />
      <div className={styles.columns}>
        <div className={styles.stack}>
          <BurnUpPanel view={view} unit={unit} />
          <MonthsPanel view={view} unit={unit} />
        </div>
        <div className={styles.stack}>
          <CircuitsPanel view={view} />
          <PartsPanel view={view} unit={unit} />
          {view.versions.length > 0 && <VersionsPanel view={view} unit={unit} />}
        </div>
      </div>
      <Method view={view} />
      {form !== null && view.maySet && (
        <QuotaForm
          key={`${form} ${view.month}`}
          department={department}
          month={view.month}
          utility={view.utility}
          onClose={() => setForm(null)}
        />
      )}
    </>
  );
}

function Head({
  view,
  unit,
  month,
  thisMonth,
  onSet,
}: {
  view: DepartmentQuota;
  unit: QuotaUnit;
  month: string;
  thisMonth: string;
  onSet: (() => void) | null;
}) {
  const t = useTranslations('quota');
  const lang = useLang();
  const dates = useQuotaDates();
  const words = useVerdictWords();
  const { sentence, parts } = words(view, unit);
  const { attributes } = useLiveAttributes({ asOf: view.asOfMs, intervalMs: REFETCH_MS });
  const name = lang === 'en' ? (view.department.nameEn ?? view.department.name) : view.department.name;
  const told = useToldWords()(view);
  const action = view.standing ? t(`action.${view.standing.action}`) : '';
  const query = `?month=${view.month}${view.utility === 'ELECTRICITY' ? '' : `&utility=${view.utility}`}`;
  return (
    <PageHead
      breadcrumb={
        <Breadcrumb
          path={[
            { label: t('title'), href: `/quota${query}` },
            { label: name },
            { label: dates.month(view.month) },
          ]}
        />
      }
      title={
        <span {...attributes} data-testid="verdict" data-verdict={view.verdict?.key.split('.').at(-1)}>
          {sentence}
        </span>
      }
      words={[...parts, action, told].filter(Boolean).join(' ')}
      actions={
        <>
          <MonthSwitch
            month={month}
            last={addMonths(thisMonth, 1)}
            onChange={(next) => setUrlValues({ month: next === thisMonth ? null : next, set: null })}
          />
          {onSet && <Button onClick={onSet}>{t('set')}</Button>}
          <ButtonLink
            variant="primary"
            href={`/quota/${encodeURIComponent(view.department.code)}/report${query}`}
          >
            {t('exportReport')}
          </ButtonLink>
        </>
      }
    />
  );
}

/** Which notices went out this month. */
function useToldWords(): (view: DepartmentQuota) => string {
  const t = useTranslations('quota.action');
  const dates = useQuotaDates();
  return ({ notices }) => {
    const first = new Map<string, string>();
    for (const { percent, atMs } of notices) {
      const date = dates.dayOf(atMs);
      const text =
        percent === null
          ? t('toldForecast', { date })
          : t('toldAt', { percent: formatPercent(percent), date });
      const key = String(percent);
      if (!first.has(key)) first.set(key, text);
    }
    return first.size === 0 ? '' : t('told', { list: [...first.values()].join(', ') });
  };
}

function BulletPanel({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const dates = useQuotaDates();
  const { standing, outlook, used } = view;
  const gone = ((now - view.fromMs) / (view.toMs - view.fromMs)) * 100;
  const readings =
    view.asOfMs === null
      ? t('noReadings')
      : t('readingsTo', { time: formatMoment(view.asOfMs, now, zone, lang, false) });
  return (
    <Panel
      title={
        standing
          ? t('used', {
              used: unit.text(view.usedMicro),
              limit: unit.text(standing.limitMicro),
              percent: formatPercent(percentOf(view.usedMicro, standing.limitMicro)),
            })
          : t('usedNoQuota', { used: unit.text(view.usedMicro) })
      }
      tools={
        view.state === 'RUNNING' && (
          <span className="meta">{t('monthGone', { percent: formatPercent(gone) })}</span>
        )
      }
      meta={readings}
      testId="quota-bullet"
    >
      {standing && (
        <QuotaBullet
          unit={unit}
          limitMicro={standing.limitMicro}
          used={[
            {
              micro: used.workingMicro,
              label: t('workingHours', { value: unit.number(used.workingMicro) }),
              tone: 'first',
            },
            {
              micro: used.afterMicro,
              label: t('afterHours', { value: unit.number(used.afterMicro) }),
              tone: 'second',
            },
          ]}
          ticks={standing.crossings.map(({ percent, date }) => ({
            percent,
            date: date ? dates.day(date) : undefined,
          }))}
          paceMicro={evenPaceMicro(standing.limitMicro, view.fromMs, view.toMs, now)}
          forecast={outlook}
        />
      )}
    </Panel>
  );
}

function Method({ view }: { view: DepartmentQuota }) {
  const t = useTranslations('quota');
  const n = view.circuits.rows.length;
  return (
    <p className={styles.method} data-testid="method">
      <b>{t('method')}</b>{' '}
      {view.outlook ? t('methodLong', { n, days: view.outlook.historyDays }) : t('methodEnded', { n })}
    </p>
  );
}
