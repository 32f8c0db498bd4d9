import { type SQL, sql } from 'drizzle-orm';

/** The name of the person behind an actor of a campus; the actor itself where it is no user. */
export const actorName = (campusId: SQL, actor: SQL): SQL =>
  sql`coalesce((select u.display_name from app_user u where u.campus_id = ${campusId} and ${actor} = 'user:' || u.code), ${actor})`;
