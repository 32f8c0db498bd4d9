'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../live/trpc';
import { formatPercent } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useLiveAttributes } from '../ui/LiveValue';
import { useCampusZone, useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { SegmentedControl } from '../ui/SegmentedControl';
import { ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';
import { DepartmentTable } from './DepartmentTable';
import { MonthSwitch } from './MonthSwitch';
import { evenPaceMicro, QuotaBullet } from './QuotaBullet';
import { QuotaForm } from './QuotaForm';
import { addMonths, useQuotaDates } from './quotaDates';
import { monthFrom, utilityFrom } from './quotaQuery';
import type { QuotaList, QuotaUtility } from './quotaTypes';
import { largestMicro, percentOf, type QuotaUnit, quotaPercent, quotaUnit } from './quotaUnit';

const REFETCH_MS = 60_000;

/** `/quota`: the campus and its departments against the quotas of a month. Month and open form live in the address. */
export function QuotaPage({ initial, thisMonth }: { initial: QuotaList; thisMonth: string }) {
  const t = useTranslations('quota');
  const trpc = useTRPC();
  const code = useCode();
  const [chosenMonth] = useUrlValue('month');
  const [chosenUtility] = useUrlValue('utility');
  const [form, setForm] = useUrlValue('set');
  const month = monthFrom(chosenMonth) ?? thisMonth;
  const utility = utilityFrom(chosenUtility) ?? 'ELECTRICITY';
  const query = useQuery(
    trpc.quota.list.queryOptions(
      { month, utility },
      {
        initialData: month === initial.month && utility === initial.utility ? initial : undefined,
        refetchInterval: REFETCH_MS,
        placeholderData: keepPreviousData,
      },
    ),
  );
  const list = query.data;
  if (!list) {
    return query.isError ? (
      <ErrorState cause={t('failed')} onRetry={() => void query.refetch()} />
    ) : (
      <Skeleton height={320} onRetry={() => void query.refetch()} />
    );
  }
  const unit = quotaUnit(
    list.utility,
    largestMicro(
      ...list.departments.flatMap((row) => [
        row.usedMicro,
        row.forecast?.totalMicro,
        row.standing?.limitMicro,
      ]),
    ),
  );
  const utilities = [...new Set<QuotaUtility>([...list.utilities, list.utility])];
  return (
    <>
      <PageHead
        title={<Headline list={list} />}
        words={<Worst list={list} />}
        actions={
          <>
            {utilities.length > 1 && (
              <SegmentedControl
                label={t('utility')}
                value={list.utility}
                onChange={(value) => setUrlValues({ utility: value })}
                options={utilities.map((value) => ({ value, label: code('utility', value) }))}
              />
            )}
            <MonthSwitch
              month={month}
              last={addMonths(thisMonth, 1)}
              onChange={(next) => setUrlValues({ month: next === thisMonth ? null : next, set: null })}
            />
          </>
        }
      />
      {list.total && <Total list={list} />}
      <DepartmentTable list={list} unit={unit} onSet={setForm} />
      {form !== null && list.maySet && (
        <QuotaForm
          key={`${form} ${list.month}`}
          department={form}
          month={list.month}
          utility={list.utility}
          onClose={() => setForm(null)}
        />
      )}
    </>
  );
}

function Headline({ list }: { list: QuotaList }) {
  const t = useTranslations('quota.headline');
  const dates = useQuotaDates();
  const month = dates.month(list.month);
  const held = list.departments.flatMap(({ standing }) => standing ?? []);
  const over = held.filter(({ expectedPpm, usedPpm }) => (expectedPpm ?? usedPpm) > 1_000_000n).length;
  const { attributes } = useLiveAttributes({ asOf: list.asOfMs, intervalMs: REFETCH_MS });
  const words = () => {
    if (held.length === 0) return t('none', { month });
    if (list.state === 'AHEAD' && over === 0) return t('ahead', { n: held.length, month });
    if (list.state === 'ENDED')
      return over === 0
        ? t('endedWithin', { n: held.length, month })
        : t('endedOver', { n: over, m: held.length, month });
    return over === 0 ? t('within', { n: held.length }) : t('over', { n: over, m: held.length });
  };
  return (
    <span {...attributes} data-testid="headline">
      {words()}
    </span>
  );
}

function Worst({ list }: { list: QuotaList }) {
  const t = useTranslations('quota');
  const lang = useLang();
  const [first] = list.departments;
  if (!first?.standing) return null;
  const ppm = first.standing.expectedPpm ?? first.standing.usedPpm;
  return t(list.state === 'ENDED' ? 'worstEnded' : 'worst', {
    department: lang === 'en' ? (first.nameEn ?? first.name) : first.name,
    percent: formatPercent(quotaPercent(ppm)),
  });
}

function Total({ list }: { list: QuotaList }) {
  const t = useTranslations('quota');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const total = list.total!;
  const unit: QuotaUnit = quotaUnit(
    list.utility,
    largestMicro(total.limitMicro, total.usedMicro, total.highMicro, total.forecastMicro),
  );
  const gone = ((now - list.fromMs) / (list.toMs - list.fromMs)) * 100;
  return (
    <Panel
      title={t('used', {
        used: unit.text(total.usedMicro),
        limit: unit.text(total.limitMicro),
        percent: formatPercent(percentOf(total.usedMicro, total.limitMicro)),
      })}
      tools={
        <span className="meta">
          {t('campusTotal', { n: total.departments })}
          {list.state === 'RUNNING' && ` · ${t('monthGone', { percent: formatPercent(gone) })}`}
        </span>
      }
      meta={
        list.asOfMs === null
          ? t('noReadings')
          : t('readingsTo', { time: formatMoment(list.asOfMs, now, zone, lang, false) })
      }
      testId="quota-total"
    >
      <QuotaBullet
        unit={unit}
        limitMicro={total.limitMicro}
        used={[{ micro: total.usedMicro, label: unit.number(total.usedMicro), tone: 'first' }]}
        ticks={[{ percent: 80 }, { percent: 90 }, { percent: 100 }]}
        paceMicro={evenPaceMicro(total.limitMicro, list.fromMs, list.toMs, now)}
        forecast={
          total.forecastMicro === null
            ? null
            : {
                totalMicro: total.forecastMicro,
                lowMicro: total.lowMicro,
                highMicro: total.highMicro,
              }
        }
      />
    </Panel>
  );
}
