import type { TariffVersion } from './tariff';

type Exporting = Pick<TariffVersion, 'exportPricesMicro' | 'periods'>;

/** Whether two versions pay the same for exports at any time of any day; undefined: there is no version. */
export function paysExportsAlike(one: Exporting | undefined, other: Exporting | undefined): boolean {
  const pricesOf = (version: Exporting | undefined) =>
    Object.entries(version?.exportPricesMicro ?? {})
      .filter(([, price]) => price !== 0n)
      .map(([period, price]) => `${period} ${price}`)
      .sort();
  const hoursOf = (version: Exporting | undefined) =>
    Object.entries(version?.periods ?? {})
      .flatMap(([day, spans]) =>
        spans.map(({ startMinute, endMinute, period }) => `${day} ${startMinute} ${endMinute} ${period}`),
      )
      .sort();
  const prices = pricesOf(one);
  if (prices.join() !== pricesOf(other).join()) return false;
  return prices.length === 0 || hoursOf(one).join() === hoursOf(other).join();
}

/**
 * The versions of a tariff as they price what is exported: their periods and day types, one tier, no surcharges. A version
 * without export prices pays nothing. Null where none of them has any.
 */
export function exportVersions(versions: readonly TariffVersion[]): TariffVersion[] | null {
  if (!versions.some((version) => version.exportPricesMicro)) return null;
  return versions.map(({ code, validFromMs, periods, pricesMicro, exportPricesMicro }) => ({
    code,
    validFromMs,
    accrual: 'NONE',
    periods,
    tierLimitsMicro: [null],
    pricesMicro: [
      Object.fromEntries(
        Object.keys(pricesMicro[0] ?? {}).map((period) => [period, exportPricesMicro?.[period] ?? 0n]),
      ),
    ],
  }));
}
