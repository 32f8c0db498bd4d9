import type { BalanceRow, LiveAlarm, LiveCommand, MeterRow } from '../../contracts/liveEvents';
import type { AlarmView } from '../../db/queries/alarmViews';
import type { CommandView } from '../../db/queries/commandViews';
import type { LiveAccountRow, LiveValueRow } from '../../db/queries/liveTopology';
import { alarmBaseState, baseStateSince } from '../../domain/alarms/alarm';
import { ALARM_CATALOGUE } from '../../domain/alarms/alarmCatalogue';
import { tellsOfUse } from '../../domain/alarms/findings';
import { BALANCE_BANDS, type BalanceBand } from '../../domain/tariffs/balanceBand';
import type { LiveAccountPlace } from './topology';

/** Stored rows in the shapes that browsers are sent. */

/** What of an alarm a viewer sees beyond that it stands. */
export interface AlarmSight {
  /** Names of persons; a wall shows none. */
  readonly names: boolean;
  /** What the rooms at its place use. */
  readonly roomUse: boolean;
}

/**
 * The evidence of an alarm for who may not see what the rooms there use: of one in a room that tells of use no figure stays, and of
 * one above rooms no suspect. @param roomUse whether the viewer sees it
 */
export function seenEvidence(
  { rule, inRoom, evidence }: Pick<AlarmView, 'rule' | 'inRoom' | 'evidence'>,
  roomUse: boolean,
): Readonly<Record<string, unknown>> {
  if (roomUse || !tellsOfUse(rule)) return evidence;
  return Object.fromEntries(
    Object.entries(evidence).filter(([name, figure]) =>
      inRoom ? typeof figure === 'string' && name !== 'unit' : name !== 'suspects',
    ),
  );
}

/** An alarm for a screen, as far as its viewer sees it. */
export function liveAlarm(row: AlarmView, sight: AlarmSight): LiveAlarm {
  const { value, limit, unit } = measuresOf(seenEvidence(row, sight.roomUse));
  const rule = Object.hasOwn(ALARM_CATALOGUE, row.rule)
    ? ALARM_CATALOGUE[row.rule as keyof typeof ALARM_CATALOGUE]
    : null;
  const latching = rule?.latching ?? row.latched;
  const condition = row.active ? ('ACTIVE' as const) : ('NORMAL' as const);
  return {
    id: String(row.id),
    rule: row.rule,
    priority: row.priority,
    state:
      row.endedMs !== null
        ? 'NORMAL'
        : alarmBaseState({
            condition,
            acknowledged: row.acknowledged,
            latched: row.latched,
          }),
    latching,
    shelvedUntil: row.shelvedUntilMs,
    shelvedBy: sight.names ? row.shelvedBy : null,
    shelvedReason: sight.names ? row.shelveReason : null,
    suppressedBy: row.suppressedBy,
    outOfServiceTicket: row.outOfServiceTicket,
    place: {
      building: row.buildingCode,
      space: row.spaceCode,
      point: row.pointCode,
      meter: row.meterCode,
      gateway: row.gatewayCode,
      path: row.placePath,
    },
    inRoom: row.inRoom,
    causes: { gateway: row.carrierCode, feeder: row.feederCode },
    value,
    limit,
    unit,
    raisedAt: row.raisedMs,
    stateSince: baseStateSince({ ...row, condition, latching }),
    coveredSince: row.coveredMs,
    changedAt: row.changedMs,
    returnedAt: row.returnedMs,
    acknowledgedAt: row.acknowledgedMs,
    acknowledgedBy: sight.names ? row.acknowledgedBy : null,
    owner: sight.names ? row.owner : null,
    escalatesAt: row.escalateDueMs,
    count: Math.max(1, row.count),
    activatedAt: row.activatedMs,
    tags: [...(row.chatter ? (['CHATTER'] as const) : []), ...(row.fleeting ? (['FLEETING'] as const) : [])],
  };
}

const UNITS: ReadonlySet<unknown> = new Set([
  'W',
  'V',
  'A',
  'C',
  'PERCENT',
  'S',
  'COUNT',
  'KWH',
  'M3',
  'M3_H',
]);

/** What a rule measured and compared. Durations are stored in ms and shown in s. */
function measuresOf(
  evidence: Readonly<Record<string, unknown>>,
): Pick<LiveAlarm, 'value' | 'limit' | 'unit'> {
  const { unit } = evidence;
  const divisor = unit === 'ms' ? 1_000 : 1;
  const shownUnit = unit === 'ms' ? 'S' : UNITS.has(unit) ? (unit as NonNullable<LiveAlarm['unit']>) : null;
  if (shownUnit === null) return { value: null, limit: null, unit: null };
  return { value: textOf(evidence.value, divisor), limit: textOf(evidence.limit, divisor), unit: shownUnit };
}

function textOf(value: unknown, divisor: number): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value / divisor) : null;
}

const ACTIONS: Readonly<Record<string, LiveCommand['action']>> = {
  disconnect: 'DISCONNECT',
  connect: 'CONNECT',
  arm: 'ARM',
  set_limit: 'SET_LIMIT',
  read: 'READ',
  valve_close: 'CLOSE_VALVE',
  valve_open: 'OPEN_VALVE',
  display: 'DISPLAY',
};

/** A command for a screen; null for housekeeping (clock, log, buzzer) that no screen follows. */
export function liveCommand(row: CommandView): LiveCommand | null {
  const action = ACTIONS[row.op];
  if (action === undefined) return null;
  const changedMs = row.steps.reduce((newest, step) => Math.max(newest, step.atMs), row.createdMs);
  return {
    id: row.id,
    point: row.pointCode,
    space: row.spaceCode,
    building: row.buildingCode,
    action,
    state: row.state,
    reason: row.cause,
    cause: row.resultCode,
    requestedBy: row.actorName ?? row.actor,
    approvedBy: row.approvedBy,
    why: row.automatic ? null : row.why,
    trip: row.trip,
    createdAt: row.createdMs,
    changedAt: changedMs,
    notBefore: row.notBeforeMs > row.createdMs ? row.notBeforeMs : null,
    expiresAt: row.expiresMs,
    proofBy: row.state === 'EXECUTED' ? row.dueMs : null,
    steps: row.steps
      .filter((step) => step.from !== step.to)
      .map((step) => ({ state: step.to, at: step.atMs, note: step.note })),
  };
}

/** Newest value of a meter from its stored state. */
export function meterRowOf(row: LiveValueRow): MeterRow {
  const contact = row.relay ?? row.valve;
  return [
    row.code,
    row.lastMs,
    row.lastRxMs,
    row.powerW,
    contact === 0 || contact === 1 ? contact : null,
    row.voltageV,
    row.currentA,
    row.registerMicro === null ? null : row.registerMicro.toString(),
  ];
}

/** Live money and forecast of an account. */
export interface LiveAccount extends LiveAccountPlace {
  readonly availableMicro: string;
  readonly ledgerMicro: string;
  readonly unpostedMicro: string;
  readonly hours: number | null;
  readonly band: BalanceBand;
  /** When its time left was forecast, ms UTC; null: never. */
  readonly forecastMs: number | null;
  /** Newest change of money or forecast, ms UTC. */
  readonly asOf: number;
}

const isBand = (stored: string): stored is BalanceBand =>
  (BALANCE_BANDS as readonly string[]).includes(stored);

export function liveAccount(place: LiveAccountPlace, row: LiveAccountRow, nowMs: number): LiveAccount {
  return {
    ...place,
    availableMicro: row.availableMicro.toString(),
    ledgerMicro: row.ledgerMicro.toString(),
    unpostedMicro: row.unpostedMicro.toString(),
    hours: row.hours,
    band: row.cut ? 'CUT' : row.band !== null && isBand(row.band) ? row.band : 'NO_DATA',
    forecastMs: row.computedMs,
    asOf: nowMs,
  };
}

/** A balance for a screen; money and band are left out where the viewer may not see them. */
export function balanceRow(account: LiveAccount, sees: { money: boolean; band: boolean }): BalanceRow {
  return {
    account: account.code,
    space: account.space,
    asOf: account.asOf,
    band: sees.band ? account.band : 'NO_DATA',
    timeLeftMs: sees.band && account.hours !== null ? account.hours * 3_600_000 : null,
    availableMicro: sees.money ? account.availableMicro : null,
    ledgerMicro: sees.money ? account.ledgerMicro : null,
    unpostedMicro: sees.money ? account.unpostedMicro : null,
  };
}
