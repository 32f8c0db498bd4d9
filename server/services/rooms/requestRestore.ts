import { type Tx, withTransaction } from '../../../db/client';
import { findAccountView } from '../../../db/queries/accountViews';
import { insertNotice, type NewNotice, usualReceivers } from '../../../db/queries/notices';
import { findRoomAccountCode, listRoomPoints } from '../../../db/queries/rooms';
import { DomainError } from '../../../domain/errors';
import { peopleToTell } from '../../../engine/peopleToTell';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { needRight, openRoom } from './roomRights';

/** One request of a person for a point counts for this long; asking again within it changes nothing. */
const REPEAT_MS = 10 * 60_000;
/** Whoever is on duty is reached, whatever they chose for requests: somebody sits in the dark. */
const DUTY_CHANNELS = 1;

/**
 * Asks those who may restore to do so, and whoever manages the shift, at any hour: a notice on the room, with who asks and why. It moves
 * nothing by itself.
 * @throws DomainError `forbidden`, `notFound`
 */
export async function requestRestore(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly code: string; readonly pointCode: string; readonly reason: string },
): Promise<void> {
  const { room, scope, rights } = await openRoom(deps, caller, input.code);
  needRight(rights, 'requestRestore');
  const nowMs = deps.engine.clock.now();
  const points = await listRoomPoints(deps.reader, room.id, nowMs);
  if (!points.some(({ code }) => code === input.pointCode))
    throw new DomainError('notFound', 'METER_POINT', `There is no meter point ${input.pointCode} here.`);
  const accountCode = await findRoomAccountCode(deps.reader, room.id, new Date(nowMs));
  const account = accountCode === null ? null : await findAccountView(deps.reader, scope, accountCode);
  await withTransaction(deps.database, async (tx) => {
    const notice: NewNotice = {
      campusId: scope.campusId,
      kind: 'RESTORE_REQUESTED',
      accountId: account?.id ?? null,
      departmentId: null,
      atMs: nowMs,
      dedupeKey: `restore:${input.pointCode}:${caller.actor}:${Math.floor(nowMs / REPEAT_MS)}`,
      body: {
        ...{ point: input.pointCode, reason: input.reason, by: caller.user?.name ?? caller.actor },
        ...(caller.user === null ? {} : { askerId: caller.user.id }),
      },
    };
    await insertNotice(tx.client, notice, {
      ...usualReceivers(notice)!,
      userIds: await managersOnDuty(tx, { campusId: scope.campusId, spaceId: room.id }, nowMs),
      namedChannels: DUTY_CHANNELS,
    });
    auditAct(tx, deps, caller, {
      action: 'RESTORE_REQUESTED',
      target: `point:${input.pointCode}`,
      after: { reason: input.reason },
    });
  });
}

/** Who manages the shift at a place now; empty where the roster names nobody whom a message reaches. */
async function managersOnDuty(
  tx: Tx,
  place: { readonly campusId: number; readonly spaceId: number },
  nowMs: number,
): Promise<number[]> {
  const call = { target: 'DUTY_MANAGER', topic: 'REQUEST', channels: DUTY_CHANNELS, toldOf: null } as const;
  const { rostered, people } = await peopleToTell(tx, place, call, nowMs);
  return rostered ? people.map(({ userId }) => userId) : [];
}
