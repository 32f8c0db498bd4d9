'use client';

import { useTranslations } from 'next-intl';
import type { BalanceBand } from '../../domain/tariffs/balanceBand';
import { BAND_ORDER, BAND_STEP, bandColours } from '../ui/BandCell';
import { classNames } from '../ui/classNames';
import { formatNumber, formatPercent } from '../ui/format';
import { Panel } from '../ui/Panel';
import { useName } from '../ui/useName';
import styles from './BandMatrix.module.css';
import type { BalanceOverview, BuildingBands } from './balanceTypes';

/** Share of a building at which a bar is as wide as its cell. */
const FULL_SHARE = 0.7;

/** Columns whose words are longer or shorter than the others', px. */
const WIDTHS: Partial<Record<BalanceBand, number>> = { H24_TO_72: 52, CUT: 42, NO_DATA: 42, LEARNING: 60 };

interface Props {
  overview: BalanceOverview;
  /** Code of the open building. */
  selected: string | null;
  onSelect: (building: string) => void;
}

/** Buildings by band. A building's value is the share of its rooms under 24 h; what is nearly out stands on its colour. */
export function BandMatrix({ overview, selected, onSelect }: Props) {
  const t = useTranslations('balances');
  const codes = useTranslations('codes');
  const nameOf = useName();
  return (
    <Panel title={t('matrix')} meta={t('matrixSorted')} testId="band-matrix">
      <div className={styles.scroll}>
        <table className={styles.table}>
          <caption className="visually-hidden">{t('matrix')}</caption>
          <colgroup>
            <col />
            <col style={{ width: 56 }} />
            <col style={{ width: 58 }} />
            {BAND_ORDER.map((band) => (
              <col key={band} style={{ width: WIDTHS[band] ?? 46 }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{t('building')}</th>
              <th scope="col" className="num">
                {t('rooms')}
              </th>
              <th scope="col" className={classNames('num', styles.wrapped)}>
                {t('under24h')}
              </th>
              {BAND_ORDER.map((band) => (
                <th key={band} scope="col" className={styles.band}>
                  {BAND_STEP[band] !== null && (
                    <i style={{ background: bandColours(band)?.background }} aria-hidden="true" />
                  )}
                  <span>{codes(`band.${band}`)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {overview.buildings.map((building) => (
              <Row
                key={building.code}
                building={building}
                name={nameOf(building)}
                selected={building.code === selected}
                onSelect={() => onSelect(building.code)}
              />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('campus')}</th>
              <td className="num">{formatNumber(overview.rooms)}</td>
              <td className="num">{formatPercent(overview.under24hShare * 100)}</td>
              {BAND_ORDER.map((band) => (
                <td key={band} className={styles.count}>
                  {formatNumber(overview.counts[band])}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      <p className={classNames('meta', styles.note)}>
        {t('matrixNote', {
          with: overview.buildings.length,
          all: overview.buildingsInAll,
          full: formatPercent(FULL_SHARE * 100),
        })}
      </p>
    </Panel>
  );
}

function Row({
  building,
  name,
  selected,
  onSelect,
}: {
  building: BuildingBands;
  name: string;
  selected: boolean;
  onSelect: () => void;
}) {
  const t = useTranslations('balances');
  return (
    // The whole row is a target for the pointer; for the keyboard the name is.
    <tr
      className={selected ? styles.selected : undefined}
      onClick={onSelect}
      data-testid="matrix-row"
      data-building={building.code}
      data-share={building.under24hShare.toFixed(4)}
    >
      <th scope="row">
        <button
          type="button"
          aria-label={t('open', { building: name })}
          aria-pressed={selected}
          onClick={(event) => {
            event.stopPropagation();
            onSelect();
          }}
        >
          {name}
        </button>
      </th>
      <td className="num">{formatNumber(building.rooms)}</td>
      <td className={classNames('num', styles.share)}>{formatPercent(building.under24hShare * 100)}</td>
      {BAND_ORDER.map((band) => {
        const count = building.counts[band];
        const step = BAND_STEP[band];
        const plate = step !== null && step >= 5 && count > 0;
        return (
          <td key={band} className={classNames(styles.count, count === 0 && styles.zero)}>
            <span
              className={plate ? styles.plate : styles.plain}
              style={plate ? (bandColours(band) ?? undefined) : undefined}
            >
              {formatNumber(count)}
              {step !== null && !plate && count > 0 && (
                <i
                  aria-hidden="true"
                  style={{
                    width: `${Math.min(1, count / building.rooms / FULL_SHARE) * 100}%`,
                    background: bandColours(band)?.background,
                  }}
                />
              )}
            </span>
          </td>
        );
      })}
    </tr>
  );
}
