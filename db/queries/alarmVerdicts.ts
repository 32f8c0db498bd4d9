import { type SQL, sql } from 'drizzle-orm';
import type { VerdictCounts } from '../../domain/alarms/alarmVerdict';
import { alarmWithin } from './alarmViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Verdicts on the alarms of one rule in one building. */
export interface PlaceVerdicts extends VerdictCounts {
  rule: string;
  /** Null: what stands in no building. */
  buildingId: number | null;
  buildingCode: string | null;
}

/** The newest verdict of each alarm since `sinceMs`, counted by rule and building, within the scope. */
export function verdictCounts(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
  only?: { readonly rule: string; readonly building: string | null },
): Promise<PlaceVerdicts[]> {
  const conditions: SQL[] = [alarmWithin(scope)];
  if (only)
    conditions.push(sql`a.rule = ${only.rule} and b.code is not distinct from ${only.building}::text`);
  const count = (verdict: string) => sql`count(*) filter (where v.verdict = ${verdict})::int`;
  return selectRows<PlaceVerdicts>(
    source,
    sql`select a.rule, b.id as "buildingId", b.code as "buildingCode", ${count('TRUE')} as "right",
           ${count('FALSE')} as wrong, ${count('NUISANCE')} as nuisance, ${count('UNCLEAR')} as unclear
      from (select distinct on (e.alarm_id) e.alarm_id, e.detail->>'verdict' as verdict from alarm_event e
             where e.event = 'VERDICT' and e.at_ms >= ${sinceMs}::bigint order by e.alarm_id, e.id desc) v
      join alarm a on a.id = v.alarm_id
      left join space s on s.id = a.space_id
      left join space b on b.id = any(s.path) and b.kind = 'BUILDING'
     where ${sql.join(conditions, sql` and `)}
     group by a.rule, b.id, b.code order by a.rule, b.code`,
  );
}
