'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button, ButtonLink } from '../../ui/Button';
import { formatNumber, formatPercent, LONG_DASH, MINUS } from '../../ui/format';
import { formatDateTime, formatMoment, wallClock } from '../../ui/formatTime';
import { useCampusZone } from '../../ui/now';
import { useCode } from '../../ui/useCode';
import { useLang } from '../../ui/useLang';
import { changeOf, dataOf, shareOf } from '../circuitFigures';
import { unitOf } from '../pageUnit';
import { useQuotaDates } from '../quotaDates';
import type { DepartmentQuota } from '../quotaTypes';
import { largestMicro, percentOf, type QuotaUnit, quotaUnit } from '../quotaUnit';
import { useVerdictWords } from '../verdictWords';
import { ReportBullet } from './ReportBullet';
import { ReportMonths } from './ReportMonths';
import styles from './report.module.css';

interface Props {
  view: DepartmentQuota;
  campus: { name: string; nameEn: string | null };
  /** Who made it. */
  author: string;
  demo: boolean;
}

/** The month's report on A4: readable in grey, numbered pages, method, completeness and two lines to sign. */
export function QuotaReport({ view, campus, author, demo }: Props) {
  const t = useTranslations('quota');
  const lang = useLang();
  const zone = useCampusZone();
  const code = useCode();
  const dates = useQuotaDates();
  const words = useVerdictWords();
  const unit = unitOf(view);
  const name = (one: { name: string; nameEn: string | null }) =>
    lang === 'en' ? (one.nameEn ?? one.name) : one.name;
  const { sentence, parts } = words(view, unit);
  const { code: department } = view.department;
  const query = `?month=${view.month}${view.utility === 'ELECTRICITY' ? '' : `&utility=${view.utility}`}`;
  const base = `/quota/${encodeURIComponent(department)}`;
  const offset = wallClock(view.nowMs, zone).offsetMinutes;
  const n = view.circuits.rows.length;
  return (
    <>
      <div className={styles.tools}>
        <ButtonLink href={`${base}${query}`}>{t('report.back')}</ButtonLink>
        <a className={styles.download} href={`${base}/report/csv${query}`} download data-testid="report-csv">
          {t('report.csv')}
        </a>
        <Button variant="primary" onClick={() => window.print()}>
          {t('report.print')}
        </Button>
      </div>
      <article className={styles.sheet} data-testid="report-sheet" lang={lang}>
        <header className={styles.pair}>
          <b>{t('report.issuer', { campus: name(campus) })}</b>
          <span>
            {demo && <b>{t('report.demo')} · </b>}
            {t('report.kind', { utility: code('utility', view.utility) })}
          </span>
        </header>
        <h1>{t('report.heading', { department: name(view.department), month: dates.month(view.month) })}</h1>
        <p className={styles.lead}>{[sentence, ...parts].map(ended).join(' ')}</p>
        <Figures view={view} unit={unit} />
        {view.standing && (
          <Section title={t('report.useAgainst', { unit: unit.unit })}>
            <ReportBullet view={view} unit={unit} />
            <RangeNote view={view} unit={unit} />
          </Section>
        )}
        <Circuits view={view} />
        <Excess view={view} unit={unit} />
        <Section title={t('report.monthsTitle', { n: view.months.length, unit: unit.unit })}>
          <ReportMonths view={view} unit={unit} />
          <p>{t('report.monthsNote')}</p>
        </Section>
        <div className={styles.notes}>
          <section>
            <h2>{t('method')}</h2>
            <p data-testid="report-method">
              {view.outlook
                ? t('methodLong', { n, days: view.outlook.historyDays })
                : t('methodEnded', { n })}
            </p>
          </section>
          <section>
            <h2>{t('report.completeness')}</h2>
            <Completeness view={view} />
          </section>
        </div>
        <div className={styles.sign}>
          <span>{t('report.signManager')}</span>
          <span>{t('report.signHead')}</span>
        </div>
        <footer className={styles.pair}>
          <span>
            {t('report.made', {
              time: formatDateTime(view.nowMs, zone, lang, { year: true }),
              zone: `UTC${offset < 0 ? MINUS : '+'}${Math.abs(offset) / 60}`,
              name: author,
            })}
          </span>
        </footer>
      </article>
    </>
  );
}

/** A sentence with its stop, whatever the language. */
function ended(sentence: string): string {
  if (/[.。]$/.test(sentence)) return sentence;
  return /[\u4e00-\u9fff]/.test(sentence) ? `${sentence}。` : `${sentence}.`;
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Figures({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota.report');
  const lang = useLang();
  const zone = useCampusZone();
  const { standing, outlook, usedMicro } = view;
  const endMicro = outlook?.totalMicro ?? usedMicro;
  const leftMicro = standing ? standing.limitMicro - usedMicro : null;
  const excessMicro = standing ? endMicro - standing.limitMicro : null;
  const facts: [string, string][] = [
    [
      standing ? t('quota', { version: standing.version }) : t('noQuota'),
      standing ? unit.text(standing.limitMicro) : LONG_DASH,
    ],
    [
      view.state === 'ENDED'
        ? t('usedWhole')
        : t('usedTo', { time: formatMoment(view.asOfMs, view.toMs, zone, lang, false) }),
      unit.text(usedMicro),
    ],
    [t('left'), leftMicro === null ? LONG_DASH : unit.text(leftMicro < 0n ? 0n : leftMicro)],
    [t('forecast'), outlook ? unit.text(outlook.totalMicro) : LONG_DASH],
    [t('excess'), excessMicro === null ? LONG_DASH : signed(excessMicro, unit.text)],
  ];
  return (
    <dl className={styles.figures}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function signed(micro: bigint, format: (micro: bigint) => string): string {
  if (micro === 0n) return format(0n);
  return micro > 0n ? `+${format(micro)}` : `${MINUS}${format(-micro)}`;
}

function RangeNote({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota.report');
  const { outlook, standing } = view;
  if (!standing || !outlook || outlook.lowMicro === null || outlook.highMicro === null)
    return (
      <p>
        {t('greys')} {t('datesNote')}
      </p>
    );
  return (
    <p>
      {t('greys')}{' '}
      {t('rangeNote', {
        low: unit.number(outlook.lowMicro),
        high: unit.text(outlook.highMicro),
        lowPercent: formatPercent(percentOf(outlook.lowMicro, standing.limitMicro)),
        highPercent: formatPercent(percentOf(outlook.highMicro, standing.limitMicro)),
      })}
    </p>
  );
}

function Circuits({ view }: { view: DepartmentQuota }) {
  const t = useTranslations('quota');
  const lang = useLang();
  const zone = useCampusZone();
  const dates = useQuotaDates();
  const { circuits } = view;
  const unit = quotaUnit(view.utility, largestMicro(circuits.total.usedMicro));
  const { comparison } = circuits;
  const moment = (at: number) => formatDateTime(at, zone, lang);
  const to = Math.max(view.fromMs, Math.min(view.toMs, view.asOfMs ?? view.nowMs));
  const cells = (figures: typeof circuits.total) => (
    <>
      <td className="num" data-micro={figures.usedMicro.toString()}>
        {unit.number(figures.usedMicro)}
      </td>
      <td className="num">{formatPercent(percentOf(figures.usedMicro, circuits.total.usedMicro))}</td>
      {comparison && <td className="num">{changeOf(figures)}</td>}
      <td className="num">{unit.number(figures.afterMicro)}</td>
      <td className="num">{shareOf(figures)}</td>
      <td className="num">{dataOf(figures)}</td>
    </>
  );
  return (
    <Section title={t('report.circuits', { from: moment(view.fromMs), to: moment(to), unit: unit.unit })}>
      <table className={styles.table} data-testid="report-circuits">
        <thead>
          <tr>
            <th scope="col">{t('circuit')}</th>
            <th scope="col" className="num">
              {t('report.used')}
            </th>
            <th scope="col" className="num">
              {t('report.ofTotal')}
            </th>
            {comparison && (
              <th scope="col" className="num">
                {t('report.change')}
              </th>
            )}
            <th scope="col" className="num">
              {t('report.afterHours')}
            </th>
            <th scope="col" className="num">
              {t('share')}
            </th>
            <th scope="col" className="num">
              {t('data')}
            </th>
          </tr>
        </thead>
        <tbody>
          {circuits.rows.map((row) => (
            <tr key={row.code}>
              <th scope="row">
                {lang === 'en' ? (row.nameEn ?? row.name) : row.name}
                {row.protection !== 'NONE' && ` (${t(`protection.${row.protection}`)})`}
              </th>
              {cells(row)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('total')}</th>
            {cells(circuits.total)}
          </tr>
        </tfoot>
      </table>
      {comparison && (
        <p>
          {comparison.kind === 'LAST_YEAR'
            ? t('report.comparedYear', { year: String(Number(view.month.slice(0, 4)) - 1) })
            : t('report.comparedWith', {
                from: dates.dayOf(comparison.fromMs),
                to: dates.dayOf(comparison.lastMs),
              })}
        </p>
      )}
    </Section>
  );
}

/** Where the excess comes from: used, still expected, forecast and plan by part of the day. */
function Excess({ view, unit }: { view: DepartmentQuota; unit: QuotaUnit }) {
  const t = useTranslations('quota');
  const { excess, standing, outlook, used, usedMicro } = view;
  if (!excess || !standing || !outlook) return null;
  const totalExcess = outlook.totalMicro - standing.limitMicro;
  if (totalExcess <= 0n) return null;
  const row = (usedPart: bigint, forecast: bigint, plan: bigint) => {
    const own = forecast - plan;
    return (
      <>
        <td className="num">{unit.number(usedPart)}</td>
        <td className="num">{unit.number(forecast - usedPart)}</td>
        <td className="num">{unit.number(forecast)}</td>
        <td className="num">{unit.number(plan)}</td>
        <td className="num">{signed(own, unit.number)}</td>
        <td className="num">
          {own > 0n ? formatPercent(Math.min(100, percentOf(own, totalExcess) ?? 0)) : LONG_DASH}
        </td>
      </>
    );
  };
  return (
    <Section title={t('report.excessFrom', { unit: unit.unit })}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('report.part')}</th>
            {(['used', 'expected', 'forecastColumn', 'plan', 'excess'] as const).map((key) => (
              <th key={key} scope="col" className="num">
                {t(`report.${key}`)}
              </th>
            ))}
            <th scope="col" className="num">
              {t('share')}
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('report.partWorking')}</th>
            {row(used.workingMicro, excess.forecast.workingMicro, excess.plan.workingMicro)}
          </tr>
          <tr>
            <th scope="row">{t('report.partAfter')}</th>
            {row(used.afterMicro, excess.forecast.afterMicro, excess.plan.afterMicro)}
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('total')}</th>
            {row(usedMicro, outlook.totalMicro, standing.limitMicro)}
          </tr>
        </tfoot>
      </table>
    </Section>
  );
}

function Completeness({ view }: { view: DepartmentQuota }) {
  const t = useTranslations('quota');
  const lang = useLang();
  const dates = useQuotaDates();
  const { total, missing, missingDays } = view.circuits;
  const { measured, expected } = total.completeness;
  const gaps = missing.map((gap) =>
    t('gap', {
      hours: gap.hours,
      circuit: lang === 'en' ? (gap.circuitEn ?? gap.circuit) : gap.circuit,
      date: dates.dayOf(gap.dayMs),
    }),
  );
  const more = missingDays - missing.length;
  return (
    <p data-testid="report-completeness">
      {t('report.completenessWords', {
        n: formatNumber(measured),
        m: formatNumber(expected),
        percent: dataOf(total),
      })}{' '}
      {gaps.length > 0 && ended(gaps.join('; '))} {more > 0 && ended(t('gapsMore', { n: more }))}{' '}
      {gaps.length > 0 && ended(t('bridged'))}
    </p>
  );
}
