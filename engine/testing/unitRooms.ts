import type { ImportDocument } from '../../contracts/importDocument';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { cst } from '../../domain/tariffs/testing';
import { FixedClock } from '../../domain/time/clock';
import { applyTopUp, type TopUpOutcome } from '../applyTopUp';
import { type EngineContext, silentLog } from '../context';
import { importCampus } from '../importCampus';
import { ingestReadings } from '../ingestReadings';

/** So much time passes with each use: what a meter may count in it is bounded. */
const QUARTER_MS = 900_000;
const SINCE = '2025-01-01';

/** A room that holds kWh, with what its meter would say now, in thousandths. */
export interface UnitRoom {
  readonly account: string;
  readonly accountId: number;
  readonly meter: string;
  thousandths: number;
}

/** `n` rooms whose accounts hold kWh, sold at 0.50 up to 100 a month, 0.55 up to 200, 0.80 above; and a room that holds money. */
export function unitCampus(n: number): ImportDocument {
  const rooms = Array.from({ length: n }, (_, i) => `U${i + 1}`);
  return {
    campus: { code: 'UNITS', name: 'Units', timeZone: 'Asia/Shanghai', currency: 'CNY' },
    policies: [{ code: 'UNITS', noCutPeriods: false, unitLevels: ['5', '20'] }],
    tariffs: [
      {
        code: 'SALE',
        versions: [
          {
            validFrom: SINCE,
            accrual: 'MONTH',
            tiers: [{ limit: '100' }, { limit: '200' }, { limit: null }],
            prices: [{ ALL: '0.5000' }, { ALL: '0.5500' }, { ALL: '0.8000' }],
          },
        ],
      },
      { code: 'ONE', versions: [{ validFrom: SINCE, prices: { ALL: '1' } }] },
      { code: 'WATER', utility: 'WATER', versions: [{ validFrom: SINCE, prices: { ALL: '2.80' } }] },
    ],
    spaces: [
      { code: 'HALL', kind: 'BUILDING', name: 'Hall' },
      ...[...rooms, 'MONEY'].map((code) => ({
        code: `R-${code}`,
        parent: 'HALL',
        kind: 'ROOM' as const,
        name: code,
      })),
    ],
    departments: [],
    gateways: [],
    meterPoints: [
      ...[...rooms, 'MONEY'].map((code) => ({
        code: `P-${code}`,
        space: `R-${code}`,
        utility: 'ELECTRICITY' as const,
        role: 'CUSTOMER' as const,
        since: SINCE,
      })),
      { code: 'W-U1', space: 'R-U1', utility: 'WATER', role: 'CUSTOMER', since: SINCE },
    ],
    meters: [...rooms, 'MONEY'].map((code) => ({
      code: `M-${code}`,
      serial: code,
      point: `P-${code}`,
      imaxA: 2_000,
      registerDecimals: 3,
      intervalS: 60,
      installedAt: SINCE,
    })),
    calendars: [],
    accounts: [
      ...rooms.map((code) => ({
        code: `A-${code}`,
        kind: 'ROOM' as const,
        space: `R-${code}`,
        points: [`P-${code}`],
        tariff: 'ONE',
        unit: 'KWH' as const,
        soldBy: 'SALE',
        policy: 'UNITS',
        since: SINCE,
      })),
      {
        code: 'A-MONEY',
        kind: 'ROOM' as const,
        space: 'R-MONEY',
        points: ['P-MONEY'],
        tariff: 'SALE',
        openingBalance: '100.00',
        since: SINCE,
      },
    ],
    persons: [],
    occupancies: [],
    users: [{ code: 'finance', name: 'F', roles: [{ role: 'FINANCE' }] }],
    quotas: [],
  };
}

/** Rooms that hold kWh, imported into a database of their own, at noon of 10 September 2025. */
export class UnitRooms {
  private constructor(
    readonly database: TestDatabase,
    readonly clock: FixedClock,
    readonly ctx: EngineContext,
    readonly campusId: number,
    readonly rooms: readonly UnitRoom[],
  ) {}

  static async start(n: number): Promise<UnitRooms> {
    const database = await createTestDatabase();
    const clock = new FixedClock(cst('2025-09-10 12:00'));
    const ctx = { clock, log: silentLog };
    const { rows } = await importCampus(database, ctx, unitCampus(n), { actor: 'user:test' });
    const errors = rows.flatMap((row) => row.errors);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    const accounts = await database.pool.query<{ id: number; code: string; campusId: number }>(
      `select id, code, campus_id as "campusId" from account where unit is not null order by id`,
    );
    const rooms = accounts.rows.map(({ id, code }) => ({
      account: code,
      accountId: id,
      meter: code.replace('A-', 'M-'),
      thousandths: 0,
    }));
    return new UnitRooms(database, clock, ctx, accounts.rows[0]!.campusId, rooms);
  }

  /** A quarter of an hour passes with this use, and the meter reports it. */
  async use(room: UnitRoom, thousandths: number): Promise<void> {
    this.clock.advance(QUARTER_MS);
    room.thousandths += thousandths;
    const atMs = this.clock.now();
    await ingestReadings(this.database, this.ctx, [
      {
        site: 'UNITS',
        gatewayCode: null,
        rxMs: atMs,
        reading: {
          ...{ meterCode: room.meter, tsMs: atMs, boot: null, seq: null, epochMark: null, extra: null },
          registers: { EA: (room.thousandths / 1_000).toFixed(3) },
          ...{ powerW: null, voltageV: null, currentA: null, pf: null, relay: null, valve: null },
        },
      },
    ]);
  }

  pay(room: UnitRoom, amountMicro: bigint, reference: string): Promise<TopUpOutcome> {
    this.clock.advance(1_000);
    return applyTopUp(this.database, this.ctx, {
      ...{ campusId: this.campusId, accountCode: room.account, amountMicro, reference },
      ...{ channel: 'stripe', actor: 'psp:stripe' },
    });
  }

  /** Pots that hold something, such as `cash 12.500000`, and the use that is not posted yet. */
  async held(room: UnitRoom): Promise<{ pots: Record<string, bigint>; unpostedMicro: bigint }> {
    const { rows } = await this.database.pool.query<{ pot: string; micro: bigint; currency: string }>(
      'select lower(bucket) as pot, balance_micro as micro, currency from ledger_account where account_id = $1 and balance_micro <> 0',
      [room.accountId],
    );
    const wrong = rows.find(({ currency }) => currency !== 'KWH');
    if (wrong) throw new Error(`${wrong.pot} of ${room.account} holds ${wrong.currency}`);
    const balance = await this.database.pool.query<{ unposted: bigint }>(
      'select unposted_micro as unposted from account_balance where account_id = $1',
      [room.accountId],
    );
    return {
      pots: Object.fromEntries(rows.map(({ pot, micro }) => [pot, micro])),
      unpostedMicro: balance.rows[0]!.unposted,
    };
  }

  /** What a system pot has taken in less what left it, µ, of its currency. */
  async flowOf(name: string, room?: UnitRoom): Promise<bigint> {
    const { rows } = await this.database.pool.query<{ micro: bigint }>(
      `select coalesce(sum(e.amount_micro), 0)::int8 as micro from ledger_entry e join ledger_account la on la.id = e.ledger_account_id
        where la.name = $1 and ($2::int4 is null or e.tx_id in (
          select x.tx_id from ledger_entry x join ledger_account o on o.id = x.ledger_account_id where o.account_id = $2))`,
      [name, room?.accountId ?? null],
    );
    return rows[0]!.micro;
  }
}
