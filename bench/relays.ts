import { connectAsync, type MqttClient } from 'mqtt';
import { downTopic, upTopic } from '../contracts/mqttTopics';
import { gatewayCode, gatewayOf, meterCode, SITE } from './benchCampus';
import type { BenchClock } from './benchClock';

interface Meter {
  index: number;
  wattHours: number;
  number: number;
  relay: 0 | 1;
  /** What it draws while its relay is closed. */
  powerW: number;
}

const USUAL_W = 300;

/** Rooms whose relays obey: they acknowledge at once and report after it, without the delays of a real contact. */
export class Relays {
  private readonly meters = new Map<string, Meter>();
  /** When each meter's relay last acknowledged that it closed, `performance.now()`. */
  private readonly closedMs = new Map<string, number>();
  /** When each meter was last told to open, `performance.now()`. */
  private readonly openedMs = new Map<string, number>();
  private readonly boot = Math.floor(Date.now() / 1_000) % 1_000_000_000;

  private constructor(
    private readonly client: MqttClient,
    private readonly clock: BenchClock,
    indexes: readonly number[],
  ) {
    for (const index of indexes)
      this.meters.set(meterCode(index), {
        index,
        wattHours: 1_000_000,
        number: 0,
        relay: 1,
        powerW: USUAL_W,
      });
    client.on('message', (_topic, payload) => this.obey(payload));
  }

  /** Connects and listens on behalf of the gateways of these meters. */
  static async start(mqttUrl: string, clock: BenchClock, indexes: readonly number[]): Promise<Relays> {
    const client = await connectAsync(mqttUrl, { clientId: 'bench-relays', protocolVersion: 4 });
    // A small answer must not wait for the delayed acknowledgement of TCP.
    if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function')
      client.stream.setNoDelay(true);
    const relays = new Relays(client, clock, indexes);
    const gateways = [...new Set(indexes.map(gatewayOf))];
    await client.subscribeAsync(
      gateways.map((gateway) => downTopic(SITE, 'GATEWAY', gatewayCode(gateway), 'CMD')),
      { qos: 1 },
    );
    return relays;
  }

  get openCount(): number {
    return [...this.meters.values()].filter(({ relay }) => relay === 0).length;
  }

  /** Every meter reports, having used `wattHours` since its last report. */
  async reportAll(wattHours: number): Promise<void> {
    await Promise.all([...this.meters.values()].map((meter) => this.report(meter, wattHours)));
  }

  /** Forgets and then waits for the acknowledgement of the next closing. */
  closedSince(code: string, sinceMs: number): number | undefined {
    const atMs = this.closedMs.get(code);
    return atMs !== undefined && atMs >= sinceMs ? atMs : undefined;
  }

  openedSince(code: string, sinceMs: number): number | undefined {
    const atMs = this.openedMs.get(code);
    return atMs !== undefined && atMs >= sinceMs ? atMs : undefined;
  }

  /** The meter draws this much from now on, and says so. @returns when it was published, `performance.now()` */
  draw(code: string, powerW: number): number {
    const meter = this.meters.get(code)!;
    meter.powerW = powerW;
    const atMs = performance.now();
    void this.report(meter, 0);
    return atMs;
  }

  async stop(): Promise<void> {
    await this.client.endAsync(true);
  }

  private obey(payload: Buffer): void {
    const arrivedMs = performance.now();
    const command = JSON.parse(payload.toString()) as { cmd: string; id: string; op: string };
    const meter = this.meters.get(command.id);
    if (!meter) return;
    if (command.op === 'disconnect') this.openedMs.set(command.id, arrivedMs);
    if (command.op === 'disconnect') meter.relay = 0;
    else if (command.op === 'connect') meter.relay = 1;
    const acknowledgement = {
      v: 1,
      cmd: command.cmd,
      id: command.id,
      st: 'done',
      code: '',
      ts: this.clock.now(),
      obs: { relay: meter.relay, p: 0 },
    };
    if (command.op === 'connect') this.closedMs.set(command.id, performance.now());
    const topic = upTopic(SITE, 'GATEWAY', gatewayCode(gatewayOf(meter.index)), 'ACK');
    this.client.publish(topic, JSON.stringify(acknowledgement), { qos: 1 });
    void this.report(meter, 0);
  }

  private async report(meter: Meter, wattHours: number): Promise<void> {
    meter.wattHours += wattHours;
    meter.number++;
    const powerW = meter.relay === 1 ? meter.powerW : 0;
    const reading = {
      v: 1,
      id: meterCode(meter.index),
      ts: this.clock.now(),
      boot: this.boot,
      seq: meter.number,
      ea: (meter.wattHours / 1_000).toFixed(3),
      p: powerW,
      u: 229.4,
      i: powerW / 229.4,
      relay: meter.relay,
    };
    await this.client.publishAsync(
      upTopic(SITE, 'GATEWAY', gatewayCode(gatewayOf(meter.index)), 'DATA'),
      JSON.stringify(reading),
      { qos: 1 },
    );
  }
}
