import { gunzipSync } from 'node:zlib';
import { buildTimePayload } from '../contracts/mqttMessages';
import type { ParsedData } from '../contracts/mqttPayloads';
import { downTopic, type NodeKind, parseTopic } from '../contracts/mqttTopics';
import { MAX_PAYLOAD_BYTES } from '../contracts/payloadFields';
import type { Clock } from '../domain/time/clock';
import type { Counters } from './counters';
import type { CommandDispatcher } from './dispatchCommands';
import type { EnginePort, IncomingAck, QuarantinedMessage } from './enginePort';
import type { ForeignMeters } from './foreignMeters';
import { nativeProfile } from './profiles/native';
import type { MeterMessage } from './profiles/profile';
import type { ReadingBatcher } from './readingBatcher';
import type { SerialLanes } from './serialLanes';
import type { Inbound, InboundSink, MqttSource } from './sources/source';
import { type DataEntry, quarantine } from './storeReadings';
import { type DurableOptions, untilDurable } from './untilDurable';

export interface RouterOptions {
  engine: EnginePort;
  batcher: ReadingBatcher<DataEntry>;
  lanes: SerialLanes;
  foreign: ForeignMeters;
  dispatcher: Pick<CommandDispatcher, 'askProof' | 'isOwnRequest' | 'answeredBy'>;
  source: Pick<MqttSource, 'publish'>;
  clock: Clock;
  counters: Counters;
  durable: Omit<DurableOptions, 'limit'>;
  log: { error(fields: object, message: string): void };
}

/** Who a message comes from. */
interface Sender {
  site: string;
  kind: NodeKind;
  code: string;
  /** Foreign dialects report for themselves only. */
  isNative: boolean;
}

const TRIES = 3;
/** What the quarantine keeps of a payload; of a larger batch only the item in question is kept. */
const QUARANTINE_BYTES = 8_192;

/** Takes every message in and hands it to its one handler. Nothing is acknowledged before it is durable somewhere. */
export function createRouter(options: RouterOptions): InboundSink {
  const { batcher, lanes, foreign, counters } = options;

  return {
    get full() {
      return batcher.full || lanes.full;
    },
    whenRoom(callback) {
      batcher.whenRoom(() => lanes.whenRoom(callback));
    },
    accept(message) {
      try {
        route(message);
      } catch (error) {
        // No payload is known to do this; should one, it must not take the connection down with it.
        options.log.error({ err: error, topic: message.topic }, 'a message could not be read');
        setAside(
          message,
          null,
          'READER_FAILED',
          null,
          error instanceof Error ? error.message : String(error),
        );
      }
    },
  };

  function route(message: Inbound): void {
    const payload = unpacked(message);
    if (payload === null) {
      counters.messages.inc({ kind: 'UNREADABLE' });
      setAside(message, null, 'NOT_GZIP', '', 'content type says gzip, the payload does not');
      return;
    }
    const input = { topic: message.topic, payload, rxMs: message.rxMs };
    const topic = parseTopic(message.topic);
    if (topic) {
      take({ ...message, payload }, { ...topic, isNative: true }, nativeProfile.read(input, topic));
      return;
    }
    const match = foreign.ofTopic(message.topic);
    if (!match) {
      const shared = foreign.sharedTopic(message.topic);
      if (shared) {
        counters.messages.inc({ kind: 'TOPIC_SHARED' });
        setAside(message, shared.site, 'TOPIC_SHARED', null, 'more than one meter claims this topic');
        return;
      }
      counters.messages.inc({ kind: 'UNKNOWN_TOPIC' });
      setAside(message, null, 'UNKNOWN_TOPIC', null, 'no dialect speaks on this topic');
      return;
    }
    const sender: Sender = {
      site: match.meter.site,
      kind: 'METER',
      code: match.meter.meterCode,
      isNative: false,
    };
    take({ ...message, payload }, sender, match.profile.read(input, match.meter));
  }

  function take(message: Inbound, sender: Sender, parts: readonly MeterMessage[]): void {
    if (parts.length === 0) {
      counters.messages.inc({ kind: 'NOT_USED' });
      message.settle();
      return;
    }
    // The message is durable when all of its parts are.
    let left = parts.length;
    const settle = (): void => {
      left--;
      if (left === 0) message.settle();
    };
    for (const part of parts) {
      counters.messages.inc({ kind: part.kind });
      takePart({ ...message, settle }, sender, part);
    }
  }

  function takePart(message: Inbound, sender: Sender, part: MeterMessage): void {
    const { engine } = options;
    const { site, kind, code } = sender;
    const { rxMs } = message;
    switch (part.kind) {
      case 'DATA':
        takeData(message, sender, part.data);
        return;
      case 'REFUSED':
        setAside(message, sender, part.reason, part.field, part.detail);
        return;
      case 'STATUS':
        work(message, sender, async () => {
          await engine.applyStatus({ site, kind, code, ...part.status, rxMs, retained: message.retained });
          if (sender.isNative && part.status.online && !message.retained) sendTime(sender);
        });
        return;
      case 'EVENT':
        work(message, sender, () =>
          engine.applyMeterEvent({ site, senderKind: kind, senderCode: code, ...part.event, rxMs }),
        );
        return;
      case 'ACK':
        if (options.dispatcher.isOwnRequest(part.ack.commandId)) {
          message.settle();
          return;
        }
        work(message, sender, () =>
          acknowledge({ site, senderKind: kind, senderCode: code, ...part.ack, rxMs }),
        );
        return;
      case 'RELAY': {
        const commandId = options.dispatcher.answeredBy(site, code, part.relay);
        if (commandId === null) {
          message.settle();
          return;
        }
        work(message, sender, () =>
          acknowledge({
            site,
            senderKind: kind,
            senderCode: code,
            commandId,
            meterCode: code,
            state: 'done',
            code: '',
            tsMs: null,
            rxMs,
            observed: { relay: part.relay, valve: null, powerW: null },
          }),
        );
      }
    }
  }

  async function acknowledge(ack: IncomingAck): Promise<void> {
    const { awaitsProof } = await options.engine.applyCommandAck(ack);
    if (awaitsProof) options.dispatcher.askProof(ack.commandId);
  }

  function takeData(message: Inbound, sender: Sender, data: ParsedData): void {
    const { topic, payload, rxMs } = message;
    const { site } = sender;
    const gatewayCode = sender.kind === 'GATEWAY' ? sender.code : null;
    const refusals = data.errors.map(
      (error): QuarantinedMessage => ({
        site,
        topic,
        payload: payloadOf(payload, error.index),
        rxMs,
        reason: error.code,
        field: error.field,
        detail: error.message,
        meterCode: error.meterCode,
        gatewayCode,
      }),
    );
    const readings = data.readings.map((reading) => ({
      site,
      gatewayCode,
      rxMs,
      reading,
      raw: payload,
      topic,
    }));
    batcher.add({
      size: Math.max(1, readings.length),
      sender: `${site}/${sender.code}`,
      urgent: readings.some((reading) => options.engine.isUrgent(reading)),
      readings,
      refusals,
      rxMs,
      settle: message.settle,
    });
    counters.held.set(batcher.held);
  }

  /** Runs an act in the order of its sender's messages; what fails again and again is set aside. */
  function work(message: Inbound, sender: Sender, act: () => Promise<void>): void {
    lanes.run(`${sender.site}/${sender.code}`, async () => {
      const done = await untilDurable(act, { ...options.durable, limit: TRIES });
      if (!done.ok) {
        const detail = done.error instanceof Error ? done.error.message : String(done.error);
        await quarantine(asideOf(message, sender, 'APPLY_FAILED', null, detail.slice(0, 500)), options);
      }
      message.settle();
    });
  }

  /** `from`: the sender, or where only that is known, the code of its campus. */
  function setAside(
    message: Inbound,
    from: Sender | string | null,
    reason: string,
    field: string | null,
    detail: string,
  ): void {
    const sender = typeof from === 'string' ? null : from;
    lanes.run(sender ? `${sender.site}/${sender.code}` : message.topic, async () => {
      const aside = asideOf(message, sender, reason, field, detail);
      await quarantine(typeof from === 'string' ? { ...aside, site: from } : aside, options);
      message.settle();
    });
  }

  function sendTime({ site, kind, code }: Sender): void {
    const payload = buildTimePayload(options.clock.now());
    // A hint that gets lost is worth nothing later.
    options.source
      .publish({ topic: downTopic(site, kind, code, 'TIME'), payload, qos: 0, expiresMs: null })
      .catch(() => undefined);
  }
}

function asideOf(
  message: Inbound,
  sender: Sender | null,
  reason: string,
  field: string | null,
  detail: string,
): QuarantinedMessage {
  return {
    site: sender?.site ?? null,
    topic: message.topic,
    payload: message.payload,
    rxMs: message.rxMs,
    reason,
    field,
    detail,
    meterCode: sender?.kind === 'METER' ? sender.code : null,
    gatewayCode: sender?.kind === 'GATEWAY' ? sender.code : null,
  };
}

/** gzip only where the content type says so; null when it says so and lies, or unpacks to more than a message may hold. */
function unpacked({ payload, contentType }: Inbound): Uint8Array | null {
  if (contentType === null || !contentType.includes('gzip')) return payload;
  try {
    return gunzipSync(payload, { maxOutputLength: MAX_PAYLOAD_BYTES });
  } catch {
    return null;
  }
}

/** The part of a message that the quarantine keeps. */
function payloadOf(payload: Uint8Array, index: number | null): Uint8Array {
  if (index === null || payload.length <= QUARANTINE_BYTES) return payload;
  try {
    const message = JSON.parse(Buffer.from(payload).toString('utf8')) as { r?: unknown[] };
    return Buffer.from(JSON.stringify(message.r?.[index] ?? null));
  } catch {
    return payload;
  }
}
