/**
 * A second opinion on money, deliberately naive: fractions of big integers, one reading after another, nothing remembered and
 * nothing shared with the engine or the domain. Campuses at a fixed offset from UTC only. Slow on purpose.
 */

/** An exact fraction of a power of ten; never shortened, so that nothing can go wrong in it. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const fraction = (text: string): Fraction => {
  const [whole = '0', digits = ''] = text.replace('-', '').split('.');
  const n = BigInt(whole + digits);
  return { n: text.startsWith('-') ? -n : n, d: 10n ** BigInt(digits.length) };
};
/** Of two powers of ten the greater is a common denominator. */
const plus = (a: Fraction, b: Fraction): Fraction =>
  a.d < b.d ? plus(b, a) : { n: a.n + b.n * (a.d / b.d), d: a.d };
const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });
const floor = (a: Fraction): bigint => (a.n % a.d < 0n ? a.n / a.d - 1n : a.n / a.d);
const NOTHING: Fraction = { n: 0n, d: 1n };

/** A tariff version in plain words: prices in currency per unit, times as minutes of the day, from a local date on. */
export interface NaiveVersion {
  readonly fromDay: number;
  readonly spans: readonly { from: number; to: number; period: string }[];
  /** Upper limits in units, the last one open; they count over a local month. */
  readonly limits: readonly (number | null)[];
  readonly prices: readonly Readonly<Record<string, string>>[];
  readonly perUnit?: string;
  readonly perDay?: string;
  /** Percent of the energy. */
  readonly percent?: string;
  /** Percent of everything. */
  readonly tax?: string;
}

/** Free units each month for each head; heads by the local days [from, to) on which they live there. */
export interface NaiveGrant {
  readonly units: number;
  readonly heads: readonly { from: number; to: number }[];
  readonly advancesTier: boolean;
  readonly carryOver: boolean;
  readonly fromDay: number;
}

export interface NaiveReading {
  readonly atMs: number;
  /** Register, in thousandths of a unit. */
  readonly thousandths: number;
}

export interface NaiveBill {
  /** Units in millionths by `day period tier payer`. */
  readonly quantities: ReadonlyMap<string, bigint>;
  /** What the customer owes, in whole millionths of the currency: each of three exact sums rounded down once. */
  readonly customerMicro: bigint;
  /** What the fund owes, likewise. */
  readonly fundMicro: bigint;
}

const DAY_MS = 86_400_000;

/** Bills one meter of one account from its readings, in order of time. @param offsetMs local time less UTC */
export function naiveBill(
  readings: readonly NaiveReading[],
  versions: readonly NaiveVersion[],
  grant: NaiveGrant | null,
  offsetMs: number,
): NaiveBill {
  const quantities = new Map<string, bigint>();
  const sums = {
    CUSTOMER: { main: NOTHING, percent: NOTHING, tax: NOTHING },
    FUND: { main: NOTHING, percent: NOTHING, tax: NOTHING },
  };
  const accrued = new Map<number, bigint>();
  const usedFree = new Map<number, bigint>();
  const dayOf = (ms: number) => Math.floor((ms + offsetMs) / DAY_MS);
  const versionOn = (day: number) => versions.filter((version) => version.fromDay <= day).at(-1)!;

  const add = (payer: 'CUSTOMER' | 'FUND', version: NaiveVersion, micro: bigint, price: string) => {
    const units: Fraction = { n: micro, d: 1_000_000n };
    const energy = times(units, fraction(price));
    let main = energy;
    if (version.perUnit) main = plus(main, times(units, fraction(version.perUnit)));
    charge(payer, version, main, energy);
  };
  const charge = (payer: 'CUSTOMER' | 'FUND', version: NaiveVersion, main: Fraction, energy: Fraction) => {
    const own = sums[payer];
    const hundredth: Fraction = { n: 1n, d: 100n };
    let taxed = main;
    own.main = plus(own.main, main);
    if (version.percent) {
      const extra = times(times(energy, fraction(version.percent)), hundredth);
      own.percent = plus(own.percent, extra);
      taxed = plus(taxed, extra);
    }
    if (version.tax) own.tax = plus(own.tax, times(times(taxed, fraction(version.tax)), hundredth));
  };

  for (let i = 1; i < readings.length; i++) {
    const from = readings[i - 1]!;
    const to = readings[i]!;
    const quantity = BigInt(to.thousandths - from.thousandths) * 1000n;
    const length = BigInt(to.atMs - from.atMs);
    const cuts = [from.atMs, ...edges(from.atMs, to.atMs, versionOn, offsetMs), to.atMs];
    let before = 0n;
    for (let c = 1; c < cuts.length; c++) {
      const startMs = cuts[c - 1]!;
      const endMs = cuts[c]!;
      const until = c === cuts.length - 1 ? quantity : (quantity * BigInt(endMs - from.atMs)) / length;
      let rest = until - before;
      before = until;
      const day = dayOf(startMs);
      const month = monthOf(day);
      const version = versionOn(day);
      const minute = Math.floor((startMs + offsetMs - day * DAY_MS) / 60_000);
      const { period } = version.spans.find((span) => span.from <= minute && minute < span.to)!;
      if (startMs + offsetMs === day * DAY_MS && version.perDay)
        charge('CUSTOMER', version, fraction(version.perDay), NOTHING);
      const left = grant ? freeLeft(grant, day, usedFree) : 0n;
      const free = left < rest ? left : rest;
      if (free > 0n) {
        usedFree.set(month, (usedFree.get(month) ?? 0n) + free);
        rest -= free;
      }
      for (const [payer, part, counts] of [
        ['FUND', free, grant?.advancesTier ?? true],
        ['CUSTOMER', rest, true],
      ] as const) {
        let open = part;
        while (open > 0n) {
          const reached = accrued.get(month) ?? 0n;
          const tier = version.limits.findIndex(
            (limit) => limit === null || BigInt(limit) * 1_000_000n > reached,
          );
          const limit = version.limits[tier];
          const room = limit == null || !counts ? open : BigInt(limit) * 1_000_000n - reached;
          const micro = room < open ? room : open;
          open -= micro;
          if (counts) accrued.set(month, reached + micro);
          const key = `${day} ${period} ${tier + 1} ${payer}`;
          quantities.set(key, (quantities.get(key) ?? 0n) + micro);
          add(payer, version, micro, version.prices[tier]![period]!);
        }
      }
    }
  }
  const owed = (own: { main: Fraction; percent: Fraction; tax: Fraction }) =>
    [own.main, own.percent, own.tax].reduce(
      (sum, exact) => sum + floor(times(exact, { n: 1_000_000n, d: 1n })),
      0n,
    );
  return { quantities, customerMicro: owed(sums.CUSTOMER), fundMicro: owed(sums.FUND) };
}

/** All minutes strictly between two instants at which a local day or a period begins. */
function edges(
  fromMs: number,
  toMs: number,
  versionOn: (day: number) => NaiveVersion,
  offsetMs: number,
): number[] {
  const found: number[] = [];
  for (let day = Math.floor((fromMs + offsetMs) / DAY_MS); day * DAY_MS - offsetMs < toMs; day++) {
    const minutes = new Set([0, ...versionOn(day).spans.map((span) => span.from)]);
    for (const minute of minutes) {
      const ms = day * DAY_MS - offsetMs + minute * 60_000;
      if (ms > fromMs && ms < toMs) found.push(ms);
    }
  }
  return found.sort((a, b) => a - b);
}

/** Number of the local month of a local day, from the year 0. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Free millionths granted in a month as it stands on one of its days. */
function granted(grant: NaiveGrant, day: number): bigint {
  const month = monthOf(day);
  const first = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
  const next = Date.UTC(Math.floor((month + 1) / 12), (month + 1) % 12, 1) / DAY_MS;
  let headDays = 0;
  for (let d = first; d < next; d++) {
    if (d < grant.fromDay) continue;
    const seen = d < day ? d : day;
    headDays += grant.heads.filter((head) => head.from <= seen && seen < head.to).length;
  }
  return (BigInt(grant.units) * 1_000_000n * BigInt(headDays)) / BigInt(next - first);
}

function freeLeft(grant: NaiveGrant, day: number, usedFree: ReadonlyMap<number, bigint>): bigint {
  if (day < grant.fromDay) return 0n;
  const month = monthOf(day);
  let carried = 0n;
  if (grant.carryOver)
    for (let m = monthOf(grant.fromDay); m < month; m++) {
      const last = Date.UTC(Math.floor((m + 1) / 12), (m + 1) % 12, 1) / DAY_MS - 1;
      const left = granted(grant, last) + carried - (usedFree.get(m) ?? 0n);
      carried = left > 0n ? left : 0n;
    }
  const left = granted(grant, day) + carried - (usedFree.get(month) ?? 0n);
  return left > 0n ? left : 0n;
}
