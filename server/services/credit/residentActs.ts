import { findAccountView } from '../../../db/queries/accountViews';
import { listCreditPoints } from '../../../db/queries/creditViews';
import { findRoom, findRoomAccountCode } from '../../../db/queries/rooms';
import { DomainError } from '../../../domain/errors';
import { textFromMicro } from '../../../domain/units';
import { confirmRestore, continueAfterTrip, type ResidentRestore } from '../../../engine/confirmRestore';
import { type LoanOutcome, takeEmergencyCredit } from '../../../engine/takeEmergencyCredit';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import { namedRefusal } from '../commands/namedRefusal';
import type { ReadDeps, ServiceDeps } from '../deps';
import type { OwnRoom } from '../me/ownRoom';

/** Everything a resident does to the credit and the supply of the own room; of no other. */

/** The own room with its place. @throws DomainError notFound/ROOM */
export async function ownRoomPlace(deps: ReadDeps, own: OwnRoom): Promise<OwnRoom & { spaceId: number }> {
  const room = await findRoom(deps.reader, own.scope, own.code);
  if (!room) throw new DomainError('notFound', 'ROOM', `There is no room ${own.code}.`);
  return { ...own, spaceId: room.id };
}

async function ownAccount(deps: ReadDeps, own: OwnRoom): Promise<{ id: number; code: string }> {
  const { spaceId } = await ownRoomPlace(deps, own);
  const code = await findRoomAccountCode(deps.reader, spaceId, new Date(deps.engine.clock.now()));
  const account = code === null ? null : await findAccountView(deps.reader, own.scope, code);
  if (!account)
    throw new DomainError('notFound', 'NO_ACCOUNT', `Nobody pays for room ${own.code} by credit.`);
  return account;
}

const wordOf = (caller: Caller) => ({
  campusId: caller.campus.id,
  actor: caller.actor,
  actorId: caller.user === null ? null : String(caller.user.id),
  means: 'PORTAL' as const,
});

/** @throws DomainError as `takeEmergencyCredit` of the engine */
export async function takeOwnEmergencyCredit(
  deps: ServiceDeps,
  caller: Caller,
  own: OwnRoom,
): Promise<LoanOutcome> {
  const { code } = await ownAccount(deps, own);
  return takeEmergencyCredit(
    deps.database,
    deps.engine,
    { campusId: caller.campus.id, accountCode: code },
    (tx, { limitMicro }) =>
      auditAct(tx, deps, caller, {
        action: 'EMERGENCY_CREDIT_TAKEN',
        target: `account:${code}`,
        after: { limit: textFromMicro(limitMicro) },
      }),
  );
}

/** @throws DomainError as `confirmRestore` of the engine; notFound/POINT for a point that the own account does not pay for */
export async function confirmOwnRestore(
  deps: ServiceDeps,
  caller: Caller,
  own: OwnRoom,
  pointCode: string,
): Promise<ResidentRestore> {
  const account = await ownAccount(deps, own);
  const now = deps.engine.clock.now();
  const points = await listCreditPoints(deps.reader, account.id, now, now);
  if (!points.some(({ code }) => code === pointCode))
    throw new DomainError('notFound', 'POINT', `There is no meter point ${pointCode} of yours.`);
  return namedRefusal(deps.reader, () =>
    confirmRestore(deps.database, deps.engine, { ...wordOf(caller), pointCode }, (tx, outcome) =>
      auditAct(tx, deps, caller, {
        action: 'RESTORE_CONFIRMED',
        target: `point:${pointCode}`,
        after: { means: 'PORTAL', commands: [...outcome.commandIds] },
      }),
    ),
  );
}

/** @throws DomainError as `continueAfterTrip` of the engine */
export async function continueOwnSupply(
  deps: ServiceDeps,
  caller: Caller,
  own: OwnRoom,
): Promise<ResidentRestore> {
  const { code } = await ownAccount(deps, own);
  return continueAfterTrip(
    deps.database,
    deps.engine,
    { ...wordOf(caller), accountCode: code },
    (tx, outcome) =>
      auditAct(tx, deps, caller, {
        action: 'CONTINUED_AFTER_TRIP',
        target: `account:${code}`,
        after: { means: 'PORTAL', commands: [...outcome.commandIds] },
      }),
  );
}
