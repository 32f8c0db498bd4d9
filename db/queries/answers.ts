import type pg from 'pg';

/** Whether the database answers at all, for readiness and for telling an outage from bad data. Never throws. */
export async function databaseAnswers(pool: pg.Pool): Promise<boolean> {
  try {
    await pool.query('select 1');
    return true;
  } catch {
    return false;
  }
}
