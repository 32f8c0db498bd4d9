import type { Tx } from '../../db/client';
import { type AuditEntry, appendAudit } from '../../db/queries/audit';
import type { Caller } from '../auth/caller';
import type { ReadDeps } from './deps';

/** Writes down an act of the caller, as the last step of the transaction that carries it out. */
export function auditAct(
  tx: Tx,
  { engine }: Pick<ReadDeps, 'engine'>,
  caller: Caller,
  act: Pick<AuditEntry, 'action' | 'target' | 'before' | 'after'>,
): void {
  appendAudit(tx, {
    campusId: caller.campus.id,
    atMs: engine.clock.now(),
    actor: caller.actor,
    ip: caller.address,
    ...act,
  });
}
