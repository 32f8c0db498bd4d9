import { feederOutageParams, feederOutageRule } from '../../domain/detection/feederOutage';
import { feederVoltageParams, feederVoltageRule } from '../../domain/detection/feederVoltage';
import {
  type GatewayOfflineState,
  gatewayOfflineRule,
  type MeterOfflineState,
  meterOfflineRule,
  silentAfterMs,
} from '../../domain/detection/offline';
import { NO_SETTINGS } from '../../domain/detection/streamingRule';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';
import type { AlarmBook } from './alarmBook';
import { isWholeFeeder, type WatchedMeter } from './watchedRules';

const MINUTE_MS = 60_000;
/** What a feeder that supplies nothing still measures at most, W. */
const IDLE_W = 100;
const OUTAGE = feederOutageParams(NO_SETTINGS);
const VOLTAGE = feederVoltageParams(NO_SETTINGS);

/** When a meter was last heard, and what it drew then. */
interface Heard {
  readonly meter: SimulatedMeter;
  readonly intervalMs: number;
  /** From when on it is read without a break, and expected to be heard. */
  sinceMs: number;
  atMs: number | null;
  powerW: number;
  readBefore: boolean;
  offline: MeterOfflineState;
}

/**
 * The rules that the clock judges and no reading: silence of meters and gateways, and what the meters below a feeder say together.
 * They ask what the jobs ask the database (`detectSilence`, `detectFeederOutages`, `detectFeederVoltage`).
 */
export class ClockJudges {
  private readonly heard: readonly Heard[];
  private readonly gateways = new Map<SimulatedMeter, GatewayOfflineState>();
  private read: Heard[] = [];
  private feeders: SimulatedMeter[] = [];

  /** @param watched by the meters' index */
  constructor(
    private readonly watched: readonly WatchedMeter[],
    private readonly book: AlarmBook,
  ) {
    this.heard = watched.map(({ meter, entry }) => ({
      meter,
      intervalMs: 1_000 * entry.intervalS,
      sinceMs: 0,
      atMs: null,
      powerW: 0,
      readBefore: false,
      offline: meterOfflineRule.initial,
    }));
  }

  beginDay(day: number, fromMs: number): void {
    for (const [index, one] of this.heard.entries()) {
      const reads = this.watched[index]!.readOn.has(day);
      if (reads && !one.readBefore)
        Object.assign(one, { sinceMs: fromMs, atMs: fromMs, offline: meterOfflineRule.initial });
      one.readBefore = reads;
    }
    this.read = this.heard.filter(({ readBefore }) => readBefore);
    this.feeders = this.watched
      .filter((one) => isWholeFeeder(one, this.watched, day))
      .map(({ meter }) => meter);
  }

  hear({ load }: SimulatedMeter, ts: number, powerW: number | undefined): void {
    const one = this.heard[load.index]!;
    one.atMs = ts;
    one.powerW = powerW ?? one.powerW;
  }

  /** The gateway that carries `meter` goes down, or comes back. */
  gateway(meter: SimulatedMeter, online: boolean, ts: number): void {
    const { state, signal } = gatewayOfflineRule.step(
      this.gateways.get(meter) ?? gatewayOfflineRule.initial,
      { at: ts, online },
      {},
    );
    if (online) this.gateways.delete(meter);
    else this.gateways.set(meter, state);
    if (signal) this.book.take('GATEWAY_OFFLINE', meter, signal);
  }

  look(ts: number): void {
    for (const meter of [...this.gateways.keys()]) this.gateway(meter, false, ts);
    for (const feeder of this.feeders) this.judgeFeeder(feeder, ts);
    if (ts % MINUTE_MS === 0) for (const one of this.read) this.judgeSilence(one, ts);
  }

  private judgeSilence(one: Heard, ts: number): void {
    const { state, signal } = meterOfflineRule.step(
      one.offline,
      { at: ts, lastHeardAt: one.atMs },
      { intervalMs: one.intervalMs, expectedSince: one.sinceMs },
    );
    one.offline = state;
    if (signal) this.book.take('METER_OFFLINE', one.meter, signal);
  }

  private judgeFeeder(feeder: SimulatedMeter, at: number): void {
    const { book } = this;
    const below = feeder.load.children.map((index) => this.heard[index]!);
    const out = below.filter(({ meter }) => book.isActive('VOLTAGE_RANGE', meter)).length;
    const voltage = feederVoltageRule.step(
      { active: book.isActive('FEEDER_VOLTAGE', feeder) },
      { at, out, meters: below.length },
      VOLTAGE,
    ).signal;
    if (voltage) book.take('FEEDER_VOLTAGE', feeder, voltage);
    const isDark = (one: Heard) => at - one.atMs! > silentAfterMs(one.intervalMs);
    const own = this.heard[feeder.load.index]!;
    const outage = feederOutageRule.step(
      { active: book.isActive('FEEDER_OUTAGE', feeder) },
      {
        at,
        meters: below.length,
        dark: below.filter(isDark).length,
        tripped: false,
        cut: false,
        carries: own.powerW > IDLE_W && !isDark(own),
        heard: this.isHeardBeside(new Set(feeder.load.children), isDark),
      },
      OUTAGE,
    ).signal;
    if (outage) book.take('FEEDER_OUTAGE', feeder, outage);
  }

  private isHeardBeside(below: ReadonlySet<number>, isDark: (one: Heard) => boolean): boolean {
    const beside = this.read.filter(({ meter }) => !below.has(meter.load.index));
    return 2 * beside.filter((one) => !isDark(one)).length >= beside.length;
  }
}
