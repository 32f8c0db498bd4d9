import { connect, type IClientOptions, type IPublishPacket, type MqttClient, type Packet } from 'mqtt';
import { STATUS_FILTERS, sharedFilter, UP_FILTERS } from '../../contracts/mqttTopics';
import type { Clock } from '../../domain/time/clock';
import type { Inbound, InboundSink, MqttSource, Publication } from './source';
import { WaitingRoom } from './waitingRoom';

export interface BrokerOptions {
  /** `mqtt://user:password@host:1883` or `mqtts://…`. */
  url: string;
  /** Fixed, and different for every bridge: the broker keeps this bridge's messages under it while the bridge is away. */
  clientId: string;
  /**
   * Bridges of one group share the load; null: this bridge takes everything. Mosquitto (seen up to 2.1.2) does not keep
   * shared subscriptions with a session when it is restarted: what meters send before a bridge is back would be
   * acknowledged and lost. So sharing is for brokers that keep them.
   */
  shareGroup: string | null;
  /** 5 where the broker can; 4 is MQTT 3.1.1. */
  protocolVersion: 4 | 5;
  /** Messages that the broker may hand out before the first is acknowledged (MQTT 5; else the broker's own setting rules). */
  receiveMaximum: number;
  reconnectMs: number;
  clock: Clock;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/**
 * Payload that may wait unread at most, bytes; above it nothing is read at all. With MQTT 5 the receive maximum bounds it
 * before, unless the messages are very large.
 */
const WAITING_BYTES = 64 * 1_048_576;
/** How long the broker keeps messages for an absent bridge, s. */
const SESSION_EXPIRY_S = 7 * 86_400;
const END_TIMEOUT_MS = 2_000;
/** A broker that does not acknowledge for so long is treated as away, ms. */
const PUBLISH_TIMEOUT_MS = 5_000;

/**
 * An external broker through MQTT.js. The library acknowledges each message by itself as soon as it was handed over, one
 * after the other, which rules out batches; so its acknowledgements are swallowed and ours are sent after the commit.
 * That reaches into a private method: the version is pinned and a test covers it.
 */
export function createBrokerSource(options: BrokerOptions): MqttSource {
  const { clock, log } = options;
  const isMqtt5 = options.protocolVersion === 5;
  const settings: IClientOptions = {
    clientId: options.clientId,
    clean: false,
    protocolVersion: options.protocolVersion,
    keepalive: 30,
    reconnectPeriod: options.reconnectMs,
    reconnectOnConnackError: true,
    resubscribe: false,
    queueQoSZero: false,
    manualConnect: true,
    ...(isMqtt5 && {
      properties: { sessionExpiryInterval: SESSION_EXPIRY_S, receiveMaximum: options.receiveMaximum },
    }),
  };
  const client = connect(options.url, settings);
  const acknowledge = deferAcknowledgements(client);
  const ownFilters = [
    ...UP_FILTERS.map((filter) =>
      options.shareGroup === null ? filter : sharedFilter(options.shareGroup, filter),
    ),
    ...STATUS_FILTERS,
  ];
  let foreignFilters: readonly string[] = [];
  let ready = false;
  let stopping = false;
  const unacknowledged = new Set<number>();
  let room: WaitingRoom | null = null;
  /** Reads on, where reading has stopped. */
  let readOn: (() => void) | null = null;

  client.on('error', (error) => log.warn({ err: error }, 'broker connection'));
  client.on('close', () => {
    ready = false;
    // The library would send these again by itself after the reconnect, when nobody may want them any more.
    for (const messageId of unacknowledged) client.removeOutgoingMessage(messageId);
    unacknowledged.clear();
    room?.connectionBroke();
  });

  function listen(sink: InboundSink): void {
    const waiting = new WaitingRoom(sink, () => {
      if (waiting.bytes >= WAITING_BYTES) return;
      readOn?.();
      readOn = null;
    });
    room = waiting;
    client.handleMessage = (packet, done) => {
      const { stream } = client;
      let settled = packet.qos === 0;
      const bytesBefore = waiting.bytes;
      const message: Inbound = {
        topic: packet.topic,
        payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
        retained: packet.retain,
        rxMs: clock.now(),
        contentType: packet.properties?.contentType ?? null,
        settle() {
          if (settled) return;
          settled = true;
          // An acknowledgement belongs to its connection; on another one the number means another message.
          if (client.connected && client.stream === stream) acknowledge(packet);
        },
      };
      waiting.offer(message, { repeated: packet.dup });
      // Read on while messages wait: behind them stand the answers to subscriptions, commands and signs of life, and a
      // connection without these is given up, with all that was received on it to come again.
      if (waiting.bytes < WAITING_BYTES || waiting.bytes === bytesBefore) done();
      else readOn = done;
    };
  }

  async function subscribeAll(): Promise<void> {
    // Small commands and their answers must not wait for a delayed TCP acknowledgement.
    const { stream } = client;
    if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true);
    const granted = await client.subscribeAsync([...ownFilters, ...foreignFilters], { qos: 1 });
    const refused = granted.filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
    if (refused.length > 0) throw new Error(`the broker refused ${refused.join(', ')}`);
    ready = true;
  }

  return {
    get connected() {
      return ready && client.connected;
    },

    get waitingBytes() {
      return room?.bytes ?? 0;
    },

    start(sink) {
      listen(sink);
      return new Promise((resolve) => {
        client.on('connect', () => {
          subscribeAll().then(
            () => {
              log.info({ clientId: options.clientId }, 'connected to the broker');
              resolve();
            },
            (error: unknown) => {
              if (stopping) return;
              log.warn({ err: error }, 'subscriptions failed; connecting again');
              client.stream.destroy();
            },
          );
        });
        client.connect();
      });
    },

    publish(publication) {
      if (!ready || !client.connected) return Promise.reject(new Error('not connected to the broker'));
      const nowMs = clock.now();
      if (publication.expiresMs !== null && nowMs >= publication.expiresMs) {
        return Promise.reject(new Error('expired before it was sent'));
      }
      return new Promise((resolve, reject) => {
        let messageId: number | undefined;
        const timer = setTimeout(() => {
          // Its callback then reports the removal as an error.
          if (messageId !== undefined) client.removeOutgoingMessage(messageId);
        }, PUBLISH_TIMEOUT_MS);
        client.publish(
          publication.topic,
          publication.payload,
          {
            qos: publication.qos,
            retain: false,
            ...(isMqtt5 && { properties: propertiesOf(publication, nowMs) }),
          },
          (error) => {
            clearTimeout(timer);
            if (messageId !== undefined) unacknowledged.delete(messageId);
            if (error) reject(error);
            else resolve();
          },
        );
        if (publication.qos === 0) return;
        messageId = client.getLastMessageId();
        unacknowledged.add(messageId);
      });
    },

    async setForeignFilters(filters) {
      const removed = foreignFilters.filter((filter) => !filters.includes(filter));
      const added = filters.filter((filter) => !foreignFilters.includes(filter));
      foreignFilters = [...filters];
      if (!ready || !client.connected) return;
      if (removed.length > 0) await client.unsubscribeAsync(removed);
      if (added.length > 0) await client.subscribeAsync(added, { qos: 1 });
    },

    async stop() {
      stopping = true;
      ready = false;
      // Nothing more is taken in; what was not acknowledged stays with the broker.
      client.handleMessage = () => undefined;
      room?.clear();
      const ended = client.endAsync().then(() => true);
      const timeout = new Promise<false>((resolve) => {
        setTimeout(resolve, END_TIMEOUT_MS, false).unref();
      });
      if (!(await Promise.race([ended, timeout]))) await client.endAsync(true);
    },
  };
}

/** The private method of MQTT.js through which every packet leaves. */
interface PacketSender {
  _sendPacket: (packet: Packet, callback?: () => void, ...rest: unknown[]) => void;
}

/** Swallows the library's acknowledgements; returns the means to send one. */
function deferAcknowledgements(client: MqttClient): (packet: IPublishPacket) => void {
  const sender = client as unknown as PacketSender;
  if (typeof sender._sendPacket !== 'function') throw new Error('this version of MQTT.js has no _sendPacket');
  const send = sender._sendPacket.bind(client);
  sender._sendPacket = (packet, callback, ...rest) => {
    if (packet.cmd === 'puback') callback?.();
    else send(packet, callback, ...rest);
  };
  return ({ messageId }) => send({ cmd: 'puback', messageId, reasonCode: 0 });
}

function propertiesOf(publication: Publication, nowMs: number) {
  return {
    contentType: 'application/json',
    userProperties: { schema: 'em.v1' },
    ...(publication.expiresMs !== null && {
      messageExpiryInterval: Math.max(1, Math.ceil((publication.expiresMs - nowMs) / 1_000)),
    }),
  };
}
