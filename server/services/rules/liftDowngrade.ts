import { withTransaction } from '../../../db/client';
import { liftDowngrade } from '../../../db/queries/ruleDowngrades';
import { DomainError, invalid } from '../../../domain/errors';
import { type Caller, requireCampusWide } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

/**
 * A person lets a downgraded rule do again all that it does; verdicts count anew from then on.
 * @throws DomainError `invalid` `REASON`, `notFound` `DOWNGRADE` where none of this id stands, `forbidden`
 */
export async function liftRuleDowngrade(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly id: number; readonly note: string },
): Promise<void> {
  const { scope } = requireCampusWide(caller, 'TUNE_RULES');
  const note = input.note.trim();
  if (note === '') throw invalid('/note', 'REASON', 'A reason must be given.');
  await withTransaction(deps.database, async (tx) => {
    const lifted = await liftDowngrade(tx.client, {
      campusId: scope.campusId,
      id: input.id,
      by: caller.actor,
      atMs: deps.engine.clock.now(),
      note,
    });
    if (!lifted) throw new DomainError('notFound', 'DOWNGRADE', 'No such downgrade stands.');
    auditAct(tx, deps, caller, {
      action: 'RULE_DOWNGRADE_LIFTED',
      target: `rule:${lifted.rule}`,
      after: { downgrade: input.id, note },
    });
  });
}
