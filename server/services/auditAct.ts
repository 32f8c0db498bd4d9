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

/** Writes down, under their own name, that a second person consented to an act of the caller; null: nobody had to. */
export function auditConsent(
  tx: Tx,
  deps: Pick<ReadDeps, 'engine'>,
  caller: Caller,
  second: Caller | null,
  act: Pick<AuditEntry, 'action' | 'target'>,
): void {
  if (!second) return;
  auditAct(tx, deps, second, {
    action: 'CONSENT',
    target: act.target,
    after: { to: act.action, of: caller.actor },
  });
}
