import type { CampusZone } from '../time/campusTime';
import { type CreditTerms, graceOf } from './creditTerms';
import type { DisconnectFacts, DisconnectPolicy } from './disconnectPolicy';
import { type NoCutKind, noCutAt } from './noCutPeriods';

/** What bars or delays a cut that is still to come. */
export type CutForecastRule =
  | 'LIFE_SAFETY'
  | 'PROTECTED_CREDIT'
  | 'POSTPAID'
  | 'GRACE'
  | 'LOCKOUT'
  | 'NO_CUT_PERIOD'
  | 'OUTAGE_GRACE'
  | 'STALE'
  | 'FINAL_NOTICE'
  | 'CREDIT_USED_UP';

/** When supply could be cut for credit if nobody tops up. */
export interface CutForecast {
  /**
   * Earliest instant of a cut, ms UTC, never in the past: now itself where nothing is waited for any more
   * (`CREDIT_USED_UP`). Null where no instant is known: a protection, a maintenance tag, a meter that isn't heard.
   */
  readonly notBeforeMs: number | null;
  readonly rule: CutForecastRule;
  /** Which no-cut period decides; null for the other rules. */
  readonly noCutKind: NoCutKind | null;
  /** Credit is used up, and the last notice before the cut is given: the final one, or a level notice in its place. */
  readonly noticeGiven: boolean;
}

/** What a cut to come depends on, as far as it is known now. Times in ms UTC. */
export interface CutOutlook
  extends Pick<
    DisconnectFacts,
    | 'protection'
    | 'lockedOut'
    | 'eligibleSince'
    | 'lastNoticeAt'
    | 'lastReadingAt'
    | 'intervalMs'
    | 'ingestGap'
  > {
  /** When credit runs out by its newest forecast. */
  readonly runsOutMs: number;
  readonly terms: Pick<CreditTerms, 'class' | 'graceDays' | 'graceLimitMicro'>;
}

const NO_INSTANT = { notBeforeMs: null, noCutKind: null, noticeGiven: false } as const;

/**
 * The earliest cut of a point, as `cutWithoutTerms` knows it, later by the grace of a special account; down to a debt, no instant
 * is known. An account that pays afterwards is never cut.
 */
export function cutForecast(
  outlook: CutOutlook,
  policy: DisconnectPolicy,
  zone: CampusZone,
  now: number,
): CutForecast {
  const forecast = cutWithoutTerms(outlook, policy, zone, now);
  const { terms, runsOutMs, eligibleSince } = outlook;
  if (terms.class === 'PREPAID' || forecast.rule === 'LIFE_SAFETY') return forecast;
  if (terms.class === 'POSTPAID') return { ...NO_INSTANT, rule: 'POSTPAID' };
  const sinceMs = (runsOutMs <= now ? eligibleSince : null) ?? Math.max(runsOutMs, now);
  const grace = graceOf({ ...terms, eligibleMs: sinceMs }, now);
  if (grace?.limitMicro != null) return { ...NO_INSTANT, rule: 'GRACE' };
  if (grace?.until == null || forecast.notBeforeMs === null || grace.until <= now) return forecast;
  // Notices of the cut go out after the grace; how long credit must be used up is behind by then.
  const later = cutWithoutTerms(
    { ...outlook, runsOutMs: Math.max(now, grace.until - policy.eligibleForMs), eligibleSince: null },
    policy,
    zone,
    now,
  );
  return later.rule === 'FINAL_NOTICE' ? { ...later, rule: 'GRACE' } : later;
}

/**
 * The earliest cut of a point: after the time of eligibility and the last notice, never inside a no-cut period. The same order
 * of rules as `decideDisconnect`, seen from before; what only counts at the instant of the cut (an outage, a silent meter) is
 * looked at once credit is used up.
 */
function cutWithoutTerms(
  outlook: CutOutlook,
  policy: DisconnectPolicy,
  zone: CampusZone,
  now: number,
): CutForecast {
  const { protection, lockedOut, lastNoticeAt, lastReadingAt, intervalMs } = outlook;
  if (protection === 'LIFE_SAFETY') return { ...NO_INSTANT, rule: 'LIFE_SAFETY' };
  if (lockedOut) return { ...NO_INSTANT, rule: 'LOCKOUT' };
  if (protection === 'CREDIT') return { ...NO_INSTANT, rule: 'PROTECTED_CREDIT' };
  // Credit that came back, but not yet enough for a restore, keeps the instant; it is not used up.
  const eligibleSince = outlook.runsOutMs <= now ? outlook.eligibleSince : null;
  const sinceMs = eligibleSince ?? Math.max(outlook.runsOutMs, now);
  const startMs = Math.max(sinceMs, now);
  const graceEndMs = eligibleSince === null ? null : outageGraceEnd(outlook, policy, now);
  const eligibleMs = Math.max(sinceMs + policy.eligibleForMs, graceEndMs ?? now, now);
  const barred = noCutAt(policy.noCutPeriods, zone, startMs);
  const told = lastNoticeAt !== null && (!barred || lastNoticeAt >= sinceMs);
  const noticeMs = told
    ? lastNoticeAt
    : barred
      ? Math.max(startMs, barred.until - policy.noticeBeforePeriodEndMs)
      : eligibleMs;
  const dueMs = Math.max(eligibleMs, noticeMs + policy.noticeLeadMs);
  const span = barred ?? noCutAt(policy.noCutPeriods, zone, dueMs);
  const seen = { noCutKind: span?.kind ?? null, noticeGiven: eligibleSince !== null && told };
  if (span) return { ...seen, notBeforeMs: Math.max(span.until, dueMs), rule: 'NO_CUT_PERIOD' };
  if (eligibleSince !== null) {
    if (lastReadingAt === null || now - lastReadingAt > 2 * intervalMs)
      return { ...seen, notBeforeMs: null, rule: 'STALE' };
    if (dueMs <= now) return { ...seen, notBeforeMs: now, rule: 'CREDIT_USED_UP' };
  }
  const rule = graceEndMs !== null && dueMs === graceEndMs ? 'OUTAGE_GRACE' : 'FINAL_NOTICE';
  return { ...seen, notBeforeMs: dueMs, rule };
}

/** End of the grace after an outage; null where none is in force. */
function outageGraceEnd(
  { ingestGap }: CutOutlook,
  { outageGapMs, outageGraceMs }: DisconnectPolicy,
  now: number,
): number | null {
  if (!ingestGap || ingestGap.to - ingestGap.from <= outageGapMs) return null;
  const endMs = ingestGap.to + outageGraceMs;
  return now < endMs ? endMs : null;
}
