import { type SQL, sql } from 'drizzle-orm';
import type { CommandState } from '../../domain/supply/commandMachine';
import { actorName } from './actorName';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';
import { TRIP_OBJECT } from './trips';

export interface CommandStepView {
  atMs: number;
  event: string;
  from: CommandState | null;
  to: CommandState;
  actor: string;
  note: string | null;
}

/** A command with its place and every step that it took. */
export interface CommandView {
  id: string;
  campusId: number;
  pointCode: string;
  meterCode: string;
  spaceId: number;
  spaceCode: string;
  buildingCode: string | null;
  op: string;
  state: CommandState;
  cause: string;
  why: string;
  /** `resident` for whoever lives there. */
  actor: string;
  /** Shown name of the person who asked, `resident` for whoever lives there; null for rules and keys. */
  actorName: string | null;
  /** Shown name of the second person who consented; null where none was needed. */
  approvedBy: string | null;
  automatic: boolean;
  createdMs: number;
  notBeforeMs: number;
  expiresMs: number;
  executedMs: number | null;
  finishedMs: number | null;
  dueMs: number | null;
  resultCode: string | null;
  /** What the alarm measured out of which a cut for safety was ordered; W, null where it measured no power. */
  trip: { rule: string; powerW: number | null; limitW: number | null } | null;
  steps: CommandStepView[];
}

/** Nobody is told who of those that live in a room confirmed its restore or set its limit, nor who thereby ended another command. */
const ofResident = sql`c.why in ('resident_confirmed', 'own_limit')`;

function commandQuery(condition: SQL, limit: number): SQL {
  return sql`select c.id, c.campus_id as "campusId", p.code as "pointCode", m.code as "meterCode", s.id as "spaceId",
         s.code as "spaceCode", b.code as "buildingCode", c.op, c.state::text as state, c.cause, c.why,
         case when ${ofResident} then 'resident' else c.actor end as actor,
         case when ${ofResident} then 'resident' else u.display_name end as "actorName", c.automatic, c.created_ms::float8 as "createdMs",
         c.not_before_ms::float8 as "notBeforeMs", c.expires_ms::float8 as "expiresMs",
         c.executed_ms::float8 as "executedMs", c.finished_ms::float8 as "finishedMs", c.due_ms::float8 as "dueMs",
         c.result_code as "resultCode",
         case when c.cause = 'SAFETY' then (
           select ${TRIP_OBJECT} from alarm a
            where a.id = case when c.origin_id like 'alarm:%' then substr(c.origin_id, 7)::bigint end) end as trip,
         (select ${actorName(sql`c.campus_id`, sql`e.detail ->> 'approvedBy'`)} from command_event e
           where e.command_id = c.id and e.event = 'CREATE' limit 1) as "approvedBy",
         coalesce((select jsonb_agg(jsonb_build_object('atMs', e.at_ms, 'event', e.event, 'from', e.from_state,
                     'to', e.to_state, 'note', e.detail ->> 'note',
                     'actor', case when (${ofResident} and e.actor = c.actor) or e.detail ->> 'by' = 'resident_confirmed'
                                   then 'resident' else e.actor end) order by e.id)
                     from command_event e where e.command_id = c.id), '[]'::jsonb) as steps
    from command c
    join meter_point p on p.id = c.point_id
    join meter m on m.id = c.meter_id
    join space s on s.id = p.space_id
    left join space b on b.id = any(s.path) and b.kind = 'BUILDING'
    left join app_user u on c.actor = 'user:' || u.code
   where ${condition}
   order by c.created_ms desc, c.id desc
   limit ${limit}`;
}

/** The command of this id within the scope, or null. */
export async function findCommandView(
  source: Source,
  scope: ScopeFilter,
  id: string,
): Promise<CommandView | null> {
  const [row] = await selectRows<CommandView>(
    source,
    commandQuery(sql`c.id = ${id} and ${pointWithin(scope)}`, 1),
  );
  return row ?? null;
}

/** Commands of a point, newest first. */
export async function listPointCommands(
  source: Source,
  scope: ScopeFilter,
  pointCode: string,
  limit: number,
): Promise<CommandView[]> {
  return selectRows<CommandView>(
    source,
    commandQuery(sql`p.code = ${pointCode} and ${pointWithin(scope)}`, limit),
  );
}

/** Commands within the scope that still act or ended after `sinceMs`, newest first. */
export async function listRecentCommands(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
  limit: number,
): Promise<CommandView[]> {
  return selectRows<CommandView>(
    source,
    commandQuery(
      sql`(c.finished_ms is null or c.finished_ms >= ${sinceMs}::bigint) and ${pointWithin(scope)}`,
      limit,
    ),
  );
}

/** These commands, wherever they are; for the server's own pushing, which scopes them per room. */
export async function commandsByIds(source: Source, ids: readonly string[]): Promise<CommandView[]> {
  if (ids.length === 0) return [];
  return selectRows<CommandView>(
    source,
    commandQuery(sql`c.id = any(${sql.param([...ids])}::text[])`, ids.length),
  );
}

/** Commands of a campus that still act or ended after `sinceMs`; at most `limit`. */
export async function commandsInMotion(
  source: Source,
  campusId: number,
  sinceMs: number,
  limit: number,
): Promise<CommandView[]> {
  return selectRows<CommandView>(
    source,
    commandQuery(
      sql`c.campus_id = ${campusId} and (c.finished_ms is null or c.finished_ms >= ${sinceMs}::bigint)`,
      limit,
    ),
  );
}
