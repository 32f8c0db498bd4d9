import type { Tx } from '../db/client';
import { foreignMetersFitted, lockForeignTopics, type MeterRow, metersNamed } from '../db/queries/meters';
import { DomainError, invalid } from '../domain/errors';
import { MICRO, microFromText } from '../domain/units';
import { topicRefusals } from './checkTopics';
import type { MeterEntry, PointEntry, Registry } from './registry';

/** The meter that is fitted. What is left out is as on the old one, whose place and transformers it takes over. */
export interface NewMeter {
  readonly code: string;
  readonly serial: string;
  /** On its display, decimal text. */
  readonly startRegister: string;
  readonly gateway?: string | null;
  readonly phases?: 1 | 3;
  /** Whole number as text. */
  readonly ctRatio?: string;
  readonly registerModulus?: string | null;
  readonly registerDecimals?: number;
  readonly imaxA?: number;
  readonly qmaxM3h?: number | null;
  readonly intervalS?: number;
  readonly hasRelay?: boolean;
  readonly profile?: string;
  readonly profileOptions?: MeterEntry['profileOptions'] | null;
}

export interface MeterExchange {
  readonly campusId: number;
  readonly pointCode: string;
  /** On the old meter's display, decimal text. */
  readonly oldEndRegister: string;
  readonly meter: NewMeter;
  /** When it was exchanged, ms UTC; default now. */
  readonly atMs?: number;
  /** A person has checked an end register above what the old meter's rating lets through. */
  readonly confirmed?: boolean;
  readonly actor: string;
  readonly reason: string;
}

/** The point and the meter that is fitted there. */
export function findPlace(
  registry: Registry,
  { campusId, pointCode }: MeterExchange,
  atMs: number,
): { point: PointEntry; old: MeterEntry } {
  let point: PointEntry | undefined;
  for (const entry of registry.points.values())
    if (entry.campusId === campusId && entry.pointCode === pointCode) point = entry;
  if (!point) throw new DomainError('notFound', 'UNKNOWN_CODE', `There is no meter point "${pointCode}".`);
  for (const meterId of point.meterIds) {
    const old = registry.meters.get(meterId)!;
    const install = old.installs.find((span) => span.toMs === null && span.pointId === point.pointId);
    if (!install) continue;
    if (atMs <= install.fromMs)
      throw invalid('/at', 'BEFORE_INSTALL', `Meter "${old.code}" was fitted later than this.`);
    return { point, old };
  }
  throw new DomainError('refused', 'NO_METER', `No meter is fitted at "${pointCode}"; import one instead.`);
}

/** The new meter as an asset, with what it takes over from the old one. */
export function newMeterRow(
  registry: Registry,
  old: MeterEntry,
  { meter, campusId }: MeterExchange,
): MeterRow {
  const gateway = meter.gateway === undefined ? old.gatewayCode : meter.gateway;
  const campus = registry.campuses.get(campusId)!;
  if (gateway !== null && !campus.gatewayByCode.has(gateway))
    throw new DomainError('notFound', 'UNKNOWN_CODE', `There is no gateway "${gateway}".`, {
      field: '/meter/gateway',
    });
  if (campus.gatewayByCode.has(meter.code))
    throw new DomainError('conflict', 'CODE_TAKEN', `A gateway is called "${meter.code}".`, {
      field: '/meter/code',
    });
  const ratioMicro = meter.ctRatio === undefined ? old.ratioMicro : microOf(meter.ctRatio, '/meter/ctRatio');
  if (ratioMicro < MICRO || ratioMicro % MICRO !== 0n)
    throw invalid('/meter/ctRatio', 'NOT_WHOLE', 'The ct·pt ratio must be a whole number.');
  const { registerModulus } = meter;
  return {
    code: meter.code,
    serial: meter.serial,
    utility: old.utility,
    phases: meter.phases ?? old.phases,
    ratioMicro,
    modulusMicro:
      registerModulus == null
        ? registerModulus === null
          ? null
          : old.modulusMicro
        : microOf(registerModulus, '/meter/registerModulus'),
    registerDecimals: meter.registerDecimals ?? old.registerDecimals,
    imaxA: meter.imaxA ?? old.imaxA,
    qmaxM3h: meter.qmaxM3h === undefined ? old.qmaxM3h : meter.qmaxM3h,
    intervalS: meter.intervalS ?? old.intervalS,
    hasRelay: meter.hasRelay ?? old.hasRelay,
    gateway,
    profile: meter.profile ?? old.profile,
    profileOptions: meter.profileOptions === undefined ? old.profileOptions : meter.profileOptions,
  };
}

function microOf(text: string, field: string): bigint {
  const micro = microFromText(text);
  if (micro === null || micro < 0n || micro >= 2n ** 60n)
    throw invalid(field, 'NOT_A_REGISTER', 'It must be a decimal as text, not negative.');
  return micro;
}

/** What a display shows, in primary µ. */
export function primaryMicro(text: string, ratioMicro: bigint, field: string): bigint {
  const primary = (microOf(text, field) * ratioMicro) / MICRO;
  if (primary >= 2n ** 62n) throw invalid(field, 'OUT_OF_RANGE', 'It is too large with this ratio.');
  return primary;
}

/** Id of a meter from stock that is fitted again; null: the code is new. */
export async function freeMeterId(
  tx: Tx,
  { campusId, meter }: MeterExchange,
  registry: Registry,
): Promise<number | null> {
  let free: number | null = null;
  for (const { id, code, serial } of await metersNamed(tx.client, campusId, meter.code, meter.serial)) {
    const taken = (field: string, message: string) =>
      new DomainError('conflict', 'METER_TAKEN', message, { field });
    if (code !== meter.code) throw taken('/meter/serial', `Serial "${serial}" belongs to meter "${code}".`);
    if (serial !== meter.serial) throw taken('/meter/code', `Meter "${code}" has the serial "${serial}".`);
    const entry = registry.meters.get(id)!;
    if (entry.installs.some((span) => span.toMs === null))
      throw taken('/meter/code', `Meter "${code}" is fitted already.`);
    free = id;
  }
  return free;
}

/**
 * The new meter's topics, if its dialect has some, take nobody else's; the old one's become free.
 * @throws DomainError conflict/TOPIC_TAKEN, or another rule of contracts/foreignTopics.ts
 */
export async function requireTopics(
  tx: Tx,
  campusId: number,
  old: MeterEntry,
  fitted: MeterRow,
): Promise<void> {
  if (fitted.profile === 'native') return;
  await lockForeignTopics(tx.client);
  const others = (await foreignMetersFitted(tx.client)).filter(
    (row) => row.campusId !== campusId || row.code !== old.code,
  );
  const refusal = topicRefusals(campusId, [fitted], others).get(fitted.code);
  if (refusal) throw new DomainError('conflict', refusal.code, refusal.message, { field: '/meter/profile' });
}
