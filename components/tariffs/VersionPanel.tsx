'use client';

import { useTranslations } from 'next-intl';
import { textFromMicro } from '../../domain/units';
import { currencySymbol } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { useLang } from '../ui/useLang';
import { usePeriodName } from '../ui/usePeriodName';
import { priceText } from './draftForm';
import { TouClock } from './TouClock';
import styles from './tariffs.module.css';
import type { TariffBody, TariffView, Version } from './tariffTypes';

export type VersionState = 'past' | 'now' | 'ahead' | 'corrected';

/** Where a version stands among the others at an instant. */
export function versionState(version: Version, all: readonly Version[], nowMs: number): VersionState {
  if (version.supersededBy !== null) return 'corrected';
  if (version.validFromMs > nowMs) return 'ahead';
  const newer = all.some(
    (other) =>
      other.supersededBy === null && other.validFromMs > version.validFromMs && other.validFromMs <= nowMs,
  );
  return newer ? 'past' : 'now';
}

/** One version, to be read: its days as clocks, its tiers as a table, its surcharges. A version in force is never edited. */
export function VersionPanel({
  tariff,
  version,
  state,
  currency,
}: {
  tariff: TariffView;
  version: Version;
  /** ISO 4217. */
  currency: string;
  state: VersionState;
}) {
  const t = useTranslations('tariffs');
  const lang = useLang();
  const zone = useCampusZone();
  return (
    <Panel
      title={t('version', { number: version.number })}
      meta={t('since', {
        date: formatDateTime(version.validFromMs, zone, lang, { year: true }),
        by: version.byName,
      })}
      testId="version"
      padded
    >
      <p className={styles.state} data-testid="version-state" data-state={state}>
        {t(`states.${state}`)}
        {state !== 'ahead' && ` · ${t('readOnly')}`}
      </p>
      <TariffTerms
        body={version.body}
        utility={tariff.utility}
        accrual={version.accrual}
        currency={currency}
      />
    </Panel>
  );
}

/** Clocks, tiers and surcharges of a body. */
export function TariffTerms({
  body,
  utility,
  accrual,
  currency,
}: {
  body: TariffBody;
  utility: TariffView['utility'];
  accrual: Version['accrual'];
  /** ISO 4217. */
  currency: string;
}) {
  const t = useTranslations('tariffs');
  const periodOf = usePeriodName();
  const unit = utility === 'ELECTRICITY' ? 'kWh' : 'm³';
  const perUnit = `${currencySymbol(currency)}/${unit}`;
  const periods = Object.keys(body.pricesMicro[0] ?? {});
  const whole = (micro: string) => textFromMicro(BigInt(micro)).replace(/\.?0+$/, '');
  const limits = body.tierLimitsMicro;
  return (
    <div className={styles.terms}>
      <div className={styles.clocks}>
        {Object.keys(body.periods).map((dayType) => (
          <TouClock key={dayType} body={body} dayType={dayType} unit={perUnit} />
        ))}
      </div>
      <div className={styles.scroll}>
        <table className={styles.matrix} data-testid="tiers">
          <caption className="meta">
            {limits.length > 1 ? t('tiersOver', { accrual: t(`accruals.${accrual}`) }) : t('oneTier')}
            {` · ${perUnit}`}
          </caption>
          <thead>
            <tr>
              <th scope="col">{t('tier')}</th>
              {periods.map((period) => (
                <th key={period} scope="col" className="num">
                  {periodOf(period)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {body.pricesMicro.map((prices, tier) => (
              <tr key={tier}>
                <th scope="row">
                  {limits[tier] == null
                    ? tier === 0
                      ? t('everyUnit', { unit })
                      : t('above', { limit: whole(limits[tier - 1] ?? '0'), unit })
                    : t('upTo', { limit: whole(limits[tier]), unit })}
                </th>
                {periods.map((period) => (
                  <td key={period} className="num">
                    {priceText(BigInt(prices[period] ?? 0))}
                  </td>
                ))}
              </tr>
            ))}
            {body.exportPricesMicro && (
              <tr data-testid="export-prices">
                <th scope="row">{t('exportPrices')}</th>
                {periods.map((period) => (
                  <td key={period} className="num">
                    {priceText(BigInt(body.exportPricesMicro?.[period] ?? 0))}
                  </td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {(body.surcharges ?? []).length > 0 && (
        <ul className={styles.surcharges} data-testid="surcharges">
          {(body.surcharges ?? []).map((surcharge) => (
            <li key={surcharge.code}>
              {t(`surchargeValues.${surcharge.kind}`, {
                code: surcharge.code,
                value: whole(surcharge.valueMicro),
                unit,
              })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
