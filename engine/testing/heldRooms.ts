import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { type MeterOptions, type TestAccount, TestCampus, type TestMeter } from '../../db/testing/factories';
import type { TariffVersion } from '../../domain/tariffs/tariff';
import { cst, flatTariff } from '../../domain/tariffs/testing';
import { FixedClock } from '../../domain/time/clock';
import { type EngineContext, silentLog } from '../context';
import type { IngestOptions } from '../ingestReadings';
import { releaseHeldCharge } from '../releaseHeldCharge';
import { booksOf, feed, type MoreSaid, says } from './harness';

export const MINUTE = 60_000;
export const QUARTER = 15 * MINUTE;
export const MIDNIGHT = cst('2025-09-11 00:00');

/** What an act is given at an instant, ms UTC. */
export const at = (ms: number): EngineContext => ({ clock: new FixedClock(ms), log: silentLog });

/** A room that was charged 0.10 each time, before midnight. */
export interface HeldRoom {
  readonly account: TestAccount;
  readonly meter: TestMeter;
  register: number;
  atMs: number;
}

export interface RoomOptions {
  /** Charges before midnight; default 40. */
  readonly charges?: number;
  readonly meter?: Partial<MeterOptions>;
}

/** Rooms whose price goes wrong at midnight, so that the next charge is held. */
export class HeldRooms {
  constructor(
    readonly database: TestDatabase,
    readonly campus: TestCampus,
  ) {}

  /** On a campus in a database of their own. */
  static async start(): Promise<HeldRooms> {
    const database = await createTestDatabase();
    return new HeldRooms(database, await TestCampus.create(database));
  }

  /** @param after what comes into force from midnight on, or one price of it, µ a kWh; before it is 0.50 */
  async room(after: bigint | readonly TariffVersion[], options: RoomOptions = {}): Promise<HeldRoom> {
    const { charges = 40 } = options;
    const { campus } = this;
    const tariffId = await campus.tariff([
      flatTariff('RIGHT', cst('2024-01-01 00:00'), 500_000n),
      ...(typeof after === 'bigint' ? [flatTariff('WRONG', MIDNIGHT, after)] : after),
    ]);
    const account = await campus.account();
    const meter = await campus.meter({ intervalS: 900, ...options.meter, accountId: account.id, tariffId });
    const stepMs = Math.max(QUARTER, 1_000 * (options.meter?.intervalS ?? 900));
    const one: HeldRoom = { account, meter, register: 100, atMs: MIDNIGHT - charges * stepMs };
    await this.report(one, 0, 0);
    for (let i = 0; i < charges; i++) await this.report(one, 0.2, stepMs);
    return one;
  }

  /** The next reading of its meter. */
  async report(one: HeldRoom, kwh: number, afterMs = QUARTER, options: IngestOptions = {}): Promise<void> {
    one.register += kwh;
    one.atMs += afterMs;
    await this.say(one, one.atMs, one.register, {}, options);
  }

  /** A reading of any instant and register. */
  async say(
    one: HeldRoom,
    atMs: number,
    register: number,
    more: MoreSaid & { readonly rates?: Record<string, string> } = {},
    options: IngestOptions = {},
  ): Promise<void> {
    const { rates = {}, ...said } = more;
    const registers = { EA: register.toFixed(3), ...rates };
    await feed(this.database, [says(this.campus, one.meter.code, atMs, registers, said)], options);
  }

  release(one: HeldRoom) {
    return releaseHeldCharge(this.database, at(one.atMs + MINUTE), {
      campusId: this.campus.id,
      pointCode: one.meter.pointCode,
      actor: 'user:finance',
      note: 'price corrected',
    });
  }

  /** Puts a price into all versions of the account's tariff. */
  async correctPrice(one: HeldRoom, priceMicro: bigint): Promise<void> {
    await this.database.pool.query(
      `update tariff_version v set body = jsonb_set(v.body, '{pricesMicro,0,ALL}', to_jsonb($2::text))
         from account_tariff t where t.account_id = $1 and v.tariff_id = t.tariff_id`,
      [one.account.id, priceMicro.toString()],
    );
    await this.campus.changed();
  }

  async alarmsOf(one: HeldRoom) {
    const { rows } = await this.database.pool.query<{
      priority: number;
      active: boolean;
      evidence: Record<string, unknown>;
    }>(
      `select priority, active, evidence from alarm where rule = 'BALANCE_ANOMALY' and subject_id = $1 order by id`,
      [one.meter.pointId],
    );
    return rows;
  }

  /** What was taken from the account and is owed by its open window. */
  async spent(one: HeldRoom): Promise<number> {
    return -Number((await booksOf(this.database, one.account.id)).balance);
  }

  books(one: HeldRoom) {
    return booksOf(this.database, one.account.id);
  }
}
