import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectionSignal } from './detectionRule';
import {
  bandAround,
  findResistiveStep,
  forbiddenLoadParams,
  isAllowed,
  type PowerSample,
  withAllowedBand,
} from './forbiddenLoad';
import { forbiddenStep } from './forbiddenPolicy';
import { forbiddenSuspicionRule } from './forbiddenSuspicion';
import { frozenParams, frozenRegisterRule } from './frozenRegister';
import { gasLeakParams, gasLeakRule } from './gasLeak';
import { imbalanceParams, imbalanceRule } from './imbalance';
import { INVERSE_TIME_DEFAULTS, INVERSE_TIME_INITIAL, inverseTimeStep } from './inverseTime';
import { leakageParams, leakageRule } from './leakage';
import { emptySample } from './meterSample';
import { overCurrentParams, overCurrentRule } from './overCurrent';
import { overTemperatureParams, overTemperatureRule } from './overTemperature';
import { rebootLoopStep, rebootStirs } from './rebootLoop';
import { relayWeldParams, relayWeldRule } from './relayWeld';
import { reverseEnergyParams, reverseEnergyRule } from './reverseEnergy';
import { type SequenceInput, sequenceGapsParams, sequenceGapsStep, sequenceStirs } from './sequenceGaps';
import { type Measured, NO_SETTINGS, type StreamingRule } from './streamingRule';
import { neutralCurrentParams, neutralCurrentRule, tamperParams, tamperRule } from './tamper';
import { voltageParams, voltageRangeRule } from './voltageRange';
import { waterBurstParams, waterBurstRule } from './waterBurst';

const MINUTE = 60;
const HOUR = 3_600;
const TEN_S = 10_000;

/** A reading at a second; `reg` is the register in µ. */
type Said = Partial<Omit<Measured, 'extra'>> & { s: number; reg?: number; [extra: string]: unknown };

/** Runs a rule as the engine does, and lists what it said. */
function run<State, Params>(
  rule: StreamingRule<State, Params>,
  params: Params,
  said: readonly Said[],
): { told: string[]; signals: DetectionSignal[]; state: State | undefined } {
  let state: State | undefined;
  const told: string[] = [];
  const signals: DetectionSignal[] = [];
  const sample = emptySample();
  for (const { s, reg, powerW, voltageV, currentA, pf, relay, valve, boot, seq, ...extra } of said) {
    const measured: Measured = {
      powerW: powerW ?? null,
      voltageV: voltageV ?? null,
      currentA: currentA ?? null,
      pf: pf ?? null,
      relay: relay ?? null,
      valve: valve ?? null,
      boot: boot ?? null,
      seq: seq ?? null,
      extra: Object.keys(extra).length > 0 ? extra : null,
    };
    Object.assign(sample, { at: s * 1_000, measured, registerMicro: reg === undefined ? null : BigInt(reg) });
    if (rule.stirs(state, sample, params)) {
      const step = rule.step(state ?? rule.initial, sample, params);
      state = rule.isQuiet(step.state) ? undefined : step.state;
      if (step.signal) {
        signals.push(step.signal);
        told.push(`${step.signal.at / 1_000} ${step.signal.kind}`);
      }
    }
    sample.previousAt = sample.at;
    sample.previousPowerW = measured.powerW ?? sample.previousPowerW;
    sample.previousVoltageV = measured.voltageV ?? sample.previousVoltageV;
    sample.previousCurrentA = measured.currentA ?? sample.previousCurrentA;
    sample.previousPf = measured.pf ?? sample.previousPf;
  }
  return { told, signals, state };
}

const every = (from: number, to: number, step: number, say: (s: number) => Omit<Said, 's'>): Said[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => {
    const s = from + index * step;
    return { s, ...say(s) };
  });

describe('inverse time', () => {
  const tripsAfter = (ratio: number): number | null => {
    let state = INVERSE_TIME_INITIAL;
    const params = { ...INVERSE_TIME_DEFAULTS, limit: 1_000, gapMs: 2_500 };
    for (let s = 0; s <= 200; s++) {
      const step = inverseTimeStep(state, s * 1_000, ratio * 1_000, params);
      if (step.trips) return s;
      state = step.state;
    }
    return null;
  };
  it('trips after 97.6, 22.7, 8 and 3.33 s, rounded up to the sample, and never before 3 s', () => {
    expect([1.05, 1.2, 1.5, 2, 3, 6].map(tripsAfter)).toEqual([98, 23, 8, 4, 3, 3]);
    expect(tripsAfter(1)).toBeNull();
  });
  it('takes the lower of two samples for the time between them: a peak that one sample alone saw heats nothing', () => {
    let state = INVERSE_TIME_INITIAL;
    const params = { ...INVERSE_TIME_DEFAULTS, limit: 1_000, gapMs: 25_000 };
    const trips = [200, 5_000, 1_010, 1_010, 200].map((value, index) => {
      const step = inverseTimeStep(state, index * 10_000, value, params);
      state = step.state;
      return step.trips;
    });
    expect(trips).not.toContain(true);
  });
  it('cools below the limit, so that short peaks do not add up for ever', () => {
    let state = INVERSE_TIME_INITIAL;
    const params = { ...INVERSE_TIME_DEFAULTS, limit: 1_000, gapMs: 2_500 };
    for (let s = 0; s < 3_600; s++) {
      const step = inverseTimeStep(state, s * 1_000, s % 10 < 4 ? 1_500 : 200, params);
      expect(step.trips).toBe(false);
      state = step.state;
    }
  });
});

describe('gas', () => {
  const params = gasLeakParams(TEN_S, NO_SETTINGS);
  const flat = gasLeakParams(60_000, NO_SETTINGS);
  it('20 % of the explosive limit tells at once, 10 % after 5 s, and returns below for 60 s', () => {
    const high = [{ s: 0, ch4: 0 }, { s: 10, ch4: 20 }, ...every(20, 90, 10, () => ({ ch4: 0 }))];
    expect(run(gasLeakRule, params, high).told).toEqual(['10 RAISE', '80 RETURN']);
    expect(
      run(
        gasLeakRule,
        params,
        every(0, 20, 10, () => ({ ch4: 10 })),
      ).told,
    ).toEqual(['10 RAISE']);
    expect(
      run(gasLeakRule, params, [
        { s: 0, ch4: 12 },
        { s: 10, ch4: 3 },
      ]).told,
    ).toEqual([]);
  });
  it('a leak is told once, though it is above both levels of the detector', () => {
    const leak = [{ s: 0, ch4: 0 }, ...every(10, 600, 10, () => ({ ch4: 25 }))];
    const gone = every(610, 700, 10, () => ({ ch4: 0 }));
    expect(run(gasLeakRule, params, [...leak, ...gone]).told).toEqual(['10 RAISE', '670 RETURN']);
    // From the lower level to the higher one is news, and a lower one that stays keeps the alarm.
    const rising = [...every(0, 60, 10, () => ({ ch4: 12 })), ...every(70, 100, 10, () => ({ ch4: 25 }))];
    const falling = [...every(110, 300, 10, () => ({ ch4: 12 })), ...every(310, 370, 10, () => ({ ch4: 0 }))];
    expect(run(gasLeakRule, params, [...rising, ...falling]).told).toEqual([
      '10 RAISE',
      '70 RAISE',
      '370 RETURN',
    ]);
  });
  it('flow against the interlock and an endless trickle tell; cooking and pilot-free nights do not', () => {
    expect(
      run(
        gasLeakRule,
        flat,
        every(0, 120, 60, () => ({ flow: 0.2, ilock: 0 })),
      ).told,
    ).toEqual(['60 RAISE']);
    const trickle = run(
      gasLeakRule,
      flat,
      every(0, HOUR, 60, () => ({ flow: 0.02 })),
    );
    expect(trickle.told).toEqual(['3600 RAISE']);
    expect(trickle.signals[0]).toMatchObject({ value: 0.02, detail: { sign: 'TRICKLE' } });
    const cooking = every(0, 3 * HOUR, 60, (s) => ({ flow: s % 1_800 < 600 ? 0.4 : 0, ilock: 1 }));
    expect(run(gasLeakRule, flat, cooking)).toMatchObject({ told: [], state: undefined });
  });
});

describe('leakage, tampering, currents, voltage', () => {
  it('leakage over 30 mA in two readings; a spike of one is none', () => {
    const params = leakageParams(TEN_S, NO_SETTINGS);
    expect(
      run(
        leakageRule,
        params,
        every(0, 20, 10, () => ({ ires: 0.05 })),
      ).told,
    ).toEqual(['10 RAISE']);
    expect(
      run(leakageRule, params, [
        { s: 0, ires: 0.05 },
        { s: 10, ires: 0.001 },
      ]).told,
    ).toEqual([]);
  });
  it('cover and magnet are one alarm, gone with the last of them', () => {
    const story = [
      { s: 0, cover: 1 },
      { s: 10, cover: 1, mag: 1 },
      { s: 20, cover: 0, mag: 1 },
      { s: 30, cover: 0, mag: 0 },
    ];
    expect(run(tamperRule, tamperParams(TEN_S), story).told).toEqual(['0 RAISE', '10 RAISE', '30 RETURN']);
  });
  it('phase against neutral: 10 % apart in two readings, not under 1 A, not with three phases', () => {
    const params = neutralCurrentParams(1, TEN_S, NO_SETTINGS);
    expect(
      run(
        neutralCurrentRule,
        params,
        every(0, 20, 10, () => ({ currentA: 4, in: 3.5 })),
      ).told,
    ).toEqual(['10 RAISE']);
    expect(
      run(
        neutralCurrentRule,
        params,
        every(0, 60, 10, () => ({ currentA: 0.9, in: 0.1 })),
      ).told,
    ).toEqual([]);
    // A night with next to nothing drawn says nothing about a bypass: it is one alarm until it is measured to be over.
    const bypassed = (s: number) =>
      s > 20 && s < 200 ? { currentA: 0.4, in: 0.28 } : { currentA: 4, in: 2.8 };
    expect(
      run(neutralCurrentRule, params, [
        ...every(0, 300, 10, bypassed),
        ...every(310, 400, 10, () => ({ currentA: 4, in: 3.99 })),
      ]).told,
    ).toEqual(['10 RAISE', '370 RETURN']);
    const three = neutralCurrentParams(3, TEN_S, NO_SETTINGS);
    expect(
      run(
        neutralCurrentRule,
        three,
        every(0, 60, 10, () => ({ currentA: 40, in: 3 })),
      ).told,
    ).toEqual([]);
  });
  it('reverse energy: 0.1 kWh in a day, returned a day after the last; noise around zero is none', () => {
    const params = reverseEnergyParams(60_000, NO_SETTINGS);
    const back = every(0, 600, 60, () => ({ powerW: -1_000 }));
    const after = every(660, 26 * HOUR, 60, () => ({ powerW: 200 }));
    const { told } = run(reverseEnergyRule, params, [...back, ...after]);
    expect(told[0]).toBe('420 RAISE');
    expect(told).toHaveLength(2);
    const noise = every(0, 6 * HOUR, 60, (s) => ({ powerW: s % 120 === 0 ? -4 : 3 }));
    expect(run(reverseEnergyRule, params, noise)).toMatchObject({ told: [], state: undefined });
  });
  it('voltage: 10 % off for 60 s is a P3, 120 % for a second a P1; a dead line and a dip of 30 s are none', () => {
    const params = voltageParams(TEN_S, NO_SETTINGS);
    const low = run(
      voltageRangeRule,
      params,
      every(0, 90, 10, () => ({ voltageV: 200 })),
    );
    expect(low.told).toEqual(['60 RAISE']);
    expect(low.signals[0]).toMatchObject({ value: 200, limit: 207, priority: null });
    const swell = run(
      voltageRangeRule,
      params,
      every(0, 20, 10, () => ({ voltageV: 280 })),
    );
    expect(swell.signals[0]).toMatchObject({ priority: 'P1', value: 280, limit: 276 });
    expect(
      run(
        voltageRangeRule,
        params,
        every(0, 600, 10, () => ({ voltageV: 0 })),
      ).told,
    ).toEqual([]);
    const dip = every(0, 600, 10, (s) => ({ voltageV: s >= 100 && s <= 130 ? 195 : 228 }));
    expect(run(voltageRangeRule, params, dip)).toMatchObject({ told: [], state: undefined });
  });
  it('current over the rating for 10 s; one reading of an inrush is none', () => {
    const params = overCurrentParams(60, TEN_S, NO_SETTINGS);
    expect(
      run(
        overCurrentRule,
        params,
        every(0, 20, 10, () => ({ currentA: 61 })),
      ).told,
    ).toEqual(['10 RAISE']);
    expect(
      run(overCurrentRule, params, [
        { s: 0, ia: 300 },
        { s: 10, ia: 20 },
      ]).told,
    ).toEqual([]);
  });
  it('imbalance: 30 min with load; a light load is none', () => {
    const params = imbalanceParams(100, 60_000, NO_SETTINGS);
    const uneven = every(0, 40 * MINUTE, 60, () => ({ ia: 40, ib: 20, ic: 20 }));
    expect(run(imbalanceRule, params, uneven).told).toEqual(['1800 RAISE']);
    const light = every(0, 2 * HOUR, 60, () => ({ ia: 6, ib: 1, ic: 1 }));
    expect(run(imbalanceRule, params, light).told).toEqual([]);
  });
  it('burst: five minutes over the limit; a filling tub is none, and a main without history has no limit', () => {
    const room = waterBurstParams(null, true, 60_000, NO_SETTINGS);
    expect(
      run(
        waterBurstRule,
        room,
        every(0, 360, 60, () => ({ flow: 1.4 })),
      ).told,
    ).toEqual(['300 RAISE']);
    expect(
      run(
        waterBurstRule,
        room,
        every(0, 240, 60, () => ({ flow: 1.1 })),
      ).told,
    ).toEqual([]);
    const main = waterBurstParams(null, false, 60_000, NO_SETTINGS);
    expect(
      run(
        waterBurstRule,
        main,
        every(0, HOUR, 60, () => ({ flow: 9 })),
      ).told,
    ).toEqual([]);
    expect(waterBurstParams(2, false, 60_000, NO_SETTINGS).flow?.limit).toBe(6);
  });
});

describe('relay weld or bypass', () => {
  const params = relayWeldParams(1, 60);
  const hear = (said: readonly Said[]) => run(relayWeldRule, params, said);

  it('power through an open relay in two readings tells, and the first reading without ends it', () => {
    const bridged = every(0, 300, 10, (s) => ({ relay: s < 50 ? 1 : 0, powerW: 400 + (s % 7) }));
    const { told, signals } = hear([...bridged, { s: 310, relay: 0, powerW: 3 }]);
    expect(told).toEqual(['60 RAISE', '310 RETURN']);
    expect(signals[0]).toMatchObject({ value: 404, limit: 20, detail: { relay: 0 } });
  });
  it('a room that is cut, the reading in which it is cut, and what a display draws are none', () => {
    const cut = every(0, 300, 10, (s) => ({ relay: s < 50 ? 1 : 0, powerW: s <= 50 ? 400 : 0 }));
    expect(hear(cut)).toMatchObject({ told: [], state: undefined });
    expect(hear(every(0, 300, 10, () => ({ relay: 0, powerW: 18 }))).told).toEqual([]);
    // What does not mention the relay says nothing of it.
    expect(
      hear(every(0, 300, 10, (s) => (s % 20 === 0 ? { relay: 0, powerW: 90 } : { powerW: 90 }))).told,
    ).toEqual(['20 RAISE']);
  });
});

describe('over temperature', () => {
  const params = overTemperatureParams(TEN_S, NO_SETTINGS);
  const hear = (said: readonly Said[]) => run(overTemperatureRule, params, said);

  it('70 °C for 30 s tells with what was measured, and it is over 10 K below for five minutes', () => {
    const hot = every(0, 100, 10, (s) => ({ temp: s < 20 ? 45 : 86.5 }));
    const cooling = every(110, 300, 10, () => ({ temp: 64 }));
    const cool = every(310, 620, 10, () => ({ temp: 41 }));
    const { told, signals } = hear([...hot, ...cooling, ...cool]);
    expect(told).toEqual(['50 RAISE', '610 RETURN']);
    expect(signals[0]).toMatchObject({ value: 86.5, limit: 70, unit: 'C', detail: { sign: 'HEAT' } });
  });
  it('one reading is none, nor is a warm plant room, a door that opens for a minute, or what no sensor measures', () => {
    const twins: Record<string, readonly Said[]> = {
      spike: every(0, 300, 10, (s) => ({ temp: s === 50 ? 125 : 40 })),
      'warm plant room': every(0, 6 * HOUR, 10, (s) => ({ temp: 55 + 10 * Math.sin(s / 900) })),
      'broken wire': every(0, 600, 10, (s) => ({ temp: s < 50 ? 40 : s < 300 ? 3_276.7 : -127 })),
      'water that is hot by right': every(0, 600, 10, () => ({ flow: 0.3 })),
    };
    for (const [twin, said] of Object.entries(twins)) expect(hear(said).told, twin).toEqual([]);
    const hot = (s: number) => ({ temp: s >= 200 && s < 260 ? 38 : 80 });
    expect(hear(every(0, 1_200, 10, hot)).told).toEqual(['30 RAISE']);
  });
  it('meters that are read every minute or quarter hour tell with the second hot reading', () => {
    for (const interval of [60, 900]) {
      const slow = overTemperatureParams(1_000 * interval, NO_SETTINGS);
      const said = every(0, 6 * interval, interval, (s) => ({ temp: s >= 2 * interval ? 75 : 30 }));
      expect(run(overTemperatureRule, slow, said).told).toEqual([`${3 * interval} RAISE`]);
    }
  });
  it('a sensor that breaks in the heat ends nothing', () => {
    const broken = [
      ...every(0, 60, 10, () => ({ temp: 90 })),
      ...every(70, HOUR, 10, () => ({ temp: -127 })),
    ];
    expect(hear(broken).told).toEqual(['30 RAISE']);
  });
});

describe('frozen register', () => {
  const params = frozenParams(1_000n, TEN_S, NO_SETTINGS);
  const wobble = (s: number) => ({ powerW: 200 + (s % 7), voltageV: 229 + (s % 3) / 10, currentA: 0.9 });
  it('stands still under load for 2 h, told a quarter of an hour late at the most', () => {
    const { told, signals } = run(
      frozenRegisterRule,
      params,
      every(0, 3 * HOUR, 10, (s) => ({ reg: 5_000_000, ...wobble(s) })),
    );
    expect(told).toEqual([`${2 * HOUR} RAISE`]);
    expect(signals[0]).toMatchObject({ limit: 20, detail: { sign: 'STANDSTILL' } });
  });
  it('ten equal readings are frozen, and the first other one is not', () => {
    const same = every(0, 100, 10, () => ({
      reg: 5_000_000,
      powerW: 312.4,
      voltageV: 231.2,
      currentA: 1.47,
    }));
    const then = { s: 110, reg: 5_001_000, powerW: 300, voltageV: 231, currentA: 1.4 };
    expect(run(frozenRegisterRule, params, [...same, then]).told).toEqual(['90 RAISE', '110 RETURN']);
  });
  it('an idle room, a coarse register and a moving one are none', () => {
    const idle = every(0, 6 * HOUR, 10, () => ({ reg: 5_000_000, powerW: 3, voltageV: 230, currentA: 0.02 }));
    expect(run(frozenRegisterRule, params, idle)).toMatchObject({ told: [], state: undefined });
    const coarse = frozenParams(1_000_000n, TEN_S, NO_SETTINGS);
    expect(
      run(
        frozenRegisterRule,
        coarse,
        every(0, 5 * HOUR, 10, (s) => ({ reg: 5_000_000, ...wobble(s) })),
      ).told,
    ).toEqual([]);
    const moving = every(0, 6 * HOUR, 10, (s) => ({ reg: 5_000_000 + s * 55, ...wobble(s) }));
    expect(run(frozenRegisterRule, params, moving).told).toEqual([]);
  });
});

describe('forbidden load', () => {
  const params = forbiddenLoadParams(NO_SETTINGS);
  /** A 1 Hz excerpt: base load, then a step of `stepW` at power factor `pf` for `seconds`. */
  const excerpt = (stepW: number, pf: number, seconds = 20): PowerSample[] =>
    Array.from({ length: 40 }, (_, s) => {
      const on = s >= 6 && s < 6 + seconds;
      const stepVar = stepW * Math.sqrt(1 / (pf * pf) - 1);
      return { powerW: 180 + (s % 3) + (on ? stepW : 0), reactiveVar: 70 + (on ? stepVar : 0) };
    });
  it('finds a kettle and passes over a vacuum cleaner, a short inrush, a small step and an allowed appliance', () => {
    expect(findResistiveStep(excerpt(1_500, 0.9995), params)?.stepW).toBeCloseTo(1_500, -1);
    expect(findResistiveStep(excerpt(1_500, 0.975), params)).toBeNull();
    expect(findResistiveStep(excerpt(1_500, 0.9995, 3), params)).toBeNull();
    expect(findResistiveStep(excerpt(1_500, 0.9995, 10), params)).toBeNull();
    expect(findResistiveStep(excerpt(700, 0.9995), params)).toBeNull();
    const allowed = forbiddenLoadParams({ allowedBandsW: '420-480,1400-1600' });
    expect(findResistiveStep(excerpt(1_500, 0.9995), allowed)).toBeNull();
  });
  it('the band of an appliance is allowed beside those that are', () => {
    expect(bandAround(1_150)).toEqual({ fromW: 1_030, toW: 1_270 });
    const band = { fromW: 1_030, toW: 1_270 };
    expect(withAllowedBand({ leastPf: 0.99 }, band)).toEqual({
      leastPf: 0.99,
      allowedBandsW: '420-480,1030-1270',
    });
    expect(withAllowedBand({ allowedBandsW: '' }, band)).toEqual({ allowedBandsW: '1030-1270' });
    expect(isAllowed(1_150, forbiddenLoadParams(withAllowedBand({}, band)))).toBe(true);
  });
  it('is suspected, never more, from readings of at most 15 s; a motor and slow readings are not', () => {
    const story = (pf: number, step: number) => [
      ...every(0, 60, step, () => ({ powerW: 180, pf: 0.92 })),
      ...every(60 + step, 300, step, () => ({ powerW: 1_180, pf })),
      ...every(300 + step, 420, step, () => ({ powerW: 180, pf: 0.92 })),
    ];
    const heater = run(forbiddenSuspicionRule, params, story(0.998, 10));
    expect(heater.told).toEqual(['120 RAISE', '370 RETURN']);
    expect(heater.signals[0]).toMatchObject({ priority: 'P3', detail: { level: 'L3' } });
    expect(run(forbiddenSuspicionRule, params, story(0.965, 10))).toMatchObject({
      told: [],
      state: undefined,
    });
    expect(run(forbiddenSuspicionRule, params, story(0.998, 30)).told).toEqual([]);
  });
  it('is not what a meter shows that was turned round and is put right', () => {
    const turned = (before: number, after: number, pf = 0.92) => [
      ...every(0, 60, 10, (s) => ({ powerW: before + (s % 3), pf })),
      ...every(70, 300, 10, (s) => ({ powerW: after + (s % 3), pf })),
    ];
    expect(run(forbiddenSuspicionRule, params, turned(-436, 436)).told).toEqual([]);
    // Panels that feed in less, because a heater takes it, are something else.
    expect(run(forbiddenSuspicionRule, params, turned(-436, 620, 1)).told).toEqual(['120 RAISE']);
  });
  it('warns first, trips the second and third time, and leaves the fourth to staff', () => {
    expect([1, 2, 3, 4, 5].map(forbiddenStep)).toEqual(['WARN', 'TRIP', 'TRIP', 'TRIP_STAFF', 'TRIP_STAFF']);
  });
});

describe('messages', () => {
  const params = sequenceGapsParams(60_000, NO_SETTINGS);
  /** Feeds `[second, boot, seq]` in order of arrival. */
  function feed(messages: readonly (readonly [number, number, number])[]): string[] {
    let gaps: ReturnType<typeof sequenceGapsStep>['state'] = null;
    let boots: ReturnType<typeof rebootLoopStep>['state'] = null;
    let newest: readonly [number, number, number] | null = null;
    const told: string[] = [];
    for (const message of messages) {
      const [s, boot, seq] = message;
      const input: SequenceInput = {
        at: s * 1_000,
        boot,
        seq,
        previousBoot: newest?.[1] ?? null,
        previousSeq: newest?.[2] ?? null,
      };
      if (sequenceStirs(gaps ?? undefined, input)) {
        const step = sequenceGapsStep(gaps, input, params);
        gaps = step.state;
        if (step.signal) told.push(`${s} GAPS ${step.signal.kind}`);
      }
      if (rebootStirs(boots ?? undefined, input)) {
        const step = rebootLoopStep(boots, input);
        boots = step.state;
        if (step.signal) told.push(`${s} BOOTS ${step.signal.kind}`);
      }
      if (newest === null || boot > newest[1] || (boot === newest[1] && seq > newest[2])) newest = message;
    }
    return told;
  }
  const minutes = (from: number, to: number, seqAt: (minute: number) => number) =>
    Array.from({ length: to - from }, (_, i) => [(from + i) * MINUTE, 1, seqAt(from + i)] as const);

  it('more than 5 % of a day missing is told an hour later, and over after a day without', () => {
    const lost = [...minutes(0, 10, (m) => m), ...minutes(10, 3 * 1_440, (m) => m + 100)];
    expect(feed(lost)).toEqual([`${70 * MINUTE} GAPS RAISE`, expect.stringContaining('GAPS RETURN')]);
  });
  it('a backlog that arrives newest first fills its own gap', () => {
    const before = minutes(0, 10, (m) => m);
    const backlog = Array.from({ length: 500 }, (_, i) => [510 * MINUTE + i, 1, 509 - i] as const);
    expect(feed([...before, ...backlog, ...minutes(520, 900, (m) => m - 10)])).toEqual([]);
  });
  it('one restart is none, whatever its counter does; a fourth within an hour is a loop', () => {
    expect(
      feed([
        [0, 5, 900],
        [60, 1_700_000_000, 0],
        [120, 1_700_000_000, 1],
      ]),
    ).toEqual([]);
    const loop = [0, 1, 2, 3, 4].map((n) => [n * 600, n + 1, 0] as const);
    expect(feed([...loop, ...minutes(60, 180, (m) => m).map(([s, , seq]) => [s, 5, seq] as const)])).toEqual([
      '2400 BOOTS RAISE',
      '6060 BOOTS RETURN',
    ]);
  });
});

it('raise and return take turns in every rule, whatever is measured', () => {
  const value = fc.constantFrom(0, 0.02, 1, 12, 25, 280);
  const reading = fc.record({
    ch4: value,
    flow: value,
    cover: fc.constantFrom(0, 1),
    voltageV: fc.constantFrom(0, 195, 230, 280),
  });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 80 }), (readings) => {
      const story = readings.map((one, index) => ({ s: index * 30, ...one }));
      for (const told of [
        run(gasLeakRule, gasLeakParams(30_000, NO_SETTINGS), story).told,
        run(voltageRangeRule, voltageParams(30_000, NO_SETTINGS), story).told,
        run(tamperRule, tamperParams(30_000), story).told,
      ]) {
        let raised = false;
        for (const word of told) {
          if (word.endsWith('RETURN')) expect(raised).toBe(true);
          raised = word.endsWith('RAISE');
        }
      }
    }),
  );
});
