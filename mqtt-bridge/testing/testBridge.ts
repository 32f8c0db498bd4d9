import type { DbChannel } from '../../contracts/dbChannels';
import { createCounters } from '../counters';
import type { EnginePort } from '../enginePort';
import { ForeignMeters } from '../foreignMeters';
import type { MqttIdentity } from '../sources/accessRules';
import { createBrokerSource } from '../sources/broker';
import { createEmbeddedBroker, type EmbeddedBrokerSource } from '../sources/embeddedBroker';
import type { MqttSource } from '../sources/source';
import { type Bridge, type BridgeLimits, startBridge } from '../startBridge';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const realClock = { now: () => Date.now() };

export interface TestBridge {
  bridge: Bridge;
  source: MqttSource;
  counters: ReturnType<typeof createCounters>;
  notify: (channel: DbChannel) => void;
}

/** A bridge between a real broker and the given engine, without a database. */
export async function bridgeOn(
  engine: EnginePort,
  broker: { url: string; clientId?: string; protocolVersion?: 4 | 5; shareGroup?: string | null },
  limits: Partial<BridgeLimits> = {},
): Promise<TestBridge> {
  const source = createBrokerSource({
    url: broker.url,
    clientId: broker.clientId ?? 'bridge-under-test',
    shareGroup: broker.shareGroup === undefined ? 'ingest' : broker.shareGroup,
    protocolVersion: broker.protocolVersion ?? 5,
    receiveMaximum: 2_000,
    reconnectMs: 50,
    clock: realClock,
    log: silent,
  });
  return startOn(engine, source, new ForeignMeters(), createCounters(), limits);
}

/** A bridge that hosts its own broker; `identify` decides who may log in. */
export async function embeddedBridge(
  engine: EnginePort,
  identify: (username: string, password: string) => Promise<MqttIdentity | null>,
  limits: Partial<BridgeLimits> = {},
  clock = realClock,
): Promise<TestBridge & { source: EmbeddedBrokerSource; url: string }> {
  const foreign = new ForeignMeters();
  const counters = createCounters();
  const source = createEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    clock,
    identify,
    foreignAccess: (site, code) => foreign.access(site, code),
    counters,
    log: silent,
  });
  const started = await startOn(engine, source, foreign, counters, limits, clock);
  return { ...started, source, url: `mqtt://127.0.0.1:${source.port}` };
}

async function startOn(
  engine: EnginePort,
  source: MqttSource,
  foreign: ForeignMeters,
  counters: ReturnType<typeof createCounters>,
  limits: Partial<BridgeLimits>,
  clock = realClock,
): Promise<TestBridge> {
  let notify: (channel: DbChannel) => void = () => undefined;
  const bridge = await startBridge({
    engine,
    source,
    foreign,
    listen: (_channels, heard) => {
      notify = heard;
      return () => Promise.resolve();
    },
    clock,
    counters,
    log: silent,
    boot: 'test',
    limits,
  });
  return { bridge, source, counters, notify: (channel) => notify(channel) };
}
