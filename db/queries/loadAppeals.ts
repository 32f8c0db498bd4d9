import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { selectRows } from './rows';
import type { Source } from './scope';

/** What came of a resident's appeal against a forbidden load: waits, or as the newest verdict after it says. */
export type AppealState = 'OPEN' | 'UPHELD' | 'REJECTED';

/** A notice of a forbidden load with the appeal against it; `state` null: nobody has appealed. */
export interface AppealRow {
  noticeId: number;
  alarmId: number;
  atMs: number;
  state: AppealState | null;
  /** The step of power that was taken for one, W; null: not told. */
  stepW: number | null;
}

/** Notices of forbidden loads that an account was sent since an instant, with the appeals against them. */
export function listAppeals(source: Source, accountId: number, sinceMs: number): Promise<AppealRow[]> {
  return selectRows<AppealRow>(
    source,
    sql`select n.id::float8 as "noticeId", n.alarm_id::float8 as "alarmId", n.at_ms::float8 as "atMs",
           (select case (select v.detail->>'verdict' from alarm_event v
                          where v.alarm_id = e.alarm_id and v.event = 'VERDICT' and v.id > e.id
                            and v.detail->>'verdict' <> 'UNCLEAR' order by v.id desc limit 1)
                     when 'TRUE' then 'REJECTED' when 'FALSE' then 'UPHELD' when 'NUISANCE' then 'UPHELD' else 'OPEN' end
              from alarm_event e
             where e.alarm_id = n.alarm_id and e.event = 'APPEAL' and e.detail->>'notice' = n.id::text limit 1) as state,
           (select (r.detail->>'value')::float8 from alarm_event r
             where r.alarm_id = n.alarm_id and r.event = 'RAISE' and r.at_ms <= n.at_ms order by r.id desc limit 1) as "stepW"
      from notice n
     where n.account_id = ${accountId} and n.kind like 'FORBIDDEN\\_LOAD\\_%' and n.alarm_id is not null
       and n.at_ms >= ${sinceMs}::bigint`,
  );
}

/** Whether the forbidden load that a notice tells of is contested already. The caller holds the alarm's lock. */
export async function isAppealed(client: pg.ClientBase, alarmId: number, noticeId: number): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from alarm_event where alarm_id = $1 and event = 'APPEAL' and detail->>'notice' = $2 limit 1`,
    [alarmId, String(noticeId)],
  );
  return rows.length > 0;
}

/** Accounts from which an alarm was contested, and when last, with their names and that of the point. */
export async function appealingAccounts(
  client: pg.ClientBase,
  alarmId: number,
): Promise<{ accountId: number; accountCode: string; pointCode: string; contestedMs: number }[]> {
  const { rows } = await client.query<{
    accountId: number;
    accountCode: string;
    pointCode: string;
    contestedMs: number;
  }>(
    `select c.id as "accountId", c.code as "accountCode", p.code as "pointCode", max(e.at_ms)::float8 as "contestedMs"
       from alarm_event e join notice n on n.id = (e.detail->>'notice')::bigint join account c on c.id = n.account_id
       join alarm a on a.id = e.alarm_id join meter_point p on p.id = a.subject_id
      where e.alarm_id = $1 and e.event = 'APPEAL' group by c.id, p.id`,
    [alarmId],
  );
  return rows;
}
