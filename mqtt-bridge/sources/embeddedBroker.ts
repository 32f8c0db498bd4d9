import type { EventEmitter } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { expiryOfCommandPayload } from '../../contracts/mqttMessages';
import type { Clock } from '../../domain/time/clock';
import type { Counters } from '../counters';
import type { ForeignAccess } from '../foreignMeters';
import { judgePublish, type MqttIdentity, mayRetain, maySubscribe } from './accessRules';
import type { Inbound, MqttSource } from './source';
import { WaitingRoom } from './waitingRoom';

export interface EmbeddedBrokerOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  clock: Clock;
  /** Whose user name and password these are; null: nobody's. */
  identify: (username: string, password: string) => Promise<MqttIdentity | null>;
  /** What a meter of another dialect may do beside the native topics. */
  foreignAccess: (site: string, code: string) => ForeignAccess | null;
  counters: Counters;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

export interface EmbeddedBrokerSource extends MqttSource {
  /** Port it listens on, once started. */
  readonly port: number;
  /** Credentials changed: ends the connections whose password is not valid any more. */
  recheckClients(): Promise<void>;
}

interface Session {
  identity: MqttIdentity;
  username: string;
  password: string;
}

/** MQTT 3.1.1 return codes. */
const SERVER_UNAVAILABLE = 3;
const NOT_AUTHORIZED = 5;
/** Where dropped publishes go; nobody may subscribe to it. */
const NOWHERE = 'nowhere';

/**
 * The broker inside the bridge's own process, for demo and tests. A publish is held in `authorizePublish` until the message
 * is durable, so its acknowledgement means what it means with the external broker; no session is kept for the bridge itself.
 */
export function createEmbeddedBroker(options: EmbeddedBrokerOptions): EmbeddedBrokerSource {
  const { clock, counters, log } = options;
  const sessions = new WeakMap<Client, Session>();
  let room: WaitingRoom | null = null;
  let broker: Aedes | null = null;
  let server: Server | null = null;
  let stopping = false;

  async function login(client: Client, username: string, password: string): Promise<boolean> {
    const identity = await options.identify(username, password);
    if (identity === null) return false;
    if (identity.role === 'NODE' && (client.id !== username || username !== identity.code)) return false;
    sessions.set(client, { identity, username, password });
    return true;
  }

  function accessOf(identity: MqttIdentity): ForeignAccess | null {
    return identity.role === 'NODE' ? options.foreignAccess(identity.site, identity.code) : null;
  }

  function refuse(client: Client, kind: 'login' | 'publish' | 'subscribe', what: string): void {
    counters.refusedClients.inc({ kind });
    log.warn({ clientId: client.id, what }, `embedded broker refused a ${kind}`);
  }

  return {
    get connected() {
      return broker !== null && !stopping;
    },

    get waitingBytes() {
      return room?.bytes ?? 0;
    },

    get port() {
      return (server?.address() as AddressInfo | null)?.port ?? 0;
    },

    async start(sink) {
      const waiting = new WaitingRoom(
        sink,
        () => undefined,
        () => counters.dropped.inc(),
      );
      room = waiting;
      // The default concurrency of 100 would cap a batch at 100 messages.
      broker = await Aedes.createBroker({ concurrency: 2_000, queueLimit: 1_000 });
      broker.authenticate = (client, username, password, done) => {
        login(client, username ?? '', password?.toString() ?? '').then(
          (known) => {
            if (known) return done(null, true);
            refuse(client, 'login', username ?? '');
            return done(refusal(NOT_AUTHORIZED), false);
          },
          (error: unknown) => {
            log.warn({ err: error }, 'a login could not be checked');
            // No word about the password: a device may take a refusal as final.
            done(refusal(SERVER_UNAVAILABLE), false);
          },
        );
      };
      broker.authorizePublish = (client, packet, done) => {
        if (client === null) return done(null);
        const session = sessions.get(client);
        if (stopping || !session) return done(new Error('not open'));
        const verdict = judgePublish(session.identity, packet.topic, accessOf(session.identity));
        if (verdict === 'REFUSE') {
          refuse(client, 'publish', packet.topic);
          return done(new Error(`not allowed to publish to ${packet.topic}`));
        }
        if (!mayRetain(session.identity, packet.topic)) packet.retain = false;
        if (verdict === 'DROP') {
          packet.topic = NOWHERE;
          return done(null);
        }
        let settled = false;
        const isHeld = packet.qos > 0;
        // Bounded by the broker, which reads only so many messages of a client ahead of their acknowledgement; those that
        // ask for none, by the waiting room.
        const message: Inbound = {
          topic: packet.topic,
          payload: Buffer.from(packet.payload),
          retained: false,
          rxMs: clock.now(),
          contentType: null,
          settle() {
            if (settled || !isHeld) return;
            settled = true;
            done(null);
          },
        };
        // What comes from a connection that has ended is its last will: nobody will send it again.
        const isWill = client.closed;
        waiting.offer(message, { isGone: () => isHeld && !isWill && client.closed, loose: !isHeld });
        if (!isHeld) done(null);
        return undefined;
      };
      broker.authorizeSubscribe = (client, subscription, done) => {
        const session = sessions.get(client);
        if (session && maySubscribe(session.identity, subscription.topic, accessOf(session.identity))) {
          return done(null, subscription);
        }
        refuse(client, 'subscribe', subscription.topic);
        return done(null, null);
      };
      broker.authorizeForward = (_client, packet) => {
        if (!packet.topic.endsWith('/dn/cmd')) return packet;
        const expiresMs = expiryOfCommandPayload(Buffer.from(packet.payload));
        // A command that waited for its meter past its moment must not reach it any more.
        return expiresMs !== null && expiresMs <= clock.now() ? null : packet;
      };
      // A client that breaks off is everyday life; unheard, the event of the broker would end the process.
      broker.on('clientError', () => undefined);
      (broker as EventEmitter).on('error', (error: unknown) => log.warn({ err: error }, 'embedded broker'));
      broker.on('connectionError', () => undefined);
      const { handle } = broker;
      server = createServer({ noDelay: true }, (socket) => {
        handle(socket);
      });
      await new Promise<void>((resolve, reject) => {
        server?.once('error', reject);
        server?.listen(options.port, options.host, resolve);
      });
      log.info({ port: this.port }, 'embedded broker listens');
    },

    publish(publication) {
      const current = broker;
      if (current === null || stopping) return Promise.reject(new Error('the embedded broker is closed'));
      if (publication.expiresMs !== null && clock.now() >= publication.expiresMs) {
        return Promise.reject(new Error('expired before it was sent'));
      }
      return new Promise((resolve, reject) => {
        current.publish(
          {
            cmd: 'publish',
            topic: publication.topic,
            payload: Buffer.from(publication.payload),
            qos: publication.qos,
            retain: false,
            dup: false,
          },
          (error) => {
            if (error) reject(error);
            else resolve();
          },
        );
      });
    },

    // Every message passes through authorizePublish, whatever is subscribed.
    setForeignFilters: () => Promise.resolve(),

    async recheckClients() {
      // The list is not part of the typed surface, but documented.
      const clients = Object.values((broker as { clients?: Record<string, Client> } | null)?.clients ?? {});
      for (const client of clients) {
        const session = sessions.get(client);
        if (!session) continue;
        const identity = await options.identify(session.username, session.password);
        if (identity === null) client.close();
        else session.identity = identity;
      }
    },

    async stop() {
      stopping = true;
      room?.clear();
      const closing = broker;
      await new Promise<void>((resolve) => {
        if (server === null) return resolve();
        server.close(() => resolve());
        return closing?.close();
      });
      broker = null;
    },
  };
}

/** How a login is turned away; the number goes into the CONNACK. */
function refusal(returnCode: number): AuthenticateError {
  return Object.assign(new Error('login refused'), {
    returnCode: returnCode as AuthenticateError['returnCode'],
  });
}
