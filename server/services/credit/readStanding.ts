import { findAccountView } from '../../../db/queries/accountViews';
import {
  type CreditTermsRow,
  findCreditTerms,
  listCreditPoints,
  listCreditPots,
} from '../../../db/queries/creditViews';
import { openDisputeOf } from '../../../db/queries/disputes';
import { findFreeAllowance } from '../../../db/queries/myRoom';
import { findRoomAccountCode } from '../../../db/queries/rooms';
import { type CreditPolicy, creditPolicyOf } from '../../../db/queries/storedPolicy';
import { emergencyHeadroomMicro, OFFER_AT_MICRO } from '../../../domain/credit/emergencyCredit';
import { parseCustomerAccount } from '../../../domain/credit/posting';
import { type AgreedPlan, instalmentsDueMicro } from '../../../domain/credit/recoveryPlan';
import { DomainError } from '../../../domain/errors';
import { type CreditTerms, creditStandingOf, graceOf } from '../../../domain/supply/creditTerms';
import { noCutAt } from '../../../domain/supply/noCutPeriods';
import { type CampusZone, campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { type StandingPoint, standingPointOf } from './standingPoint';

/** What an account has and owes, by its parts (µ-currency, decimal text), and what follows for its supply. */
export interface Standing {
  readonly asOfMs: number;
  readonly currency: string;
  readonly account: {
    readonly code: string;
    readonly name: string | null;
    readonly class: CreditTerms['class'];
  };
  readonly balance: {
    readonly availableMicro: string;
    readonly cashMicro: string;
    /** Not refundable. */
    readonly giftMicro: string;
    readonly subsidies: readonly {
      readonly grant: string;
      readonly balanceMicro: string;
      readonly expiresMs: number | null;
    }[];
    /** ≤ 0. */
    readonly arrearsMicro: string;
    readonly unpostedMicro: string;
  };
  /** Null where the policy grants none and none runs. */
  readonly emergencyCredit: {
    readonly state: CreditTermsRow['ecState'];
    readonly limitMicro: string;
    readonly owedMicro: string;
    readonly headroomMicro: string;
    /** A tap would grant it now. */
    readonly mayTake: boolean;
    /** Offered at and below this available credit. */
    readonly offeredAtMicro: string;
    /** From when another may be taken, where this month's is; null: it is not. */
    readonly nextFromMs: number | null;
  } | null;
  readonly recovery: {
    readonly percent: number;
    readonly instalmentMicro: string;
    readonly dueMicro: string;
    readonly recoveredMicro: string;
    readonly paid: boolean;
  } | null;
  /** `untilMs` is null where it has no days, and until credit is used up: they are counted from then. */
  readonly grace: { readonly untilMs: number | null; readonly limitMicro: string | null } | null;
  /** Two-stage trip; null where the policy has none. */
  readonly earlyTrip: { readonly atMicro: string; readonly stage: CreditTerms['tripStage'] } | null;
  /** The time without cuts that is running. */
  readonly noCut: { readonly kind: string; readonly untilMs: number } | null;
  readonly points: readonly StandingPoint[];
}

/**
 * How the account of a resident's own room stands, as it decides about supply.
 * @param own the room, found by `ownRoom`
 * @throws DomainError notFound/NO_ACCOUNT
 */
export async function readStanding(
  deps: ReadDeps,
  caller: Caller,
  own: {
    readonly code: string;
    readonly scope: Parameters<typeof findAccountView>[1];
    readonly spaceId: number;
  },
): Promise<Standing> {
  const code = await findRoomAccountCode(deps.reader, own.spaceId, new Date(deps.engine.clock.now()));
  const standing = code === null ? null : await readAccountStanding(deps, caller, own.scope, code);
  if (!standing)
    throw new DomainError('notFound', 'NO_ACCOUNT', `Nobody pays for room ${own.code} by credit.`);
  return standing;
}

/** How an account within the scope stands; null where there is none of this code. */
export async function readAccountStanding(
  deps: ReadDeps,
  caller: Caller,
  scope: Parameters<typeof findAccountView>[1],
  accountCode: string,
): Promise<Standing | null> {
  const nowMs = deps.engine.clock.now();
  const view = await findAccountView(deps.reader, scope, accountCode);
  const row = view && (await findCreditTerms(deps.reader, view.id));
  if (!row) return null;
  const zone = campusZone(caller.campus.timeZone);
  const pots = await listCreditPots(deps.reader, row.id);
  const points = await listCreditPoints(deps.reader, row.id, nowMs, zone.dayAt(nowMs).startMs);
  const bucket = (name: string): bigint =>
    pots.filter((pot) => pot.bucket === name).reduce((sum, pot) => sum + pot.balanceMicro, 0n);
  const policy = creditPolicyOf(row.policy?.body ?? {}, row.policy?.days ?? {}, row.policy?.declared);
  const plan = planOf(row);
  const terms: CreditTerms = { ...row, plan };
  const contested = await openDisputeOf(deps.reader, scope, row.code);
  const standing = creditStandingOf(
    {
      availableMicro: row.availableMicro,
      arrearsMicro: bucket('ARREARS'),
      disputedMicro: contested?.disputedMicro ?? 0n,
    },
    plan,
    zone,
    nowMs,
  );
  const grace = graceOf(terms, nowMs);
  const span = noCutAt(policy.disconnect.noCutPeriods, zone, nowMs);
  return {
    asOfMs: nowMs,
    currency: view.unit ?? caller.campus.currency,
    account: { code: row.code, name: row.name, class: row.class },
    balance: {
      availableMicro: row.availableMicro.toString(),
      cashMicro: bucket('CASH').toString(),
      giftMicro: bucket('GIFT').toString(),
      subsidies: pots
        .filter((pot) => pot.bucket === 'SUBSIDY')
        .map(({ name, balanceMicro, expiresMs }) => ({
          grant: parseCustomerAccount(name)?.bucket.slice('subsidy:'.length) ?? name,
          balanceMicro: balanceMicro.toString(),
          expiresMs,
        })),
      arrearsMicro: bucket('ARREARS').toString(),
      unpostedMicro: row.unpostedMicro.toString(),
    },
    emergencyCredit: emergencyCreditOf(row, bucket('EC'), policy, zone, nowMs),
    recovery: plan && {
      percent: plan.percent,
      instalmentMicro: plan.instalmentMicro.toString(),
      dueMicro: instalmentsDueMicro(plan, zone, nowMs).toString(),
      recoveredMicro: plan.recoveredMicro.toString(),
      paid: standing.recoveryPlan?.instalmentPaid === true,
    },
    grace: grace && {
      untilMs: row.eligibleMs === null ? null : grace.until,
      limitMicro: grace.limitMicro?.toString() ?? null,
    },
    earlyTrip:
      policy.earlyTripAtMicro === null
        ? null
        : { atMicro: policy.earlyTripAtMicro.toString(), stage: row.tripStage },
    noCut: span && { kind: span.kind, untilMs: span.until },
    points: await Promise.all(
      points.map(async (point) => {
        const free = await findFreeAllowance(
          deps.reader,
          row.id,
          point.utility,
          zone.monthStart(nowMs),
          new Date(nowMs),
        );
        const freeLeft = (free?.leftMicro ?? 0n) > 0n;
        return standingPointOf(point, { terms, standing, policy, freeLeft }, zone, nowMs);
      }),
    ),
  };
}

function planOf(row: CreditTermsRow): AgreedPlan | null {
  const { recoveryPercent, instalmentMicro, recoverySinceMs, recoveredMicro } = row;
  return recoveryPercent === null || instalmentMicro === null || recoverySinceMs === null
    ? null
    : { percent: recoveryPercent, instalmentMicro, sinceMs: recoverySinceMs, recoveredMicro };
}

function emergencyCreditOf(
  row: CreditTermsRow,
  ecMicro: bigint,
  policy: CreditPolicy,
  zone: CampusZone,
  nowMs: number,
): Standing['emergencyCredit'] {
  const running = row.ecState === 'ACTIVE' || row.ecState === 'EXHAUSTED';
  if (!running && policy.emergencyCreditMicro === 0n) return null;
  const limitMicro = running ? row.ecLimitMicro : policy.emergencyCreditMicro;
  const granted = row.ecGrantedMs !== null && row.ecGrantedMs >= zone.monthStart(nowMs);
  return {
    state: row.ecState,
    limitMicro: limitMicro.toString(),
    owedMicro: (-ecMicro).toString(),
    headroomMicro: emergencyHeadroomMicro({ status: row.ecState, limitMicro }, ecMicro).toString(),
    mayTake: !running && !granted && row.availableMicro <= OFFER_AT_MICRO,
    offeredAtMicro: OFFER_AT_MICRO.toString(),
    nextFromMs: granted ? zone.nextMonthStart(nowMs) : null,
  };
}
