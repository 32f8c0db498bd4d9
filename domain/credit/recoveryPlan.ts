import type { CampusZone } from '../time/campusTime';
import type { RecoveryPlan } from './arrears';

const PPM_PER_PERCENT = 10_000;
const MONTHS_PER_YEAR = 12;

/** What was agreed with an account that owes: a share of each top-up, and an instalment for each begun month. */
export interface AgreedPlan {
  /** Percent of a top-up that pays arrears back, 1 to 99. */
  readonly percent: number;
  /** Due once at the start, and again with each later calendar month, µ. */
  readonly instalmentMicro: bigint;
  /** When it was agreed, ms UTC. */
  readonly sinceMs: number;
  /** Paid back since then, µ. */
  readonly recoveredMicro: bigint;
}

/** The plan as the credit rules see it at `now`: its instalments are paid once what came in covers all months begun. */
export function recoveryPlanAt(plan: AgreedPlan, zone: CampusZone, now: number): RecoveryPlan {
  return {
    recoveryRatePpm: plan.percent * PPM_PER_PERCENT,
    instalmentPaid: plan.recoveredMicro >= instalmentsDueMicro(plan, zone, now),
  };
}

/** Instalments due by `now`, µ. */
export function instalmentsDueMicro(plan: AgreedPlan, zone: CampusZone, now: number): bigint {
  const months = Math.max(0, monthOf(zone, now) - monthOf(zone, plan.sinceMs)) + 1;
  return plan.instalmentMicro * BigInt(months);
}

function monthOf(zone: CampusZone, at: number): number {
  const { year, month } = zone.dayAt(at);
  return year * MONTHS_PER_YEAR + month;
}
