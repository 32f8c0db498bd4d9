import type { ImportResult } from '../../../contracts/importDocument';
import { type Second, secondSchema } from '../../../contracts/payments';
import { DomainError, invalid } from '../../../domain/errors';
import { importCampus } from '../../../engine/importCampus';
import { type Caller, requirePermission } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { auditAct, auditConsent } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';

/**
 * Brings the caller's campus to what a document says, all or nothing; the answer has a verdict per row.
 * What is finance's it changes only for a caller who may credit payments; roles only as the person behind the caller may give them.
 * What takes two people, it changes where `second` beside the document consents; the engine judges whether they may.
 * @param body the document, with `second` where somebody consents
 * @throws DomainError `forbidden` for a caller whose reach is not the whole campus; `invalid` `SECOND`; `refused` `SECOND_PERSON_WRONG`
 */
export async function importDocument(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  body: unknown,
  dryRun: boolean,
): Promise<ImportResult> {
  const { scope } = requirePermission(caller, 'IMPORT_CAMPUS');
  if (!scope.campusWide) {
    throw new DomainError('forbidden', 'CAMPUS_SCOPE_NEEDED', 'An import concerns the whole campus.');
  }
  const { given, document } = split(body);
  const second = given ? await secondPerson(deps, caller, given) : null;
  return importCampus(deps.database, deps.engine, document, {
    dryRun,
    actor: caller.actor,
    rights: {
      finance: caller.permission('CASH_DESK') !== null,
      answerable: caller.answerable,
      second: second?.actor ?? null,
    },
    campusId: scope.campusId,
    closing: (tx, { totals }) => {
      const act = { action: 'IMPORT', target: `campus:${caller.campus.code}` };
      auditAct(tx, deps, caller, { ...act, after: { totals: { ...totals } } });
      auditConsent(tx, deps, caller, second, act);
    },
  });
}

/** Who consents is no part of what the campus is brought to. */
function split(body: unknown): { given: Second | null; document: unknown } {
  if (typeof body !== 'object' || body === null || !('second' in body))
    return { given: null, document: body };
  const { second, ...document } = body;
  const given = secondSchema.safeParse(second);
  if (!given.success) throw invalid('/second', 'SECOND', 'second: must be a name and a password.');
  return { given: given.data, document };
}
