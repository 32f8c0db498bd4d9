import { campusZone } from '../../domain/time/campusTime';
import type { MeterLoad } from '../load/campusLoad';
import type { CampusPlan } from './campusPlan';
import type { PlanDocument, Utility } from './traits';

export const HALF_HOUR_MS = 1_800_000;
type Tariff = PlanDocument['tariffs'][number];

interface Tier {
  limitMicro: number;
  /** Price of a whole unit in each half hour of the day. */
  prices: readonly number[];
}

/**
 * What a meter's use costs, good to a fen: only to choose how much money a demo room starts with. The product's own
 * rating is exact and knows nothing of this. Prices change on half hours, so half hours are what is summed.
 */
export class PriceMeter {
  private readonly tiers = new Map<Utility, readonly Tier[]>();

  constructor(
    private readonly plan: CampusPlan,
    tariffs: readonly string[],
  ) {
    for (const code of tariffs) {
      const tariff = plan.document.tariffs.find((row) => row.code === code);
      if (tariff) this.tiers.set(tariff.utility ?? 'ELECTRICITY', tiersOf(tariff));
    }
  }

  /** Cost in currency units of (fromMs, toMs] and of its part from `recentFromMs`; tiers begin at 0 at `fromMs` and each month. */
  costOf(
    meter: MeterLoad,
    span: { fromMs: number; recentFromMs: number; toMs: number },
  ): { total: number; recent: number } {
    const { traits } = meter;
    const cost = { total: 0, recent: 0 };
    const tiers = this.tiers.get(traits.utility);
    if (!tiers) return cost;
    const zone = campusZone(this.plan.document.campus.timeZone);
    const since =
      traits.historyDays === undefined ? span.fromMs : span.toMs - traits.historyDays * 86_400_000;
    let at = Math.max(span.fromMs, since);
    let total = meter.curve.totalAt(at);
    let day = zone.dayAt(at);
    let accrued = { month: day.month, micro: 0 };
    while (at < span.toMs) {
      if (at >= day.endMs) day = zone.dayAt(at);
      if (accrued.month !== day.month) accrued = { month: day.month, micro: 0 };
      const next = Math.min(span.toMs, (Math.floor(at / HALF_HOUR_MS) + 1) * HALF_HOUR_MS);
      const until = meter.curve.totalAt(next);
      const part = this.rate(tiers, accrued, until - total, Math.floor((at - day.startMs) / HALF_HOUR_MS));
      cost.total += part;
      if (at >= span.recentFromMs) cost.recent += part;
      at = next;
      total = until;
    }
    return cost;
  }

  private rate(
    tiers: readonly Tier[],
    accrued: { micro: number },
    quantityMicro: number,
    halfHour: number,
  ): number {
    let left = quantityMicro;
    let cost = 0;
    for (const tier of tiers) {
      const part = Math.min(left, Math.max(0, tier.limitMicro - accrued.micro));
      cost += (part / 1e6) * tier.prices[halfHour]!;
      accrued.micro += part;
      left -= part;
      if (left <= 0) break;
    }
    return cost;
  }
}

function tiersOf(tariff: Tariff): Tier[] {
  const version = tariff.versions[0]!;
  const prices = [version.prices].flat();
  return prices.map((byPeriod, at) => {
    const limit = version.tiers?.[at]?.limit ?? null;
    return {
      limitMicro: limit === null ? Number.POSITIVE_INFINITY : Number(limit) * 1e6,
      prices: Array.from({ length: 48 }, (_, half) => Number(byPeriod[periodAt(version, half * 30)] ?? 0)),
    };
  });
}

function periodAt(version: Tariff['versions'][number], minuteOfDay: number): string {
  const found = version.periods?.find(
    ({ from, to }) => minutesOf(from) <= minuteOfDay && minuteOfDay < minutesOf(to),
  );
  return found?.code ?? 'ALL';
}

function minutesOf(time: string): number {
  const [hour, minute] = time.split(':');
  return Number(hour) * 60 + Number(minute);
}
