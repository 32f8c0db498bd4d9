import { findAccountView } from '../../../db/queries/accountViews';
import { type FreeAllowance, findFreeAllowance, listPots, type PotRow } from '../../../db/queries/myRoom';
import { listAccountNotices } from '../../../db/queries/rooms';
import type { Source } from '../../../db/queries/scope';
import { isStillLow } from '../../../domain/supply/lowBalanceLevels';
import { campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import type { ServiceDeps } from '../deps';
import { ofOwnTime } from '../rooms/ownTime';
import { type RoomAccount, type RoomPoint, readRoom } from '../rooms/readRoom';
import { openRoom } from '../rooms/roomRights';
import type { OwnRoom } from './ownRoom';
import { type MyNotice, withAppeals } from './readNotices';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOTICE_DAYS = 14;
const NOTICES_MAX = 5;
/** Of so many is looked which have ended meanwhile. */
const NOTICES_READ = 30;

/** Why a point is held off, in codes; a person of staff who did it is not named to residents. */
export interface MyHold {
  readonly reason: string;
  readonly cause: string | null;
  readonly sinceMs: number;
  readonly note: string | null;
  /** What was measured when it tripped, W; null where no alarm tells it. */
  readonly trip: RoomPoint['holds'][number]['trip'];
}

/** One meter point of the room. */
export interface MyPoint
  extends Pick<
    RoomPoint,
    | 'code'
    | 'name'
    | 'nameEn'
    | 'utility'
    | 'meterCode'
    | 'intervalMs'
    | 'online'
    | 'hasRelay'
    | 'limitW'
    | 'limit'
    | 'observed'
    | 'changedMs'
    | 'lastMs'
    | 'lastRxMs'
    | 'values'
    | 'protection'
  > {
  readonly holds: readonly MyHold[];
  /** A maintenance tag hangs at it. */
  readonly tagged: boolean;
  /** A switching command that lives, or ended a short while ago. */
  readonly command: {
    readonly id: string;
    readonly action: string;
    readonly state: string;
    readonly changedMs: number;
  } | null;
}

/** What a resident sees first. Money in µ-currency, times in ms UTC. */
export interface MyHome {
  readonly asOfMs: number;
  readonly room: {
    readonly code: string;
    readonly name: string;
    readonly nameEn: string | null;
    readonly building: { readonly name: string; readonly nameEn: string | null } | null;
  };
  /** Rooms that the person lives in, where there are several. */
  readonly rooms: readonly string[];
  readonly residents: number;
  /** Null: nobody pays for this room by credit. */
  readonly account: {
    readonly code: string;
    /** Of its amounts: money, or KWH or M3 where it holds units. */
    readonly currency: string;
    /** What it is topped up in. */
    readonly payCurrency: string;
    readonly money: NonNullable<RoomAccount['money']>;
    readonly pots: readonly PotRow[];
    /** Free electricity of this month; null: none is granted. */
    readonly free: FreeAllowance | null;
    readonly timeLeft: RoomAccount['timeLeft'];
    readonly unitsMicro: RoomAccount['unitsMicro'];
  } | null;
  readonly points: readonly MyPoint[];
  /** The newest. */
  readonly notices: readonly MyNotice[];
  /** There are others, which `readNotices` gives. */
  readonly moreNotices: boolean;
}

/** The resident's first page. @throws DomainError `notFound` */
export async function readHome(
  deps: ServiceDeps,
  caller: Caller,
  own: OwnRoom,
  rooms: readonly string[],
): Promise<MyHome> {
  const { reader } = deps;
  const data = await readRoom(deps, caller, own.code);
  const account = data.account && (await findAccountView(reader, own.scope, data.account.code));
  const { seenSinceMs } = await openRoom(deps, caller, own.code);
  const room = data.path.at(-1)!;
  const building = data.path.find(({ kind }) => kind === 'BUILDING') ?? null;
  return {
    asOfMs: data.asOfMs,
    room: {
      code: data.code,
      name: room.name,
      nameEn: room.nameEn,
      building: building && { name: building.name, nameEn: building.nameEn },
    },
    rooms,
    residents: data.residents,
    account:
      account && data.account?.money
        ? {
            code: account.code,
            currency: data.account.currency,
            payCurrency: data.account.payCurrency,
            money: data.account.money,
            pots: await listPots(reader, account.id),
            free: await findFreeAllowance(
              reader,
              account.id,
              'ELECTRICITY',
              campusZone(caller.campus.timeZone).monthStart(data.asOfMs),
              new Date(data.asOfMs),
            ),
            timeLeft: data.account.timeLeft,
            unitsMicro: data.account.unitsMicro,
          }
        : null,
    points: data.points.map(myPoint),
    ...(account
      ? await newestNotices(reader, account.id, lasts(data.account), { nowMs: data.asOfMs, seenSinceMs })
      : { notices: [], moreNotices: false }),
  };
}

/** Whether a notice still says something: that little is left ends with what is left. */
function lasts(account: RoomAccount | null): (notice: Pick<MyNotice, 'kind' | 'body'>) => boolean {
  const money = account?.money;
  if (!money) return () => true;
  const hours = account.timeLeft?.hours ?? null;
  const left = {
    availableMicro: BigInt(money.availableMicro),
    timeLeftMs: hours === null ? null : hours * HOUR_MS,
  };
  return ({ kind, body }) => kind !== 'LOW_BALANCE' || isStillLow(String(body.level), left);
}

/** The newest notices that still say something, and whether there are others. */
async function newestNotices(
  reader: Source,
  accountId: number,
  still: ReturnType<typeof lasts>,
  { nowMs, seenSinceMs }: { nowMs: number; seenSinceMs: number | null },
): Promise<Pick<MyHome, 'notices' | 'moreNotices'>> {
  const told = ofOwnTime(
    await listAccountNotices(reader, accountId, seenSinceMs ?? 0, NOTICES_READ),
    seenSinceMs,
  );
  const shown = told
    .filter((notice) => notice.atMs >= nowMs - NOTICE_DAYS * DAY_MS && still(notice))
    .slice(0, NOTICES_MAX);
  return {
    notices: await withAppeals(reader, accountId, shown, nowMs),
    moreNotices: told.length > shown.length,
  };
}

function myPoint(point: RoomPoint): MyPoint {
  const { command } = point;
  return {
    code: point.code,
    name: point.name,
    nameEn: point.nameEn,
    utility: point.utility,
    meterCode: point.meterCode,
    intervalMs: point.intervalMs,
    online: point.online,
    hasRelay: point.hasRelay,
    limitW: point.limitW,
    limit: point.limit,
    observed: point.observed,
    changedMs: point.changedMs,
    lastMs: point.lastMs,
    lastRxMs: point.lastRxMs,
    values: point.values,
    protection: point.protection,
    holds: point.holds.map(myHold),
    tagged: point.tags.length > 0,
    command: command && {
      id: command.id,
      action: command.action,
      state: command.state,
      changedMs: command.changedAt,
    },
  };
}

// Of credit the engine notes the rule it went by: a code, which the page has words of its own for.
const myHold = ({ reason, cause, sinceMs, note, trip }: RoomPoint['holds'][number]): MyHold => ({
  reason,
  cause,
  sinceMs,
  note: reason === 'ARREARS' ? null : note,
  trip,
});
