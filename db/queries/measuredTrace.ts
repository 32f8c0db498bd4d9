import { type SQL, sql } from 'drizzle-orm';
import type { ReadingMeasure } from '../../domain/alarms/alarmMeasure';
import { selectRows } from './rows';
import type { Source } from './scope';

const field = (name: string): SQL =>
  sql`case when jsonb_typeof(extra -> ${name}::text) = 'number' then (extra ->> ${name}::text)::float8 end`;

/** Largest excess of a phase over the mean of the three, % of it; null where a phase is not measured. */
const imbalance = (a: string, b: string, c: string): SQL => {
  const [x, y, z] = [a, b, c].map((name) => sql`abs(${field(name)})`);
  return sql`100 * (greatest(${x}, ${y}, ${z}) * 3 / nullif(${x} + ${y} + ${z}, 0) - 1)`;
};

/** Of several voltages the one furthest from 230 V; what is nearly none is no voltage. */
const worstVoltage = sql`(select v from unnest(array[voltage_v, ${field('ua')}, ${field('ub')}, ${field('uc')}]) v
  where v >= 115 order by abs(v - 230) desc limit 1)`;

const VALUES: Readonly<Record<ReadingMeasure, SQL>> = {
  TEMPERATURE: field('temp'),
  RESIDUAL: sql`1000 * ${field('ires')}`,
  CURRENT: sql`greatest(abs(current_a), abs(${field('ia')}), abs(${field('ib')}), abs(${field('ic')}))`,
  VOLTAGE: worstVoltage,
  FLOW: field('flow'),
  CURRENT_IMBALANCE: imbalance('ia', 'ib', 'ic'),
  VOLTAGE_IMBALANCE: imbalance('ua', 'ub', 'uc'),
};

/** A measure of a meter's readings in [fromMs, toMs), in the unit of the measure, oldest first; readings without it are left out. */
export async function measuredValues(
  source: Source,
  meterId: number,
  measure: ReadingMeasure,
  range: { readonly fromMs: number; readonly toMs: number; readonly limit: number },
): Promise<{ tsMs: number; value: number }[]> {
  return selectRows<{ tsMs: number; value: number }>(
    source,
    sql`select * from (
        select (extract(epoch from ts) * 1000)::float8 as "tsMs", (${VALUES[measure]})::float8 as value
          from reading
         where meter_id = ${meterId} and ts >= ${new Date(range.fromMs)} and ts < ${new Date(range.toMs)}
      ) r where value is not null order by "tsMs" limit ${range.limit}`,
  );
}
