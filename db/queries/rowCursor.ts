import type pg from 'pg';

/** Rows of one query, read a portion at a time, so that a result of any size needs little memory. */
export interface RowCursor<Row> {
  /** Takes the next row; null at the end. */
  next(): Promise<Row | null>;
  /** Takes what was fetched and not taken yet, or else the next portion; empty at the end. */
  portion(): Promise<Row[]>;
  /** Takes all rows up to the first that does not belong. */
  takeWhile(belongs: (row: Row) => boolean): Promise<Row[]>;
}

const PORTION = 1_000;

/**
 * Opens a cursor that lives as long as the client's transaction.
 * @param name an identifier of our own, unique in the transaction
 */
export async function openCursor<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  name: string,
  query: string,
): Promise<RowCursor<Row>> {
  await client.query(`declare ${name} no scroll cursor for ${query}`);
  let fetched: Row[] = [];
  let at = 0;
  let ended = false;
  async function fill(): Promise<void> {
    if (at < fetched.length || ended) return;
    ({ rows: fetched } = await client.query<Row>(`fetch ${PORTION} from ${name}`));
    at = 0;
    ended = fetched.length < PORTION;
  }
  return {
    async next() {
      await fill();
      return fetched[at++] ?? null;
    },
    async portion() {
      await fill();
      const rows = fetched.slice(at);
      at = fetched.length;
      return rows;
    },
    async takeWhile(belongs) {
      const taken: Row[] = [];
      for (await fill(); at < fetched.length && belongs(fetched[at]!); ) {
        taken.push(fetched[at++]!);
        if (at >= fetched.length) await fill();
      }
      return taken;
    },
  };
}
