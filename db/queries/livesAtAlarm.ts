import { sql } from 'drizzle-orm';
import { selectRows } from './rows';
import type { Source } from './scope';

/**
 * Whether the human being behind an actor has lived, at some time since an alarm was raised, in the room where it stands or under the
 * account that pays there; by whichever sign-in.
 */
export async function livesAtAlarm(source: Source, actor: string, alarmId: number): Promise<boolean> {
  if (!actor.startsWith('user:')) return false;
  const rows = await selectRows<{ lives: boolean }>(
    source,
    sql`select exists (
          select from alarm x
            join app_user u on u.campus_id = x.campus_id and u.code = ${actor.slice('user:'.length)}
            join occupancy o on o.person_id = u.person_id
                 and (o.valid_to is null or o.valid_to > to_timestamp(x.raised_ms / 1000.0))
            join account a on a.id = o.account_id
           where x.id = ${alarmId}
             and (exists (select from space here join space room on room.id = any(here.path) and room.kind = 'ROOM'
                           where here.id = x.space_id and room.id = a.space_id)
                  or exists (select from account_point ap
                              where ap.account_id = a.id and ap.valid_to is null
                                and x.subject_type = 'POINT' and ap.point_id = x.subject_id))) as lives`,
  );
  return rows[0]!.lives;
}
