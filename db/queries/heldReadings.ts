import type pg from 'pg';

/** Readings of a meter that are held (spike or reset candidate) and newer than an instant, in time order. */
export async function heldReadings(
  client: pg.ClientBase,
  meterId: number,
  afterMs: number,
): Promise<{ tsMs: number; valueMicro: bigint }[]> {
  const { rows } = await client.query<{ tsMs: bigint; valueMicro: bigint }>(
    `select (extract(epoch from ts) * 1000)::bigint as "tsMs", value_micro as "valueMicro" from reading
      where meter_id = $1 and quality = 1 and ts > $2 and value_micro is not null order by ts`,
    [meterId, new Date(afterMs)],
  );
  return rows.map((r) => ({ tsMs: Number(r.tsMs), valueMicro: r.valueMicro }));
}

/** Marks held readings between two instants (both included) as discarded. */
export async function discardHeld(
  client: pg.ClientBase,
  meterId: number,
  fromMs: number,
  toMs: number,
): Promise<void> {
  await client.query(
    'update reading set quality = 2 where meter_id = $1 and ts >= $2 and ts <= $3 and quality = 1',
    [meterId, new Date(fromMs), new Date(toMs)],
  );
}
