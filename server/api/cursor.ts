import type { z } from 'zod';
import { DEFAULT_PAGE } from '../../contracts/restCommon';
import { problem } from './problem';

/** A position in a list as opaque text. */
export function writeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position that `writeCursor` wrote, or null for none. @throws ProblemError 400 `BAD_CURSOR` */
export function readCursor<T>(cursor: string | undefined, shape: z.ZodType<T>): T | null {
  if (cursor === undefined) return null;
  try {
    const parsed = shape.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // Anything that can't be read is answered below.
  }
  throw problem(400, 'BAD_CURSOR', 'The cursor is not one that this list gave out.', [
    { pointer: '/cursor', code: 'BAD_CURSOR', in: 'query' },
  ]);
}

/** Rows that a page shall have; one more is read to see whether another page follows. */
export function pageSize(limit: string | undefined): number {
  return limit === undefined ? DEFAULT_PAGE : Number(limit);
}

/** Cuts the row that was read in excess, and writes where the next page begins. */
export function pageOfRows<R, T>(
  rows: readonly R[],
  limit: number,
  itemOf: (row: R) => T,
  positionOf: (row: R) => readonly (string | number)[],
): { items: T[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown[shown.length - 1];
  const nextCursor = rows.length > limit && last !== undefined ? writeCursor(positionOf(last)) : null;
  return { items: shown.map(itemOf), nextCursor };
}
