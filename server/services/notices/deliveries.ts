import type { LiveAlarm } from '../../../contracts/liveEvents';
import { withTransaction } from '../../../db/client';
import { alarmsSeen } from '../../../db/queries/alarmViews';
import {
  countDeliveries,
  type DeliveryState,
  type DeliveryView,
  listDeliveries,
  requeueDelivery,
} from '../../../db/queries/deliveries';
import { listSandboxMessages, type SandboxMessage } from '../../../db/queries/sandboxMessages';
import { DomainError } from '../../../domain/errors';
import { type Caller, requireCampusWide } from '../../auth/caller';
import { alarmScopeOf } from '../../auth/permissions';
import { liveAlarm } from '../../live/shapes';
import { alarmSight } from '../alarms/alarmRights';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

const DAYS = 7;
const DAY_MS = 86_400_000;
const ROWS = 200;
const SANDBOX_ROWS = 20;

/** A delivery with the alarm that it tells of. */
export interface DeliveryShown extends DeliveryView {
  /** What it is and where, as far as its reader sees alarms; null: it tells of none, or of one beyond their sight. */
  readonly alarm: Pick<LiveAlarm, 'rule' | 'place' | 'causes'> | null;
}

/** What became of the messages of the last days. */
export interface DeliveryList {
  readonly days: number;
  readonly counts: Readonly<Record<DeliveryState, number>>;
  readonly rows: readonly DeliveryShown[];
  /** What the sandbox took, newest first; addresses among it are of demo and trials. */
  readonly sandbox: readonly SandboxMessage[];
}

/** Messages of the campus and what became of them. @param state null: all */
export async function readDeliveries(
  deps: ServiceDeps,
  caller: Caller,
  state: DeliveryState | null,
): Promise<DeliveryList> {
  const { scope } = requireCampusWide(caller, 'MANAGE_NOTICES');
  const sinceMs = deps.engine.clock.now() - DAYS * DAY_MS;
  const [counted, rows, sandbox] = await Promise.all([
    countDeliveries(deps.reader, scope.campusId, sinceMs),
    listDeliveries(deps.reader, scope.campusId, { state, sinceMs, limit: ROWS }),
    listSandboxMessages(deps.database, scope.campusId, SANDBOX_ROWS),
  ]);
  const counts: Record<DeliveryState, number> = { QUEUED: 0, SENDING: 0, SENT: 0, FAILED: 0, SKIPPED: 0 };
  for (const one of counted) counts[one.state] = one.count;
  const alarms = await alarmsOf(deps, caller, rows);
  const shown = rows.map((row) => ({ ...row, alarm: alarms.get(row.alarmId) ?? null }));
  return { days: DAYS, counts, rows: shown, sandbox };
}

async function alarmsOf(
  deps: ServiceDeps,
  caller: Caller,
  rows: readonly DeliveryView[],
): Promise<ReadonlyMap<number | null, DeliveryShown['alarm']>> {
  const scope = alarmScopeOf(caller.permission);
  if (scope === null) return new Map();
  const seen = await alarmsSeen(deps.reader, scope, [
    ...new Set(rows.flatMap(({ alarmId }) => alarmId ?? [])),
  ]);
  return new Map(
    seen.map((row) => {
      const { rule, place, causes } = liveAlarm(row, alarmSight(caller, row.spacePath));
      return [row.id, { rule, place, causes }];
    }),
  );
}

/** Sends a failed message once more. @throws DomainError `notFound` `DELIVERY` */
export async function sendAgain(deps: ServiceDeps, caller: Caller, id: number): Promise<void> {
  const { scope } = requireCampusWide(caller, 'MANAGE_NOTICES');
  await withTransaction(deps.database, async (tx) => {
    if (!(await requeueDelivery(tx.client, scope.campusId, id, deps.engine.clock.now())))
      throw new DomainError('notFound', 'DELIVERY', 'No failed message has this number.');
    auditAct(tx, deps, caller, { action: 'NOTICE_SENT_AGAIN', target: `delivery:${id}`, after: {} });
  });
}
