import mqtt from 'mqtt';
import { type LiveFrame, parseLiveFrame } from '../../contracts/liveFrame';
import { LIVE_FILTER, siteOfLiveTopic } from '../../contracts/mqttTopics';
import type { EngineLog } from '../../engine/context';

export interface FrameSource {
  /** Whether the broker answers. */
  readonly connected: boolean;
  close(): Promise<void>;
}

/**
 * Hears the frames that bridges publish after their commits. QoS 0: what is lost here is seen as a gap in the numbers and
 * read from the database. `gap` is called for each gap, each new bridge start and each reconnect.
 */
export function subscribeFrames(options: {
  url: string;
  clientId: string;
  frame(site: string, frame: LiveFrame): void;
  gap(site: string | null): void;
  log: EngineLog;
}): FrameSource {
  const client = mqtt.connect(options.url, {
    clientId: options.clientId,
    clean: true,
    reconnectPeriod: 1_000,
    connectTimeout: 10_000,
    resubscribe: false,
  });
  /** Newest number by site and bridge start. */
  const numbers = new Map<string, number>();

  client.on('connect', () => {
    client.subscribe(LIVE_FILTER, { qos: 0 }, (error) => {
      if (error) options.log.error({ reason: error.message }, 'live frames can not be subscribed to');
      else options.gap(null);
    });
  });
  client.on('error', (error) => options.log.warn({ reason: error.message }, 'broker'));
  client.on('message', (topic, payload) => {
    const site = siteOfLiveTopic(topic);
    const frame = site === null ? null : parseLiveFrame(payload);
    if (site === null || !frame) return;
    const key = `${site} ${frame.boot}`;
    const last = numbers.get(key);
    if (last !== undefined && frame.seq <= last) return;
    numbers.set(key, frame.seq);
    if (numbers.size > MAX_BOOTS) numbers.delete(numbers.keys().next().value!);
    if (last === undefined ? frame.seq > 1 : frame.seq !== last + 1) options.gap(site);
    options.frame(site, frame);
  });

  return {
    get connected() {
      return client.connected;
    },
    async close() {
      await client.endAsync(true).catch(() => undefined);
    },
  };
}

/** Bridge starts whose numbers are remembered; the oldest are long gone. */
const MAX_BOOTS = 1_000;
