import { describe, expect, it } from 'vitest';
import { microFromText } from '../../domain/units';
import { historyReadings } from '../history';
import { EVENING_MS, testFleet } from '../testing/testFleet';
import type { MeterFaultKind } from './faults';

const register = (reading: { registers: { EA?: string; VOL?: string } } | undefined) =>
  microFromText((reading!.registers.EA ?? reading!.registers.VOL)!)!;

function roomOf(test: ReturnType<typeof testFleet>, building = 'E-7-'): string {
  return [...test.campus.plan.traits.keys()].find((code) => code.startsWith(building))!;
}

describe('the live fleet', () => {
  it('follows history to the last digit: an instant reads the same from both', async () => {
    const test = testFleet({ startMs: EVENING_MS - 5_000 });
    await test.pass(1_800_000);
    const history = new Map(
      [
        ...historyReadings({
          plan: test.campus.plan,
          toMs: EVENING_MS + 3_600_000,
          hourlyDays: 1,
          quarterHourDays: 1,
        }),
      ]
        .flat()
        .map((reading) => [`${reading.meterCode} ${reading.tsMs}`, reading]),
    );
    const shared = test.broker
      .readings()
      .filter(({ meterCode, tsMs }) => history.has(`${meterCode} ${tsMs}`));
    for (const live of shared) {
      expect(live.registers).toEqual(history.get(`${live.meterCode} ${live.tsMs}`)!.registers);
    }
    // Nodes whose phase is 0 read on the quarter hour.
    expect(shared.length).toBeGreaterThan(0);
  });

  it('is the same campus for everyone who starts it, and its registers never fall', async () => {
    const run = async () => {
      const test = testFleet();
      await test.pass(600_000);
      return test.broker.published
        .filter(({ topic }) => topic.endsWith('/up/data'))
        .map(({ payload }) => payload);
    };
    const first = await run();
    expect(await run()).toEqual(first);
    const test = testFleet();
    await test.pass(600_000);
    const newest = new Map<string, bigint>();
    for (const reading of test.broker.readings()) {
      const micro = register(reading);
      expect(micro >= (newest.get(reading.meterCode) ?? 0n)).toBe(true);
      newest.set(reading.meterCode, micro);
    }
    expect(newest.size).toBe(test.campus.meters.length);
  });

  it('reports each meter at its own interval, in batches of its gateway with rising numbers', async () => {
    const test = testFleet();
    await test.pass(120_000);
    const electricity = test.broker.readings(roomOf(test));
    expect(electricity).toHaveLength(12);
    expect(electricity.map(({ seq }) => seq)).toEqual(electricity.map((_, at) => at + 1));
    const water = [...test.campus.plan.traits.keys()].find((code) => code.startsWith('W-'))!;
    expect(test.broker.readings(water)).toHaveLength(2);
    const status = test.broker.published.filter(({ topic }) => topic.endsWith('/status'));
    expect(status).toHaveLength(test.fleet.nodes.length);
    expect(status.every(({ retain, payload }) => retain && payload.includes('"online":true'))).toBe(true);
    expect(
      test.broker.published.filter(({ topic }) => !topic.endsWith('/status')).some(({ retain }) => retain),
    ).toBe(false);
  });

  it('lets the feeder see what an overload of a room adds', async () => {
    const test = testFleet();
    await test.pass(20_000);
    const room = roomOf(test);
    const feeder = test.fleet.network.meter('E-D7-1')!;
    const before = test.fleet.network.draw(feeder, test.clock.now());
    test.fleet.setFault(room, 'overload', { powerW: 2_000 }, null);
    const after = test.fleet.network.draw(feeder, test.clock.now());
    expect(after - before).toBeGreaterThan(1_200);
  });

  it('cuts what is below an opened feeder, which then counts nothing', async () => {
    const test = testFleet();
    await test.pass(20_000);
    const room = roomOf(test);
    test.command('E-D7-1', 'disconnect');
    await test.pass(1_000);
    const at = register(test.broker.readings(room).at(-1));
    await test.pass(120_000);
    const last = test.broker.readings(room).at(-1)!;
    expect(last).toMatchObject({ powerW: 0, voltageV: 0, relay: 1 });
    expect(register(last) - at).toBeLessThanOrEqual(2_000n);
  });

  it('trips a room 10 s after it passed its limit, tells so, and does not close again by itself', async () => {
    const test = testFleet();
    await test.pass(20_000);
    const room = roomOf(test, 'E-3-');
    test.fleet.setFault(room, 'overload', {}, null);
    await test.pass(9_000);
    expect(test.fleet.meterOrRefuse(room).contactClosed).toBe(true);
    await test.pass(2_500);
    expect(test.fleet.meterOrRefuse(room)).toMatchObject({ contactClosed: false, locallyTripped: true });
    expect(test.broker.events().map(({ name }) => name)).toEqual(['OVERLOAD', 'OVERLOAD_TRIP']);
    const over = test.broker.readings(room).filter(({ powerW }) => powerW! > 800);
    expect(over.at(-1)!.tsMs! - over[0]!.tsMs!).toBeGreaterThanOrEqual(10_000);
    test.fleet.clearFaults(room);
    await test.pass(600_000);
    expect(test.fleet.meterOrRefuse(room).contactClosed).toBe(false);
    test.command(room, 'connect');
    await test.pass(1_000);
    expect(test.fleet.meterOrRefuse(room)).toMatchObject({ contactClosed: true, locallyTripped: false });
  });

  it('leaves a room on that alarms only, and says so once', async () => {
    const test = testFleet();
    const room = roomOf(test);
    test.fleet.setFault(room, 'overload', {}, 60);
    await test.pass(90_000);
    expect(test.fleet.meterOrRefuse(room).contactClosed).toBe(true);
    expect(test.broker.events().map(({ name, on }) => [name, on])).toEqual([
      ['OVERLOAD', true],
      ['OVERLOAD', false],
    ]);
    expect(test.fleet.meterOrRefuse(room).faults).toEqual({});
  });

  it('drives an overloaded feeder to its target without overloading a room below it', async () => {
    const test = testFleet();
    test.fleet.setFault('E-D7-1', 'overload', {}, null);
    await test.pass(65_000);
    const feeder = test.fleet.meterOrRefuse('E-D7-1');
    const share = test.fleet.network.draw(feeder, test.clock.now()) / feeder.load.traits.capacityW!;
    expect(share).toBeGreaterThan(1.26);
    expect(share).toBeLessThan(1.3);
    expect(test.broker.events()).toEqual([]);
    test.fleet.calm();
    await test.pass(1_000);
    const calm = test.fleet.network.draw(feeder, test.clock.now()) / feeder.load.traits.capacityW!;
    expect(calm).toBeLessThan(0.85);
  });
});

describe('a gateway that is down', () => {
  it('breaks off with its last will and hands in every reading when it is back', async () => {
    const test = testFleet();
    const room = roomOf(test);
    const { code } = test.fleet.nodeOf(test.fleet.meterOrRefuse(room));
    await test.pass(30_000);
    const before = test.broker.readings(room).length;
    test.fleet.nodeDown(code, 300);
    expect(test.broker.wills).toEqual([`em/v1/lakeside/gw/${code}/status`]);
    await test.pass(200_000);
    expect(test.broker.readings(room)).toHaveLength(before);
    await test.pass(110_000);
    const all = test.broker.readings(room).map(({ tsMs }) => tsMs!);
    expect(all).toHaveLength(34);
    expect([...all].sort((a, b) => a - b)).toEqual(all);
  });

  it('keeps what the broker did not acknowledge and sends it again', async () => {
    const test = testFleet();
    const room = roomOf(test);
    test.broker.acknowledges = false;
    await test.pass(60_000);
    const { code } = test.fleet.nodeOf(test.fleet.meterOrRefuse(room));
    test.fleet.nodeDown(code, null);
    test.broker.acknowledges = true;
    test.broker.published.length = 0;
    test.fleet.nodeUp(code);
    await Promise.resolve();
    const sent = () => new Set(test.broker.readings(room).map(({ tsMs }) => tsMs)).size;
    await expect.poll(sent).toBe(6);
  });

  it('thins what it keeps to quarter hours after the first hour, and loses no energy by it', async () => {
    const test = testFleet();
    const room = roomOf(test);
    const { code } = test.fleet.nodeOf(test.fleet.meterOrRefuse(room));
    const before = register(test.broker.readings(room).at(-1) ?? { registers: { EA: '0' } });
    test.fleet.nodeDown(code, null);
    await test.pass(3 * 3_600_000);
    const node = test.fleet.nodeOrRefuse(code);
    expect(node.outbox.waiting).toBeLessThan(380);
    test.fleet.nodeUp(code);
    await expect.poll(() => node.outbox.waiting).toBe(0);
    const last = test.broker.readings(room).at(-1)!;
    expect(register(last)).toBeGreaterThan(before);
    expect(test.clock.now() - last.tsMs!).toBeLessThan(11_000);
  });
});

describe('faults of readings', () => {
  const played = async (kind: MeterFaultKind, params: object = {}, ms = 60_000) => {
    const test = testFleet();
    const room = roomOf(test);
    await test.pass(20_000);
    const before = test.broker.readings(room).length;
    test.fleet.setFault(room, kind, params, null);
    await test.pass(ms);
    const during = test.broker.readings(room).slice(before);
    test.fleet.clearFaults(room);
    await test.pass(20_000);
    return { test, room, before, during, all: test.broker.readings(room) };
  };

  it('frozen repeats all values with new times', async () => {
    const { during } = await played('frozen');
    expect(new Set(during.map(({ registers, powerW }) => `${registers.EA} ${powerW}`)).size).toBe(1);
    expect(new Set(during.map(({ tsMs }) => tsMs)).size).toBe(during.length);
  });

  it('spike and falseZero last as many readings as asked, then the true register is back', async () => {
    const spike = (await played('spike', { count: 1 })).all.map((reading) => register(reading));
    expect(spike.filter((micro, at) => at > 0 && micro < spike[at - 1]!)).toHaveLength(1);
    const zero = await played('falseZero', { count: 2 });
    expect(zero.all.filter(({ registers }) => registers.EA === '0.000')).toHaveLength(2);
    expect(register(zero.all.at(-1))).toBeGreaterThan(register(zero.all[0]));
  });

  it('registerReset begins anew and counts on from there', async () => {
    const { during } = await played('registerReset', { register: '3.25' });
    expect(register(during[0])).toBeGreaterThanOrEqual(3_250_000n);
    expect(register(during[0])).toBeLessThan(3_260_000n);
    expect(register(during.at(-1))).toBeGreaterThan(register(during[0]));
  });

  it('rollover wraps at the modulus', async () => {
    const { during } = await played('rollover', { within: '0.002' });
    expect(register(during[0])).toBeGreaterThan(999_999_000_000n);
    expect(register(during.at(-1))).toBeLessThan(1_000_000n);
  });

  it('duplicate says the same twice, word by word', async () => {
    const { during } = await played('duplicate');
    const texts = during.map((reading) => JSON.stringify(reading));
    expect(texts.length).toBeGreaterThan(new Set(texts).size);
  });

  it('outOfOrder swaps neighbours and loses none', async () => {
    const { all, during } = await played('outOfOrder');
    const times = during.map(({ tsMs }) => tsMs!);
    expect(times).not.toEqual([...times].sort((a, b) => a - b));
    expect(new Set(all.map(({ tsMs }) => tsMs)).size).toBe(10);
  });

  it('gapBackfill is silent and then hands in all that it kept', async () => {
    const { during, all } = await played('gapBackfill');
    expect(during).toEqual([]);
    expect(new Set(all.map(({ tsMs }) => tsMs)).size).toBe(10);
  });

  it('clockDrift stamps readings ahead until the clock is set', async () => {
    const test = testFleet();
    const room = roomOf(test);
    test.fleet.setFault(room, 'clockDrift', { driftS: 90 }, null);
    await test.pass(20_000);
    expect(test.broker.readings(room).at(-1)!.tsMs!).toBeGreaterThan(test.clock.now());
    test.command(room, 'time_sync');
    await test.pass(10_000);
    expect(test.broker.readings(room).at(-1)!.tsMs!).toBeLessThanOrEqual(test.clock.now());
  });

  it('bypass lets current flow past the open relay, and the register sees it', async () => {
    const test = testFleet();
    const room = roomOf(test);
    test.command(room, 'disconnect');
    await test.pass(5_000);
    test.fleet.setFault(room, 'bypass', {}, null);
    await test.pass(120_000);
    const [first, ...rest] = test.broker.readings(room).filter(({ relay }) => relay === 0);
    expect(rest.at(-1)!.powerW!).toBeGreaterThan(20);
    expect(register(rest.at(-1))).toBeGreaterThan(register(first));
  });

  it('leak lets water run on without a pause', async () => {
    const test = testFleet({ startMs: Date.UTC(2026, 10, 11, 18) });
    const water = [...test.campus.plan.traits.keys()].find((code) => code.startsWith('W-'))!;
    test.fleet.setFault(water, 'leak', { flowM3h: 0.06 }, null);
    await test.pass(3_600_000);
    const flows = test.broker.readings(water).map(({ extra }) => extra!.flow as number);
    expect(Math.min(...flows)).toBeGreaterThanOrEqual(0.06);
    const readings = test.broker.readings(water);
    expect(register(readings.at(-1)) - register(readings[0])).toBeGreaterThan(58_000n);
  });

  it('names the field of a request that makes no sense', async () => {
    const test = testFleet();
    const room = roomOf(test);
    expect(() => test.fleet.setFault(room, 'leak', {}, null)).toThrow(
      expect.objectContaining({ field: '/kind' }),
    );
    expect(() => test.fleet.setFault(room, 'overload', { powerW: -1 }, null)).toThrow(
      expect.objectContaining({ field: '/params/powerW' }),
    );
    expect(() => test.fleet.setFault('E-9-999', 'frozen', {}, null)).toThrow(
      expect.objectContaining({ field: '/code' }),
    );
  });
});

describe('the first start', () => {
  it('hands in what gateways read since the history ended, so that nothing is missing between', async () => {
    const historyToMs = EVENING_MS - 13 * 60_000;
    const test = testFleet({ historyToMs });
    await test.pass(60_000);
    const room = roomOf(test);
    const readings = test.broker.readings().filter(({ meterCode }) => meterCode === room);
    const times = [historyToMs, ...readings.map(({ tsMs }) => tsMs!)];
    const steps = times.slice(1).map((ts, at) => ts - times[at]!);
    expect(steps.slice(0, 7)).toEqual(Array(7).fill(60_000));
    expect(steps[7]).toBeLessThanOrEqual(70_000);
    expect(Math.max(...steps.slice(8))).toBe(10_000);
    expect(times.at(-1)).toBeGreaterThan(EVENING_MS + 45_000);
    const history = [
      ...historyReadings({ plan: test.campus.plan, toMs: historyToMs, hourlyDays: 1, quarterHourDays: 1 }),
    ]
      .flat()
      .filter(({ meterCode }) => meterCode === room);
    const registers = [history.at(-1)!, ...readings].map(register);
    expect(registers.every((micro, at) => at === 0 || micro >= registers[at - 1]!)).toBe(true);
  });
});

describe('a restart', () => {
  it('finds contacts, displays and registers as they were, and hands in the quarter hours between', async () => {
    const first = testFleet();
    const room = roomOf(first);
    await first.pass(60_000);
    first.command(room, 'disconnect');
    first.command(room, 'display', { balance: '0.00', reason: 'ARREARS' });
    await first.pass(600_000);
    const state = first.fleet.snapshot();
    const stood = register(first.broker.readings(room).at(-1));

    const startMs = first.clock.now() + 2 * 3_600_000;
    const second = testFleet({ startMs, state, boot: 8 });
    await second.pass(20_000);
    expect(second.fleet.meterOrRefuse(room)).toMatchObject({
      contactClosed: false,
      display: { balance: '0.00', reason: 'ARREARS' },
    });
    const readings = second.broker.readings(room);
    expect(readings.filter(({ tsMs }) => tsMs! < startMs).map(({ tsMs }) => tsMs! % 900_000)).toEqual(
      new Array(8).fill(0),
    );
    for (const reading of readings) expect(register(reading)).toBe(stood);
    const neighbour = [...second.campus.plan.traits.keys()].filter((code) => code.startsWith('E-7-'))[1]!;
    const undisturbed = testFleet({ startMs: startMs + 20_000 });
    expect(second.fleet.network.total(second.fleet.meterOrRefuse(neighbour), startMs + 20_000)).toBe(
      undisturbed.fleet.network.total(undisturbed.fleet.meterOrRefuse(neighbour), startMs + 20_000),
    );
  });

  it('goes on where it stood when the clock is set back, and counts what flowed when it is set ahead', async () => {
    const test = testFleet();
    const room = roomOf(test);
    await test.pass(30_000);
    const before = register(test.broker.readings(room).at(-1));
    test.clock.set(EVENING_MS - 3_600_000);
    test.fleet.runTo(test.clock.now());
    await test.pass(20_000);
    const back = register(test.broker.readings(room).at(-1));
    expect(back >= before && back - before < 20_000n).toBe(true);
    test.clock.set(EVENING_MS + 10 * 3_600_000);
    test.fleet.runTo(test.clock.now());
    await test.pass(20_000);
    expect(register(test.broker.readings(room).at(-1)) - back).toBeGreaterThan(500_000n);
  });
});
