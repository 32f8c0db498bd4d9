import type { LiveCommand, LiveRoom } from '../../../contracts/liveEvents';
import { listPointCommands } from '../../../db/queries/commandViews';
import { loadLimits } from '../../../db/queries/limitChanges';
import {
  type EpochView,
  type InstallView,
  listEpochs,
  listInstalls,
  listRegisters,
  type MeterView,
} from '../../../db/queries/meterViews';
import type { PlaceStep } from '../../../db/queries/rooms';
import { type ClockState, clockDrift } from '../../../domain/metering/quality';
import { billingChannelOf } from '../../../domain/metering/reading';
import { limitInForce } from '../../../domain/supply/ownLimit';
import { MICRO } from '../../../domain/units';
import type { Caller } from '../../auth/caller';
import { liveCommand } from '../../live/shapes';
import type { ReadDeps } from '../deps';
import { type MeterRights, openMeter } from './meterRights';

/** Commands that are looked through for the newest request to read. */
const COMMANDS = 20;

/** One register as the meter told it last: after the ratio, and as its display shows it. µkWh, µkvarh or µm³ as text. */
export interface RegisterRow {
  readonly channel: string;
  /** The one that is charged. */
  readonly billing: boolean;
  readonly atMs: number;
  readonly valueMicro: string;
  readonly displayMicro: string;
}

/** One meter's time at the point. Registers in µ after the ratio, as text; null: not noted, or withheld. */
export interface InstallRow extends Pick<InstallView, 'meterCode' | 'serial' | 'fromMs' | 'toMs'> {
  readonly startMicro: string | null;
  readonly endMicro: string | null;
  /** From start to end; null where one is missing or the register began anew between them. */
  readonly usedMicro: string | null;
  /** The meter of this page. */
  readonly shown: boolean;
}

export interface EpochRow extends Pick<EpochView, 'epoch' | 'openedMs' | 'reason'> {
  readonly startMicro: string | null;
  readonly lostMicro: string | null;
}

/** All facts of a meter's page but what its day and its log hold. Measured values are null where `rights.values` is false. */
export interface MeterData {
  readonly asOfMs: number;
  readonly code: string;
  readonly serial: string;
  readonly utility: MeterView['utility'];
  readonly phases: number;
  /** ct·pt in millionths, as text. */
  readonly ratioMicro: string;
  readonly registerDecimals: number;
  readonly intervalMs: number;
  readonly hasRelay: boolean;
  readonly profile: string;
  readonly online: boolean | null;
  readonly gateway: MeterView['gateway'];
  readonly point: {
    readonly code: string;
    readonly name: string | null;
    readonly nameEn: string | null;
    readonly role: MeterView['role'];
    readonly limitW: number | null;
  };
  readonly path: readonly PlaceStep[];
  /** Code of the room that it stands in; null: in none. */
  readonly room: string | null;
  /** Where its values are streamed to the viewer; null: nowhere. */
  readonly liveRoom: LiveRoom | null;
  readonly fittedMs: number;
  readonly removedMs: number | null;
  readonly rights: MeterRights;
  /** The newest reading by the meter's time, and its arrival. */
  readonly lastMs: number | null;
  readonly lastRxMs: number | null;
  readonly boot: number | null;
  readonly seq: number | null;
  readonly clock: {
    /** Positive: the meter is slow. Null: too few messages to say. */
    readonly driftMs: number | null;
    /** Every message lies within the noise of delivery. */
    readonly settled: boolean;
    /** Its time is not used; arrival stands in for it. */
    readonly forcedRx: boolean;
  };
  readonly values: {
    readonly powerW: number | null;
    readonly voltageV: number | null;
    readonly currentA: number | null;
    readonly powerFactor: number | null;
    readonly flowM3h: number | null;
  } | null;
  /** 1 closed, 0 open, of a water or gas meter its valve; null: not reported. */
  readonly contact: number | null;
  readonly contactMs: number | null;
  /** A reading is held back: it may be a spike or a reset. */
  readonly held: boolean;
  readonly epoch: number;
  readonly registers: readonly RegisterRow[] | null;
  readonly installs: readonly InstallRow[];
  readonly epochs: readonly EpochRow[];
  /** The newest request to read it; null: none, or not the viewer's to see. */
  readonly reading: LiveCommand | null;
}

/** A meter as it stands now. @throws DomainError `forbidden`, `notFound` */
export async function readMeter(deps: ReadDeps, caller: Caller, code: string): Promise<MeterData> {
  const { meter, scope, rights } = await openMeter(deps, caller, code);
  const [limitRow] = await loadLimits(deps.reader, [meter.pointId]);
  const installs = await listInstalls(deps.reader, meter.pointId);
  const epochs = await listEpochs(deps.reader, meter.id, meter.fittedMs);
  const commands = rights.commands
    ? await listPointCommands(deps.reader, scope, meter.pointCode, COMMANDS)
    : [];
  const reading = commands.find((command) => command.op === 'read' && command.meterCode === meter.code);
  const room = meter.path.findLast((step) => step.kind === 'ROOM')?.code ?? null;
  const building = meter.path.findLast((step) => step.kind === 'BUILDING')?.code ?? null;
  const shown = (micro: bigint | null) => (rights.values ? (micro?.toString() ?? null) : null);
  const drift = meter.drift as ClockState | null;
  return {
    asOfMs: deps.engine.clock.now(),
    code: meter.code,
    serial: meter.serial,
    utility: meter.utility,
    phases: meter.phases,
    ratioMicro: meter.ratioMicro.toString(),
    registerDecimals: meter.registerDecimals,
    intervalMs: meter.intervalS * 1_000,
    hasRelay: meter.hasRelay,
    profile: meter.profile,
    online: meter.online,
    gateway: meter.gateway,
    point: {
      code: meter.pointCode,
      name: meter.pointName,
      nameEn: meter.pointNameEn,
      role: meter.role,
      limitW: limitRow ? limitInForce(limitRow.capW, limitRow.own?.w ?? null) : null,
    },
    path: meter.path,
    room,
    liveRoom: rights.values ? liveRoomOf(room, building) : null,
    fittedMs: meter.fittedMs,
    removedMs: meter.removedMs,
    rights,
    lastMs: meter.lastMs,
    lastRxMs: meter.lastRxMs,
    boot: meter.boot,
    seq: meter.seq,
    clock: {
      driftMs: drift === null ? null : clockDrift(drift),
      settled: drift === null && meter.lastMs !== null,
      forcedRx: drift?.forcedRx ?? false,
    },
    values: rights.values
      ? {
          powerW: meter.powerW,
          voltageV: meter.voltageV,
          currentA: meter.currentA,
          powerFactor: meter.powerFactor,
          flowM3h: meter.flowM3h,
        }
      : null,
    contact: meter.relay ?? meter.valve,
    contactMs: meter.positionMs,
    held: meter.held,
    epoch: meter.epoch,
    registers: rights.values ? await registersOf(deps, meter) : null,
    installs: installs.map((one) => ({
      meterCode: one.meterCode,
      serial: one.serial,
      fromMs: one.fromMs,
      toMs: one.toMs,
      startMicro: shown(one.startMicro),
      endMicro: shown(one.endMicro),
      usedMicro: shown(usedOf(one)),
      shown: one.meterCode === meter.code && one.fromMs === meter.fittedMs,
    })),
    epochs: epochs.map(({ epoch, openedMs, reason, startMicro, proposedLostMicro }) => ({
      epoch,
      openedMs,
      reason,
      startMicro: shown(startMicro),
      lostMicro: shown(proposedLostMicro),
    })),
    reading: reading ? liveCommand(reading) : null,
  };
}

function liveRoomOf(room: string | null, building: string | null): LiveRoom | null {
  if (room !== null) return `room:${room}`;
  return building === null ? null : `building:${building}`;
}

/** A register that turned over counts on, and its ends alone don't tell by how much. */
function usedOf({ startMicro, endMicro, broken }: InstallView): bigint | null {
  if (startMicro === null || endMicro === null || broken || endMicro < startMicro) return null;
  return endMicro - startMicro;
}

async function registersOf(deps: ReadDeps, meter: MeterView): Promise<RegisterRow[]> {
  const row = (channel: string, billing: boolean, atMs: number, valueMicro: bigint): RegisterRow => ({
    channel,
    billing,
    atMs,
    valueMicro: valueMicro.toString(),
    displayMicro: ((valueMicro * MICRO) / meter.ratioMicro).toString(),
  });
  const { baseMs, baseMicro, lastMs } = meter;
  const charged =
    baseMs === null || baseMicro === null
      ? []
      : [row(billingChannelOf(meter.utility, meter.billingOption), true, baseMs, baseMicro)];
  const others = lastMs === null ? [] : await listRegisters(deps.reader, meter.id, lastMs);
  return [...charged, ...others.map((one) => row(one.channel, false, one.tsMs, one.valueMicro))];
}
