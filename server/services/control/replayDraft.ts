import { listRulingPolicies, type RulingPolicy } from '../../../db/queries/balanceViews';
import {
  type LeftOutOfReplay,
  policyVersions,
  type ReplayHistoryRow,
  replayHistory,
} from '../../../db/queries/replayHistory';
import { type CreditPolicy, creditPolicyOf } from '../../../db/queries/storedPolicy';
import { DomainError, invalid } from '../../../domain/errors';
import { ROOMS_OF_A_SUM } from '../../../domain/metering/roomsOfASum';
import type { DailyWindow, DateSpan } from '../../../domain/supply/noCutPeriods';
import {
  type CreditStep,
  type ReplayPoint,
  type ReplayVerdict,
  replayPolicy,
  replayTotals,
} from '../../../domain/supply/policyReplay';
import { campusZone } from '../../../domain/time/campusTime';
import { type Caller, requireCampusWide } from '../../auth/caller';
import type { ReadDeps } from '../deps';

const WEEK_MS = 7 * 86_400_000;
const MINUTE_MS = 60_000;

/** What may be tried otherwise; everything else of the policy stays as it is in force. */
export interface PolicyDraft {
  readonly dailyWindows: readonly DailyWindow[];
  /** Local weekdays without cuts, 1 (Monday) to 7. */
  readonly weekdays: readonly number[];
  readonly noticeLeadMinutes: number;
}

export interface DraftAsk extends PolicyDraft {
  readonly policy: string;
  /** How far to look back. */
  readonly weeks: number;
  /** Dates without cuts besides those that are in force. */
  readonly moreDates: readonly DateSpan[];
}

/** A policy as a draft begins: as it is in force. */
export interface PolicyChoice extends PolicyDraft {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
}

/** One time of used-up credit that a cut followed or would have followed. */
export interface ReplayedCut extends Omit<ReplayVerdict, 'floatMicro'> {
  /** Null for who may not see whose credit is used up. */
  readonly space: string | null;
  readonly point: string | null;
}

export interface DraftReplay {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cuts: readonly ReplayedCut[];
  readonly counts: Readonly<Record<ReplayVerdict['kind'], number>>;
  /** What the draft lends more in sum, µ-currency as text; null where so few rooms differ that it would tell the money of each. */
  readonly floatMicro: string | null;
  readonly currency: string;
  /** Points whose past can't be judged, by the reason. */
  readonly leftOut: Readonly<Partial<Record<LeftOutOfReplay, number>>>;
}

/** The policies that a draft may start from. @throws DomainError forbidden/ROLE_MISSING, CAMPUS_WIDE */
export async function readDraftChoices(deps: ReadDeps, caller: Caller): Promise<PolicyChoice[]> {
  const { scope } = requireCampusWide(caller, 'REPLAY_POLICY');
  const policies = await listRulingPolicies(deps.reader, scope.campusId);
  return policies.map((one) => {
    const { noCutPeriods, noticeLeadMs } = inForce(one).disconnect;
    return {
      code: one.code,
      name: one.name,
      nameEn: one.nameEn,
      dailyWindows: noCutPeriods.dailyWindows,
      weekdays: noCutPeriods.weekdays,
      noticeLeadMinutes: noticeLeadMs / MINUTE_MS,
    };
  });
}

/**
 * Which cuts for credit of the last weeks a draft policy would have changed, and why. Nothing is stored.
 * @throws DomainError forbidden/ROLE_MISSING, CAMPUS_WIDE; notFound/POLICY at /policy; invalid/DATES at /moreDates/{i}
 */
export async function replayDraft(deps: ReadDeps, caller: Caller, ask: DraftAsk): Promise<DraftReplay> {
  const { scope } = requireCampusWide(caller, 'REPLAY_POLICY');
  for (const [i, { fromDate, toDate }] of ask.moreDates.entries())
    if (toDate < fromDate) throw invalid(`/moreDates/${i}`, 'DATES', 'The dates end before they begin.');
  const ruling = (await listRulingPolicies(deps.reader, scope.campusId)).find(
    ({ code }) => code === ask.policy,
  );
  if (!ruling)
    throw new DomainError('notFound', 'POLICY', `There is no policy ${ask.policy}.`, { field: '/policy' });
  const toMs = deps.engine.clock.now();
  const fromMs = toMs - ask.weeks * WEEK_MS;
  const zone = campusZone(caller.campus.timeZone);
  const versions = (await policyVersions(deps.reader, scope.campusId, ask.policy)).map((version) => ({
    fromMs: version.fromMs,
    policy: creditPolicyOf(version.body, ruling.days, ruling.declared),
  }));
  const inForceAt = (ms: number) => (versions.findLast((one) => one.fromMs <= ms) ?? versions[0]!).policy;
  const draft = drafted(inForce(ruling), ask);
  const rows = await replayHistory(deps.reader, scope, { policyCode: ask.policy, fromMs, toMs });
  const leftOut: Partial<Record<LeftOutOfReplay, number>> = {};
  const judged: (ReplayVerdict & { space: string; point: string })[] = [];
  for (const row of rows) {
    if (row.leftOut !== null) {
      leftOut[row.leftOut] = (leftOut[row.leftOut] ?? 0) + 1;
      continue;
    }
    for (const verdict of replayPolicy(pointOf(row, fromMs), inForceAt, () => draft, zone, toMs))
      judged.push({ ...verdict, space: row.space, point: row.point });
  }
  const { counts, floatMicro } = replayTotals(judged);
  const differing = new Set(judged.filter((one) => one.floatMicro !== 0n).map(({ point }) => point)).size;
  const names = caller.permission('VIEW_BAND')?.scope.campusWide === true;
  return {
    fromMs,
    toMs,
    cuts: judged
      .sort((a, b) => b.fromMs - a.fromMs || (a.point < b.point ? -1 : 1))
      .map(({ floatMicro: _masked, ...cut }) => (names ? cut : { ...cut, space: null, point: null })),
    counts,
    floatMicro: differing > 0 && differing < ROOMS_OF_A_SUM ? null : floatMicro.toString(),
    currency: caller.campus.currency,
    leftOut,
  };
}

const inForce = ({ body, days, declared }: RulingPolicy): CreditPolicy =>
  creditPolicyOf(body, days, declared);

function drafted(policy: CreditPolicy, ask: DraftAsk): CreditPolicy {
  const { noCutPeriods } = policy.disconnect;
  return {
    ...policy,
    disconnect: {
      ...policy.disconnect,
      noticeLeadMs: ask.noticeLeadMinutes * MINUTE_MS,
      noCutPeriods: {
        ...noCutPeriods,
        dailyWindows: ask.dailyWindows,
        weekdays: ask.weekdays,
        examWeeks: [...noCutPeriods.examWeeks, ...ask.moreDates],
      },
    },
  };
}

/** The stored past as the replay takes it; credit that was used up before the span began is left aside until it is back. */
function pointOf(row: ReplayHistoryRow, fromMs: number): ReplayPoint {
  let available = BigInt(row.total);
  let arrears = BigInt(row.arrears);
  for (const [, total, owed] of row.moves) {
    available -= BigInt(total);
    arrears -= BigInt(owed);
  }
  const credit: CreditStep[] = [{ atMs: fromMs, availableMicro: available, arrearsMicro: arrears }];
  for (const [atMs, total, owed] of row.moves) {
    available += BigInt(total);
    arrears += BigInt(owed);
    credit.push({ atMs, availableMicro: available, arrearsMicro: arrears });
  }
  const first = credit.findIndex(({ availableMicro }) => availableMicro > 0n);
  const changes = row.protections;
  return {
    credit: first < 0 ? [] : credit.slice(first),
    noticesMs: row.noticesMs,
    cutsMs: row.cutsMs,
    protections: [
      { fromMs: Number.NEGATIVE_INFINITY, protection: changes[0]?.before ?? row.protection },
      ...changes.map(({ atMs }, i) => ({
        fromMs: atMs,
        protection: changes[i + 1]?.before ?? row.protection,
      })),
    ],
    terms: row,
  };
}
