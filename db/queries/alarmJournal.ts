import { sql } from 'drizzle-orm';
import type { TimeSpan } from './alarmPerformance';
import { alarmWithin, eventActor, eventAssignee, eventDetail, eventNames } from './alarmViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A line of the journal: what happened to an alarm, and who did it. */
export interface JournalRow {
  id: number;
  atMs: number;
  event: string;
  /** Shown name of a person, else the opaque actor. */
  actor: string;
  detail: Record<string, unknown> | null;
  /** Whom an escalation told, by the roster. */
  told: string[] | null;
  /** Whom it would have told, had they a contact that the message reaches. */
  missed: string[] | null;
  /** Shown name of whom it was given to by this line; null: it gave it to nobody. */
  assignee: string | null;
  /** People were told by it. */
  announced: boolean;
  alarmId: number;
  rule: string;
  priority: 1 | 2 | 3 | 4;
  /** Code of the point, meter or gateway; null for the campus itself. */
  subjectCode: string | null;
  /** Names from the building down to the place. */
  placePath: string[];
}

export interface JournalFilter extends TimeSpan {
  readonly priority: number | null;
  /** Only lines by which people were told. */
  readonly announcedOnly: boolean;
}

/** Lines within the scope, newest first. @param beforeId lines older than this one; null: from the newest */
export async function listJournal(
  source: Source,
  scope: ScopeFilter,
  filter: JournalFilter,
  beforeId: number | null,
  limit: number,
): Promise<JournalRow[]> {
  const conditions = [
    alarmWithin(scope),
    sql`e.at_ms >= ${filter.fromMs}::bigint and e.at_ms < ${filter.toMs}::bigint`,
  ];
  if (filter.priority !== null) conditions.push(sql`a.priority = ${filter.priority}`);
  if (filter.announcedOnly) conditions.push(sql`e.announced`);
  if (beforeId !== null) conditions.push(sql`e.id < ${beforeId}::bigint`);
  return selectRows<JournalRow>(
    source,
    sql`select e.id::float8 as id, e.at_ms::float8 as "atMs", e.event, ${eventActor} as actor, ${eventDetail} as detail,
           ${eventNames('told')} as told, ${eventNames('missed')} as missed, ${eventAssignee} as assignee,
           e.announced, a.id::float8 as "alarmId", a.rule, a.priority::int as priority,
           coalesce(p.code, m.code, g.code) as "subjectCode",
           coalesce((select array_agg(x.name order by array_position(s.path, x.id)) from space x
                      where x.id = any(s.path) and x.kind <> 'CAMPUS'), '{}'::text[]) as "placePath"
      from alarm_event e
      join alarm a on a.id = e.alarm_id
      left join meter_point p on a.subject_type = 'POINT' and p.id = a.subject_id
      left join meter m on a.subject_type = 'METER' and m.id = a.subject_id
      left join gateway g on a.subject_type = 'GATEWAY' and g.id = a.subject_id
      left join space s on s.id = a.space_id
      left join app_user u on e.actor = 'user:' || u.code
     where ${sql.join(conditions, sql` and `)}
     order by e.id desc limit ${limit}`,
  );
}
