import { findAccountView } from '../../../db/queries/accountViews';
import { findAlarm } from '../../../db/queries/alarmViews';
import { listAppeals } from '../../../db/queries/loadAppeals';
import { DomainError } from '../../../domain/errors';
import { appealLoad } from '../../../engine/appealLoad';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { readRoom } from '../rooms/readRoom';
import { openRoom } from '../rooms/roomRights';
import type { OwnRoom } from './ownRoom';
import { APPEAL_DAYS } from './readNotices';

const DAY_MS = 86_400_000;

/**
 * A resident contests a forbidden load of their own time and says what it was.
 * @throws DomainError `notFound` `NOTICE` for a notice of others, of before, or older than 30 days; `conflict` `ALREADY_APPEALED`
 */
export async function appealOwnLoad(
  deps: ServiceDeps,
  caller: Caller,
  own: OwnRoom,
  input: { readonly noticeId: number; readonly appliance: string; readonly powerW: number | null },
): Promise<void> {
  const { account, asOfMs } = await readRoom(deps, caller, own.code);
  const { seenSinceMs } = await openRoom(deps, caller, own.code);
  const sinceMs = Math.max(asOfMs - APPEAL_DAYS * DAY_MS, seenSinceMs ?? 0);
  const view = account && (await findAccountView(deps.reader, own.scope, account.code));
  const told = view ? await listAppeals(deps.reader, view.id, sinceMs) : [];
  const one = told.find(({ noticeId }) => noticeId === input.noticeId);
  const alarm = one && (await findAlarm(deps.reader, own.scope, one.alarmId));
  if (!one || !alarm || alarm.rule !== 'FORBIDDEN_LOAD' || alarm.pointCode === null)
    throw new DomainError('notFound', 'NOTICE', 'There is no such notice of yours.');
  const { noticeId, appliance, powerW } = input;
  await appealLoad(
    deps.database,
    deps.engine,
    {
      campusId: alarm.campusId,
      alarmId: alarm.id,
      noticeId,
      pointCode: alarm.pointCode,
      actor: caller.actor,
      appliance,
      powerW,
    },
    (tx) =>
      auditAct(tx, deps, caller, {
        action: 'LOAD_APPEALED',
        target: `alarm:${alarm.id}`,
        after: { appliance, powerW },
      }),
  );
}
