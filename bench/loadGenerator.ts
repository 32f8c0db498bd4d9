import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { upTopic } from '../contracts/mqttTopics';
import { gatewayCode, METERS_PER_GATEWAY, meterCode, SITE } from './benchCampus';
import { durableReadings } from './bridgeMetrics';
import type { FromGenerator, LoadJob, LoadResult, LoadSetup, MessageForm, ToGenerator } from './loadTypes';

/** The fleet of a measurement as a process of its own: MQTT.js, QoS 1, many messages in flight. */

const CONNECTIONS = 8;
/** What became durable is asked this often, ms; load is published in steps of this length. */
const STEP_MS = 10;
const ASK_MS = 25;
/** After the last publish, this long for the rest to become durable. */
const SETTLE_MS = 60_000;

const tell = (message: FromGenerator) => process.send?.(message);

class Fleet {
  private readonly wattHours: Uint32Array;
  private readonly numbers: Uint32Array;
  private readonly boot = Math.floor(Date.now() / 1_000) % 1_000_000_000;
  private next = 0;
  published = 0;

  constructor(
    readonly setup: LoadSetup,
    private readonly clients: readonly MqttClient[],
    private readonly failed: (error: Error) => void,
  ) {
    this.wattHours = Uint32Array.from({ length: setup.meters }, (_, i) => 1_000_000 + i * 37);
    this.numbers = new Uint32Array(setup.meters);
  }

  /** Publishes one message; returns how many readings it carries. */
  publish(form: MessageForm, tsMs: number): number {
    const { meters } = this.setup;
    const gateway = Math.floor(this.next / METERS_PER_GATEWAY);
    const count = form === 'GATEWAY' ? METERS_PER_GATEWAY : 1;
    const first = form === 'GATEWAY' ? gateway * METERS_PER_GATEWAY : this.next;
    this.next = (first + count) % meters;
    let topic: string;
    let payload: string;
    if (form === 'GATEWAY') {
      const code = gatewayCode(gateway);
      topic = upTopic(SITE, 'GATEWAY', code, 'DATA');
      payload = `{"v":1,"gw":"${code}","ts":${tsMs},"boot":${this.boot},"seq":${this.numbers[first]! + 1},"r":[`;
      for (let i = 0; i < count; i++) payload += (i === 0 ? '{' : ',{') + this.reading(first + i);
      payload += ']}';
    } else {
      const code = meterCode(first);
      topic = upTopic(SITE, 'METER', code, 'DATA');
      payload = `{"v":1,"ts":${tsMs},"boot":${this.boot},${this.reading(first)}`;
    }
    this.clients[gateway % this.clients.length]!.publish(topic, payload, { qos: 1 }, (error) => {
      if (error) this.failed(error);
    });
    this.published += count;
    return count;
  }

  /** The fields of one meter's next reading, closed. */
  private reading(meter: number): string {
    const number = ++this.numbers[meter]!;
    const wattHours = ++this.wattHours[meter]!;
    const powerW = 400 + ((meter * 7 + number * 13) % 500);
    const milli = wattHours % 1_000;
    const register = `${Math.floor(wattHours / 1_000)}.${milli < 10 ? '00' : milli < 100 ? '0' : ''}${milli}`;
    return `"id":"${meterCode(meter)}","seq":${number},"ea":"${register}","p":${powerW},"u":229.4,"i":${(powerW / 229.4).toFixed(2)},"pf":0.99,"relay":1}`;
  }
}

async function run(fleet: Fleet, job: LoadJob): Promise<LoadResult> {
  const { metricsUrl } = fleet.setup;
  const before = await durableReadings(metricsUrl);
  const publishedBefore = fleet.published;
  const startedMs = performance.now();
  const endMs = startedMs + job.seconds * 1_000;
  let durable = 0;
  let askedMs = startedMs;
  const open = () => fleet.published - publishedBefore - durable;
  while (performance.now() < endMs) {
    const nowMs = performance.now();
    const due = job.rate === null ? Number.POSITIVE_INFINITY : ((nowMs - startedMs) / 1_000) * job.rate;
    const stepEndMs = nowMs + STEP_MS;
    while (
      fleet.published - publishedBefore < due &&
      open() < job.window &&
      performance.now() < Math.min(stepEndMs, endMs)
    )
      fleet.publish(job.form, Date.now() + job.offsetMs);
    if (performance.now() - askedMs >= ASK_MS) {
      durable = (await durableReadings(metricsUrl)) - before;
      askedMs = performance.now();
    }
    await delay(job.rate === null && open() < job.window ? 0 : 2);
  }
  durable = (await durableReadings(metricsUrl)) - before;
  const seconds = (performance.now() - startedMs) / 1_000;
  const result = { published: fleet.published - publishedBefore, durable, seconds };
  const giveUpMs = performance.now() + SETTLE_MS;
  while ((await durableReadings(metricsUrl)) - before < result.published) {
    if (performance.now() > giveUpMs) throw new Error('readings were published and never became durable');
    await delay(ASK_MS);
  }
  return result;
}

let fleet: Fleet | null = null;

async function handle(message: ToGenerator): Promise<void> {
  switch (message.kind) {
    case 'setup': {
      const clients = await Promise.all(
        Array.from({ length: CONNECTIONS }, (_, i) =>
          connectAsync(message.setup.mqttUrl, { clientId: `bench-fleet-${i}`, protocolVersion: 4 }),
        ),
      );
      fleet = new Fleet(message.setup, clients, (error) => tell({ kind: 'failed', error: error.message }));
      tell({ kind: 'ready' });
      return;
    }
    case 'job':
      if (!fleet) throw new Error('a job before the setup');
      tell({ kind: 'done', result: await run(fleet, message.job) });
      return;
    case 'end':
      process.exit(0);
  }
}

process.on('message', (message: ToGenerator) => {
  handle(message).catch((error: unknown) => {
    tell({ kind: 'failed', error: error instanceof Error ? error.message : String(error) });
  });
});
process.on('disconnect', () => process.exit(0));
