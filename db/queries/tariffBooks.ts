import { sql } from 'drizzle-orm';
import type { Utility } from '../../domain/metering/reading';
import type { AccrualPeriod, TariffCalendar, TariffVersion } from '../../domain/tariffs/tariff';
import { prepareTariffBook, type TariffBook } from '../../domain/tariffs/tariffBook';
import type { CampusZone } from '../../domain/time/campusTime';
import { accountWithin } from './accountViews';
import { msOf, selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';
import { calendarOf, PLAIN_CALENDAR, type TariffBody, tariffVersionOf } from './storedTariff';

/** A tariff with all versions, as rating takes it. The versions' codes are their row ids. */
export interface StoredTariff {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  /** In English where `name` is Chinese; null: same. */
  readonly nameEn: string | null;
  readonly calendar: TariffCalendar;
  readonly versions: readonly TariffVersion[];
  /** Number of each version as bills print it, by the version's code. */
  readonly numbers: Readonly<Record<string, number>>;
}

/**
 * The tariff of this id, or null. With `charge`, as it was when that charge was rated: its version may have been corrected
 * since, and then stands here again until the charge's end.
 */
export async function findTariff(
  source: Source,
  tariffId: number,
  charge?: { readonly versionId: number; readonly t1Ms: number },
): Promise<StoredTariff | null> {
  const [tariff] = await selectRows<{
    id: number;
    code: string;
    name: string;
    nameEn: string | null;
    calendarCode: string | null;
    days: Record<string, string> | null;
  }>(
    source,
    sql`select t.id, t.code, t.name, t.name_en as "nameEn", c.code as "calendarCode", c.days
      from tariff t left join calendar c on c.id = t.calendar_id where t.id = ${tariffId}`,
  );
  if (!tariff) return null;
  const calendar =
    tariff.calendarCode === null ? PLAIN_CALENDAR : calendarOf(tariff.calendarCode, tariff.days ?? {});
  const stored = await selectRows<{
    code: string;
    number: number;
    validFromMs: number;
    accrual: AccrualPeriod;
    body: TariffBody;
    supersededBy: number | null;
  }>(
    source,
    sql`select v.id::text as code, v.number, ${msOf(sql`v.valid_from`)} as "validFromMs", v.accrual, v.body,
               v.superseded_by as "supersededBy"
      from tariff_version v
     where v.tariff_id = ${tariffId} and (v.superseded_by is null or v.id = ${charge?.versionId ?? 0}::int)
     order by v.valid_from`,
  );
  const used = charge && stored.find((row) => row.code === String(charge.versionId));
  const rows = used
    ? stored.filter(
        (row) => row === used || row.validFromMs < used.validFromMs || row.validFromMs >= charge.t1Ms,
      )
    : stored;
  return {
    id: tariff.id,
    code: tariff.code,
    name: tariff.name,
    nameEn: tariff.nameEn,
    calendar,
    versions: rows.map((row) => tariffVersionOf(row, calendar)),
    numbers: Object.fromEntries(rows.map((row) => [row.code, row.number])),
  };
}

/** The tariff that sells units to an account within the scope, ready for pricing; null where none does. */
export async function saleTariffBook(
  source: Source,
  scope: ScopeFilter,
  accountCode: string,
  zone: CampusZone,
): Promise<TariffBook | null> {
  const [row] = await selectRows<{ tariffId: number }>(
    source,
    sql`select a.sold_by_id as "tariffId" from account a
     where a.code = ${accountCode} and a.sold_by_id is not null and ${accountWithin(scope)}`,
  );
  return row ? tariffBook(source, row.tariffId, zone) : null;
}

/** A tariff ready for rating; null where there is none of this id, or it has no version. */
export async function tariffBook(
  source: Source,
  tariffId: number,
  zone: CampusZone,
): Promise<TariffBook | null> {
  const tariff = await findTariff(source, tariffId);
  if (!tariff || tariff.versions.length === 0) return null;
  return prepareTariffBook({ versions: tariff.versions, calendar: tariff.calendar, zone });
}

/** The tariff by which an account within the scope is rated at `atMs`, ready for rating; null where it has none. */
export async function accountTariffBook(
  source: Source,
  scope: ScopeFilter,
  accountCode: string,
  utility: Utility,
  zone: CampusZone,
  atMs: number,
): Promise<TariffBook | null> {
  const at = new Date(atMs);
  const [row] = await selectRows<{ tariffId: number }>(
    source,
    sql`select t.tariff_id as "tariffId" from account_tariff t join account a on a.id = t.account_id
     where a.code = ${accountCode} and ${accountWithin(scope)} and t.utility = ${utility}::utility
       and t.valid_from <= ${at} and (t.valid_to is null or t.valid_to > ${at})`,
  );
  return row ? tariffBook(source, row.tariffId, zone) : null;
}
