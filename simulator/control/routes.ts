import { z } from 'zod';
import type { SettableClock } from '../../domain/time/clock';
import { FaultRefusal, METER_FAULT_KINDS, type MeterFaultKind } from '../fleet/faults';
import type { Fleet } from '../fleet/fleet';
import type { NodeCredentials, SimulatedNode } from '../fleet/node';
import { shownRegister } from '../fleet/readingItem';
import { runScenario, SCENARIO_NAMES, type ScenarioName } from '../fleet/scenarios';
import type { SimulatedMeter } from '../fleet/simulatedMeter';
import type { CampusPlan } from '../plan/campusPlan';

export interface ControlContext {
  fleet: Fleet;
  plan: CampusPlan;
  clock: SettableClock;
}

interface Request {
  /** What the groups of the path matched. */
  parts: string[];
  query: URLSearchParams;
  body: unknown;
}

interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: RegExp;
  act(context: ControlContext, request: Request): object;
}

const seconds = z
  .number()
  .positive()
  .max(30 * 86_400);
const faultSchema = z.strictObject({
  kind: z.enum(METER_FAULT_KINDS as [MeterFaultKind, ...MeterFaultKind[]]),
  params: z.record(z.string(), z.unknown()).optional(),
  /** Ends by itself after so many seconds of the simulated clock. */
  forS: seconds.nullish(),
});
const nodeFaultSchema = z.strictObject({
  gatewayDown: z.union([z.literal(true), z.strictObject({ forS: seconds.nullish() })]),
});
const clockSchema = z.strictObject({
  /** New time, RFC 3339 with offset or ms UTC. */
  at: z.union([z.number().int(), z.iso.datetime({ offset: true })]).optional(),
  /** Shown seconds per real second. */
  speed: z.number().min(0).max(600).optional(),
});
const credentialsSchema = z.record(
  z.string(),
  z.strictObject({ password: z.string().min(1), key: z.string().min(1) }),
);
const scenarioSchema = z.strictObject({ meter: z.string().optional(), keep: z.boolean().default(false) });

export const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/meters$/,
    act: ({ fleet, clock }) => {
      fleet.runTo(clock.now());
      return { asOf: fleet.now(), meters: fleet.network.meters.map((meter) => meterView(fleet, meter)) };
    },
  },
  {
    method: 'GET',
    path: /^\/meters\/([^/]+)$/,
    act: ({ fleet, clock }, { parts }) => {
      fleet.runTo(clock.now());
      return meterView(fleet, fleet.meterOrRefuse(parts[0]!));
    },
  },
  {
    method: 'POST',
    path: /^\/meters\/([^/]+)\/faults$/,
    act: ({ fleet }, { parts, body }) => {
      const { kind, params, forS } = parse(faultSchema, body);
      const meter = fleet.meterOrRefuse(parts[0]!);
      fleet.setFault(meter.code, kind, params, forS ?? null);
      return meterView(fleet, meter);
    },
  },
  {
    method: 'DELETE',
    path: /^\/meters\/([^/]+)\/faults(?:\/([^/]+))?$/,
    act: ({ fleet }, { parts }) => {
      const [code, kind] = parts as [string, string | undefined];
      if (kind && !isFaultKind(kind)) throw new FaultRefusal('/kind', `there is no fault ${kind}`);
      fleet.clearFaults(code, kind && isFaultKind(kind) ? kind : undefined);
      return meterView(fleet, fleet.meterOrRefuse(code));
    },
  },
  {
    method: 'POST',
    path: /^\/meters\/([^/]+)\/press$/,
    act: ({ fleet }, { parts }) => fleet.press(parts[0]!),
  },
  {
    method: 'GET',
    path: /^\/gateways$/,
    act: ({ fleet }) => ({ nodes: fleet.nodes.map(nodeView) }),
  },
  {
    method: 'POST',
    path: /^\/gateways\/([^/]+)\/faults$/,
    act: ({ fleet }, { parts, body }) => {
      const { gatewayDown } = parse(nodeFaultSchema, body);
      fleet.nodeDown(parts[0]!, gatewayDown === true ? null : (gatewayDown.forS ?? null));
      return nodeView(fleet.nodeOrRefuse(parts[0]!));
    },
  },
  {
    method: 'DELETE',
    path: /^\/gateways\/([^/]+)\/faults$/,
    act: ({ fleet }, { parts }) => {
      fleet.nodeUp(parts[0]!);
      return nodeView(fleet.nodeOrRefuse(parts[0]!));
    },
  },
  {
    method: 'DELETE',
    path: /^\/faults$/,
    act: ({ fleet }) => {
      fleet.calm();
      return { cleared: true };
    },
  },
  {
    method: 'POST',
    path: /^\/scenarios\/([^/]+)$/,
    act: ({ fleet, plan }, { parts, body }) => {
      const name = parts[0]!;
      if (!isScenario(name)) throw new FaultRefusal('/scenario', `there is no scenario ${name}: S1 to S13`);
      return runScenario(fleet, plan, name, parse(scenarioSchema, body));
    },
  },
  {
    method: 'GET',
    path: /^\/clock$/,
    act: ({ clock }) => ({ at: clock.now(), speed: clock.pace }),
  },
  {
    method: 'POST',
    path: /^\/clock$/,
    act: ({ clock, fleet }, { body }) => {
      const { at, speed } = parse(clockSchema, body);
      fleet.runTo(clock.now());
      clock.set(at === undefined ? clock.now() : typeof at === 'number' ? at : Date.parse(at), speed);
      fleet.runTo(clock.now());
      return { at: clock.now(), ...(speed === undefined ? {} : { speed }) };
    },
  },
  {
    method: 'POST',
    path: /^\/credentials$/,
    act: ({ fleet }, { body }) => {
      const given: Record<string, NodeCredentials> = parse(credentialsSchema, body);
      const nodes = Object.keys(given).map((code) => fleet.nodeOrRefuse(code));
      for (const node of nodes) fleet.giveCredentials(node, given[node.code]!);
      return { nodes: nodes.map(nodeView) };
    },
  },
];

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  throw new FaultRefusal(path.map((step) => `/${String(step)}`).join(''), issue.message);
}

function isFaultKind(text: string): text is MeterFaultKind {
  return METER_FAULT_KINDS.some((kind) => kind === text);
}

function isScenario(text: string): text is ScenarioName {
  return SCENARIO_NAMES.some((name) => name === text);
}

/** A meter as someone who stands in front of it sees it. */
function meterView(fleet: Fleet, meter: SimulatedMeter): object {
  const { traits } = meter.load;
  const nowMs = fleet.now();
  const draw = fleet.network.draw(meter, nowMs);
  const electricity = traits.utility === 'ELECTRICITY';
  return {
    code: meter.code,
    utility: traits.utility,
    gateway: traits.gateway,
    online: fleet.nodeOf(meter).online,
    relay: electricity && traits.hasRelay ? (meter.contactClosed ? 1 : 0) : null,
    valve: !electricity && traits.hasRelay ? (meter.contactClosed ? 1 : 0) : null,
    armed: meter.armed,
    locallyTripped: meter.locallyTripped,
    powerW: electricity ? Math.round(draw * 10) / 10 : null,
    flowM3h: electricity ? null : Math.round(draw * 1_000) / 1_000,
    limitW: meter.limitW,
    register: shownRegister(fleet.network, meter, nowMs),
    display: meter.display,
    faults: Object.entries(meter.faults).map(([kind, { params, untilMs }]) => ({ kind, params, untilMs })),
  };
}

function nodeView(node: SimulatedNode): object {
  return {
    code: node.code,
    kind: node.kind,
    online: node.online,
    down: node.isDown,
    downUntilMs: node.downUntilMs,
    hasCredentials: node.credentials !== null,
    meters: node.meters.length,
    waitingMessages: node.outbox.waiting,
  };
}
