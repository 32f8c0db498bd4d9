import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Source } from './scope';

/** Rows of a hand-written statement. The caller names every column and casts it, so the type is what is selected. */
export async function selectRows<T extends object>(source: Source, query: SQL): Promise<T[]> {
  const { rows } = await source.db.execute(query);
  // Untyped by nature: statement and type stand side by side at each call.
  return rows as unknown as T[];
}

/** A timestamptz as ms since 1970 in a JS number. */
export function msOf(column: SQLWrapper): SQL {
  return sql`(extract(epoch from ${column}) * 1000)::float8`;
}

/** A bigint column of ms as a JS number. */
export function msNumber(column: SQLWrapper): SQL {
  return sql`${column}::float8`;
}

/** A bigint column of a raw query as a JS number. */
export const numberOrNull = (value: bigint | number | null): number | null =>
  value === null ? null : Number(value);
