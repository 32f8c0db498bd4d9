import { describe, expect, it } from 'vitest';
import { findResistiveStep, forbiddenLoadParams } from '../../domain/detection/forbiddenLoad';
import { NO_SETTINGS } from '../../domain/detection/streamingRule';
import { testFleet } from '../testing/testFleet';
import { runScenario, SCENARIO_NAMES, type ScenarioName, ScenarioUnavailable } from './scenarios';

const FULL = 1_300;

function play(test: ReturnType<typeof testFleet>, name: ScenarioName, meter?: string) {
  return runScenario(test.fleet, test.campus.plan, name, { keep: false, ...(meter ? { meter } : {}) });
}

const faulty = (test: ReturnType<typeof testFleet>) =>
  test.fleet.network.meters.filter(({ faults }) => Object.keys(faults).length > 0);

describe('scenarios', () => {
  it.each(SCENARIO_NAMES)(
    '%s is reachable on the full campus and on a small one, or says how to start it',
    (name) => {
      for (const meters of [120, FULL]) {
        const test = testFleet({ meters });
        if (name === 'S11' || name === 'S12') {
          expect(() => play(test, name)).toThrow(ScenarioUnavailable);
          expect(() => play(test, name)).toThrow(/npm run demo/);
          continue;
        }
        const report = play(test, name);
        expect(report.scenario).toBe(name);
        for (const code of report.meters) expect(test.fleet.network.meter(code)).toBeDefined();
        if (name !== 'S1') expect(report.meters.length + report.gateways.length).toBeGreaterThan(0);
      }
    },
  );

  it('S2 puts room 7-412 over its limit and feeder D7-2 at 128 % of its rating, and trips neither', async () => {
    const test = testFleet({ meters: FULL });
    await test.pass(20_000);
    expect(play(test, 'S2').meters).toEqual(['E-7-412', 'E-D7-2']);
    await test.pass(75_000);
    const [room, feeder] = ['E-7-412', 'E-D7-2'].map((code) => test.broker.readings(code).at(-1)!);
    expect(room).toMatchObject({ relay: 1 });
    expect(room!.powerW!).toBeCloseTo(1_240, -2);
    expect(feeder!.powerW! / 32_000).toBeCloseTo(1.28, 1);
    const over = test.fleet.network.meters.filter(({ overSinceMs }) => overSinceMs !== null);
    expect(over.map(({ code }) => code)).toEqual(['E-7-412']);
  });

  it('S3 prepares 120 alarms, 80 % of them P3, 15 % P2, 5 % P1', async () => {
    const test = testFleet({ meters: FULL });
    await test.pass(20_000);
    const report = play(test, 'S3');
    expect(new Set(report.meters).size + 6).toBe(120);
    const overFeeders = () =>
      test.fleet.network.meters.filter(
        (meter) =>
          /^E-D\d-\d$/.test(meter.code) &&
          test.fleet.network.draw(meter, test.clock.now()) > meter.load.traits.capacityW!,
      );
    await test.pass(30_000);
    expect(overFeeders()).toHaveLength(6);
    expect(test.fleet.network.meters.filter(({ overloadTold }) => overloadTold)).toHaveLength(18);
  });

  it('S4 takes the gateway of administration off the network, and S1 brings it back', async () => {
    const test = testFleet({ meters: FULL });
    expect(play(test, 'S4').gateways).toEqual(['GW-14']);
    expect(test.broker.wills).toEqual(['em/v1/lakeside/gw/GW-14/status']);
    play(test, 'S1');
    expect(test.fleet.nodeOrRefuse('GW-14')).toMatchObject({ isDown: false, online: true });
  });

  it('S5 silences meters whose gateways speak on', async () => {
    const test = testFleet({ meters: FULL });
    const { meters } = play(test, 'S5');
    await test.pass(30_000);
    const heard = new Set(test.broker.readings().map(({ meterCode }) => meterCode));
    expect(meters.filter((code) => heard.has(code))).toEqual([]);
    expect(heard.size).toBeGreaterThan(1_000);
  });

  it('S13 shows each hazard in the readings of its meter, and calm ends it in the same words', async () => {
    const test = testFleet({ meters: FULL });
    await test.pass(20_000);
    const { meters } = play(test, 'S13');
    expect(meters).toHaveLength(9);
    await test.pass(70_000);
    const last = (at: number) => test.broker.readings(meters[at]!).at(-1)!;
    expect(last(0).extra).toMatchObject({ ch4: 25 });
    expect(Number(last(1).extra?.flow)).toBeGreaterThan(1.5);
    expect(last(2).extra).toMatchObject({ ires: 0.05 });
    expect(last(3).extra).toMatchObject({ cover: 1 });
    const told = test.broker.events().find(({ name }) => name === 'FORBIDDEN_LOAD')!;
    expect(told.meterCode).toBe(meters[4]);
    const { p, q } = told.data as { p: number[]; q: number[] };
    const excerpt = p.map((powerW, index) => ({ powerW, reactiveVar: q[index]! }));
    expect(findResistiveStep(excerpt, forbiddenLoadParams(NO_SETTINGS))?.stepW).toBe(1_000);
    expect(last(5).voltageV!).toBeLessThan(207);
    expect(last(7).extra).toMatchObject({ temp: 86 });
    expect(last(8).extra).toHaveProperty('ia');
    play(test, 'S1');
    await test.pass(70_000);
    expect(last(0).extra).toMatchObject({ ch4: 0 });
    expect(last(2).extra).toMatchObject({ ires: 0.002 });
    expect(last(3).extra).toMatchObject({ cover: 0 });
    expect(last(7).extra).toMatchObject({ temp: 34 });
  });

  it('S6 and S7 leave the relay closed under a disconnect', async () => {
    for (const name of ['S6', 'S7'] as const) {
      const test = testFleet({ meters: FULL });
      const [code] = play(test, name).meters;
      test.command(code!, 'disconnect');
      await test.pass(30_000);
      expect(test.fleet.meterOrRefuse(code!).contactClosed).toBe(true);
      expect(test.broker.acks()).toHaveLength(name === 'S6' ? 2 : 0);
    }
  });

  it('S10 overloads nothing, so that only a notice comes of it', async () => {
    const test = testFleet({ meters: FULL, startMs: Date.UTC(2026, 10, 12, 2) });
    play(test, 'S10');
    await test.pass(30_000);
    for (const meter of test.fleet.network.meters) {
      const { capacityW, building } = meter.load.traits;
      if (building !== 'C' || capacityW === null || meter.load.children.length === 0) continue;
      expect(test.fleet.network.draw(meter, test.clock.now()) / capacityW).toBeLessThan(0.8);
    }
  });

  it('each begins from calm unless asked to keep what is there, and S1 clears everything but the contacts', async () => {
    const test = testFleet({ meters: FULL });
    play(test, 'S2');
    play(test, 'S5');
    expect(faulty(test)).toHaveLength(36);
    runScenario(test.fleet, test.campus.plan, 'S6', { keep: true });
    expect(faulty(test)).toHaveLength(37);
    test.command('E-7-301', 'disconnect');
    await test.pass(1_000);
    play(test, 'S1');
    await test.pass(2_000);
    expect(faulty(test)).toEqual([]);
    expect(
      test.fleet.network.meters.every(
        ({ raisedW, extraMicroPerHour }) => raisedW === 0 && extraMicroPerHour === 0,
      ),
    ).toBe(true);
    expect(test.fleet.meterOrRefuse('E-7-301').contactClosed).toBe(false);
  });
});
