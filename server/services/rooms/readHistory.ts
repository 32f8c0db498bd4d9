import type { LiveCommand } from '../../../contracts/liveEvents';
import { findAccountView } from '../../../db/queries/accountViews';
import { listPointCommands } from '../../../db/queries/commandViews';
import { type LimitVersion, limitVersions } from '../../../db/queries/limitChanges';
import {
  findRoomAccountCode,
  listAccountNotices,
  listAccountPayments,
  listPlaceAlarms,
  listRoomPoints,
  type RoomAlarmRow,
} from '../../../db/queries/rooms';
import { alarmBaseState } from '../../../domain/alarms/alarm';
import { isAboutMoney } from '../../../domain/notices/noticeTopic';
import type { Caller } from '../../auth/caller';
import { liveCommand } from '../../live/shapes';
import type { ReadDeps } from '../deps';
import { ofOwnTime } from './ownTime';
import { openRoom } from './roomRights';

const DAYS = 30;
const DAY_MS = 86_400_000;
const ITEMS = 40;

/** One thing that happened in a room, newest first. */
export type RoomEvent =
  | {
      readonly kind: 'COMMAND';
      readonly atMs: number;
      readonly command: LiveCommand;
      /** What it changed of the load limit, W (null: the cap alone); null: it is about something else. */
      readonly limit: Pick<LimitVersion, 'byResident' | 'fromW' | 'toW' | 'capW' | 'reason'> | null;
    }
  | {
      readonly kind: 'ALARM';
      readonly atMs: number;
      readonly id: string;
      readonly rule: string;
      readonly priority: RoomAlarmRow['priority'];
      readonly state: ReturnType<typeof alarmBaseState>;
      readonly value: string | null;
      readonly limit: string | null;
      readonly unit: string | null;
      readonly acknowledgedBy: string | null;
      readonly returnedMs: number | null;
    }
  | {
      readonly kind: 'NOTICE';
      readonly atMs: number;
      readonly notice: string;
      readonly body: Readonly<Record<string, string | number | boolean>>;
    }
  | {
      readonly kind: 'PAYMENT';
      readonly atMs: number;
      readonly id: string;
      readonly channel: string;
      readonly reference: string;
      readonly amountMicro: string;
      /** Who took it in; roommates are not told who paid. */
      readonly actor: string | null;
    };

export interface RoomHistory {
  readonly events: readonly RoomEvent[];
  /** How many there were in the last 30 days; the list may hold fewer. */
  readonly total: number;
  readonly days: number;
}

/** Alarms, commands, notices and payments of a room in the last 30 days, as far as the viewer may see them. */
export async function readRoomHistory(
  deps: ReadDeps,
  caller: Caller,
  input: { readonly code: string },
): Promise<RoomHistory> {
  const { room, scope, rights, seenSinceMs } = await openRoom(deps, caller, input.code);
  const nowMs = deps.engine.clock.now();
  const sinceMs = Math.max(nowMs - DAYS * DAY_MS, seenSinceMs ?? 0);
  const events: RoomEvent[] = [];
  if (rights.alarms) {
    const alarms = await listPlaceAlarms(deps.reader, scope, room.id, sinceMs, 200);
    events.push(...alarms.map(alarmEvent));
  }
  if (rights.commands) {
    for (const point of await listRoomPoints(deps.reader, room.id, nowMs)) {
      const commands = await listPointCommands(deps.reader, scope, point.code, 100);
      const limits = await limitVersions(deps.reader, point.code, scope.campusId, sinceMs);
      for (const row of commands) {
        const command = liveCommand(row);
        if (command && command.action !== 'READ' && command.createdAt >= sinceMs)
          events.push({
            ...{ kind: 'COMMAND', atMs: command.createdAt, command },
            limit: limits.get(command.id) ?? null,
          });
      }
    }
  }
  const code =
    rights.band || rights.money ? await findRoomAccountCode(deps.reader, room.id, new Date(nowMs)) : null;
  const account = code === null ? null : await findAccountView(deps.reader, scope, code);
  if (account) {
    const notices = await listAccountNotices(deps.reader, account.id, sinceMs, 100);
    // Alarms stand in the history by themselves.
    const others = ofOwnTime(notices, seenSinceMs).filter(
      ({ kind }) => !kind.startsWith('ALARM_') && (rights.money || !isAboutMoney(kind)),
    );
    events.push(
      ...others.map(
        (n): RoomEvent => ({
          kind: 'NOTICE',
          atMs: n.atMs,
          notice: n.kind,
          body: rights.money ? n.body : withoutMoney(n.body),
        }),
      ),
    );
    if (rights.money) {
      const payments = await listAccountPayments(deps.reader, scope, account.id, sinceMs, 100);
      events.push(
        ...payments.map(
          (p): RoomEvent => ({
            kind: 'PAYMENT',
            atMs: p.acceptedMs,
            id: p.id,
            channel: p.channel.toUpperCase(),
            reference: p.reference,
            amountMicro: p.amountMicro.toString(),
            actor: rights.cashDesk ? p.actor : null,
          }),
        ),
      );
    }
  }
  events.sort((a, b) => b.atMs - a.atMs);
  return { events: events.slice(0, ITEMS), total: events.length, days: DAYS };
}

/** What of a notice is said to those who may not see money. */
const WITHOUT_MONEY = ['account', 'point', 'level', 'unit', 'cutAt', 'until', 'rule', 'by', 'reason'];

function withoutMoney(body: Record<string, string | number | boolean>): typeof body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => WITHOUT_MONEY.includes(name)));
}

function alarmEvent(row: RoomAlarmRow): RoomEvent {
  const { value, limit, unit } = row.evidence;
  const text = (part: unknown) =>
    typeof part === 'string' ? part : typeof part === 'number' ? String(part) : null;
  return {
    kind: 'ALARM',
    atMs: row.raisedMs,
    id: String(row.id),
    rule: row.rule,
    priority: row.priority,
    state:
      row.endedMs !== null
        ? 'NORMAL'
        : alarmBaseState({
            condition: row.active ? 'ACTIVE' : 'NORMAL',
            acknowledged: row.acknowledged,
            latched: row.latched,
          }),
    value: text(value),
    limit: text(limit),
    unit: text(unit),
    acknowledgedBy: row.acknowledgedBy,
    returnedMs: row.returnedMs,
  };
}
