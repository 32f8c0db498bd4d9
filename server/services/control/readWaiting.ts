import { restoresWaiting, type WaitingRestore } from '../../../db/queries/restoreRequests';
import type { ScopeFilter } from '../../../db/queries/scope';
import {
  jobsWaiting,
  protectionsWaiting,
  rulesWaiting,
  schedulesWaiting,
  type WaitingJob,
  type WaitingProtection,
  type WaitingRule,
  type WaitingSchedule,
} from '../../../db/queries/waiting';
import { DomainError } from '../../../domain/errors';
import { RESTORE_WAITS_MS } from '../../../domain/supply/restoreRequest';
import type { Caller } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import type { ServiceDeps } from '../deps';
import { requireBulkScope } from './bulkRights';
import { requireScheduleScope } from './schedules';

/** Something that waits for the caller's word, by what it is. */
export type WaitingItem =
  | ({ readonly kind: 'BULK' } & WaitingJob)
  | ({ readonly kind: 'SCHEDULE' } & WaitingSchedule)
  | ({ readonly kind: 'RULE' } & WaitingRule)
  | ({ readonly kind: 'PROTECTION' } & WaitingProtection)
  | ({ readonly kind: 'RESTORE' } & WaitingRestore);

/**
 * What waits for a second person, where the caller may be that person: by the very rights by which it is decided, so that a list
 * shows nobody what they could not answer. What runs out comes first, then the oldest. A program decides nothing: it gets none.
 */
export async function readWaiting(deps: ServiceDeps, caller: Caller): Promise<WaitingItem[]> {
  if (caller.user === null) return [];
  const { id: userId } = caller.user;
  const nowMs = deps.engine.clock.now();
  const found = await Promise.all([
    bulkJobs(deps, caller, userId, nowMs),
    schedules(deps, caller, userId, nowMs),
    proposals(deps, caller, userId),
    restores(deps, caller, nowMs),
  ]);
  const due = ({ dueMs }: WaitingItem) => dueMs ?? Number.POSITIVE_INFINITY;
  return found.flat().sort((a, b) => (due(a) === due(b) ? a.atMs - b.atMs : due(a) - due(b)));
}

async function bulkJobs(
  deps: ServiceDeps,
  caller: Caller,
  userId: number,
  nowMs: number,
): Promise<WaitingItem[]> {
  const scopes = {
    cut: orNone(() => requireBulkScope(caller, 'CUT', false)),
    cutFeeder: orNone(() => requireBulkScope(caller, 'CUT', true)),
    restore: orNone(() => requireBulkScope(caller, 'RESTORE', false)),
  };
  const rows = await jobsWaiting(deps.database, caller.campus.id, scopes, userId, nowMs);
  return rows.map((job) => ({ kind: 'BULK', ...job }));
}

async function schedules(
  deps: ServiceDeps,
  caller: Caller,
  userId: number,
  nowMs: number,
): Promise<WaitingItem[]> {
  const scope = orNone(() => requireScheduleScope(caller, false));
  if (!scope) return [];
  const rows = await schedulesWaiting(deps.reader, scope, userId, nowMs);
  return rows
    .filter(({ choice }) => choice.kind !== 'FEEDER' || orNone(() => requireScheduleScope(caller, true)))
    .map((row) => ({ kind: 'SCHEDULE', ...row }));
}

async function proposals(deps: ServiceDeps, caller: Caller, userId: number): Promise<WaitingItem[]> {
  const wide = (action: Action): ScopeFilter | null => {
    const scope = caller.permission(action)?.scope;
    return scope?.campusWide ? scope : null;
  };
  const [publish, protect] = [wide('PUBLISH_RULES'), wide('APPROVE_PROTECTION')];
  const rules = publish ? await rulesWaiting(deps.reader, publish.campusId, userId) : [];
  const changes = protect ? await protectionsWaiting(deps.reader, protect, userId) : [];
  return [
    ...rules.map((row) => ({ kind: 'RULE' as const, ...row })),
    ...changes.map((row) => ({ kind: 'PROTECTION' as const, ...row })),
  ];
}

async function restores(deps: ServiceDeps, caller: Caller, nowMs: number): Promise<WaitingItem[]> {
  const right = caller.permission('RESTORE');
  if (right?.grant !== 'FULL') return [];
  const rows = await restoresWaiting(deps.database, right.scope, nowMs - RESTORE_WAITS_MS);
  return rows.map((row) => ({ kind: 'RESTORE', ...row }));
}

/** A scope, or null where the caller's roles give none. */
function orNone(scopeOf: () => ScopeFilter): ScopeFilter | null {
  try {
    return scopeOf();
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
