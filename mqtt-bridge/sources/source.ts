/**
 * Where messages come from and go to. Two sources give the same guarantee: a QoS 1 message is acknowledged to its
 * publisher only when `settle` was called, and until then it comes again after every interruption.
 */

/** One message on its way in. */
export interface Inbound {
  topic: string;
  payload: Uint8Array;
  /** True when the broker handed out a stored state, so its age is unknown. */
  retained: boolean;
  /** Arrival, ms UTC. */
  rxMs: number;
  /** MQTT 5 content type, when one was sent. */
  contentType: string | null;
  /** Durable: acknowledge. Called once; after the connection is gone it does nothing. */
  settle(): void;
}

/** Takes messages in. A source keeps what arrives while it is full, unread and within bounds. */
export interface InboundSink {
  accept(message: Inbound): void;
  readonly full: boolean;
  /** Calls back once, as soon as there is room again. */
  whenRoom(callback: () => void): void;
}

/** One message on its way out. There is no way to ask for retaining: nothing that a meter obeys may outlive its moment. */
export interface Publication {
  topic: string;
  payload: string;
  /** 1 for commands; 0 for what is worthless later. */
  qos: 0 | 1;
  /** ms UTC after which a broker must not deliver it; null: no limit. */
  expiresMs: number | null;
}

export interface MqttSource {
  /** Connects, subscribes and hands messages to the sink until `stop`. Resolves when messages flow. */
  start(sink: InboundSink): Promise<void>;
  /** Whether a publication could go out now. */
  readonly connected: boolean;
  /** Payload that arrived and waits for room, bytes. */
  readonly waitingBytes: number;
  /**
   * Resolves when the broker has taken it (QoS 1: its PUBACK; QoS 0: written).
   * @throws Error when the broker is away or goes away first; it will then not be sent later by itself
   */
  publish(publication: Publication): Promise<void>;
  /** Topics of foreign meters, beside the native ones; replaces the former list. */
  setForeignFilters(filters: readonly string[]): Promise<void>;
  /** Stops reading; what has not been settled comes again after the next start. */
  stop(): Promise<void>;
}
