import type { Database } from '../../db/client';
import type { TestCampus } from '../../db/testing/factories';
import { FixedClock } from '../../domain/time/clock';
import { textFromMicro } from '../../domain/units';
import { silentLog } from '../context';
import { type IncomingReading, type IngestOptions, ingestReadings } from '../ingestReadings';

/** What a reading says besides its registers, and how it came. */
export interface MoreSaid {
  readonly powerW?: number;
  readonly voltageV?: number;
  readonly currentA?: number;
  readonly pf?: number;
  readonly relay?: 0 | 1;
  readonly valve?: 0 | 1 | 2 | 3;
  readonly boot?: number;
  readonly seq?: number;
  readonly extra?: Record<string, number>;
  readonly rxMs?: number;
  readonly gateway?: string;
}

/** A reading in few words, for tests: Shanghai wall time or ms, and a register text. */
export function says(
  campus: Pick<TestCampus, 'code'>,
  meterCode: string,
  at: string | number,
  registers: string | Record<string, string>,
  more: MoreSaid = {},
): IncomingReading {
  const tsMs = typeof at === 'number' ? at : Date.parse(`${at.replace(' ', 'T')}:00+08:00`);
  return {
    site: campus.code,
    gatewayCode: more.gateway ?? null,
    rxMs: more.rxMs ?? tsMs,
    reading: {
      meterCode,
      tsMs,
      boot: more.boot ?? null,
      seq: more.seq ?? null,
      registers: typeof registers === 'string' ? { EA: registers } : registers,
      powerW: more.powerW ?? null,
      voltageV: more.voltageV ?? null,
      currentA: more.currentA ?? null,
      pf: more.pf ?? null,
      relay: more.relay ?? null,
      valve: more.valve ?? null,
      extra: more.extra ?? null,
      epochMark: null,
    },
  };
}

/** Feeds readings one batch each, with the clock at their arrival. */
export async function feed(
  database: Database,
  readings: readonly IncomingReading[],
  options: IngestOptions & { batch?: number } = {},
): Promise<void> {
  const size = options.batch ?? 1;
  for (let i = 0; i < readings.length; i += size) {
    const batch = readings.slice(i, i + size);
    const clock = new FixedClock(Math.max(...batch.map((r) => r.rxMs)));
    await ingestReadings(database, { clock, log: silentLog }, batch, options);
  }
}

export interface Books {
  /** Ledger less unposted use, as text with six decimals. */
  readonly balance: string;
  /** Σ numerators of all streams, pCNY. */
  readonly numeratorPico: bigint;
  readonly unposted: string;
  readonly charges: readonly {
    amount: string;
    quantity: string;
    lines: unknown[];
    rev: number;
    key: string;
  }[];
  readonly quarantine: readonly string[];
}

/** Everything that a test compares about an account. */
export async function booksOf(database: Database, accountId: number): Promise<Books> {
  const balance = await database.pool.query<{ balance: bigint; unposted: bigint }>(
    'select balance_micro as balance, unposted_micro as unposted from account_balance where account_id = $1',
    [accountId],
  );
  const streams = await database.pool.query<{ n: string | null }>(
    'select sum(numerator_pico)::text as n from stream where account_id = $1',
    [accountId],
  );
  const charges = await database.pool.query<{
    amount: bigint;
    quantity: bigint;
    lines: unknown[];
    rev: number;
    t0: bigint;
    t1: bigint;
  }>(
    `select amount_micro as amount, quantity_micro as quantity, lines, rev, t0_ms as t0, t1_ms as t1 from charge
      where account_id = $1 and superseded_by is null order by t0_ms, point_id`,
    [accountId],
  );
  const quarantine = await database.pool.query<{ reason: string }>(
    `select q.reason from quarantine q where q.meter_id in (select m.meter_id from meter_install m
       join account_point p on p.point_id = m.point_id where p.account_id = $1) order by q.id`,
    [accountId],
  );
  const row = balance.rows[0]!;
  return {
    balance: textFromMicro(row.balance),
    unposted: textFromMicro(row.unposted),
    numeratorPico: BigInt(streams.rows[0]?.n ?? '0'),
    charges: charges.rows.map((c) => ({
      amount: textFromMicro(c.amount),
      quantity: textFromMicro(c.quantity),
      lines: c.lines,
      rev: c.rev,
      key: `${c.t0}:${c.t1}`,
    })),
    quarantine: quarantine.rows.map((q) => q.reason),
  };
}
