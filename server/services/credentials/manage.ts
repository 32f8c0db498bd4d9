import type { Tx } from '../../../db/client';
import { appendAudit } from '../../../db/queries/audit';
import { findHolder } from '../../../db/queries/holders';
import { DomainError } from '../../../domain/errors';
import { type Credential, revokeCredential, rotateCredential } from '../../../engine/credentials';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ServiceDeps } from '../deps';

/** Gateways, and meters that speak for themselves. */
export interface Holder {
  readonly kind: 'GATEWAY' | 'METER';
  readonly code: string;
}

async function campusOf(deps: ServiceDeps, caller: Caller, holder: Holder): Promise<number> {
  const { scope } = requirePermission(caller, 'MANAGE_CREDENTIALS');
  if (!(await findHolder(deps.reader, scope, holder.kind, holder.code))) {
    throw new DomainError(
      'notFound',
      holder.kind,
      `There is no ${holder.kind.toLowerCase()} ${holder.code}.`,
    );
  }
  return scope.campusId;
}

/** A new password and signing key; those before end. The only time that they can be read. */
export async function issueCredential(
  deps: ServiceDeps,
  caller: Caller,
  holder: Holder,
): Promise<Credential> {
  const campusId = await campusOf(deps, caller, holder);
  return rotateCredential(deps.database, deps.engine, { campusId, code: holder.code }, (tx) =>
    audit(tx, deps, caller, campusId, 'CREDENTIAL_ISSUED', holder),
  );
}

/** Ends the credential in force. @throws DomainError `notFound` `NO_CREDENTIAL` */
export async function withdrawCredential(deps: ServiceDeps, caller: Caller, holder: Holder): Promise<void> {
  const campusId = await campusOf(deps, caller, holder);
  await revokeCredential(deps.database, deps.engine, { campusId, code: holder.code }, (tx) =>
    audit(tx, deps, caller, campusId, 'CREDENTIAL_REVOKED', holder),
  );
}

function audit(
  tx: Tx,
  deps: ServiceDeps,
  caller: Caller,
  campusId: number,
  action: string,
  holder: Holder,
): void {
  appendAudit(tx, {
    campusId,
    atMs: deps.engine.clock.now(),
    actor: caller.actor,
    action,
    target: `${holder.kind.toLowerCase()}:${holder.code}`,
    ip: caller.address,
  });
}
