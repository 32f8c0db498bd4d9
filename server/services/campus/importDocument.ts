import type { ImportResult } from '../../../contracts/importDocument';
import { DomainError } from '../../../domain/errors';
import { importCampus } from '../../../engine/importCampus';
import { type Caller, requirePermission } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

/**
 * Brings the caller's campus to what a document says, all or nothing; the answer has a verdict per row.
 * What is finance's it changes only for a caller who may credit payments; roles only as the person behind the caller may give them.
 * @throws DomainError `forbidden` for a caller whose reach is not the whole campus
 */
export async function importDocument(
  deps: ServiceDeps,
  caller: Caller,
  document: unknown,
  dryRun: boolean,
): Promise<ImportResult> {
  const { scope } = requirePermission(caller, 'IMPORT_CAMPUS');
  if (!scope.campusWide) {
    throw new DomainError('forbidden', 'CAMPUS_SCOPE_NEEDED', 'An import concerns the whole campus.');
  }
  return importCampus(deps.database, deps.engine, document, {
    dryRun,
    actor: caller.actor,
    rights: { finance: caller.permission('CASH_DESK') !== null, answerable: caller.answerable },
    campusId: scope.campusId,
    closing: (tx, { totals }) =>
      auditAct(tx, deps, caller, {
        action: 'IMPORT',
        target: `campus:${caller.campus.code}`,
        after: { totals: { ...totals } },
      }),
  });
}
