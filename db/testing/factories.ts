import type { TariffVersion } from '../../domain/tariffs/tariff';
import type { Database } from '../client';
import { ANY_DAY, tariffBodyOf } from '../queries/storedTariff';

/** Builds just what a test needs, straight in the tables; every call makes rows of its own, so tests have no neighbours. */
export class TestCampus {
  private serial = 0;

  private constructor(
    readonly database: Database,
    readonly id: number,
    readonly code: string,
    readonly since: Date,
    readonly rootSpaceId: number,
  ) {}

  static async create(
    database: Database,
    options: { code?: string; timeZone?: string; lateLimitDays?: number; since?: string } = {},
  ): Promise<TestCampus> {
    const code = options.code ?? `c${Math.floor(performance.now() * 1000)}`;
    const since = new Date(options.since ?? '2024-01-01T00:00:00+08:00');
    const { rows } = await database.pool.query<{ id: number }>(
      `insert into campus (code, name, time_zone, late_limit_days, created_at) values ($1, $1, $2, $3, $4) returning id`,
      [code, options.timeZone ?? 'Asia/Shanghai', options.lateLimitDays ?? 7, since],
    );
    const id = rows[0]!.id;
    const space = await database.pool.query<{ id: number }>(
      `insert into space (campus_id, kind, code, name, path) values ($1, 'CAMPUS', 'ROOT', 'Campus', '{}') returning id`,
      [id],
    );
    const rootSpaceId = space.rows[0]!.id;
    await database.pool.query('update space set path = array[id] where id = $1', [rootSpaceId]);
    return new TestCampus(database, id, code, since, rootSpaceId);
  }

  /** Tells running registries that the configuration changed. */
  async changed(): Promise<void> {
    await this.database.pool.query('update campus set config_version = config_version + 1 where id = $1', [
      this.id,
    ]);
  }

  /** @param days a calendar's days by date, for versions with day types of their own; null: every day is alike */
  async tariff(
    versions: readonly TariffVersion[],
    utility = 'ELECTRICITY',
    days: Readonly<Record<string, string>> | null = null,
  ): Promise<number> {
    const code = `T${++this.serial}`;
    if (days !== null)
      await this.database.pool.query(
        'insert into calendar (campus_id, code, name, days) values ($1, $2, $2, $3)',
        [this.id, code, JSON.stringify(days)],
      );
    const { rows } = await this.database.pool.query<{ id: number }>(
      `insert into tariff (campus_id, code, name, utility, calendar_id)
       values ($1, $2, $2, $3, (select id from calendar where campus_id = $1 and code = $2)) returning id`,
      [this.id, code, utility],
    );
    const tariffId = rows[0]!.id;
    for (const [i, version] of versions.entries()) {
      const body = tariffBodyOf(version);
      const spans = Object.values(body.periods)[0]!;
      await this.database.pool.query(
        `insert into tariff_version (tariff_id, number, valid_from, accrual, body, created_by, created_at)
         values ($1, $2, $3, $4, $5, 'test', $6)`,
        [
          tariffId,
          i + 1,
          new Date(version.validFromMs),
          version.accrual,
          JSON.stringify(days === null ? { ...body, periods: { [ANY_DAY]: spans } } : body),
          this.since,
        ],
      );
    }
    return tariffId;
  }

  async policy(body: object, code = `P${++this.serial}`): Promise<string> {
    await this.database.pool.query(
      `insert into policy (campus_id, code, name, version, current, body, created_by, created_at)
       values ($1, $2, $2, 1, true, $3, 'test', $4)`,
      [this.id, code, JSON.stringify(body), this.since],
    );
    return code;
  }

  async account(options: { code?: string; policy?: string; kind?: string } = {}): Promise<TestAccount> {
    const code = options.code ?? `A${++this.serial}`;
    const { rows } = await this.database.pool.query<{ id: number }>(
      'insert into account (campus_id, code, kind, policy_code, space_id) values ($1, $2, $3, $4, $5) returning id',
      [this.id, code, options.kind ?? 'ROOM', options.policy ?? 'DEFAULT', this.rootSpaceId],
    );
    const id = rows[0]!.id;
    for (const bucket of ['cash', 'gift', 'ec', 'arrears'])
      await this.database.pool.query(
        `insert into ledger_account (campus_id, name, currency, account_id, bucket, balance_micro, account_seq)
         values ($1, $2, 'CNY', $3, $4, 0, 0)`,
        [this.id, `cust:${code}:${bucket}`, id, bucket.toUpperCase()],
      );
    return { id, code };
  }

  /** A point with its meter, paid by an account under a tariff. */
  async meter(options: MeterOptions): Promise<TestMeter> {
    const code = options.code ?? `M${++this.serial}`;
    const utility = options.utility ?? 'ELECTRICITY';
    const q = this.database.pool;
    const point = await q.query<{ id: number }>(
      `insert into meter_point (campus_id, space_id, code, utility, role, limit_w, capacity_w, overload_action, protection)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
      [
        this.id,
        this.rootSpaceId,
        `P-${code}`,
        utility,
        options.role ?? 'CUSTOMER',
        options.limitW ?? null,
        options.capacityW ?? null,
        options.overloadAction ?? 'TRIP',
        options.protection ?? 'NONE',
      ],
    );
    const pointId = point.rows[0]!.id;
    const meter = await q.query<{ id: number }>(
      `insert into meter (campus_id, code, serial, utility, phases, ratio_micro, modulus_micro, register_decimals, imax_a,
         qmax_m3h, interval_s, profile_options, gateway_id)
       values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
      [
        this.id,
        code,
        utility,
        options.phases ?? 1,
        options.ratioMicro ?? 1_000_000n,
        options.modulusMicro ?? null,
        options.registerDecimals ?? 3,
        options.imaxA ?? 60,
        options.qmaxM3h ?? 5,
        options.intervalS ?? 60,
        options.profileOptions ? JSON.stringify(options.profileOptions) : null,
        options.gatewayId ?? null,
      ],
    );
    const meterId = meter.rows[0]!.id;
    await q.query(
      'insert into meter_install (point_id, meter_id, valid_from, start_micro) values ($1, $2, $3, $4)',
      [pointId, meterId, this.since, options.startMicro ?? null],
    );
    if (options.accountId !== undefined) {
      await q.query('insert into account_point (account_id, point_id, valid_from) values ($1, $2, $3)', [
        options.accountId,
        pointId,
        this.since,
      ]);
      if (options.tariffId !== undefined)
        await q.query(
          `insert into account_tariff (account_id, utility, tariff_id, valid_from) values ($1, $2, $3, $4) on conflict do nothing`,
          [options.accountId, utility, options.tariffId, this.since],
        );
    }
    await this.changed();
    return { id: meterId, code, pointId, pointCode: `P-${code}` };
  }

  /** A fund, by code. */
  async fund(options: { code?: string; budgetMicro?: bigint } = {}): Promise<{ id: number; code: string }> {
    const code = options.code ?? `FUND${++this.serial}`;
    const { rows } = await this.database.pool.query<{ id: number }>(
      `insert into fund (campus_id, code, name, budget_micro, created_by, created_at)
       values ($1, $2, $2, $3, 'test', $4) returning id`,
      [this.id, code, options.budgetMicro ?? null, this.since],
    );
    return { id: rows[0]!.id, code };
  }

  /** Approved free units of an account each month. */
  async freeUnits(options: {
    accountId: number;
    fundId: number;
    quantityMicro: bigint;
    perHead?: boolean;
    utility?: string;
    validFrom?: Date;
    validTo?: Date | null;
    expiresAt?: Date | null;
    advancesTier?: boolean;
    carryOver?: boolean;
  }): Promise<number> {
    const { rows } = await this.database.pool.query<{ id: number }>(
      `insert into entitlement (campus_id, code, account_id, kind, utility, fund_id, quantity_micro, per_head, valid_from,
         valid_to, expires_at, advances_tier, carry_over, state, drafted_by, drafted_at, approved_by, approved_at)
       values ($1, $2, $3, 'QUANTITY', $4, $5, $6, $7, $8, $9, $10, $11, $12, 'APPROVED', 'one', $13, 'other', $13) returning id`,
      [
        this.id,
        `E${++this.serial}`,
        options.accountId,
        options.utility ?? 'ELECTRICITY',
        options.fundId,
        options.quantityMicro,
        options.perHead ?? false,
        options.validFrom ?? this.since,
        options.validTo ?? null,
        options.expiresAt ?? null,
        options.advancesTier ?? true,
        options.carryOver ?? false,
        this.since,
      ],
    );
    await this.changed();
    return rows[0]!.id;
  }

  /** Somebody who lives under an account. */
  async head(accountId: number, from: Date, to: Date | null = null): Promise<void> {
    const { rows } = await this.database.pool.query<{ id: number }>(
      'insert into person (campus_id, code, name) values ($1, $2, $2) returning id',
      [this.id, `H${++this.serial}`],
    );
    await this.database.pool.query(
      'insert into occupancy (account_id, person_id, valid_from, valid_to) values ($1, $2, $3, $4)',
      [accountId, rows[0]!.id, from, to],
    );
    await this.changed();
  }

  async gateway(code = `G${++this.serial}`): Promise<{ id: number; code: string }> {
    const { rows } = await this.database.pool.query<{ id: number }>(
      'insert into gateway (campus_id, code) values ($1, $2) returning id',
      [this.id, code],
    );
    await this.changed();
    return { id: rows[0]!.id, code };
  }
}

export interface TestAccount {
  readonly id: number;
  readonly code: string;
}

export interface TestMeter {
  readonly id: number;
  readonly code: string;
  readonly pointId: number;
  readonly pointCode: string;
}

export interface MeterOptions {
  readonly code?: string;
  readonly accountId?: number;
  readonly tariffId?: number;
  readonly utility?: 'ELECTRICITY' | 'WATER' | 'GAS';
  readonly role?: string;
  readonly phases?: 1 | 3;
  readonly ratioMicro?: bigint;
  readonly modulusMicro?: bigint;
  readonly registerDecimals?: number;
  readonly imaxA?: number;
  readonly qmaxM3h?: number;
  readonly intervalS?: number;
  readonly limitW?: number;
  readonly capacityW?: number;
  readonly overloadAction?: 'TRIP' | 'ALARM';
  readonly protection?: 'NONE' | 'CREDIT' | 'LIFE_SAFETY';
  readonly startMicro?: bigint;
  readonly profileOptions?: Record<string, string | number | boolean>;
  readonly gatewayId?: number;
}
