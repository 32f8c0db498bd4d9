import type { Socket } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import { seedOf } from '../random';
import type { Connect, Link, LinkOptions } from './node';

export interface MqttLinkSettings {
  /** Address of the broker; user name and password in it are not used. */
  url: string;
  /** Told once per node and cause. */
  onProblem(code: string, message: string): void;
}

const KEEPALIVE_S = 30;
const RETRY_FIRST_MS = 800;
const RETRY_SPREAD_MS = 1_400;
const RETRY_MAX_MS = 15_000;

/**
 * Connects nodes to a real broker, MQTT 3.1.1. Every connection is a new client with a clean session: what waits for its
 * acknowledgement is kept by the outbox alone, so that nothing is sent again behind its back.
 */
export function mqttConnect(settings: MqttLinkSettings): Connect {
  return (options) => new ReconnectingLink(settings, options);
}

class ReconnectingLink implements Link {
  private client: MqttClient;
  private retry: NodeJS.Timeout | null = null;
  private failures = 0;
  private ended = false;
  private readonly told = new Set<string>();
  /** Messages whose acknowledgement is open; the client would leave them unsettled when the connection breaks. */
  private readonly open = new Set<(error: Error) => void>();

  constructor(
    private readonly settings: MqttLinkSettings,
    private readonly options: LinkOptions,
  ) {
    this.client = this.dial();
  }

  private dial(): MqttClient {
    const { options, settings } = this;
    const client = mqtt.connect(settings.url, {
      clientId: options.clientId,
      username: options.clientId,
      password: options.password,
      protocolVersion: 4,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: 10_000,
      reconnectPeriod: 0,
      will: { topic: options.will.topic, payload: Buffer.from(options.will.payload), qos: 1, retain: true },
    });
    client.on('connect', () => {
      if (client !== this.client || this.ended) return;
      // Without it a command waits for the acknowledgement timer of the peer, 40 ms each way.
      (client.stream as unknown as Partial<Socket>).setNoDelay?.(true);
      this.failures = 0;
      client.subscribe(options.filter, { qos: 1 }, (error) => {
        if (error && !this.ended) this.problem(`could not subscribe: ${error.message}`);
      });
      options.onUp(this);
    });
    client.on('message', (topic, payload) => options.onMessage(topic, payload));
    client.on('error', (error) => this.problem(error.message));
    client.on('close', () => {
      if (client !== this.client) return;
      for (const reject of this.open) reject(new Error('connection lost'));
      this.open.clear();
      if (this.ended) return;
      options.onDown();
      this.retryLater();
    });
    return client;
  }

  /** Nodes come back spread over time, and ever more slowly where they are refused. */
  private retryLater(): void {
    if (this.retry !== null) return;
    const spread = seedOf(this.options.clientId, this.failures) % RETRY_SPREAD_MS;
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.failures, 5)) + spread;
    this.failures += 1;
    this.retry = setTimeout(() => {
      this.retry = null;
      this.client.end(true);
      this.client = this.dial();
    }, waitMs);
  }

  private problem(message: string): void {
    if (this.ended || this.told.has(message)) return;
    this.told.add(message);
    this.settings.onProblem(this.options.clientId, message);
  }

  publish(topic: string, payload: string, retain: boolean): Promise<void> {
    const { client } = this;
    return new Promise((resolve, reject) => {
      if (!client.connected) return reject(new Error('not connected'));
      this.open.add(reject);
      return client.publish(topic, payload, { qos: 1, retain }, (error) => {
        this.open.delete(reject);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  cut(): void {
    this.stop();
    this.client.end(true);
  }

  end(): Promise<void> {
    this.stop();
    return new Promise((resolve) => this.client.end(false, {}, () => resolve()));
  }

  private stop(): void {
    this.ended = true;
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
  }
}
