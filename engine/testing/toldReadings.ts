import type { TestDatabase } from '../../db/testing/createTestDatabase';
import type { TestMeter } from '../../db/testing/factories';
import type { FixedClock } from '../../domain/time/clock';
import { ingestReadings } from '../ingestReadings';
import { type MoreSaid, says } from './harness';
import { SupplyRooms } from './supplyRooms';

/** What a meter says in a reading; by default its register moves on. */
export interface ToldReading {
  readonly meter: TestMeter;
  readonly more: MoreSaid;
  readonly moves?: boolean;
  /** The meter's time, where it is not that of the clock. */
  readonly atMs?: number;
}

/** What an ordinary room's meter says, never twice the same. */
export const watts = (minute: number): MoreSaid => ({
  powerW: 240 + (minute % 5),
  voltageV: 229 + (minute % 4) / 10,
  currentA: 1.1,
  relay: 1,
});

/** Meters of one campus whose readings are told as they were sent, and the alarms and commands that follow. */
export class ToldReadings {
  private readonly registers = new Map<string, number>();

  private constructor(readonly rooms: SupplyRooms) {}

  static async start(): Promise<ToldReadings> {
    return new ToldReadings(await SupplyRooms.start());
  }

  get database(): TestDatabase {
    return this.rooms.database;
  }

  get clock(): FixedClock {
    return this.rooms.clock;
  }

  /** Register that a meter showed last. */
  registerOf({ code }: TestMeter): number {
    return this.registers.get(code) ?? 100;
  }

  /** A meter that shows another register from now on. */
  setRegister(code: string, register: number): void {
    this.registers.set(code, register);
  }

  /** Readings in one batch, at this moment of the clock. */
  async hears(said: readonly ToldReading[]): Promise<void> {
    const { rooms, clock } = this;
    await ingestReadings(
      this.database,
      rooms.ctx,
      said.map(({ meter, more, moves, atMs }) => {
        const register = this.registerOf(meter) + (moves === false ? 0 : 0.01);
        this.registers.set(meter.code, register);
        const text = register.toFixed(3);
        const gasOrWater = more.extra?.flow !== undefined;
        return says(rooms.campus, meter.code, atMs ?? clock.now(), gasOrWater ? { VOL: text } : text, {
          ...more,
          rxMs: clock.now(),
        });
      }),
    );
  }

  /** Alarms of a meter and its point, oldest first. */
  async alarmsAt(meter: TestMeter) {
    const { rows } = await this.database.pool.query<{
      id: number;
      rule: string;
      active: boolean;
      latched: boolean;
      priority: number;
      count: number;
      since: number;
      raised: number;
      evidence: Record<string, unknown>;
    }>(
      `select id::float8 as id, rule, active, latched, priority, count, since_ms::float8 as since, raised_ms::float8 as raised, evidence from alarm
        where (subject_type = 'POINT' and subject_id = $1) or (subject_type = 'METER' and subject_id = $2) order by id`,
      [meter.pointId, meter.id],
    );
    return rows;
  }

  /** What holds the point's supply, and the commands that it was ever sent. */
  async supplyOf({ pointId }: TestMeter) {
    const { rows } = await this.database.pool.query<{
      reasons: Record<string, { cause?: string }>;
      ops: string[];
    }>(
      `select reasons, (select coalesce(array_agg(op order by created_ms, id), '{}') from command c where c.point_id = s.point_id) as ops
         from supply_state s where point_id = $1`,
      [pointId],
    );
    return rows[0] ?? { reasons: {}, ops: [] };
  }
}
