import type { LiveCommand } from '../../../contracts/liveEvents';
import { findAccountView } from '../../../db/queries/accountViews';
import { actorNames } from '../../../db/queries/actorNames';
import { type CommandView, listPointCommands } from '../../../db/queries/commandViews';
import { loadLimits } from '../../../db/queries/limitChanges';
import { findPointView, type PointView } from '../../../db/queries/pointViews';
import { pointRequests, type RestoreRequest } from '../../../db/queries/restoreRequests';
import {
  findAccountPolicy,
  findRoomAccountCode,
  listRoomPoints,
  type PlaceStep,
  type RoomPointRow,
} from '../../../db/queries/rooms';
import { creditPolicyOf, type PolicyBody } from '../../../db/queries/storedPolicy';
import type { TripRow } from '../../../db/queries/trips';
import { isTerminal } from '../../../domain/supply/commandMachine';
import { type CutForecast, cutForecast } from '../../../domain/supply/cutForecast';
import { mappingHeldUntil } from '../../../domain/supply/interlocks';
import { isCut } from '../../../domain/supply/resend';
import { RESTORE_WAITS_MS } from '../../../domain/supply/restoreRequest';
import { type BalanceBand, balanceBandOf } from '../../../domain/tariffs/balanceBand';
import { campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import { liveCommand } from '../../live/shapes';
import { unitsLeft } from '../accounts/unitsLeft';
import type { ReadDeps, ServiceDeps } from '../deps';
import { heldTrips } from '../supply/heldTrips';
import { measuredSupply } from '../supply/measuredSupply';
import { type SwitchChecks, switchChecks } from '../supply/switchChecks';
import { type PointLimit, pointLimit } from './ownLimit';
import { type OpenRoom, openRoom, type RoomRights } from './roomRights';

const HOUR_MS = 3_600_000;
const COMMANDS_PER_POINT = 10;
/** A command that ended longer ago than this belongs to history, not to the track. */
const TRACK_KEPT_MS = 10 * 60_000;

/** A reason, lock or tag at a point, with the name of who set it where a person did. */
export interface PointHold {
  readonly reason: string;
  readonly cause: string | null;
  readonly sinceMs: number;
  readonly by: string | null;
  readonly note: string | null;
  /** What was measured when it tripped, or was cut for safety; null: no alarm tells it, or the viewer sees no measured values. */
  readonly trip: TripRow | null;
}

/** A meter point on the room's page. Measured values are null for a viewer without the right to them. */
export interface RoomPoint {
  readonly code: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly utility: PointView['utility'];
  readonly role: PointView['role'];
  readonly meterCode: string | null;
  readonly gatewayCode: string | null;
  readonly feeder: string | null;
  readonly intervalMs: number;
  readonly online: boolean | null;
  readonly hasRelay: boolean;
  /** The load limit in force, W; null: none. */
  readonly limitW: number | null;
  /** Of whom it is and what waits; null: it has none. */
  readonly limit: PointLimit | null;
  readonly observed: PointView['observed'];
  readonly observedMs: number | null;
  readonly changedMs: number | null;
  readonly lastMs: number | null;
  readonly lastRxMs: number | null;
  readonly values: {
    readonly powerW: number | null;
    readonly voltageV: number | null;
    readonly currentA: number | null;
    readonly flowM3h: number | null;
    readonly registerMicro: string | null;
  } | null;
  readonly protection: PointView['protection'];
  readonly protectionOwner: string | null;
  readonly protectionPhone: string | null;
  readonly holds: readonly PointHold[];
  readonly tags: readonly {
    readonly by: string;
    readonly mine: boolean;
    readonly sinceMs: number;
    readonly note: string;
  }[];
  /** Who has the control panel open; `mine` when it is the viewer. */
  readonly lease: { readonly by: string; readonly mine: boolean; readonly untilMs: number } | null;
  /** The command that lives, or the one that ended a short while ago. */
  readonly command: LiveCommand | null;
  readonly checks: SwitchChecks;
  /** Who asked for a restore here, for those who may ask or answer; null: nobody did, or supply is back. */
  readonly request: RestoreRequest | null;
  /** A restore that is due waits until then, ms UTC, because the meter was exchanged lately; null: none does. */
  readonly heldUntilMs: number | null;
}

/** Credit of the room. Money is null for a viewer without the right to it. */
export interface RoomAccount {
  readonly code: string;
  readonly name: string | null;
  /** Of its amounts: money, or KWH or M3 of an account in units. */
  readonly currency: string;
  /** What it is topped up in. */
  readonly payCurrency: string;
  readonly money: {
    readonly availableMicro: string;
    readonly ledgerMicro: string;
    readonly unpostedMicro: string;
    readonly arrearsMicro: string;
  } | null;
  readonly timeLeft: {
    readonly band: BalanceBand;
    readonly hours: number | null;
    readonly learnedDays: number;
    readonly computedMs: number | null;
    readonly runsOutMs: number | null;
    readonly cut: CutForecast | null;
  } | null;
  readonly policy: { readonly name: string; readonly nameEn: string | null } | null;
  /** µkWh that the credit buys at today's prices and tier; null without the right to money, and as `unitsLeft` says. */
  readonly unitsMicro: string | null;
}

export interface RoomData {
  readonly asOfMs: number;
  readonly code: string;
  readonly path: readonly PlaceStep[];
  readonly headCapacity: number | null;
  readonly residents: number;
  readonly rights: RoomRights;
  readonly points: readonly RoomPoint[];
  readonly account: RoomAccount | null;
}

/** What is stored of a point. */
interface PointFacts {
  readonly row: RoomPointRow;
  readonly view: PointView;
  readonly commands: readonly CommandView[];
  readonly trips: ReadonlyMap<string, TripRow>;
  readonly limit: PointLimit | null;
}
const NO_TRIPS: PointFacts['trips'] = new Map();

/** All facts of a room's page as they stand now. */
export async function readRoom(deps: ServiceDeps, caller: Caller, code: string): Promise<RoomData> {
  const open = await openRoom(deps, caller, code);
  const nowMs = deps.engine.clock.now();
  const { room, rights } = open;
  const rows = await listRoomPoints(deps.reader, room.id, nowMs);
  const views: PointFacts[] = [];
  const asks = rights.restore || rights.restoreOwnTag || rights.requestRestore;
  for (const row of rows) {
    const view = await findPointView(deps.reader, open.scope, row.code, nowMs);
    if (!view) continue;
    const commands =
      rights.commands || rights.money
        ? await listPointCommands(deps.reader, open.scope, row.code, COMMANDS_PER_POINT)
        : [];
    const trips = rights.live ? await heldTrips(deps, open.scope, view) : NO_TRIPS;
    const [limitRow] = await loadLimits(deps.reader, [view.id]);
    const limit = limitRow ? pointLimit(limitRow, nowMs, open.seenSinceMs) : null;
    views.push({ row, view, commands, trips, limit });
  }
  const ids = asks ? views.map(({ view }) => view.id) : [];
  const requests = await pointRequests(deps.database, ids, nowMs - RESTORE_WAITS_MS);
  const account = await readAccount(deps, open, caller, views, nowMs);
  const names = await actorNames(deps.reader, actorsOf(views));
  return {
    asOfMs: nowMs,
    code: room.code,
    path: room.path,
    headCapacity: room.headCapacity,
    residents: room.residents,
    rights,
    points: views.map((each) => ({
      ...pointOf(each, rights, caller, names, account?.hasCredit ?? null, nowMs),
      request: requests.get(each.view.id) ?? null,
    })),
    account: account?.shown ?? null,
  };
}

function actorsOf(views: readonly { view: PointView; row: RoomPointRow }[]): string[] {
  return views.flatMap(({ view }) => [
    ...Object.values(view.reasons).map((held) => held.by),
    ...view.tags.map((tag) => tag.by),
  ]);
}

function pointOf(
  { row, view, commands, trips, limit }: PointFacts,
  rights: RoomRights,
  caller: Caller,
  names: ReadonlyMap<string, string>,
  hasCredit: boolean | null,
  nowMs: number,
): Omit<RoomPoint, 'request'> {
  const switches = commands.filter((c) => isSwitch(c.op));
  const acting = switches.find((c) => !isTerminal(c.state)) ?? null;
  const recent = switches[0];
  const shown = acting ?? (recent?.finishedMs && nowMs - recent.finishedMs <= TRACK_KEPT_MS ? recent : null);
  const userId = caller.user?.id ?? null;
  const measured = measuredSupply(view);
  const checks = switchChecks(
    { ...view, observed: measured.position },
    row,
    acting && { id: acting.id, op: acting.op, cause: acting.cause, state: acting.state },
    userId === null ? null : String(userId),
    hasCredit,
    nowMs,
  );
  return {
    code: view.code,
    name: view.name,
    nameEn: view.nameEn,
    utility: view.utility,
    role: view.role,
    meterCode: view.meterCode,
    gatewayCode: view.gatewayCode,
    feeder: row.feeder,
    intervalMs: row.intervalMs,
    online: row.online,
    hasRelay: row.hasRelay,
    limitW: limit?.inForceW ?? null,
    limit,
    observed: measured.position,
    observedMs: measured.measuredAt,
    changedMs: row.changedMs,
    lastMs: view.lastMs,
    lastRxMs: view.lastRxMs,
    values: rights.live
      ? {
          powerW: view.powerW,
          voltageV: view.voltageV,
          currentA: view.currentA,
          flowM3h: view.flowM3h,
          registerMicro: view.registerMicro?.toString() ?? null,
        }
      : null,
    protection: view.protection,
    protectionOwner: view.protectionOwner,
    protectionPhone: view.protectionPhone,
    holds: Object.entries(view.reasons).map(([reason, held]) => ({
      reason,
      cause: held.cause ?? null,
      sinceMs: held.sinceMs,
      by: names.get(held.by) ?? null,
      note: held.note ?? null,
      trip: trips.get(reason) ?? null,
    })),
    tags: view.tags.map((tag) => ({
      ...tag,
      by: names.get(tag.by) ?? tag.by,
      mine: tag.by === String(userId),
    })),
    lease:
      view.armedBy !== null && row.leaseUntilMs !== null
        ? { by: view.armedBy, mine: row.leaseUserId === userId, untilMs: row.leaseUntilMs }
        : null,
    command: shown && liveCommand(shown),
    checks: named(checks, names, view.armedBy),
    heldUntilMs:
      row.refusedFor === 'MAPPING_CHANGED' &&
      measured.position === 'OPEN' &&
      Object.keys(view.reasons).length === 0
        ? mappingHeldUntil(row.mappedMs, nowMs)
        : null,
  };
}

const isSwitch = (op: string): boolean =>
  isCut(op) || op === 'connect' || op === 'arm' || op === 'valve_open';

/** Refusals name people as they are known on the campus, not by id. */
function named(
  checks: SwitchChecks,
  names: ReadonlyMap<string, string>,
  armedBy: string | null,
): SwitchChecks {
  const one = (check: SwitchChecks['cut']): SwitchChecks['cut'] => {
    const { heldBy } = check.facts;
    if (typeof heldBy !== 'string') return check;
    const name = check.reason === 'ARMED_BY_OTHER' ? armedBy : names.get(heldBy);
    return { ...check, facts: { ...check.facts, heldBy: name ?? heldBy } };
  };
  return { cut: one(checks.cut), restore: one(checks.restore) };
}

async function readAccount(
  deps: ReadDeps,
  { room, scope, rights }: OpenRoom,
  caller: Caller,
  views: readonly { row: RoomPointRow; view: PointView }[],
  nowMs: number,
): Promise<{ shown: RoomAccount; hasCredit: boolean } | null> {
  const code = await findRoomAccountCode(deps.reader, room.id, new Date(nowMs));
  const account = code === null ? null : await findAccountView(deps.reader, scope, code);
  if (!account) return null;
  const stored = await findAccountPolicy(deps.reader, account.id);
  const policy = creditPolicyOf((stored?.body ?? {}) as PolicyBody, stored?.days ?? {}, stored?.declared);
  const electric = views.filter(({ view }) => view.utility === 'ELECTRICITY');
  const { timeLeft } = account;
  const ages = electric.map(({ view }) => (view.lastRxMs === null ? null : nowMs - view.lastRxMs));
  const isOff = electric.length > 0 && electric.every(({ view }) => measuredSupply(view).position === 'OPEN');
  const hours = timeLeft?.hours ?? null;
  const runsOutMs =
    hours !== null && timeLeft && hours < HORIZON_HOURS ? timeLeft.computedMs + hours * HOUR_MS : null;
  const shown: RoomAccount = {
    code: account.code,
    name: account.name,
    currency: account.unit ?? caller.campus.currency,
    payCurrency: caller.campus.currency,
    money: rights.money
      ? {
          availableMicro: account.availableMicro.toString(),
          ledgerMicro: account.ledgerMicro.toString(),
          unpostedMicro: account.unpostedMicro.toString(),
          arrearsMicro: account.arrearsMicro.toString(),
        }
      : null,
    timeLeft: rights.band
      ? {
          band: balanceBandOf({
            reportAgeMs: ages.includes(null) || ages.length === 0 ? null : Math.max(...(ages as number[])),
            intervalMs: Math.max(60_000, ...electric.map(({ row }) => row.intervalMs)),
            measuredOpen: isOff,
            hoursLeft: hours,
          }),
          hours,
          learnedDays: timeLeft?.learnedDays ?? 0,
          computedMs: timeLeft?.computedMs ?? null,
          runsOutMs,
          cut:
            runsOutMs === null || isOff
              ? null
              : cutForecast(
                  {
                    runsOutMs,
                    protection: electric[0]?.view.protection ?? 'NONE',
                    lockedOut: electric.length > 0 && electric.every(({ view }) => view.tags.length > 0),
                    eligibleSince: stored?.eligibleMs ?? null,
                    lastNoticeAt: stored?.finalNoticeMs ?? null,
                    lastReadingAt: electric[0]?.view.lastMs ?? null,
                    intervalMs: electric[0]?.row.intervalMs ?? 60_000,
                    ingestGap: electric[0]?.row.outage ?? null,
                    terms: stored ?? { class: 'PREPAID', graceDays: null, graceLimitMicro: null },
                  },
                  policy.disconnect,
                  campusZone(caller.campus.timeZone),
                  nowMs,
                ),
        }
      : null,
    policy: stored && { name: stored.name, nameEn: stored.nameEn },
    unitsMicro:
      rights.money && electric.length > 0
        ? ((await unitsLeft(deps, scope, account, campusZone(caller.campus.timeZone), nowMs))?.toString() ??
          null)
        : null,
  };
  return {
    shown,
    hasCredit: account.availableMicro > policy.reconnectMinMicro && account.arrearsMicro >= 0n,
  };
}

/** The forecast walks no further; more than this is shown as "30+ days". */
const HORIZON_HOURS = 720;
