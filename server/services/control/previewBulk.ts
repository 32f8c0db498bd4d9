import { actorNames } from '../../../db/queries/actorNames';
import {
  type BulkCandidate,
  type BulkChoice,
  bulkCandidates,
  chosenSpace,
  pointsBelow,
} from '../../../db/queries/bulkCandidates';
import { DomainError } from '../../../domain/errors';
import {
  BULK_POINTS_MAX,
  type BulkDirection,
  type BulkScope,
  needsSecondPerson,
} from '../../../domain/supply/bulkJob';
import { type BulkVerdict, bulkVerdict, isTaken } from '../../../domain/supply/bulkVerdict';
import { isCut } from '../../../domain/supply/resend';
import type { SupplyReason } from '../../../domain/supply/supplyState';
import { pointsSwitchedAlone } from '../../../engine/bulk/switchedAlone';
import type { Caller } from '../../auth/caller';
import type { ReadDeps, ServiceDeps } from '../deps';
import { type BulkRight, requireBulkRight, requireBulkScope } from './bulkRights';

export interface BulkAsk {
  readonly choice: BulkChoice;
  readonly direction: BulkDirection;
  readonly utility: BulkCandidate['utility'];
  /** SCHEDULE: a clock would do it. Absent: the one who asks. */
  readonly cause?: 'SCHEDULE';
}

/** One chosen point with what would happen to it. */
export interface PreviewRow {
  readonly point: string;
  readonly space: string;
  readonly floor: string | null;
  readonly role: BulkCandidate['role'];
  readonly verdict: BulkVerdict['verdict'];
  readonly reason: string | null;
  readonly facts: BulkVerdict['facts'];
  readonly observed: BulkCandidate['observed'];
  /** W now. */
  readonly powerW: number | null;
  readonly protection: BulkCandidate['protection'];
  readonly protectionOwner: string | null;
  readonly protectionPhone: string | null;
}

/** The dry run: nothing is stored and nothing is sent. */
export interface BulkPreview {
  readonly asOfMs: number;
  readonly scope: BulkScope;
  readonly scopeCode: string | null;
  readonly scopeName: { readonly name: string; readonly nameEn: string | null } | null;
  /** eligible + blocked + already = selected. */
  readonly selected: number;
  readonly eligible: number;
  readonly blocked: number;
  readonly already: number;
  /** Of those already so: off for another reason, and held by the job besides. */
  readonly held: number;
  /** What the eligible points draw now, W. */
  readonly powerW: number;
  readonly secondPerson: boolean;
  readonly rows: readonly PreviewRow[];
}

/** The chosen points with their verdicts, before names are put in. */
export interface JudgedChoice {
  readonly right: BulkRight;
  readonly scope: BulkScope;
  readonly scopeCode: string | null;
  readonly scopeName: BulkPreview['scopeName'];
  readonly points: readonly { readonly candidate: BulkCandidate; readonly verdict: BulkVerdict }[];
}

/**
 * What a bulk job would do now, point by point: who may ask sees every protected point named with its owner.
 * @throws DomainError as `judgeChoice`
 */
export async function previewBulk(deps: ServiceDeps, caller: Caller, ask: BulkAsk): Promise<BulkPreview> {
  const judged = await judgeChoice(deps, caller, ask);
  const { points } = judged;
  const heldBy = points.flatMap(({ verdict }) =>
    typeof verdict.facts.heldBy === 'string' ? [verdict.facts.heldBy] : [],
  );
  const names = await actorNames(deps.reader, heldBy);
  const count = (kind: BulkVerdict['verdict']) =>
    points.filter(({ verdict }) => verdict.verdict === kind).length;
  const eligible = count('ELIGIBLE');
  const taken = points.filter(({ verdict }) => isTaken(verdict)).length;
  const nowMs = deps.engine.clock.now();
  const lately = await pointsSwitchedAlone(
    deps.database.pool,
    { id: judged.right.requesterId, actor: caller.answerable ?? caller.actor },
    nowMs,
  );
  return {
    asOfMs: nowMs,
    scope: judged.scope,
    scopeCode: judged.scopeCode,
    scopeName: judged.scopeName,
    selected: points.length,
    eligible,
    blocked: count('BLOCKED'),
    already: count('ALREADY'),
    held: taken - eligible,
    powerW: points.reduce(
      (sum, { candidate, verdict }) => sum + (verdict.verdict === 'ELIGIBLE' ? (candidate.powerW ?? 0) : 0),
      0,
    ),
    secondPerson: needsSecondPerson({
      scope: judged.scope,
      taken,
      lately,
      feeder: points.some(({ candidate }) => candidate.role === 'FEEDER'),
    }),
    rows: points.map(({ candidate, verdict }) => ({
      point: candidate.code,
      space: candidate.space,
      floor: candidate.floor,
      role: candidate.role,
      ...verdict,
      facts: named(verdict.facts, names),
      observed: candidate.observed,
      powerW: candidate.powerW,
      protection: candidate.lifeSafetyBelow ? 'LIFE_SAFETY' : candidate.protection,
      protectionOwner: candidate.protectionOwner,
      protectionPhone: candidate.protectionPhone,
    })),
  };
}

function named(facts: BulkVerdict['facts'], names: ReadonlyMap<string, string>): BulkVerdict['facts'] {
  const { heldBy } = facts;
  return typeof heldBy === 'string' ? { ...facts, heldBy: names.get(heldBy) ?? heldBy } : facts;
}

/**
 * Finds the chosen points within the caller's right and judges each.
 * @throws DomainError `forbidden` `ROLE_MISSING`, `OUT_OF_SCOPE` (a feeder that reaches beyond); `notFound` `METER_POINT`, `ROOM`,
 * `UNKNOWN_SPACE`, `FEEDER` with the pointer of what is unknown; `refused` `TOO_MANY_POINTS`, `NO_POINTS`
 */
export async function judgeChoice(deps: ServiceDeps, caller: Caller, ask: BulkAsk): Promise<JudgedChoice> {
  const { choice, direction, utility, cause } = ask;
  const right = await requireBulkRight(deps.database, caller, direction, choice.kind === 'FEEDER');
  const nowMs = deps.engine.clock.now();
  const place = await placeOf(deps, right, choice);
  const candidates = await bulkCandidates(
    deps.reader,
    right.scope,
    choice,
    utility,
    nowMs,
    BULK_POINTS_MAX + 1,
  );
  if (candidates.length > BULK_POINTS_MAX)
    throw new DomainError(
      'refused',
      'TOO_MANY_POINTS',
      `One job holds at most ${BULK_POINTS_MAX} points: choose fewer.`,
      { field: '/choice' },
    );
  needAllFound(choice, candidates);
  if (choice.kind === 'FEEDER') await needWholeFeeder(deps, right, choice.code, utility, candidates.length);
  if (candidates.length === 0)
    throw new DomainError('refused', 'NO_POINTS', 'No point of this kind is there.', { field: '/choice' });
  const feeders = candidates.filter(({ role }) => role === 'FEEDER');
  if (feeders.length > 0) requireBulkScope(caller, direction, true);
  return {
    right,
    ...place,
    // A list with a feeder in it is a job for those who may switch feeders, also for the second person.
    ...(feeders[0] ? { scope: 'FEEDER' as const, scopeCode: feeders[0].code } : {}),
    points: candidates.map((candidate) => ({
      candidate,
      verdict: candidateVerdict(candidate, direction, right.actorId, nowMs, cause),
    })),
  };
}

async function placeOf(
  deps: ReadDeps,
  { scope }: BulkRight,
  choice: BulkChoice,
): Promise<Pick<JudgedChoice, 'scope' | 'scopeCode' | 'scopeName'>> {
  switch (choice.kind) {
    case 'POINTS':
    case 'ROOMS':
      return { scope: choice.kind, scopeCode: null, scopeName: null };
    case 'FEEDER':
      return { scope: 'FEEDER', scopeCode: choice.code, scopeName: null };
    case 'SPACE': {
      const space = await chosenSpace(deps.reader, scope, choice.code);
      if (!space)
        throw new DomainError('notFound', 'UNKNOWN_SPACE', `There is no place ${choice.code}.`, {
          field: '/choice/code',
        });
      return {
        scope: space.kind === 'ZONE' ? 'ROOM' : space.kind,
        scopeCode: choice.code,
        scopeName: { name: space.name, nameEn: space.nameEn },
      };
    }
  }
}

/** Every code of a list names something in reach: a job never does less than was asked without a word. */
function needAllFound(choice: BulkChoice, candidates: readonly BulkCandidate[]): void {
  if (choice.kind !== 'POINTS' && choice.kind !== 'ROOMS') return;
  const found = candidates.map((candidate) => (choice.kind === 'POINTS' ? candidate.code : candidate.space));
  const missing = choice.codes.findIndex((code) =>
    code.endsWith('*') && choice.kind === 'ROOMS'
      ? !found.some((one) => one.startsWith(code.slice(0, -1)))
      : !found.includes(code),
  );
  if (missing < 0) return;
  const code = choice.codes[missing]!;
  throw choice.kind === 'POINTS'
    ? new DomainError('notFound', 'METER_POINT', `There is no meter point ${code}.`, {
        field: `/choice/codes/${missing}`,
        code,
      })
    : new DomainError('notFound', 'ROOM', `There is no room ${code} with such a point.`, {
        field: `/choice/codes/${missing}`,
        code,
      });
}

async function needWholeFeeder(
  deps: ReadDeps,
  { scope }: BulkRight,
  code: string,
  utility: BulkCandidate['utility'],
  found: number,
): Promise<void> {
  const all = await pointsBelow(deps.reader, scope.campusId, code, utility);
  if (all === null)
    throw new DomainError('notFound', 'FEEDER', `There is no feeder ${code}.`, { field: '/choice/code' });
  if (all > found)
    throw new DomainError('forbidden', 'OUT_OF_SCOPE', 'This feeder supplies places beyond your reach.', {
      outside: all - found,
    });
}

/** What would happen to a point that a job names. @param actorId by which leases and tags know who asks; null: nobody's */
export function candidateVerdict(
  candidate: BulkCandidate,
  direction: BulkDirection,
  actorId: string | null,
  nowMs: number,
  cause?: BulkAsk['cause'],
): BulkVerdict {
  const { live, observed } = candidate;
  return bulkVerdict(
    {
      utility: candidate.utility,
      hasMeter: candidate.meterId !== null,
      hasRelay: candidate.hasRelay,
      observed,
      reasons: Object.keys(candidate.reasons) as SupplyReason[],
      context: {
        utility: candidate.utility,
        protection: candidate.lifeSafetyBelow ? 'LIFE_SAFETY' : candidate.protection,
        maintenanceTags: candidate.tags.map(({ by, note }) => ({ heldBy: by, note })),
        meterOnline: candidate.online !== false,
        lastReadingAt: candidate.lastMs,
        intervalMs: candidate.intervalMs,
        liveCommand: live && { id: live.id, op: live.op, reason: live.cause as SupplyReason },
        lastOpenedAt:
          observed === 'OPEN' ? candidate.changedMs : live !== null && isCut(live.op) ? live.issuedMs : null,
        lastClosedAt: observed === 'CLOSED' ? candidate.changedMs : null,
        operationTimes: candidate.operationsMs,
        gasAlarmOpen: candidate.gasAlarmOpen,
        mappingChangedAt: candidate.mappedMs,
        controlLease:
          candidate.leaseBy !== null && candidate.leaseUntilMs !== null
            ? { heldBy: candidate.leaseBy, until: candidate.leaseUntilMs }
            : null,
      },
    },
    direction,
    actorId,
    nowMs,
    cause,
  );
}
