import type { Database } from '../../db/client';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../../db/testing/factories';
import { cst, flatTariff } from '../../domain/tariffs/testing';
import { FixedClock } from '../../domain/time/clock';
import { applyCommandAck } from '../applyCommandAck';
import { applyTopUp, type TopUpOutcome } from '../applyTopUp';
import { closeSupplyGaps } from '../closeSupplyGaps';
import { type EngineContext, silentLog } from '../context';
import { dispatchCommand, dueCommands } from '../dispatchCommand';
import { ingestReadings } from '../ingestReadings';
import { requestSupply, type SupplyAction } from '../requestSupply';
import type { SupplyAnswer, SupplyCommanded } from '../supplyAnswer';
import { sweepCommands } from '../sweepCommands';
import { sweepPolicies } from '../sweepPolicies';
import { says } from './harness';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A prepaid room with what its meter would say now. */
export interface SupplyRoom {
  readonly account: { readonly id: number; readonly code: string };
  readonly meter: TestMeter;
  register: number;
  relay: 0 | 1;
}

/** Rooms of one campus on 0.50 a kWh, whose meters report when a test says so and switch when they are told to. */
export class SupplyRooms<D extends Database = TestDatabase> {
  private constructor(
    readonly database: D,
    readonly clock: FixedClock,
    readonly ctx: EngineContext,
    readonly campus: TestCampus,
    private readonly flat: number,
    /** Policy that cuts at any hour. */
    readonly anyHour: string,
  ) {}

  /** A database of its own with one campus, at noon of 10 September 2025. */
  static async start(): Promise<SupplyRooms<TestDatabase>> {
    return SupplyRooms.on(await createTestDatabase(), new FixedClock(cst('2025-09-10 12:00')));
  }

  /** A campus of their own in a database that has others. */
  static async on<D extends Database>(database: D, clock: FixedClock): Promise<SupplyRooms<D>> {
    const campus = await TestCampus.create(database);
    const flat = await campus.tariff([flatTariff('F-1', cst('2024-01-01 00:00'), 500_000n)]);
    const anyHour = await campus.policy({ noCutPeriods: false });
    return new SupplyRooms(database, clock, { clock, log: silentLog }, campus, flat, anyHour);
  }

  async room(
    cash: string,
    policy = this.anyHour,
    protection: 'NONE' | 'CREDIT' = 'NONE',
  ): Promise<SupplyRoom> {
    const account = await this.campus.account({ policy });
    const meter = await this.campus.meter({
      accountId: account.id,
      tariffId: this.flat,
      intervalS: 60,
      limitW: 1_500,
      protection,
    });
    const one: SupplyRoom = { account, meter, register: 1_000, relay: 1 };
    await this.topUp(one, cash, `first-${account.code}`);
    await this.report(one, 0);
    return one;
  }

  async report(one: SupplyRoom, kwh: number, powerW = 200): Promise<void> {
    await this.reportAll([one], kwh, powerW);
  }

  /** All in one batch. */
  async reportAll(rooms: readonly SupplyRoom[], kwh: number, powerW = 200): Promise<void> {
    for (const one of rooms) one.register += kwh;
    await ingestReadings(
      this.database,
      this.ctx,
      rooms.map(({ meter, register, relay }) =>
        says(this.campus, meter.code, this.clock.now(), register.toFixed(3), {
          relay,
          powerW: relay === 1 ? powerW : 0,
          currentA: relay === 1 ? powerW / 230 : 0,
        }),
      ),
    );
  }

  topUp(one: SupplyRoom, yuan: string, reference: string): Promise<TopUpOutcome> {
    return applyTopUp(this.database, this.ctx, {
      campusId: this.campus.id,
      accountCode: one.account.code,
      amountMicro: BigInt(yuan.replace('.', '')) * 10_000n,
      channel: 'counter',
      reference,
      actor: 'user:test',
    });
  }

  /** Publishes what is due; the meter says nothing. @returns the ids that went out */
  async send(one: SupplyRoom): Promise<string[]> {
    const sent: string[] = [];
    for (const { id, pointId } of await dueCommands(this.database, this.ctx, 100))
      if (
        pointId === one.meter.pointId &&
        (await dispatchCommand(this.database, this.ctx, id, async () => undefined)) === 'SENT'
      )
        sent.push(id);
    return sent;
  }

  /** Publishes what is due and lets the meter carry it out. @returns what went out */
  async meterObeys(one: SupplyRoom, answer: 'done' | 'accepted' = 'done'): Promise<string[]> {
    const sent: string[] = [];
    for (const command of await dueCommands(this.database, this.ctx, 100)) {
      if (command.pointId !== one.meter.pointId) continue;
      const outcome = await dispatchCommand(this.database, this.ctx, command.id, async () => {
        sent.push(command.op);
      });
      if (outcome !== 'SENT') continue;
      this.clock.advance(100);
      one.relay = command.op === 'connect' ? 1 : 0;
      await this.answers(one, command.id, answer);
    }
    return sent;
  }

  /** The meter's word on a command, at this moment. */
  async answers(
    one: SupplyRoom,
    commandId: string,
    state: 'done' | 'accepted' | 'failed' | 'rejected' | 'expired',
  ): Promise<void> {
    await applyCommandAck(this.database, this.ctx, {
      site: this.campus.code,
      senderCode: one.meter.code,
      commandId,
      meterCode: one.meter.code,
      state,
      code: '',
      tsMs: this.clock.now(),
      rxMs: this.clock.now(),
      observed: {},
    });
  }

  /** From the accepted payment to the relay's acknowledgement, as the health page shows it, ms. */
  async toAckMs(paymentId: string): Promise<number | null | undefined> {
    const { rows } = await this.database.pool.query<{ to_ack_ms: number | null }>(
      'select to_ack_ms from top_up_latency where payment_id = $1',
      [paymentId],
    );
    return rows[0]?.to_ack_ms;
  }

  async statesOf(one: SupplyRoom): Promise<string[]> {
    const { rows } = await this.database.pool.query<{ op: string; state: string }>(
      "select op, state from command where point_id = $1 and op <> 'read' order by created_ms, id",
      [one.meter.pointId],
    );
    return rows.map((r) => `${r.op}:${r.state}`);
  }

  async reasonsOf(one: SupplyRoom): Promise<string[]> {
    const { rows } = await this.database.pool.query<{ reasons: object }>(
      'select reasons from supply_state where point_id = $1',
      [one.meter.pointId],
    );
    return Object.keys(rows[0]!.reasons).sort();
  }

  async notices(one: SupplyRoom): Promise<string[]> {
    const { rows } = await this.database.pool.query<{ kind: string; level: string | null }>(
      "select kind, body->>'level' as level from notice where account_id = $1 and kind not like 'ALARM%' order by id",
      [one.account.id],
    );
    return rows.map((r) => (r.level ? `${r.kind} ${r.level}` : r.kind));
  }

  /** Uses energy at a plausible rate, with a reading every five minutes. */
  async use(one: SupplyRoom, kwh: number): Promise<void> {
    for (let leftWh = Math.round(kwh * 1000); leftWh > 0; leftWh -= 1_200) {
      this.clock.advance(5 * MINUTE);
      await this.report(one, Math.min(leftWh, 1_200) / 1000);
    }
  }

  /** Lets time pass with a reading a minute, as a live meter gives. */
  async pass(one: SupplyRoom, minutes: number, kwhPerMinute = 0): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      this.clock.advance(MINUTE);
      await this.report(one, kwhPerMinute);
      await this.sweep();
    }
  }

  /** What the jobs do every second or two. */
  async sweep(): Promise<void> {
    await sweepPolicies(this.database, this.ctx);
    await sweepCommands(this.database, this.ctx);
  }

  /** What is done by a command; a test in which none is needed asks for itself. */
  async operator(one: SupplyRoom, action: SupplyAction, holdMs = 0): Promise<SupplyCommanded> {
    const answer = await requestSupply(this.database, this.ctx, { ...this.asked(one, action), holdMs });
    if (answer.commandId === null) throw new Error(`${one.meter.pointCode}: nothing was to be switched`);
    return answer;
  }

  operatorCuts(one: SupplyRoom, cause: 'MANUAL' | 'SAFETY'): Promise<SupplyAnswer> {
    return requestSupply(this.database, this.ctx, {
      ...this.asked(one, 'disconnect'),
      ...(cause === 'SAFETY' ? { hazard: { cause: 'UNKNOWN' } } : {}),
    });
  }

  limits(one: SupplyRoom, limitW: number): Promise<SupplyAnswer> {
    return requestSupply(this.database, this.ctx, { ...this.asked(one, 'setLimit'), limitW });
  }

  /** Puts the room on the protected list, as two people would. */
  async protect(one: SupplyRoom, protection: 'CREDIT' | 'LIFE_SAFETY'): Promise<void> {
    await this.database.pool.query('update meter_point set protection = $2 where id = $1', [
      one.meter.pointId,
      protection,
    ]);
    await this.campus.changed();
  }

  /** What staff asks of a room, for a test that asks itself. */
  asked(one: SupplyRoom, action: SupplyAction) {
    return {
      campusId: this.campus.id,
      pointCode: one.meter.pointCode,
      action,
      actor: 'user:1',
      actorId: '1',
      reason: 'smoke',
    };
  }

  /** Uses its credit up until a cut for it waits to go out. */
  async spend(one: SupplyRoom): Promise<void> {
    await this.use(one, 2.2);
    await this.pass(one, 6);
  }

  async cutForCredit(one: SupplyRoom): Promise<void> {
    await this.spend(one);
    await this.meterObeys(one);
    this.clock.advance(SECOND);
    await this.report(one, 0);
  }

  /** Rules of the alarms that stand at the room's point, the oldest first. */
  async alarmsOf(one: SupplyRoom): Promise<string[]> {
    const { rows } = await this.database.pool.query<{ rule: string }>(
      "select rule from alarm where subject_type = 'POINT' and subject_id = $1 and active order by id",
      [one.meter.pointId],
    );
    return rows.map(({ rule }) => rule);
  }

  /** The net under all supply: where measured is not wanted, and nothing says why. */
  closeGaps() {
    return closeSupplyGaps(this.database, this.ctx);
  }
}
