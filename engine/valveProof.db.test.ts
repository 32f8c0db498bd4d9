import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyCommandAck } from './applyCommandAck';
import { closeSupplyGaps } from './closeSupplyGaps';
import { type EngineContext, silentLog } from './context';
import { dispatchCommand } from './dispatchCommand';
import { ingestReadings } from './ingestReadings';
import { requestSupply } from './requestSupply';
import { sweepCommands } from './sweepCommands';
import { says } from './testing/harness';

const SECOND = 1_000;

describe('a valve is shut when it was measured shut, without flow, for a while', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffId: number;
  let clock: FixedClock;
  let ctx: EngineContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    tariffId = await campus.tariff([flatTariff('W-1', cst('2024-01-01 00:00'), 3_000_000n)]);
    clock = new FixedClock(cst('2025-09-10 12:00'));
    ctx = { clock, log: silentLog };
  });
  afterAll(() => database.drop());

  async function waterMeter(): Promise<TestMeter> {
    const account = await campus.account();
    return campus.meter({ accountId: account.id, tariffId, utility: 'WATER', intervalS: 10 });
  }

  async function report(meter: TestMeter, valve: 0 | 1, flow: number): Promise<void> {
    const one = says(campus, meter.code, clock.now(), { WV: '120.000' });
    await ingestReadings(database, ctx, [{ ...one, reading: { ...one.reading, valve, extra: { flow } } }]);
  }

  const asked = (meter: TestMeter, action: 'closeValve' | 'openValve') =>
    requestSupply(database, ctx, {
      campusId: campus.id,
      pointCode: meter.pointCode,
      action,
      actor: 'user:1',
      actorId: '1',
      reason: 'burst pipe',
    });

  /** Closed by staff; the meter answers so. */
  async function close(meter: TestMeter, state: 'done' | 'failed' = 'done'): Promise<string> {
    await report(meter, 1, 0.4);
    const { commandId } = await asked(meter, 'closeValve');
    await dispatchCommand(database, ctx, commandId!, async () => undefined);
    await applyCommandAck(database, ctx, {
      site: campus.code,
      senderCode: meter.code,
      commandId: commandId!,
      meterCode: meter.code,
      state,
      code: '',
      tsMs: clock.now(),
      rxMs: clock.now(),
      observed: {},
    });
    return commandId!;
  }

  async function stateOf(commandId: string): Promise<string> {
    const { rows } = await database.pool.query<{ state: string }>('select state from command where id = $1', [
      commandId,
    ]);
    return rows[0]!.state;
  }

  it('is proven by readings of a whole minute, and raises no alarm', async () => {
    const meter = await waterMeter();
    const commandId = await close(meter);
    for (let i = 0; i < 6; i++) {
      clock.advance(8 * SECOND);
      await report(meter, 0, 0);
      expect(await stateOf(commandId)).toBe('EXECUTED');
    }
    for (let i = 0; i < 3; i++) {
      clock.advance(8 * SECOND);
      await report(meter, 0, 0);
      await sweepCommands(database, ctx);
    }
    expect(await stateOf(commandId)).toBe('VERIFIED');
    const { rowCount } = await database.pool.query(
      "select 1 from alarm where rule = 'CUT_NOT_PROVEN' and subject_id = $1",
      [meter.pointId],
    );
    expect(rowCount).toBe(0);
  });

  async function heldAt(meter: TestMeter) {
    const { rows } = await database.pool.query<{ reasons: object; retry: string | null; observed: string }>(
      'select reasons, retry_due_ms::text as retry, observed::text as observed from supply_state where point_id = $1',
      [meter.pointId],
    );
    const { reasons, ...rest } = rows[0]!;
    return { ...rest, reasons: Object.keys(reasons) };
  }

  async function alarmsAt(meter: TestMeter): Promise<string[]> {
    const { rows } = await database.pool.query<{ rule: string }>(
      "select rule from alarm where subject_type = 'POINT' and subject_id = $1 and ended_ms is null and active",
      [meter.pointId],
    );
    return rows.map(({ rule }) => rule);
  }

  it('one that failed to close is called off without a command, and its alarm ends', async () => {
    const meter = await waterMeter();
    const commandId = await close(meter, 'failed');
    clock.advance(8 * SECOND);
    await report(meter, 1, 0.4);
    expect([await stateOf(commandId), await alarmsAt(meter)]).toEqual(['FAILED', ['CUT_NOT_PROVEN']]);
    expect(await asked(meter, 'openValve')).toEqual({ commandId: null, lifted: ['MANUAL'] });
    expect(await heldAt(meter)).toEqual({ reasons: [], retry: null, observed: 'CLOSED' });
    await closeSupplyGaps(database, ctx);
    expect(await alarmsAt(meter)).toEqual([]);
    await expect(asked(meter, 'openValve')).rejects.toMatchObject({ reason: 'NOTHING_TO_DO' });
  });

  it('one that closed in part is opened again, although it was never proven shut', async () => {
    const meter = await waterMeter();
    const commandId = await close(meter);
    for (let i = 0; i < 16; i++) {
      clock.advance(8 * SECOND);
      await report(meter, 0, 0.02);
      await sweepCommands(database, ctx);
    }
    expect(await stateOf(commandId)).toBe('UNVERIFIED');
    const { commandId: opening } = (await asked(meter, 'openValve')) as { commandId: string };
    const { rows } = await database.pool.query('select op from command where id = $1', [opening]);
    expect(rows).toEqual([{ op: 'valve_open' }]);
    expect(await heldAt(meter)).toMatchObject({ reasons: [] });
  });

  it('is not proven while water still flows past it', async () => {
    const meter = await waterMeter();
    const commandId = await close(meter);
    for (let i = 0; i < 16; i++) {
      clock.advance(8 * SECOND);
      await report(meter, 0, i === 4 ? 0.02 : i > 9 ? 0.02 : 0);
      await sweepCommands(database, ctx);
    }
    expect(await stateOf(commandId)).toBe('UNVERIFIED');
  });
});
