'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { CampusFigures, LiveSnapshot } from '../../contracts/liveEvents';
import { useLiveBuildings } from '../live/hooks';
import type { CampusPlaces } from '../map/campusData';
import {
  estimated,
  formatNumber,
  formatPercent,
  formatPower,
  type PowerUnit,
  powerUnitFor,
  withUnit,
} from '../ui/format';
import { Panel } from '../ui/Panel';
import { useLang } from '../ui/useLang';
import { transformerName } from './deviationWords';
import type { Deviations } from './overviewTypes';
import styles from './SupplyUsePanel.module.css';
import { nameIn, type Part, supplyAndUse } from './supplyUse';

/** Groups of buildings that the bar names; the rest are one. */
const PARTS = 5;
/** Narrower parts have no room for their words, then for their percentage. */
const NAME_TENTHS = 200;
/** A way into the campus has a longer name, and its power only where that fits as well. */
const FEED_TENTHS = 280;
const POWER_TENTHS = 450;
const SHARE_TENTHS = 40;

interface Props {
  figures: CampusFigures | null;
  initial: LiveSnapshot | null;
  places: CampusPlaces;
  deviations: Deviations;
}

/** What comes in, what it is used for, and what no meter explains; nothing moves. */
export function SupplyUsePanel({ figures, initial, places, deviations }: Props) {
  const t = useTranslations('overview.balance');
  const lang = useLang();
  const live = useLiveBuildings();
  const { result, silent } = useMemo(() => {
    const known = live.length > 0 ? live : (initial?.buildings ?? []);
    const rows = new Map(known.map((row) => [row[0], row]));
    const buildings = places.places
      .filter(({ kind }) => kind === 'BUILDING')
      .map((place) => ({ code: place.code, name: nameIn(lang, place) }));
    return {
      result: supplyAndUse(figures, rows, buildings, PARTS, {
        others: (n) => t('others', { n }),
        feed: (point, pv) =>
          pv
            ? t('pv', { code: point.replace(/^PV-/, '') })
            : t('transformerOf', { code: transformerName(point) }),
        elsewhere: t('elsewhere'),
      }),
      silent: buildings.filter(({ code }) => rows.get(code)?.[2] == null && deviations.silentUsualW[code]),
    };
  }, [figures, live, initial, places, lang, deviations, t]);
  const { supplyW, useW, unexplainedW } = result;
  const unit = powerUnitFor(Math.max(supplyW ?? 0, useW ?? 0));
  const power = (powerW: number | null) => formatPower(powerW, 'campus', unit);
  return (
    <Panel
      title={t('title')}
      meta={<Sum {...{ figures, supplyW, useW, unexplainedW, power }} />}
      testId="supply-use"
    >
      <div className={styles.balance}>
        {result.supply.length > 0 && (
          <div className={styles.line}>
            <span>{t('supply')}</span>
            <div className={styles.stack} data-testid="bar-supply">
              {result.supply.map((part) => (
                <Segment key={part.key} part={part} text={supplyText(part, unit)} />
              ))}
            </div>
          </div>
        )}
        <div className={styles.line}>
          <span>{t('use')}</span>
          <div className={styles.stack} data-testid="bar-use">
            {result.use.map((part) => (
              <Segment key={part.key} part={part} text={shareText(part)} />
            ))}
            {unexplainedW !== null && (
              <span
                className={styles.unexplained}
                style={{ flexGrow: Math.max(result.unexplainedTenths, 1) }}
                data-part="UNEXPLAINED"
                data-tenths={result.unexplainedTenths}
                title={t('unexplained')}
              />
            )}
          </div>
        </div>
        <dl className={styles.parts}>
          {result.use.map((part) => (
            <div key={part.key}>
              <dt>{part.name}</dt>
              <dd>{power(part.powerW)}</dd>
              <dd>{formatPercent(part.tenths / 10)}</dd>
            </div>
          ))}
          {unexplainedW !== null && (
            <div className={styles.sum}>
              <dt>{t('unexplained')}</dt>
              <dd>{power(unexplainedW)}</dd>
              <dd>{formatPercent(supplyW ? (unexplainedW / supplyW) * 100 : 0)}</dd>
            </div>
          )}
          {silent.slice(0, 1).map(({ code, name }) => (
            <div key={code} className="quiet">
              <dt>{t('ofIt', { name })}</dt>
              <dd>{estimated(power(deviations.silentUsualW[code] ?? null))}</dd>
              <dd>{supplyW ? formatPercent(((deviations.silentUsualW[code] ?? 0) / supplyW) * 100) : ''}</dd>
            </div>
          ))}
          {figures && (
            <div className="quiet" data-testid="use-meters">
              <dt>{t('measuredBy')}</dt>
              <dd>
                {t('meters', {
                  counted: formatNumber(figures.useCounted),
                  installed: formatNumber(figures.useInstalled),
                })}
              </dd>
              <dd>{shareOf(figures.useCounted, figures.useInstalled)}</dd>
            </div>
          )}
        </dl>
      </div>
    </Panel>
  );
}

interface SumProps {
  figures: CampusFigures | null;
  supplyW: number | null;
  useW: number | null;
  unexplainedW: number | null;
  power: (powerW: number | null) => string;
}

/** The balance in numbers. */
function Sum({ figures, supplyW, useW, unexplainedW, power }: SumProps) {
  const t = useTranslations('overview.balance');
  if (!figures || useW === null) return null;
  const use = power(useW);
  return (
    <span data-testid="use-total">
      {supplyW === null
        ? t('useOnly', { use })
        : unexplainedW === null
          ? t('supplyAndUse', { supply: power(supplyW), use })
          : t(unexplainedW < 0 ? 'sumMinus' : 'sum', {
              supply: power(supplyW),
              use,
              unexplained: power(unexplainedW),
            })}
    </span>
  );
}

function Segment({ part, text }: { part: Part; text: string }) {
  return (
    <span
      style={{ flexGrow: Math.max(part.tenths, 1) }}
      data-part={part.key}
      data-tenths={part.tenths}
      title={part.name}
    >
      <span className={styles.long}>{text}</span>
      <span className={styles.short}>{part.tenths < SHARE_TENTHS ? '' : printedShare(part.tenths)}</span>
    </span>
  );
}

/** Share of meters that count, never rounded up to all of them. */
function shareOf(counted: number, installed: number): string {
  if (installed === 0 || counted === installed) return formatPercent(100);
  return withUnit(formatNumber(Math.floor((counted / installed) * 1_000) / 10, 1), '%');
}

function supplyText({ name, powerW, tenths }: Part, unit: PowerUnit): string {
  if (tenths < SHARE_TENTHS) return '';
  if (tenths < FEED_TENTHS) return printedShare(tenths);
  if (tenths < POWER_TENTHS) return `${name}, ${formatPercent(tenths / 10)}`;
  return `${name}, ${formatPower(powerW, 'campus', unit)}, ${formatPercent(tenths / 10)}`;
}

function shareText({ name, tenths }: Part): string {
  if (tenths < SHARE_TENTHS) return '';
  return tenths < NAME_TENTHS ? printedShare(tenths) : `${name} ${printedShare(tenths)}`;
}

/** A narrow part has no room for the sign. */
function printedShare(tenths: number): string {
  return tenths < 100 ? formatNumber(tenths / 10, 1) : formatPercent(tenths / 10);
}
