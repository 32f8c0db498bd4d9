import type { LiveCommand } from '../../../contracts/liveEvents';
import { withTransaction } from '../../../db/client';
import { targetsOutside } from '../../../db/queries/bulkJobs';
import {
  type BulkJobView,
  type BulkTargetView,
  bulkJobPlaces,
  findBulkJob,
  listBulkJobs,
  listBulkTargets,
} from '../../../db/queries/bulkViews';
import { listRecentCommands } from '../../../db/queries/commandViews';
import {
  type HungTag,
  listProposals,
  listProtected,
  listTags,
  type ProposalView,
  type ProtectedPoint,
} from '../../../db/queries/protectionProposals';
import { areOnePerson } from '../../../db/queries/samePerson';
import { joinedScope, noScope, type ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import { type BulkCellState, bulkCellState, FAILED_CELLS } from '../../../domain/supply/bulkJob';
import { type Caller, requirePermission } from '../../auth/caller';
import { rolesThatMay } from '../../auth/permissions';
import { liveCommand } from '../../live/shapes';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { type PendingDryRun, readPendingDryRun } from './pendingDryRun';
import { mayRetryFiring } from './retryFiring';

const DAY_MS = 86_400_000;
const JOBS_SHOWN = 50;
const COMMANDS_SHOWN = 200;

/** A job with its cells counted; `selected` is their sum. */
export interface BulkJobShown extends Omit<BulkJobView, 'counts'> {
  readonly selected: number;
  readonly cells: Partial<Record<BulkCellState, number>>;
  readonly failed: number;
  /** Points whose turn has not come or whose command has not ended. */
  readonly open: number;
}

const OPEN_CELLS: ReadonlySet<BulkCellState> = new Set(['approval', 'planned', 'pending', 'sent', 'acked']);

function shownOf({ counts, ...job }: BulkJobView): BulkJobShown {
  const cells: Partial<Record<BulkCellState, number>> = {};
  for (const { n, ...target } of counts) {
    const cell = bulkCellState(target, job.state);
    cells[cell] = (cells[cell] ?? 0) + n;
  }
  const sum = (states: Iterable<BulkCellState>) =>
    [...states].reduce((total, state) => total + (cells[state] ?? 0), 0);
  return {
    ...job,
    selected: sum(Object.keys(cells) as BulkCellState[]),
    cells,
    failed: sum(FAILED_CELLS),
    open: sum(OPEN_CELLS),
  };
}

/** What a viewer may do on the page of control. */
export interface ControlRights {
  readonly cut: boolean;
  readonly restore: boolean;
  readonly tag: boolean;
  readonly propose: boolean;
  readonly approveProtection: boolean;
  readonly replayPolicy: boolean;
  readonly userId: number | null;
}

function rightsOf(caller: Caller): ControlRights {
  return {
    cut: caller.permission('CUT')?.grant === 'FULL',
    restore: caller.permission('RESTORE')?.grant === 'FULL',
    tag: caller.permission('PLACE_TAG') !== null,
    propose: caller.permission('PROPOSE_PROTECTION') !== null,
    approveProtection: caller.permission('APPROVE_PROTECTION') !== null,
    replayPolicy: caller.permission('REPLAY_POLICY')?.scope.campusWide === true,
    userId: caller.user?.id ?? null,
  };
}

/** Where the caller decides about supply. Why a point is protected may be somebody's health: nobody else is told. */
function decidesAbout(caller: Caller, nowMs: number): ScopeFilter {
  const [first, ...more] = (['CUT', 'RESTORE', 'PROPOSE_PROTECTION', 'APPROVE_PROTECTION'] as const).flatMap(
    (action) => {
      const right = caller.permission(action);
      return right?.grant === 'FULL' ? [right.scope] : [];
    },
  );
  return first ? joinedScope([first, ...more]) : noScope(caller.campus.id, new Date(nowMs));
}

export interface ControlOverview {
  readonly asOfMs: number;
  readonly rights: ControlRights;
  /** Those with failures first, then those under way, then by time. */
  readonly jobs: readonly BulkJobShown[];
  readonly tags: readonly HungTag[];
  readonly proposals: readonly ProposalView[];
  readonly protectedPoints: readonly ProtectedPoint[];
  readonly commands: readonly LiveCommand[];
}

/** Everything that switches or keeps from switching, within the caller's reach. @throws DomainError forbidden/ROLE_MISSING */
export async function readControl(deps: ReadDeps, caller: Caller): Promise<ControlOverview> {
  const { scope } = requirePermission(caller, 'VIEW_COMMANDS');
  const nowMs = deps.engine.clock.now();
  const jobs = (await listBulkJobs(deps.reader, scope, nowMs - 7 * DAY_MS, JOBS_SHOWN)).map(shownOf);
  const rank = (job: BulkJobShown) => (job.failed > 0 ? 0 : job.finishedMs === null ? 1 : 2);
  const commands = await listRecentCommands(deps.reader, scope, nowMs - DAY_MS, COMMANDS_SHOWN);
  return {
    asOfMs: nowMs,
    rights: rightsOf(caller),
    jobs: jobs.sort((a, b) => rank(a) - rank(b) || b.requestedMs - a.requestedMs),
    tags: await listTags(deps.reader, scope, rolesThatMay('PLACE_TAG')),
    proposals: await listProposals(deps.reader, scope, decidesAbout(caller, nowMs), nowMs - 7 * DAY_MS),
    protectedPoints: await listProtected(deps.reader, scope),
    commands: commands.flatMap((command) => liveCommand(command) ?? []),
  };
}

/** One point of a job with what its cell shows. */
export interface BulkCell extends BulkTargetView {
  readonly cell: BulkCellState;
}

export interface BulkJobDetail {
  readonly asOfMs: number;
  readonly job: BulkJobShown;
  readonly cells: readonly BulkCell[];
  /** From the building down to the chosen place, or to where the chosen feeder stands; of a list its buildings. */
  readonly places: readonly {
    readonly code: string;
    readonly name: string;
    readonly nameEn: string | null;
  }[];
  /** What consent would do now; null: nobody is asked, or the reader switches nothing of this kind. */
  readonly dryRun: PendingDryRun | null;
  readonly rights: {
    /** Consents or refuses as the second person. */
    readonly decide: boolean;
    readonly withdraw: boolean;
    /** Pauses, continues, stops. */
    readonly steer: boolean;
    /** Asks for the restore of what it cut. */
    readonly restore: boolean;
    /** Has the schedule try again what failed of its firing. */
    readonly retryFiring: boolean;
  };
}

/** One job with all its points in reach. @throws DomainError forbidden/ROLE_MISSING; notFound/JOB */
export async function readBulkJob(deps: ReadDeps, caller: Caller, id: string): Promise<BulkJobDetail> {
  const { scope } = requirePermission(caller, 'VIEW_COMMANDS');
  const job = await findBulkJob(deps.reader, scope, id);
  if (!job) throw new DomainError('notFound', 'JOB', `There is no bulk job ${id}.`);
  const targets = await listBulkTargets(deps.reader, scope, id);
  const action = job.direction === 'RESTORE' ? 'RESTORE' : job.scope === 'FEEDER' ? 'CUT_FEEDER' : 'CUT';
  const right = caller.permission(action);
  const may = right !== null && right.grant !== 'OWN_TAG' && caller.user !== null;
  const own = caller.user?.id === job.requesterId;
  const pending = job.state === 'PENDING_APPROVAL';
  // Under another sign-in they are no second person either.
  const samePerson =
    own || (caller.user !== null && (await areOnePerson(deps.reader, job.requesterId, caller.user.id)));
  // Of part of a job nobody is told as if it were the whole; nor may they consent to it.
  const waitsForThem =
    pending && may && (await targetsOutside(deps.reader.wholeCampus(), right.scope, id)) === 0;
  return {
    asOfMs: deps.engine.clock.now(),
    job: shownOf(job),
    cells: targets.map((target) => ({ ...target, cell: bulkCellState(target, job.state) })),
    places: await bulkJobPlaces(deps.reader, scope, id),
    dryRun: waitsForThem ? await readPendingDryRun(deps, right.scope, job, targets) : null,
    rights: {
      decide: waitsForThem && !samePerson,
      withdraw: pending && own,
      steer: !pending && job.finishedMs === null && may,
      restore: caller.permission('RESTORE')?.grant === 'FULL',
      retryFiring: await mayRetryFiring(deps, caller, scope, job),
    },
  };
}

/** The same for a file; that it was taken stands in the audit log. */
export async function exportBulkJob(deps: ServiceDeps, caller: Caller, id: string): Promise<BulkJobDetail> {
  const detail = await readBulkJob(deps, caller, id);
  await withTransaction(deps.database, async (tx) =>
    auditAct(tx, deps, caller, {
      action: 'BULK_EXPORTED',
      target: `bulk:${id}`,
      after: { rows: detail.cells.length },
    }),
  );
  return detail;
}
