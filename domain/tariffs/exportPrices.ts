import type { TariffVersion } from './tariff';

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
