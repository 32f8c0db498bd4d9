import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyCommandAck } from './applyCommandAck';
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

  /** Closed by staff; the meter says that it did. */
  async function close(meter: TestMeter): Promise<string> {
    await report(meter, 1, 0.4);
    const { commandId } = await requestSupply(database, ctx, {
      campusId: campus.id,
      pointCode: meter.pointCode,
      action: 'closeValve',
      actor: 'user:1',
      actorId: '1',
      reason: 'burst pipe',
    });
    await dispatchCommand(database, ctx, commandId!, async () => undefined);
    await applyCommandAck(database, ctx, {
      site: campus.code,
      senderCode: meter.code,
      commandId: commandId!,
      meterCode: meter.code,
      state: 'done',
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
