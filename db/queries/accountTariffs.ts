import { sql } from 'drizzle-orm';
import type { Utility } from '../../domain/metering/reading';
import { accountWithin } from './accountViews';
import { msOf, selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A tariff of an account over a span of time, ms UTC; `toMs` null: until another one begins. */
export interface TariffSpan {
  readonly utility: Utility;
  readonly tariffCode: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** Tariffs of an account that hold at `nowMs` or later, by utility and start; the caller has found it within the scope. */
export function tariffSpansOf(source: Source, accountId: number, nowMs: number): Promise<TariffSpan[]> {
  return selectRows<TariffSpan>(
    source,
    sql`select x.utility::text as utility, t.code as "tariffCode", t.name, t.name_en as "nameEn",
           ${msOf(sql`x.valid_from`)} as "fromMs", ${msOf(sql`x.valid_to`)} as "toMs"
      from account_tariff x join tariff t on t.id = x.tariff_id
     where x.account_id = ${accountId} and (x.valid_to is null or x.valid_to > ${new Date(nowMs)})
     order by x.utility, x.valid_from`,
  );
}

/** An account that was put under a tariff after it had another one. */
export interface Scheme {
  readonly accountCode: string;
  readonly spaceCode: string | null;
  readonly fromMs: number;
  /** The tariff before it. */
  readonly before: string;
}

/** Accounts within the scope that were put under a tariff and are still, or will be; newest first. */
export function listSchemes(
  source: Source,
  scope: ScopeFilter,
  tariffId: number,
  limit: number,
): Promise<Scheme[]> {
  return selectRows<Scheme>(
    source,
    sql`select a.code as "accountCode", s.code as "spaceCode", ${msOf(sql`x.valid_from`)} as "fromMs", p.code as before
      from account_tariff x
      join account a on a.id = x.account_id
      left join space s on s.id = a.space_id
      join lateral (
        select t.code from account_tariff o join tariff t on t.id = o.tariff_id
         where o.account_id = x.account_id and o.utility = x.utility and o.valid_from < x.valid_from
         order by o.valid_from desc limit 1) p on true
     where x.tariff_id = ${tariffId} and (x.valid_to is null or x.valid_to > ${scope.at}) and ${accountWithin(scope)}
     order by x.valid_from desc, a.code limit ${limit}`,
  );
}
