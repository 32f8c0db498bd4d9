import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { type TestAccount, TestCampus, type TestMeter } from '../db/testing/factories';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import type { MeterExchange } from './exchangeInput';
import { replaceMeter } from './replaceMeter';
import { booksOf, feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

let database: TestDatabase;
let campus: TestCampus;
let tariffId: number;

beforeAll(async () => {
  database = await createTestDatabase();
  campus = await TestCampus.create(database);
  tariffId = await campus.tariff([flatTariff('F', cst('2024-01-01 00:00'), 528_300n)]);
});
afterAll(async () => {
  // Whatever was exchanged here, the books hold.
  expect(await verifyLedger(database)).toMatchObject({ ok: true });
  await database.drop();
});

async function room(): Promise<{ account: TestAccount; meter: TestMeter }> {
  const account = await campus.account();
  const meter = await campus.meter({ accountId: account.id, tariffId, registerDecimals: 2 });
  return { account, meter };
}

let serial = 0;
function exchangeOf(meter: TestMeter, change: Partial<MeterExchange> = {}): MeterExchange {
  const code = `N${++serial}`;
  return {
    campusId: campus.id,
    pointCode: meter.pointCode,
    oldEndRegister: '4567.80',
    meter: { code, serial: `S-${code}`, startRegister: '0.25' },
    actor: 'user:electrician',
    reason: 'display broken',
    ...change,
  };
}

const at = (time: string) => ({ clock: new FixedClock(cst(time)), log: silentLog });

describe('exchanging a meter', () => {
  it('G12: charges the old meter to its end register and the new one from its start register', async () => {
    const { account, meter } = await room();
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '4555.00'),
      says(campus, meter.code, '2025-09-10 09:00', '4560.00'),
    ]);
    const before = await booksOf(database, account.id);
    const exchange = exchangeOf(meter);
    const outcome = await replaceMeter(database, at('2025-09-10 10:00'), exchange);
    expect(outcome).toMatchObject({
      oldMeterCode: meter.code,
      newMeterCode: exchange.meter.code,
      chargedQuantityMicro: 7_800_000n,
    });
    await feed(database, [says(campus, exchange.meter.code, '2025-09-10 11:00', '3.75')]);
    const after = await booksOf(database, account.id);
    // 7.80 + 3.50 = 11.300 kWh at 0.5283 = 5.969790
    expect(after.numeratorPico - before.numeratorPico).toBe(5_969_790_000_000n);
    expect(after.quarantine).toEqual([]);
  });

  it('closes the charge of the old meter with its own registers, so that the bill can be rebuilt from them', async () => {
    const { account, meter } = await room();
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '4560.00'),
      says(campus, meter.code, '2025-09-10 08:05', '4560.10'),
    ]);
    await replaceMeter(database, at('2025-09-10 09:00'), exchangeOf(meter));
    const { rows } = await database.pool.query(
      'select start_micro, end_micro, quantity_micro, amount_micro from charge where account_id = $1 and superseded_by is null order by t0_ms',
      [account.id],
    );
    const sum = rows.reduce((total, row) => total + row.quantity_micro, 0n);
    expect([rows[0].start_micro, rows[rows.length - 1].end_micro, sum]).toEqual([
      4_560_000_000n,
      4_567_800_000n,
      7_800_000n,
    ]);
    const reading = await database.pool.query(
      'select value_micro, quantity_micro, extra from reading where meter_id = $1 order by ts desc limit 1',
      [meter.id],
    );
    expect(reading.rows).toEqual([
      { value_micro: 4_567_800_000n, quantity_micro: 7_700_000n, extra: { source: 'EXCHANGE' } },
    ]);
  });

  it('rates a late reading of the old meter again without touching the new one', async () => {
    const { account, meter } = await room();
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '4560.00'),
      says(campus, meter.code, '2025-09-10 09:00', '4562.00'),
    ]);
    const exchange = exchangeOf(meter);
    await replaceMeter(database, at('2025-09-10 10:00'), exchange);
    await feed(database, [
      says(campus, exchange.meter.code, '2025-09-10 11:00', '1.25'),
      says(campus, meter.code, '2025-09-10 09:30', '4563.00', { rxMs: cst('2025-09-10 11:30') }),
    ]);
    const books = await booksOf(database, account.id);
    // 4567.80 − 4560.00 + 1.00 kWh at 0.5283
    expect(books.numeratorPico).toBe(8_800_000n * 528_300n);
    expect(books.quarantine).toEqual([]);
  });

  it('takes over ratio, rating and gateway, and multiplies both registers by the ratio', async () => {
    const account = await campus.account();
    const gateway = await campus.gateway();
    const meter = await campus.meter({
      accountId: account.id,
      tariffId,
      ratioMicro: 80_000_000n,
      imaxA: 6,
      phases: 3,
      gatewayId: gateway.id,
    });
    const via = { gateway: gateway.code };
    await feed(database, [says(campus, meter.code, '2025-09-10 08:00', '100.000', via)]);
    const exchange = exchangeOf(meter, { oldEndRegister: '101.000' });
    await replaceMeter(database, at('2025-09-10 09:00'), exchange);
    await feed(database, [says(campus, exchange.meter.code, '2025-09-10 10:00', '0.750', via)]);
    const books = await booksOf(database, account.id);
    expect(books.numeratorPico).toBe(120_000_000n * 528_300n);
  });

  it('begins a new epoch for a meter from stock, which never bills what it counted elsewhere', async () => {
    const first = await room();
    const second = await room();
    await feed(database, [
      says(campus, first.meter.code, '2025-09-10 08:00', '100.00'),
      says(campus, second.meter.code, '2025-09-10 08:00', '700.00'),
    ]);
    await replaceMeter(
      database,
      at('2025-09-10 09:00'),
      exchangeOf(first.meter, { oldEndRegister: '101.00' }),
    );
    const stock = { code: first.meter.code, serial: first.meter.code, startRegister: '101.00' };
    await replaceMeter(
      database,
      at('2025-09-10 10:00'),
      exchangeOf(second.meter, { oldEndRegister: '701.00', meter: stock }),
    );
    await feed(database, [says(campus, first.meter.code, '2025-09-10 11:00', '103.00')]);
    expect((await booksOf(database, first.account.id)).numeratorPico).toBe(1_000_000n * 528_300n);
    expect((await booksOf(database, second.account.id)).numeratorPico).toBe(3_000_000n * 528_300n);
    const { rows } = await database.pool.query(
      'select epoch, reason from register_epoch where meter_id = $1',
      [first.meter.id],
    );
    expect(rows).toEqual([{ epoch: 2, reason: 'REPLACEMENT' }]);
  });

  it('ends a command that waits for the old meter, and no longer claims to know the supply', async () => {
    const { meter } = await room();
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '4560.00', { relay: 1, powerW: 100 }),
    ]);
    await database.pool.query(
      `insert into command (id, campus_id, point_id, meter_id, op, args, state, cause, why, actor, automatic, created_ms,
         not_before_ms, expires_ms) values ('01TESTCOMMAND0000000000000', $1, $2, $3, 'disconnect', '{}', 'QUEUED', 'MANUAL', '', 'user:1',
         false, 0, 0, $4)`,
      [campus.id, meter.pointId, meter.id, cst('2025-09-11 00:00')],
    );
    await replaceMeter(database, at('2025-09-10 09:00'), exchangeOf(meter));
    const command = await database.pool.query('select state from command where point_id = $1', [
      meter.pointId,
    ]);
    expect(command.rows[0].state).toBe('SUPERSEDED');
    const supply = await database.pool.query(
      'select observed, observed_ms from supply_state where point_id = $1',
      [meter.pointId],
    );
    expect(supply.rows).toEqual([{ observed: 'UNKNOWN', observed_ms: null }]);
  });
});

describe('refused exchanges leave everything as it was', () => {
  const cases: [string, (meter: TestMeter) => Partial<MeterExchange>, object][] = [
    ['an unknown point', () => ({ pointCode: 'NOWHERE' }), { code: 'notFound', reason: 'UNKNOWN_CODE' }],
    [
      'an end register below the last reading',
      () => ({ oldEndRegister: '4500.00' }),
      { reason: 'END_BEFORE_LAST', details: { field: '/oldEndRegister' } },
    ],
    [
      'an end register above what the meter could count',
      () => ({ oldEndRegister: '9999.00' }),
      { reason: 'END_IMPLAUSIBLE', details: { field: '/oldEndRegister' } },
    ],
    [
      'a time before the last reading',
      () => ({ atMs: cst('2025-09-10 07:00') }),
      { reason: 'BEFORE_LAST_READING', details: { field: '/at' } },
    ],
    ['a time to come', () => ({ atMs: cst('2025-09-10 12:00') }), { reason: 'IN_THE_FUTURE' }],
    ['a time past the late limit', () => ({ atMs: cst('2025-08-10 12:00') }), { reason: 'TOO_OLD' }],
    [
      'a meter that is fitted already',
      (meter) => ({ meter: { code: meter.code, serial: meter.code, startRegister: '0' } }),
      { code: 'conflict', reason: 'METER_TAKEN' },
    ],
    [
      'a serial of another meter',
      (meter) => ({ meter: { code: 'FRESH', serial: meter.code, startRegister: '0' } }),
      { code: 'conflict', details: { field: '/meter/serial' } },
    ],
    [
      'a gateway that is unknown',
      () => ({ meter: { code: 'FRESH', serial: 'FRESH', startRegister: '0', gateway: 'G-404' } }),
      { code: 'notFound', details: { field: '/meter/gateway' } },
    ],
    [
      'a register that is no number',
      () => ({ oldEndRegister: 'many' }),
      { code: 'invalid', details: { field: '/oldEndRegister' } },
    ],
  ];
  it.each(cases)('%s', async (_name, change, error) => {
    const { account, meter } = await room();
    await feed(database, [says(campus, meter.code, '2025-09-10 08:00', '4560.00')]);
    const before = await booksOf(database, account.id);
    await expect(
      replaceMeter(database, at('2025-09-10 10:00'), exchangeOf(meter, change(meter))),
    ).rejects.toMatchObject(error);
    expect(await booksOf(database, account.id)).toEqual(before);
    const installs = await database.pool.query('select 1 from meter_install where point_id = $1', [
      meter.pointId,
    ]);
    expect(installs.rowCount).toBe(1);
  });

  it('takes an implausible end register once a person has confirmed it', async () => {
    const { meter } = await room();
    await feed(database, [says(campus, meter.code, '2025-09-10 08:00', '4560.00')]);
    const exchange = exchangeOf(meter, { oldEndRegister: '9999.00', confirmed: true });
    const outcome = await replaceMeter(database, at('2025-09-10 10:00'), exchange);
    expect(outcome.chargedQuantityMicro).toBe(5_439_000_000n);
  });

  it('hands the topics of a foreign dialect over to the new meter, but never those of a third one', async () => {
    const [first, second] = [await room(), await room()];
    for (const [{ meter }, topic] of [
      [first, 'plug-1'],
      [second, 'plug-2'],
    ] as const)
      await database.pool.query(
        `update meter set profile = 'tasmota', profile_options = jsonb_build_object('topic', $2::text) where id = $1`,
        [meter.id, topic],
      );
    await database.pool.query('update campus set config_version = config_version + 1');
    for (const { meter } of [first, second])
      await feed(database, [says(campus, meter.code, '2025-09-10 08:00', '4560.00')]);
    const taken = exchangeOf(first.meter);
    Object.assign(taken.meter, { profileOptions: { topic: 'plug-2' } });
    await expect(replaceMeter(database, at('2025-09-10 10:00'), taken)).rejects.toMatchObject({
      code: 'conflict',
      reason: 'TOPIC_TAKEN',
    });
    const outcome = await replaceMeter(database, at('2025-09-10 10:00'), exchangeOf(first.meter));
    const { rows } = await database.pool.query(
      'select profile, profile_options from meter where campus_id = $1 and code = $2',
      [campus.id, outcome.newMeterCode],
    );
    expect(rows).toEqual([{ profile: 'tasmota', profile_options: { topic: 'plug-1' } }]);
  });
});
