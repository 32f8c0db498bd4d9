import { createHmac } from 'node:crypto';
import {
  type ParsedAck,
  type ParsedMeterEvent,
  parseAckPayload,
  parseEventPayload,
} from '../../contracts/mqttMessages';
import { type ParsedReading, parseDataPayload } from '../../contracts/mqttPayloads';
import { parseTopic } from '../../contracts/mqttTopics';
import { type FieldProblem, isProblem } from '../../contracts/payloadFields';
import { commandSigningText } from '../../domain/supply/commandSignature';
import { FixedClock } from '../../domain/time/clock';
import { Fleet } from '../fleet/fleet';
import type { Connect, Link, LinkOptions, NodeCredentials } from '../fleet/node';
import type { FleetState } from '../fleet/stateFile';
import { CampusLoad } from '../load/campusLoad';
import { campusPlan } from '../plan/campusPlan';

/** Wed 12 Nov 2026, 20:00 on the campus. */
export const EVENING_MS = Date.UTC(2026, 10, 12, 12);

interface Published {
  topic: string;
  payload: string;
  retain: boolean;
}

/** A broker in memory that takes what nodes publish, acknowledges when told to, and reads it as the platform would. */
export class FakeBroker {
  readonly published: Published[] = [];
  readonly wills: string[] = [];
  acknowledges = true;
  private readonly sessions = new Map<
    string,
    { options: LinkOptions; open: boolean; fail: (() => void)[] }
  >();

  readonly connect: Connect = (options) => {
    const session = { options, open: true, fail: [] as (() => void)[] };
    this.sessions.set(options.clientId, session);
    const link: Link = {
      publish: (topic, payload, retain) =>
        new Promise((resolve, reject) => {
          if (!session.open) return reject(new Error('not connected'));
          this.published.push({ topic, payload, retain });
          if (this.acknowledges) resolve();
          else session.fail.push(() => reject(new Error('connection lost')));
          return undefined;
        }),
      cut: () => {
        session.open = false;
        this.wills.push(options.will.topic);
        for (const fail of session.fail.splice(0)) fail();
      },
      end: () => {
        session.open = false;
        return Promise.resolve();
      },
    };
    options.onUp(link);
    return link;
  };

  deliver(node: string, payload: string): void {
    const { options } = this.sessions.get(node)!;
    const kind = options.filter.includes('/gw/') ? 'gw' : 'm';
    options.onMessage(`em/v1/lakeside/${kind}/${node}/dn/cmd`, Buffer.from(payload));
  }

  readings(meter?: string): ParsedReading[] {
    const all = this.published.flatMap(({ topic, payload }) => {
      const parsed = parseTopic(topic);
      if (parsed?.stream !== 'DATA') return [];
      const data = parseDataPayload(Buffer.from(payload), parsed);
      if (data.errors.length > 0) throw new Error(JSON.stringify(data.errors[0]));
      return data.readings;
    });
    return meter === undefined ? all : all.filter(({ meterCode }) => meterCode === meter);
  }

  acks(): ParsedAck[] {
    return this.stream('/up/ack', parseAckPayload);
  }

  events(): ParsedMeterEvent[] {
    return this.stream('/up/event', parseEventPayload);
  }

  private stream<T extends object>(ending: string, parse: (payload: Uint8Array) => T | FieldProblem): T[] {
    return this.published
      .filter(({ topic }) => topic.endsWith(ending))
      .map(({ payload }) => {
        const parsed = parse(Buffer.from(payload));
        if (isProblem(parsed)) throw new Error(JSON.stringify(parsed));
        return parsed;
      });
  }
}

export interface TestFleet {
  fleet: Fleet;
  broker: FakeBroker;
  clock: FixedClock;
  campus: CampusLoad;
  /** Lives on for `ms`, second by second, with what meters do after a while in between. */
  pass(ms: number): Promise<void>;
  /** Signs and delivers a command; answers its id. */
  command(meter: string, op: string, args?: object, change?: Partial<WireCommand>): string;
}

interface WireCommand {
  cmd: string;
  iat: number;
  exp: number;
  why: string;
  key: string;
}

/** Lets everything that waits on an acknowledgement go on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
}

export const KEY = 'node-key-01';
let commands = 0;

const campuses = new Map<number, CampusLoad>();

/** Curves remember only what they would compute again, so fleets can share them. */
function campusOf(meters: number): CampusLoad {
  const known = campuses.get(meters) ?? new CampusLoad(campusPlan({ seed: 1, meters }));
  campuses.set(meters, known);
  return known;
}

/** A whole small campus on a clock that stands still until it is told to pass. */
export function testFleet(
  options: {
    meters?: number;
    startMs?: number;
    state?: FleetState | null;
    historyToMs?: number;
    boot?: number;
  } = {},
): TestFleet {
  const clock = new FixedClock(options.startMs ?? EVENING_MS);
  const campus = campusOf(options.meters ?? 120);
  const broker = new FakeBroker();
  const later: { at: number; act: () => void }[] = [];
  const codes = [
    ...campus.plan.document.gateways.map(({ code }) => code),
    ...campus.meters.filter(({ traits }) => traits.gateway === null).map(({ traits }) => traits.code),
  ];
  const credentials = new Map(
    codes.map((code): [string, NodeCredentials] => [code, { password: 'p', key: KEY }]),
  );
  const fleet = new Fleet({
    campus,
    clock,
    connect: broker.connect,
    boot: options.boot ?? 7,
    credentials,
    state: options.state ?? null,
    historyToMs: options.historyToMs ?? null,
    after: (ms, act) => later.push({ at: clock.now() + ms, act }),
  });
  for (const node of fleet.nodes) fleet.connect(node);

  const pass = async (ms: number): Promise<void> => {
    const end = clock.now() + ms;
    while (clock.now() < end) {
      later.sort((a, b) => a.at - b.at);
      const next = later[0];
      const step = Math.min(end, clock.now() + 1_000, next ? Math.max(next.at, clock.now()) : end);
      clock.set(step);
      fleet.runTo(step);
      while (later[0] && later[0].at <= step) later.shift()!.act();
      // Acknowledgements arrive between two steps.
      await settled();
    }
  };

  return {
    fleet,
    broker,
    clock,
    campus,
    pass,
    command(meter, op, args = {}, change = {}) {
      commands += 1;
      const { key = KEY, ...rest } = change;
      const body = {
        v: 1 as const,
        cmd: `01J7ZK3V8N4QK6T2M9R5${String(commands).padStart(6, '0')}`,
        id: meter,
        op,
        args: args as Record<string, never>,
        iat: clock.now(),
        exp: clock.now() + 120_000,
        why: 'manual',
        ...rest,
      };
      const sig = createHmac('sha256', key).update(commandSigningText(body)).digest('hex');
      const node = fleet.nodeOf(fleet.meterOrRefuse(meter)).code;
      broker.deliver(node, JSON.stringify({ ...body, sig }));
      return body.cmd;
    },
  };
}
