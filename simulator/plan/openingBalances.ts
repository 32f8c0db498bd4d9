import { campusZone } from '../../domain/time/campusTime';
import { CampusLoad, type MeterLoad } from '../load/campusLoad';
import { seedOf, unit } from '../random';
import type { CampusPlan } from './campusPlan';
import { HALF_HOUR_MS, PriceMeter } from './priceMeter';
import { UNIT_ROOM } from './unitRoom';

/** Days that the credit of a room shall last, by share of rooms: an evening on which nothing is unusual. */
const DAYS_LEFT: readonly { share: number; fromDays: number; toDays: number }[] = [
  { share: 0.55, fromDays: 14.5, toDays: 48 },
  { share: 0.234, fromDays: 7.2, toDays: 13.8 },
  { share: 0.128, fromDays: 3.2, toDays: 6.8 },
  { share: 0.056, fromDays: 1.1, toDays: 2.9 },
  { share: 0.022, fromDays: 0.35, toDays: 0.95 },
  { share: 0.01, fromDays: 0.08, toDays: 0.22 },
];
/** Rooms whose credit is already used up, where the policy allows a cut at any hour. */
const USED_UP_ROOMS = 4;
const USED_UP_DAYS = -0.1;
/** The signed-in residents have something to think about. */
const TOLD_STORIES: Readonly<Record<string, number>> = { 'A-7-412': 4.1, [UNIT_ROOM.account]: 9.4 };
const RECENT_MS = 7 * 86_400_000;

/**
 * Money (units where the account holds them) that each room account must bring along so that, charged for the history from
 * `fromMs` to `toMs`, it stands where the demo wants it. Code to decimal text, a multiple of 0.01. Accounts with an opening
 * balance of their own are left out.
 */
export function openingBalances(
  plan: CampusPlan,
  span: { fromMs: number; toMs: number },
): ReadonlyMap<string, string> {
  const campus = new CampusLoad(plan);
  const meterOfPoint = new Map(plan.document.meters.map(({ code, point }) => [point, campus.meter(code)!]));
  const balances = new Map<string, string>();
  const usedUp = usedUpAccounts(plan);
  for (const account of plan.document.accounts) {
    if (account.openingBalance !== undefined) continue;
    const meters = (account.points ?? []).map((point) => meterOfPoint.get(point)!);
    const prices = new PriceMeter(plan, [account.tariff ?? []].flat());
    const recentFromMs = Math.max(span.fromMs, span.toMs - RECENT_MS);
    let total = 0;
    let recent = 0;
    for (const meter of meters) {
      const cost = prices.costOf(meter, { ...span, recentFromMs });
      total += cost.total;
      recent += cost.recent;
    }
    const dayCost = (recent * 86_400_000) / Math.max(HALF_HOUR_MS, span.toMs - recentFromMs);
    const days = usedUp.has(account.code) ? USED_UP_DAYS : daysLeft(account.code, plan.seed);
    const fen = Math.max(100, Math.round((total + dayCost * days) * 100));
    balances.set(account.code, `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`);
  }
  return balances;
}

function daysLeft(account: string, campusSeed: number): number {
  const told = TOLD_STORIES[account];
  if (told !== undefined) return told;
  const key = seedOf(account, campusSeed);
  let draw = unit(key, 50);
  for (const band of DAYS_LEFT) {
    if (draw < band.share) return band.fromDays + (band.toDays - band.fromDays) * unit(key, 51);
    draw -= band.share;
  }
  return DAYS_LEFT[0]!.toDays;
}

function usedUpAccounts(plan: CampusPlan): ReadonlySet<string> {
  const anyHour = plan.document.accounts.filter(
    ({ kind, policy }) => kind === 'ROOM' && policy === 'NO-QUIET-HOURS',
  );
  const drawn = anyHour
    .map(({ code }) => ({ code, at: unit(seedOf(code, plan.seed), 52) }))
    .sort((a, b) => a.at - b.at);
  return new Set(
    drawn.slice(0, Math.min(USED_UP_ROOMS, Math.floor(drawn.length / 4))).map(({ code }) => code),
  );
}

/** Energy that a department's meters counted in (fromMs, toMs], µkWh: the simulator's own truth for a quota. */
export function departmentEnergyMicro(
  plan: CampusPlan,
  department: string,
  span: { fromMs: number; toMs: number },
): bigint {
  const campus = new CampusLoad(plan);
  let micro = 0;
  for (const meter of departmentMeters(plan, campus, department)) {
    micro += meter.curve.totalAt(span.toMs) - meter.curve.totalAt(span.fromMs);
  }
  return BigInt(micro);
}

/** Electricity meters of the rooms of a department's buildings, feeders excluded. */
export function departmentMeters(plan: CampusPlan, campus: CampusLoad, department: string): MeterLoad[] {
  const row = plan.document.departments.find(({ code }) => code === department);
  const buildings = new Set(
    (row?.spaces ?? []).map((space) => (typeof space === 'string' ? space : space.code)),
  );
  const customers = new Set(
    plan.document.meterPoints
      .filter(({ role }) => role === 'CUSTOMER' || role === 'TENANT')
      .map(({ code }) => code),
  );
  return plan.document.meters.flatMap(({ code, point }) => {
    const meter = campus.meter(code)!;
    const counts = meter.traits.utility === 'ELECTRICITY' && customers.has(point);
    return counts && buildings.has(meter.traits.building) ? [meter] : [];
  });
}

/** How far over or under its quota a department ends the month if nothing unusual happens. */
const QUOTA_OUTCOME: Readonly<Record<string, number>> = {
  'DEPT-TEACHING': 0.93,
  'DEPT-CHEMISTRY': 1.08,
  'DEPT-LIBRARY': 0.97,
  'DEPT-ADMINISTRATION': 0.88,
  'DEPT-LOGISTICS': 0.99,
};

/** Quota rows of the departments for months `YYYY-MM`, set so that each has something to say. */
export function quotaRows(plan: CampusPlan, months: readonly string[]): CampusPlan['document']['quotas'] {
  const zone = campusZone(plan.document.campus.timeZone);
  return months.flatMap((period) => {
    const [year, month] = period.split('-').map(Number) as [number, number];
    const span = { fromMs: zone.utcOf(year, month, 1), toMs: zone.utcOf(year, month + 1, 1) };
    return plan.document.departments.flatMap(({ code }) => {
      const outcome = QUOTA_OUTCOME[code];
      if (outcome === undefined) return [];
      const expectedKwh = Number(departmentEnergyMicro(plan, code, span) / 1_000_000n);
      // A small campus leaves buildings out: who has no meter gets no plan.
      if (expectedKwh === 0) return [];
      const limit = Math.max(10, Math.round(expectedKwh / outcome / 10) * 10);
      return [{ scope: code, utility: 'ELECTRICITY' as const, period, limit: String(limit) }];
    });
  });
}
