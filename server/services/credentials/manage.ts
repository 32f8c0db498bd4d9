import { findHolder } from '../../../db/queries/holders';
import { DomainError } from '../../../domain/errors';
import { type Credential, revokeCredential, rotateCredential } from '../../../engine/credentials';
import { type Caller, requirePermission } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

/** Gateways, and meters that speak for themselves. */
export interface Holder {
  readonly kind: 'GATEWAY' | 'METER';
  readonly code: string;
}

const targetOf = ({ kind, code }: Holder): string => `${kind.toLowerCase()}:${code}`;

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
    auditAct(tx, deps, caller, { action: 'CREDENTIAL_ISSUED', target: targetOf(holder) }),
  );
}

/** Ends the credential in force. @throws DomainError `notFound` `NO_CREDENTIAL` */
export async function withdrawCredential(deps: ServiceDeps, caller: Caller, holder: Holder): Promise<void> {
  const campusId = await campusOf(deps, caller, holder);
  await revokeCredential(deps.database, deps.engine, { campusId, code: holder.code }, (tx) =>
    auditAct(tx, deps, caller, { action: 'CREDENTIAL_REVOKED', target: targetOf(holder) }),
  );
}
