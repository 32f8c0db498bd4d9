import { createHmac } from 'node:crypto';
import { downTopic, upTopic } from '../../contracts/mqttTopics';
import { type CommandBody, isCommandSignature } from '../../domain/supply/commandSignature';
import { connectNode, type Item } from './nodeClient';
import type { Path } from './startPath';

/** A gateway whose rooms obey: signed commands only, none that has expired, each id once; and each tells what it measures. */
export interface ObeyingGateway {
  /** Counts this on every register of the gateway, and reports as of that instant. Resolves with the PUBACK. */
  use(wattHours: number, atMs: number): Promise<void>;
  /** Reports on its own every `everyMs` from now on, as gateways do. */
  reportEvery(everyMs: number): void;
  /** Commands carried out, in order: `meter op`. */
  readonly obeyed: readonly string[];
  /** Commands not carried out: wrongly signed, expired, or unreadable. */
  readonly refused: readonly string[];
  /** When the meter's relay last acknowledged that it closed, `performance.now()`; undefined: never. */
  closedAt(meter: string): number | undefined;
  end(): Promise<void>;
}

interface Room {
  wattHours: number;
  relay: 0 | 1;
}

/** Time that a contact takes, ms. */
const CONTACT_MS = 100;
/** Load of a room whose contact is closed. */
const POWER_W = 300;
const VOLTAGE_V = 230;

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex');

/** Connects the gateway with a fresh credential; its meters stand at 1,000 kWh with closed contacts. */
export async function connectObeyingGateway(
  path: Path,
  code: string,
  meters: readonly string[],
): Promise<ObeyingGateway> {
  const node = await connectNode(path, 'GATEWAY', code);
  const rooms = new Map(meters.map((meter): [string, Room] => [meter, { wattHours: 1_000_000, relay: 1 }]));
  /** Commands by id; true once carried out. */
  const known = new Map<string, boolean>();
  const obeyed: string[] = [];
  const refused: string[] = [];
  const closed = new Map<string, number>();
  const ackTopic = upTopic(path.site, 'GATEWAY', code, 'ACK');
  let timer: NodeJS.Timeout | null = null;
  let lastMs = 0;

  function itemOf([id, { wattHours, relay }]: [string, Room], ts: number): Item {
    const p = relay * POWER_W;
    return { id, ts, ea: (wattHours / 1_000).toFixed(3), p, u: VOLTAGE_V, i: p / VOLTAGE_V, relay };
  }

  /** Two reports never share an instant: the second would be a repeat of the first with another content. */
  function nextInstant(): number {
    lastMs = Math.max(Date.now(), lastMs + 1);
    return lastMs;
  }

  function acknowledge({ cmd, id }: CommandBody, st: string): void {
    const relay = rooms.get(id)!.relay;
    const ack = { v: 1, cmd, id, st, code: '', ts: Date.now(), obs: { relay, p: relay * POWER_W } };
    node.mqtt.publish(ackTopic, JSON.stringify(ack), { qos: 1 });
  }

  function obey(payload: Buffer): void {
    const { sig, ...body } = JSON.parse(payload.toString()) as CommandBody & { sig: string };
    const room = rooms.get(body.id);
    if (!room || !isCommandSignature(body, sig, node.signingKey, hmac) || body.exp < Date.now()) {
      refused.push(`${body.id} ${body.op}`);
      return;
    }
    const done = known.get(body.cmd);
    if (done !== undefined) {
      if (done) acknowledge(body, 'dup');
      return;
    }
    if (body.op === 'read') {
      acknowledge(body, 'done');
      void node.data([itemOf([body.id, room], nextInstant())]);
      return;
    }
    known.set(body.cmd, false);
    setTimeout(() => {
      room.relay = body.op === 'connect' ? 1 : 0;
      known.set(body.cmd, true);
      obeyed.push(`${body.id} ${body.op}`);
      acknowledge(body, 'done');
      if (room.relay === 1) closed.set(body.id, performance.now());
    }, CONTACT_MS);
  }

  const report = (ts: number) => node.data([...rooms].map((entry) => itemOf(entry, ts)));

  node.mqtt.on('message', (_topic, payload) => obey(payload));
  await node.mqtt.subscribeAsync(downTopic(path.site, 'GATEWAY', code, 'CMD'), { qos: 1 });
  return {
    obeyed,
    refused,
    async use(wattHours, atMs) {
      for (const room of rooms.values()) room.wattHours += wattHours;
      await report(atMs);
    },
    reportEvery(everyMs) {
      timer = setInterval(() => void report(nextInstant()), everyMs);
    },
    closedAt: (meter) => closed.get(meter),
    async end() {
      if (timer) clearInterval(timer);
      await node.end();
    },
  };
}
