import { sql } from 'drizzle-orm';
import { actorName } from './actorName';
import { alarmWithin } from './alarmViews';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** How many alarms of each rule were raised since an instant, within the scope. */
export function alarmsByRule(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
): Promise<{ rule: string; n: number }[]> {
  return selectRows(
    source,
    sql`select a.rule, count(*)::int as n from alarm a
         where ${alarmWithin(scope)} and a.raised_ms >= ${sinceMs}::bigint group by a.rule`,
  );
}

/** One version of a rule's settings at a place. */
export interface SettingVersion {
  rule: string;
  /** Null: the campus. */
  space: string | null;
  version: number;
  body: Record<string, number | string | boolean>;
  setBy: string;
  setMs: number;
}

/** Every version of the settings of rules: those of the campus, and of spaces within the scope; newest first. */
export function listRuleSettings(source: Source, scope: ScopeFilter): Promise<SettingVersion[]> {
  const placed = withinScope(scope, { campusId: sql`r.campus_id`, spaceId: sql`r.space_id` });
  return selectRows<SettingVersion>(
    source,
    sql`select r.rule, s.code as space, r.version, r.body, ${actorName(sql`r.campus_id`, sql`r.set_by`)} as "setBy",
           (extract(epoch from r.set_at) * 1000)::float8 as "setMs"
      from rule_setting r left join space s on s.id = r.space_id
     where ${placed} or (r.campus_id = ${scope.campusId} and r.space_id is null)
     order by r.rule, s.code nulls first, r.version desc limit 2000`,
  );
}
