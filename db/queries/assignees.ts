import { sql } from 'drizzle-orm';
import type { DutyLevel } from '../../domain/alarms/dutyRoster';
import { DUTY_ROLES } from './dutyRoster';
import { selectRows } from './rows';
import type { Source } from './scope';

/** Somebody to whom an alarm may be given. */
export interface AssigneeRow {
  userId: number;
  /** Sign-in name. */
  code: string;
  name: string;
  roles: string[];
  /** Level of duty that they fill there now, the first to answer; null: off duty. */
  level: DutyLevel | null;
  /** The smallest place around the alarm that their role is for; null: the campus. */
  place: { code: string; name: string; nameEn: string | null } | null;
  /** Open alarms that they have, of those that the asking person sees. */
  load: number;
}

/**
 * Everybody whose role answers alarms at a place: who is on duty there first, then who looks after the smallest place, then who has least.
 * @param spacePath ids from the root to the place; empty: it has none, so campus-wide roles alone
 */
export async function listAssignees(
  source: Source,
  campusId: number,
  spacePath: readonly number[],
  nowMs: number,
): Promise<AssigneeRow[]> {
  const path = sql`${sql.param([...spacePath])}::int[]`;
  const at = new Date(nowMs);
  return selectRows<AssigneeRow>(
    source,
    sql`with owned as (
           select (select e.detail ->> 'to' from alarm_event e where e.alarm_id = a.id and e.event = 'ASSIGN'
                    order by e.id desc limit 1) as code
             from alarm a where a.campus_id = ${campusId} and a.ended_ms is null),
         able as (
           select u.id, u.code, u.display_name, array_agg(distinct b.role::text) as roles,
                  coalesce(max(array_position(${path}, b.space_id)), 0) as depth
             from app_user u join role_binding b on b.user_id = u.id
            where u.campus_id = ${campusId} and not u.disabled and b.department_id is null
              and b.role::text = any(${sql.param([...DUTY_ROLES])}::text[])
              and (b.space_id is null or b.space_id = any(${path}))
              and b.valid_from <= ${at} and (b.valid_to is null or b.valid_to > ${at})
            group by u.id),
         found as (
           select able.*, (select min(d.level) from duty_shift d where d.user_id = able.id and d.from_ms <= ${nowMs}::bigint
                              and d.to_ms > ${nowMs}::bigint and (d.space_id is null or d.space_id = any(${path}))) as level,
                  (select count(*)::int from owned where owned.code = able.code) as load
             from able)
       select found.id as "userId", found.code, found.display_name as name, found.roles, found.level::text as level, found.load,
              case when s.id is null then null else jsonb_build_object('code', s.code, 'name', s.name, 'nameEn', s.name_en) end as place
         from found left join space s on found.depth > 0 and s.id = (${path})[found.depth]
        order by found.level nulls last, found.depth desc, found.load, found.display_name`,
  );
}
