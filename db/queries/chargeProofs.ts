import { sql } from 'drizzle-orm';
import type { ChargeLineRecord } from '../../domain/credit/chargeLines';
import type { Utility } from '../../domain/metering/reading';
import { chargeWithin } from './accountViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A charge as stored, with what names it. Quantities and money in µ, numerators in pico. */
export interface ProofCharge {
  id: bigint;
  accountCode: string;
  unit: string | null;
  spaceId: number | null;
  meterId: number;
  meterCode: string;
  pointCode: string;
  utility: Utility;
  register: string;
  epoch: number;
  rev: number;
  t0Ms: number;
  t1Ms: number;
  startMicro: bigint;
  endMicro: bigint;
  quantityMicro: bigint;
  numeratorPico: string;
  amountMicro: bigint;
  accruedMicro: bigint;
  carryPico: bigint;
  lines: ChargeLineRecord[];
  extra: unknown;
  tariffId: number;
  tariffVersionId: number;
  intervalMs: number;
  modulusMicro: bigint | null;
  /** What its rate registers count, as the meter's profile names it, and the digits and factor of its registers. */
  profileOptions: Readonly<Record<string, string | number | boolean>> | null;
  registerDecimals: number;
  ratioMicro: bigint;
  /** Whether other points of its utility ever counted towards the tiers and free units of the account. */
  sharesTiers: boolean;
  txId: bigint | null;
  supersededBy: bigint | null;
  postedMs: number;
}

/** The charge of this id, if its account lies within the scope. */
export async function findProofCharge(
  source: Source,
  scope: ScopeFilter,
  id: bigint,
): Promise<ProofCharge | null> {
  const [row] = await selectRows<ProofCharge>(
    source,
    sql`select c.id, a.code as "accountCode", a.unit, a.space_id as "spaceId", m.id as "meterId", m.code as "meterCode",
           p.code as "pointCode", p.utility::text as utility, c.register, c.epoch, c.rev, c.t0_ms::float8 as "t0Ms",
           c.t1_ms::float8 as "t1Ms", c.start_micro as "startMicro", c.end_micro as "endMicro",
           c.quantity_micro as "quantityMicro", c.numerator_pico::text as "numeratorPico",
           c.amount_micro as "amountMicro", c.accrued_micro as "accruedMicro", c.carry_pico as "carryPico", c.lines, c.extra,
           v.tariff_id as "tariffId", c.tariff_version_id as "tariffVersionId", m.interval_s * 1000 as "intervalMs",
           (m.modulus_micro * m.ratio_micro / 1000000)::bigint as "modulusMicro", c.tx_id as "txId",
           m.profile_options as "profileOptions", m.register_decimals as "registerDecimals", m.ratio_micro as "ratioMicro",
           exists (select 1 from account_point o join meter_point q on q.id = o.point_id
             where o.account_id = c.account_id and o.point_id <> c.point_id and q.utility = p.utility) as "sharesTiers",
           c.superseded_by as "supersededBy", c.posted_ms::float8 as "postedMs"
      from charge c
      join account a on a.id = c.account_id
      join meter m on m.id = c.meter_id
      join meter_point p on p.id = c.point_id
      join tariff_version v on v.id = c.tariff_version_id
     where c.id = ${id}::bigint and ${chargeWithin(scope)}`,
  );
  return row ?? null;
}

/** A ledger transaction as it was hashed. */
export interface ProofTx {
  id: bigint;
  key: string;
  kind: string;
  tMs: number;
  currency: string;
  linesHash: string | null;
  txHash: string;
  reverses: bigint | null;
}

/** One half of a posting; pots of customers carry their place in a chain. */
export interface ProofEntry {
  n: number;
  pot: string;
  bucket: string | null;
  amountMicro: bigint;
  accountSeq: bigint | null;
  balanceAfterMicro: bigint | null;
  entryHash: string | null;
  /** Hash of the entry before it in the same pot; null for the first one and for system pots. */
  prevHash: string | null;
}

export async function findProofTx(
  source: Source,
  txId: bigint,
): Promise<{ tx: ProofTx; entries: ProofEntry[]; checkpoint: number | null } | null> {
  const [tx] = await selectRows<ProofTx>(
    source,
    sql`select id, key, kind, t_ms::float8 as "tMs", currency, encode(lines_hash, 'hex') as "linesHash",
           encode(tx_hash, 'hex') as "txHash", reverses
      from ledger_tx where id = ${txId}::bigint`,
  );
  if (!tx) return null;
  const entries = await selectRows<ProofEntry>(
    source,
    sql`select e.n::int as n, la.name as pot, la.bucket, e.amount_micro as "amountMicro",
           e.account_seq as "accountSeq", e.balance_after_micro as "balanceAfterMicro",
           encode(e.entry_hash, 'hex') as "entryHash",
           (select encode(b.entry_hash, 'hex') from ledger_entry b
             where b.ledger_account_id = e.ledger_account_id and b.account_seq = e.account_seq - 1) as "prevHash"
      from ledger_entry e join ledger_account la on la.id = e.ledger_account_id
     where e.tx_id = ${txId}::bigint order by e.n`,
  );
  const [sealed] = await selectRows<{ n: number }>(
    source,
    sql`select n from ledger_checkpoint where from_tx < ${txId}::bigint and to_tx >= ${txId}::bigint limit 1`,
  );
  return { tx, entries, checkpoint: sealed?.n ?? null };
}

/** An accepted reading of the billing register, with the rate registers that came with it. */
export interface EnclosingReading {
  tsMs: number;
  /** When it came. */
  receivedMs: number;
  valueMicro: bigint;
  quantityMicro: bigint | null;
  epoch: number;
  /** By channel, µ as decimal text; null: none came. */
  rates: Readonly<Record<string, string>> | null;
}

/**
 * Accepted readings that enclose (fromMs, toMs]: those inside, the last one at or before its start and the first one at or
 * after its end. Empty where they are older than readings are kept.
 */
export async function enclosingReadings(
  source: Source,
  meterId: number,
  fromMs: number,
  toMs: number,
): Promise<EnclosingReading[]> {
  const accepted = sql`meter_id = ${meterId} and value_micro is not null and quality in (0, 3)`;
  const columns = sql`(extract(epoch from ts) * 1000)::float8 as "tsMs", (extract(epoch from rx_ts) * 1000)::float8 as "receivedMs",
    value_micro as "valueMicro", quantity_micro as "quantityMicro", epoch, ts`;
  const from = new Date(fromMs);
  const to = new Date(toMs);
  return selectRows<EnclosingReading>(
    source,
    sql`select "tsMs", "receivedMs", "valueMicro", "quantityMicro", epoch,
           (select jsonb_object_agg(g.channel, g.value_micro::text) from register_reading g
             where g.meter_id = ${meterId} and g.ts = r.ts and g.channel in ('EA_T1', 'EA_T2', 'EA_T3', 'EA_T4')) as rates
      from (
      (select ${columns} from reading where ${accepted} and ts <= ${from} order by ts desc limit 1)
      union all
      (select ${columns} from reading where ${accepted} and ts > ${from} and ts < ${to} order by ts)
      union all
      (select ${columns} from reading where ${accepted} and ts >= ${to} order by ts limit 1)
    ) r order by "tsMs"`,
  );
}
