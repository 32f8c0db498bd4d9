import { sql } from 'drizzle-orm';
import type { Source } from './scope';

/** @throws when the database does not answer */
export async function pingDatabase(source: Source): Promise<void> {
  await source.db.execute(sql`select 1`);
}
