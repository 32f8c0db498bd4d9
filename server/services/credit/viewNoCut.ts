import { actorNames } from '../../../db/queries/actorNames';
import { listNoCutDeclarations, type NoCutDeclaration } from '../../../db/queries/noCutDeclarations';
import { listPolicyNames, type PolicyName } from '../../../db/queries/policies';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';

export interface NoCutTimes {
  readonly times: readonly (NoCutDeclaration & { readonly declaredByName: string })[];
  /** What a time may be declared for, besides all of the campus. */
  readonly policies: readonly PolicyName[];
  readonly nowMs: number;
}

/** Declared times without cuts that run or are to come. @throws DomainError `forbidden` */
export async function viewNoCut(deps: ReadDeps, caller: Caller): Promise<NoCutTimes> {
  const { scope } = requirePermission(caller, 'DECLARE_NO_CUT');
  const nowMs = deps.engine.clock.now();
  const times = await listNoCutDeclarations(deps.reader, scope.campusId, nowMs);
  const names = await actorNames(
    deps.reader,
    times.map(({ declaredBy }) => declaredBy),
  );
  return {
    times: times.map((time) => ({ ...time, declaredByName: names.get(time.declaredBy) ?? time.declaredBy })),
    policies: await listPolicyNames(deps.reader, scope.campusId),
    nowMs,
  };
}
