import { isUtf8 } from 'node:buffer';
import type { Database } from '../db/client';
import { databaseAnswers } from '../db/queries/answers';
import { insertQuarantine, type QuarantineEntry } from '../db/queries/quarantine';
import { applyCommandAck } from '../engine/applyCommandAck';
import { applyMeterEvent } from '../engine/applyMeterEvent';
import { applyStatus } from '../engine/applyStatus';
import type { EngineContext } from '../engine/context';
import { dispatchCommand, dueCommands, Unpublishable } from '../engine/dispatchCommand';
import { ingestReadings } from '../engine/ingestReadings';
import { freshRegistry, knownRegistry } from '../engine/registry';
import { isUrgent } from '../engine/urgentReading';
import type { EnginePort, IncomingEvent, QuarantinedMessage } from './enginePort';
import { nativeProfile } from './profiles/native';

/** The engine's acts on one database, as the bridge calls them. */
export function bindEngine(database: Database, ctx: EngineContext): EnginePort {
  const sites = new Map<number, string>();

  async function quarantineMessage(message: QuarantinedMessage): Promise<void> {
    const registry = await knownRegistry(database);
    const campus = message.site === null ? undefined : registry.campusByCode.get(message.site);
    const meter = message.meterCode === null ? undefined : campus?.meterByCode.get(message.meterCode);
    const entry: QuarantineEntry = {
      campusId: campus?.id ?? null,
      meterId: meter?.meterId ?? null,
      meterCode: message.meterCode,
      gatewayCode: message.gatewayCode,
      topic: message.topic,
      tsMs: null,
      rxMs: message.rxMs,
      reason: message.reason,
      field: message.field,
      detail: message.detail,
      payload: textOf(message.payload),
    };
    await insertQuarantine(database.pool, [entry]);
  }

  return {
    ingestReadings: (batch) => ingestReadings(database, ctx, batch),
    ingestUrgent: (batch) => ingestReadings(database, ctx, batch),
    isUrgent: (reading) => isUrgent(database, reading),
    quarantineMessage,
    applyCommandAck: (ack) => applyCommandAck(database, ctx, ack),
    applyStatus: (status) => applyStatus(database, ctx, status),
    async applyMeterEvent(event) {
      const outcome = await applyMeterEvent(database, ctx, event);
      // Kept where people look, so that nothing a meter says is lost.
      if (!outcome.applied) await quarantineMessage(eventAside(event, outcome));
    },
    dueCommands: (limit) => dueCommands(database, ctx, limit),
    dispatchCommand: (commandId, publish) => dispatchCommand(database, ctx, commandId, publish),
    unpublishable: (reason) => new Unpublishable(reason),
    async foreignMeters() {
      const registry = await freshRegistry(database);
      for (const campus of registry.campuses.values()) sites.set(campus.id, campus.code);
      return (
        [...registry.meters.values()]
          // One that was taken down is silent, and its topics are free for the meter that came after it.
          .filter(
            ({ profile, retired, installs }) =>
              profile !== nativeProfile.name && !retired && installs.some(({ toMs }) => toMs === null),
          )
          .map(({ campusId, code, profile, profileOptions }) => ({
            site: sites.get(campusId)!,
            meterCode: code,
            profile,
            options: profileOptions,
          }))
      );
    },
    siteOf: (campusId) => sites.get(campusId) ?? null,
    isDatabaseUp: () => databaseAnswers(database.pool),
  };
}

/** Payload as people can read it; what is no text becomes hexadecimal. */
function textOf(payload: Uint8Array): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return isUtf8(bytes) ? bytes.toString('utf8') : `hex:${bytes.toString('hex')}`;
}

function eventAside(
  event: IncomingEvent,
  { reason, detail }: { reason: string; detail: string },
): QuarantinedMessage {
  return {
    site: event.site,
    topic: `event/${event.name}`,
    payload: Buffer.from(JSON.stringify(event)),
    rxMs: event.rxMs,
    reason,
    field: reason === 'EVENT_WITHOUT_RULE' ? '/ev' : '/id',
    detail,
    meterCode: event.meterCode ?? (event.senderKind === 'METER' ? event.senderCode : null),
    gatewayCode: event.senderKind === 'GATEWAY' ? event.senderCode : null,
  };
}
