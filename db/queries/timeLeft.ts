import type pg from 'pg';

/** Credit and tier standing of accounts. */
export async function accountCredits(client: pg.ClientBase | pg.Pool, ids: readonly number[]) {
  const { rows } = await client.query<{ accountId: number; balanceMicro: bigint; availableMicro: bigint }>(
    `select account_id as "accountId", balance_micro as "balanceMicro", available_micro as "availableMicro"
       from account_balance where account_id = any($1::int[])`,
    [ids],
  );
  const accruals = await client.query<{
    accountId: number;
    utility: string;
    periodMs: bigint;
    quantityMicro: bigint;
  }>(
    'select account_id as "accountId", utility, period_ms as "periodMs", quantity_micro as "quantityMicro" from accrual where account_id = any($1::int[])',
    [ids],
  );
  const credits = new Map(
    rows.map((r) => [r.accountId, { ...r, accrued: new Map<string, bigint>() }] as const),
  );
  for (const row of accruals.rows)
    credits.get(row.accountId)?.accrued.set(`${row.utility}/${row.periodMs}`, row.quantityMicro);
  return credits;
}

/** Of these accounts, those that were told a level which counts by time left and was not armed again since. */
export async function accountsToldByTime(
  pool: pg.Pool,
  ids: readonly number[],
  levels: readonly string[],
): Promise<Set<number>> {
  const { rows } = await pool.query<{ id: number }>(
    'select id from account where id = any($1::int[]) and told_levels && $2::text[]',
    [ids, levels],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Hourly use per meter between two instants. */
export async function hourlyUse(
  client: pg.ClientBase | pg.Pool,
  meterIds: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<Map<number, { hourStartMs: number; quantityMicro: bigint }[]>> {
  const { rows } = await client.query<{ meterId: number; hourMs: bigint; quantityMicro: bigint }>(
    `select meter_id as "meterId", (extract(epoch from hour) * 1000)::bigint as "hourMs", quantity_micro as "quantityMicro"
       from reading_hourly where meter_id = any($1::int[]) and hour >= $2 and hour < $3`,
    [meterIds, new Date(fromMs), new Date(toMs)],
  );
  const use = new Map<number, { hourStartMs: number; quantityMicro: bigint }[]>();
  for (const { meterId, hourMs, quantityMicro } of rows) {
    const sample = { hourStartMs: Number(hourMs), quantityMicro };
    const list = use.get(meterId);
    if (list) list.push(sample);
    else use.set(meterId, [sample]);
  }
  return use;
}

/** Stores forecasts; each replaces the account's last one. */
export async function storeTimeLeft(
  pool: pg.Pool,
  rows: readonly {
    accountId: number;
    hours: number | null;
    band: string;
    learnedDays: number;
    computedMs: number;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  await pool.query(
    `insert into time_left (account_id, hours, band, learned_days, computed_at)
     select a, h, b, d, to_timestamp(c / 1000.0) from unnest($1::int[], $2::float8[], $3::text[], $4::float8[], $5::bigint[]) as x(a, h, b, d, c)
     on conflict (account_id) do update set hours = excluded.hours, band = excluded.band, learned_days = excluded.learned_days,
       computed_at = excluded.computed_at`,
    [
      rows.map((r) => r.accountId),
      rows.map((r) => r.hours),
      rows.map((r) => r.band),
      rows.map((r) => r.learnedDays),
      rows.map((r) => r.computedMs),
    ],
  );
}
