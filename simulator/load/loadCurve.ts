import type { LaterLoad } from '../plan/traits';
import { mix, swing, unit } from '../random';
import { type LoadShape, PROFILES, type ProfileName } from './profiles';
import { sunWeight } from './sun';

/**
 * What a meter would measure if nothing went wrong: a cumulative quantity that is a pure function of (seed, instant).
 *
 * A day has a quantity of its own, its 96 quarter hours share it, the 15 minutes of a quarter hour share that one's, and
 * within a minute the rate is constant. Each level divides a whole number of µ by floors of running sums, so any instant
 * can be asked directly, in any order, and history and live agree to the last µ without a sum that drifts.
 *
 * Numbers here are whole µ in doubles, exact below 2^53 (9.0e15 µ, more than any meter of a campus counts in a century).
 */

const DAY_MS = 86_400_000;
const SLOT_MS = 900_000;
const MINUTE_MS = 60_000;
const SLOTS = 96;
const MINUTES = 15;
/** First day on which anything was used, days since 1970-01-01: 2020-01-01. Earlier instants read 0. */
export const FIRST_DAY = 18_262;
/** 1 µkWh is 3.6 J, so a µkWh a minute is 0.06 W. */
const WATTS_PER_MICRO_A_MINUTE = 0.06;

const NOT_LOADED = -1;

export interface CurveOptions {
  profile: ProfileName;
  /** Mean quantity of a workday, µkWh or µm³. */
  dayMicro: number;
  seed: number;
  /** Campus time minus UTC; the simulated people live by it, bills never do. */
  offsetMs: number;
  /** From this campus day on (days since 1970-01-01) a workday has another mean. */
  later?: LaterLoad;
}

export class LoadCurve {
  private readonly shape: LoadShape;
  private day = NOT_LOADED;
  private beforeDay = 0;
  private dayQuantity = 0;
  private readonly slotSums = new Float64Array(SLOTS + 1);
  private slot = NOT_LOADED;
  private beforeSlot = 0;
  private slotQuantity = 0;
  /** Quarter hour whose minutes are loaded; history on quarter hours never needs them. */
  private minutesOfSlot = NOT_LOADED;
  private readonly minuteSums = new Float64Array(MINUTES + 1);

  constructor(private readonly options: CurveOptions) {
    this.shape = PROFILES[options.profile];
  }

  /** Quantity from the first day to `ts` (ms UTC), whole µ; never falls as `ts` grows. */
  totalAt(ts: number): number {
    const at = this.seek(ts);
    if (at < 0) return 0;
    if (at === 0) return this.beforeDay + this.beforeSlot;
    const minute = Math.floor(at / MINUTE_MS);
    const start = this.minuteStart(minute);
    if (at === minute * MINUTE_MS) return this.beforeDay + this.beforeSlot + start;
    const share = this.minuteStart(minute + 1) - start;
    const inMinute = Math.floor((share * (at - minute * MINUTE_MS)) / MINUTE_MS);
    return this.beforeDay + this.beforeSlot + start + inMinute;
  }

  /** µ a minute at `ts`: what the present minute draws. */
  private minuteQuantity(ts: number): number {
    const at = this.seek(ts);
    if (at < 0) return 0;
    const minute = Math.floor(at / MINUTE_MS);
    return this.minuteStart(minute + 1) - this.minuteStart(minute);
  }

  /** Power in W, for electricity. */
  powerAt(ts: number): number {
    return this.minuteQuantity(ts) * WATTS_PER_MICRO_A_MINUTE;
  }

  /** Flow in m³/h, for water and gas. */
  flowAt(ts: number): number {
    return (this.minuteQuantity(ts) * 60) / 1e6;
  }

  /** Quantity of one campus day (days since 1970-01-01), whole µ. */
  quantityOfDay(day: number): number {
    if (day < FIRST_DAY) return 0;
    const { shape, options } = this;
    // 1970-01-01 was a Thursday; Saturday and Sunday are the last two of a week that begins on Monday.
    const weekend = (day + 3) % 7 >= 5;
    const yearAngle = ((day - FIRST_DAY) / 365.2425) * 2 * Math.PI;
    const season = 1 + shape.season * Math.cos(2 * yearAngle - 0.5);
    const sun = options.profile === 'SUN' ? sunWeight.ofDay(day, options.seed) : 1;
    const noise = 1 + shape.dayNoise * swing(options.seed, day, 1);
    const { later } = options;
    const dayMicro = later && day >= later.day ? later.dayMicro : options.dayMicro;
    return Math.max(0, Math.round(dayMicro * (weekend ? shape.weekendShare : 1) * season * noise * sun));
  }

  /** Loads day and quarter hour of `ts`; answers ms into the quarter hour, −1 before the first day. */
  private seek(ts: number): number {
    const local = Math.floor(ts) + this.options.offsetMs;
    const day = Math.floor(local / DAY_MS);
    if (day < FIRST_DAY) return -1;
    if (day !== this.day) this.loadDay(day);
    const inDay = local - day * DAY_MS;
    const slot = Math.floor(inDay / SLOT_MS);
    if (slot !== this.slot) this.loadSlot(slot);
    return inDay - slot * SLOT_MS;
  }

  private loadDay(day: number): void {
    if (this.day === NOT_LOADED || day < this.day) {
      this.day = FIRST_DAY;
      this.beforeDay = 0;
      this.dayQuantity = this.quantityOfDay(FIRST_DAY);
    }
    while (this.day < day) {
      this.beforeDay += this.dayQuantity;
      this.day += 1;
      this.dayQuantity = this.quantityOfDay(this.day);
    }
    const { shape, options } = this;
    const hours = (day + 3) % 7 >= 5 ? shape.weekend : shape.workday;
    let sum = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const noise = 1 + shape.slotNoise * swing(options.seed, day, slot + 100);
      const weight =
        options.profile === 'SUN' ? sunWeight.ofSlot(day, slot) : between(hours, (slot + 0.5) / 4 - 0.5);
      sum += Math.round(weight * noise * 32);
      this.slotSums[slot + 1] = sum;
    }
    if (sum === 0) this.slotSums[SLOTS] = 1;
    this.slot = NOT_LOADED;
  }

  private loadSlot(slot: number): void {
    this.slot = slot;
    const whole = this.slotSums[SLOTS]!;
    this.beforeSlot = Math.floor((this.dayQuantity * this.slotSums[slot]!) / whole);
    const next = Math.floor((this.dayQuantity * this.slotSums[slot + 1]!) / whole);
    this.slotQuantity = next - this.beforeSlot;
    this.minutesOfSlot = NOT_LOADED;
  }

  private loadMinutes(slot: number): void {
    this.minutesOfSlot = slot;
    const { shape, options } = this;
    const key = mix(options.seed, this.day, slot + 1_000);
    const hours = (this.day + 3) % 7 >= 5 ? shape.weekend : shape.workday;
    const busy =
      shape.draws === 0 ? 1 : (shape.draws * between(hours, (slot + 0.5) / 4 - 0.5)) / Math.max(...hours);
    let sum = 0;
    for (let minute = 0; minute < MINUTES; minute++) {
      const drawn = busy >= 1 || unit(key, minute, 1) < busy;
      sum += drawn ? Math.round(1_000 * (1 + shape.minuteNoise * swing(key, minute, 2))) : 0;
      this.minuteSums[minute + 1] = sum;
    }
    if (sum > 0) return;
    // One short go: spread over the quarter hour it would trickle, as nothing but a leak does.
    const only = Math.floor(unit(key, MINUTES, 1) * MINUTES);
    for (let minute = only + 1; minute <= MINUTES; minute++) this.minuteSums[minute] = 1;
  }

  private minuteStart(minute: number): number {
    if (this.minutesOfSlot !== this.slot) this.loadMinutes(this.slot);
    return Math.floor((this.slotQuantity * this.minuteSums[minute]!) / this.minuteSums[MINUTES]!);
  }
}

/** Hourly weights joined by straight lines; `hour` may lie between two of them or just outside the day. */
function between(hours: readonly number[], hour: number): number {
  const from = Math.floor(hour);
  const share = hour - from;
  return hours[(from + 24) % 24]! * (1 - share) + hours[(from + 25) % 24]! * share;
}
