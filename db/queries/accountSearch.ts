import { sql } from 'drizzle-orm';
import { accountWithin } from './accountViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** An account as a search finds it; amounts in µ-currency. */
export interface FoundAccount {
  readonly code: string;
  readonly name: string | null;
  readonly kind: 'ROOM' | 'PERSON' | 'DEPT' | 'PUBLIC';
  readonly status: 'ACTIVE' | 'CLOSED';
  readonly class: 'PREPAID' | 'SPECIAL' | 'POSTPAID';
  readonly spaceCode: string | null;
  readonly buildingName: string | null;
  readonly buildingNameEn: string | null;
  readonly availableMicro: bigint;
  readonly arrearsMicro: bigint;
  /** What it holds in place of money; null: money. */
  readonly unit: string | null;
}

/** LIKE pattern in which nothing that was typed is a wildcard. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

/**
 * Accounts within the scope by a part of their own or their room's code, of their name, or by the whole number or name of
 * somebody who lives there: a person is found by who knows them and never listed. An empty text gives those that owe most.
 */
export function searchAccounts(
  source: Source,
  scope: ScopeFilter,
  text: string,
  limit: number,
): Promise<FoundAccount[]> {
  const pattern = containing(text);
  const hit =
    text === ''
      ? sql`b.arrears_micro < 0`
      : sql`(a.code ilike ${pattern} or a.name ilike ${pattern} or s.code ilike ${pattern}
          or exists (select 1 from occupancy o join person p on p.id = o.person_id
               where o.account_id = a.id and o.valid_from <= ${scope.at} and (o.valid_to is null or o.valid_to > ${scope.at})
                 and (lower(p.code) = lower(${text}) or lower(p.name) = lower(${text}))))`;
  return selectRows<FoundAccount>(
    source,
    sql`select a.code, a.name, a.kind::text as kind, a.status::text as status, a.class::text as class, s.code as "spaceCode",
           d.name as "buildingName", d.name_en as "buildingNameEn", b.available_micro as "availableMicro",
           b.arrears_micro as "arrearsMicro", a.unit
      from account a
      join account_balance b on b.account_id = a.id
      left join space s on s.id = a.space_id
      left join space d on d.id = any(s.path) and d.kind = 'BUILDING'
     where ${accountWithin(scope)} and ${hit}
     order by (lower(a.code) = lower(${text}) or lower(s.code) = lower(${text})) desc nulls last, a.status, b.arrears_micro,
              length(a.code), a.code
     limit ${limit}`,
  );
}
