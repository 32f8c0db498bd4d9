import { withTransaction } from '../../../db/client';
import { type DrillResult, tamperDrill } from '../../../engine/tamperDrill';
import { type Caller, requirePermission } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

/**
 * Forges a top-up and lets the verifier find it; the drill stands in the audit log. For demos alone: the caller makes sure.
 * @throws DomainError `forbidden`, `refused` `NO_RECHARGE`
 */
export async function drillLedger(deps: ServiceDeps, caller: Caller): Promise<DrillResult> {
  const { scope } = requirePermission(caller, 'DRILL_LEDGER');
  const result = await tamperDrill(deps.database, deps.engine, scope.campusId, Math.random());
  await withTransaction(deps.database, async (tx) =>
    auditAct(tx, deps, caller, {
      action: 'LEDGER_DRILL',
      target: `account:${result.touchedAccount}`,
      after: {
        transaction: result.txId,
        named: result.namedAccount,
        found: result.found,
        tookMs: result.tookMs,
        restored: result.restored,
      },
    }),
  );
  return result;
}
