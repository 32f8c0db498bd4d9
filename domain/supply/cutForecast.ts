import type { CampusZone } from '../time/campusTime';
import type { DisconnectPolicy } from './disconnectPolicy';
import { type NoCutKind, noCutAt } from './noCutPeriods';
import type { Protection } from './supplyState';

/** What bars or delays a cut that is still to come. */
export type CutForecastRule = 'LIFE_SAFETY' | 'PROTECTED_CREDIT' | 'NO_CUT_PERIOD' | 'FINAL_NOTICE';

/** When supply could be cut for credit if nobody tops up. */
export interface CutForecast {
  /** Earliest instant of a cut, ms UTC; null: never while the protection stands. */
  readonly notBeforeMs: number | null;
  readonly rule: CutForecastRule;
  /** Which no-cut period decides; null for the other rules. */
  readonly noCutKind: NoCutKind | null;
}

/**
 * The earliest cut after credit runs out at `runsOutMs`: after the time of eligibility and the final notice, never inside a
 * no-cut period. The same order of rules as `decideDisconnect`, seen from before.
 *
 * @param told a notice of this descent went out already, so none has to be waited for
 */
export function cutForecast(
  runsOutMs: number,
  policy: Pick<DisconnectPolicy, 'noCutPeriods' | 'eligibleForMs' | 'noticeLeadMs'>,
  protection: Protection,
  told: boolean,
  zone: CampusZone,
): CutForecast {
  if (protection === 'LIFE_SAFETY') return { notBeforeMs: null, rule: 'LIFE_SAFETY', noCutKind: null };
  if (protection === 'CREDIT') return { notBeforeMs: null, rule: 'PROTECTED_CREDIT', noCutKind: null };
  const eligibleMs = runsOutMs + policy.eligibleForMs;
  const dueMs = told ? eligibleMs : eligibleMs + policy.noticeLeadMs;
  const span = noCutAt(policy.noCutPeriods, zone, dueMs);
  if (span) return { notBeforeMs: span.until, rule: 'NO_CUT_PERIOD', noCutKind: span.kind };
  return { notBeforeMs: dueMs, rule: 'FINAL_NOTICE', noCutKind: null };
}
