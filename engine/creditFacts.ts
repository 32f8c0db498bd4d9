import type { CreditPolicy } from '../db/queries/storedPolicy';
import type { CreditStanding } from '../domain/credit/arrears';
import { creditStandingOf, disconnectFactsOf } from '../domain/supply/creditTerms';
import { type DisconnectDecision, decideDisconnect } from '../domain/supply/disconnectPolicy';
import type { CampusZone } from '../domain/time/campusTime';
import type { AccountWork } from './accountWork';
import { type PayerSpan, type PointEntry, policyOf, type Registry } from './registry';
import type { SupplyDesk } from './supplyDesk';

/** Who pays for a point at `now`; undefined: nobody. */
export function payerOf(point: PointEntry, now: number): PayerSpan | undefined {
  return point.payers.find((p) => p.fromMs <= now && (p.toMs === null || p.toMs > now));
}

/** The policy of an account as it rules now; the product's defaults where its code is not known. */
export function creditPolicyFor(registry: Registry, { row }: AccountWork): CreditPolicy {
  return policyOf(registry, row);
}

/** What the credit rules look at of an account, its agreed plan included. */
export function standingOf(account: AccountWork, zone: CampusZone, now: number): CreditStanding {
  const money = {
    availableMicro: account.available(),
    arrearsMicro: account.credit.buckets.arrearsMicro,
    disputedMicro: account.row.disputedMicro,
  };
  return creditStandingOf(money, account.agreedPlan(), zone, now);
}

/** Whether this credit, as it stands now, lets the policy switch the point off. Every cut for credit is decided here. */
export function creditDecision(
  desk: SupplyDesk,
  account: AccountWork,
  point: PointEntry,
  now: number,
): DisconnectDecision {
  const { registry } = desk;
  const { zone } = registry.campuses.get(account.row.campusId)!;
  const policy = creditPolicyFor(registry, account);
  const supply = desk.row(point.pointId);
  const { lastReadingMs, intervalMs, outage } = desk.context(point.pointId);
  const facts = disconnectFactsOf(
    { ...account.row, plan: account.agreedPlan() },
    standingOf(account, zone, now),
    {
      utility: point.utility,
      protection: point.protection,
      lockedOut: supply.tags.length > 0,
      trippedEarly: supply.reasons.ARREARS?.cause === 'EARLY_TRIP',
      entitlementLeft: account.entitlementLeft(point.utility, now),
      lastReadingMs,
      intervalMs,
      outage,
    },
    policy.earlyTripAtMicro,
    now,
  );
  return decideDisconnect(facts, policy.disconnect, zone, now);
}
