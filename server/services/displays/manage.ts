import { withTransaction } from '../../../db/client';
import { type DisplayListRow, listDisplays, revokeDisplay } from '../../../db/queries/displays';
import { DomainError } from '../../../domain/errors';
import { type Caller, requirePermission } from '../../auth/caller';
import { approveDisplay, DEFAULT_PLAYLIST } from '../../auth/displayTokens';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';

/** Walls belong to the campus: a part of it can't be managed. */
function requireCampus(caller: Caller): number {
  const { scope } = requirePermission(caller, 'MANAGE_DISPLAYS');
  if (!scope.campusWide) {
    throw new DomainError('forbidden', 'CAMPUS_SCOPE_NEEDED', 'Displays are managed for the whole campus.');
  }
  return scope.campusId;
}

/** Paired walls, by name. */
export async function listPairedDisplays(deps: ReadDeps, caller: Caller): Promise<DisplayListRow[]> {
  return listDisplays(deps.reader, requireCampus(caller));
}

/** Approves the screen that shows `code`. @throws DomainError `notFound` `PAIRING_CODE` */
export async function pairDisplay(
  deps: ServiceDeps & { readonly publicUrl: string },
  caller: Caller,
  input: { code: string; name: string },
): Promise<{ displayId: string }> {
  const campusId = requireCampus(caller);
  return approveDisplay(
    { database: deps.database, clock: deps.engine.clock, publicUrl: deps.publicUrl },
    { campusId, code: input.code, name: input.name, playlist: DEFAULT_PLAYLIST, actor: caller.actor },
    (tx, displayId) =>
      auditAct(tx, deps, caller, {
        action: 'DISPLAY_PAIRED',
        target: `display:${displayId}`,
        after: { name: input.name },
      }),
  );
}

/** Ends a wall's right at once. @throws DomainError `notFound` `DISPLAY` */
export async function revokePairedDisplay(
  deps: ServiceDeps,
  caller: Caller,
  input: { displayId: string },
): Promise<void> {
  const campusId = requireCampus(caller);
  const at = new Date(deps.engine.clock.now());
  await withTransaction(deps.database, async (tx) => {
    if (!(await revokeDisplay(tx, campusId, input.displayId, at))) {
      throw new DomainError('notFound', 'DISPLAY', 'There is no such display.');
    }
    auditAct(tx, deps, caller, {
      action: 'DISPLAY_REVOKED',
      target: `display:${input.displayId}`,
      after: {},
    });
  });
}
