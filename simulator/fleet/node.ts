import { MAX_BATCH_READINGS } from '../../contracts/mqttPayloads';
import { downFilter, type NodeKind, statusTopic, upTopic } from '../../contracts/mqttTopics';
import { seedOf } from '../random';
import type { Ack } from './commandDesk';
import { Outbox } from './outbox';
import type { ReadingItem } from './readingItem';
import type { SimulatedMeter } from './simulatedMeter';

/** Password of the connection and key of the commands of a gateway or direct meter. */
export interface NodeCredentials {
  password: string;
  key: string;
}

/** One connection to a broker as a node sees it. */
export interface Link {
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  /** Breaks off without a goodbye, so that the broker publishes the last will. */
  cut(): void;
  /** Says goodbye: no last will. */
  end(): Promise<void>;
}

export interface LinkOptions {
  clientId: string;
  password: string;
  will: { topic: string; payload: string };
  filter: string;
  onUp(link: Link): void;
  onDown(): void;
  onMessage(topic: string, payload: Uint8Array): void;
}
export type Connect = (options: LinkOptions) => Link;

const FIRMWARE = 'sim-1.0';
/** Gateways read their meters at different seconds of the interval, so that the campus does not speak at once. */
const PHASES_S = 10;

/** A gateway with its meters, or a meter with a connection of its own. */
export class SimulatedNode {
  readonly outbox = new Outbox();
  /** Second within the interval at which it reads. */
  readonly phaseS: number;
  credentials: NodeCredentials | null = null;
  online = false;
  /** Taken off the network by a fault until then; null: not. */
  downUntilMs: number | null = null;
  isDown = false;
  private link: Link | null = null;
  private seq = 0;
  private readonly byCode: ReadonlyMap<string, SimulatedMeter>;

  constructor(
    readonly site: string,
    readonly kind: NodeKind,
    readonly code: string,
    readonly meters: readonly SimulatedMeter[],
    readonly boot: number,
    campusSeed: number,
  ) {
    this.phaseS = seedOf(code, campusSeed) % PHASES_S;
    this.byCode = new Map(meters.map((meter) => [meter.code, meter]));
  }

  meter(code: string): SimulatedMeter | undefined {
    return this.byCode.get(code);
  }

  /** Starts to connect, and stays at it until `cut` or `end`. */
  connect(open: Connect, nowMs: () => number, onCommand: (payload: Uint8Array) => void): void {
    if (this.link !== null || this.credentials === null || this.isDown) return;
    const status = statusTopic(this.site, this.kind, this.code);
    this.link = open({
      clientId: this.code,
      password: this.credentials.password,
      will: { topic: status, payload: this.statusPayload(false, nowMs()) },
      filter: downFilter(this.site, this.kind, this.code),
      onUp: (link) => {
        this.online = true;
        link.publish(status, this.statusPayload(true, nowMs()), true).catch(() => undefined);
        const topic = upTopic(this.site, this.kind, this.code, 'DATA');
        this.outbox.open((payload) => link.publish(topic, payload, false));
      },
      onDown: () => {
        this.online = false;
        this.outbox.close();
      },
      onMessage: (topic, payload) => {
        if (topic.endsWith('/dn/cmd')) onCommand(payload);
        else if (topic.endsWith('/dn/time')) for (const meter of this.meters) syncClock(meter);
      },
    });
  }

  /** Off the network without a goodbye. */
  cut(): void {
    const { link } = this;
    this.link = null;
    this.online = false;
    this.outbox.close();
    link?.cut();
  }

  async end(): Promise<void> {
    const { link } = this;
    this.link = null;
    this.online = false;
    this.outbox.close();
    await link?.end();
  }

  private statusPayload(online: boolean, ts: number): string {
    return JSON.stringify({ v: 1, online, ts, boot: this.boot, fw: FIRMWARE, rssi: -61 - (this.boot % 12) });
  }

  /** Puts readings into the outbox, as batches of a gateway or one by one. `ts`: the instant that they were taken for. */
  handIn(readings: readonly ReadingItem[], ts: number): void {
    if (this.kind === 'METER') {
      for (const reading of readings) {
        this.outbox.push(JSON.stringify({ v: 1, boot: this.boot, ...reading }), ts);
      }
      return;
    }
    for (let at = 0; at < readings.length; at += MAX_BATCH_READINGS) {
      this.seq = (this.seq + 1) >>> 0;
      const r = readings.slice(at, at + MAX_BATCH_READINGS);
      this.outbox.push(JSON.stringify({ v: 1, gw: this.code, ts, boot: this.boot, seq: this.seq, r }), ts);
    }
  }

  acknowledge(ack: Ack): void {
    this.publishUp('ACK', ack);
  }

  /** Something that happened at a meter: `ev` is an UPPER_SNAKE name. Lost while the node is offline. */
  tell(
    meter: SimulatedMeter,
    ev: string,
    on: boolean,
    ts: number,
    data: Record<string, number | number[]>,
  ): void {
    this.seq = (this.seq + 1) >>> 0;
    this.publishUp('EVENT', { v: 1, id: meter.code, ts, boot: this.boot, seq: this.seq, ev, on, data });
  }

  private publishUp(stream: 'ACK' | 'EVENT', message: object): void {
    const topic = upTopic(this.site, this.kind, this.code, stream);
    this.link?.publish(topic, JSON.stringify(message), false).catch(() => undefined);
  }
}

function syncClock(meter: SimulatedMeter): void {
  if (!meter.faults.clockDrift?.params.stuck) delete meter.faults.clockDrift;
}
