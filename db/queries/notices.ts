import type pg from 'pg';

/** Something a person should know that is no alarm. The dedupe key makes a repeat silent. */
export interface NewNotice {
  campusId: number;
  kind: string;
  accountId: number | null;
  departmentId: number | null;
  atMs: number;
  dedupeKey: string;
  body: Record<string, string | number | boolean>;
}

/** Stores a notice; false if it was told already. */
export async function insertNotice(client: pg.ClientBase | pg.Pool, n: NewNotice): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into notice (campus_id, kind, account_id, department_id, at_ms, dedupe_key, body)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (dedupe_key) do nothing`,
    [n.campusId, n.kind, n.accountId, n.departmentId, n.atMs, n.dedupeKey, JSON.stringify(n.body)],
  );
  return rowCount === 1;
}
