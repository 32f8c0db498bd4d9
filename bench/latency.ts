import { connectAsync } from 'mqtt';
import { parseLiveFrame } from '../contracts/liveFrame';
import { liveFrameTopic } from '../contracts/mqttTopics';
import { SITE } from './benchCampus';
import type { Environment } from './environment';
import type { MessageForm } from './loadTypes';
import { type Spread, spreadOf } from './statistics';

export interface LatencyFigures extends Spread {
  readonly form: MessageForm;
  readonly ratePerS: number;
  /** Readings per second that were really published. */
  readonly publishedPerS: number;
}

/** Far above what is on the way at these rates; reached only by a pipeline that can't keep up. */
const WINDOW = 100_000;

/**
 * From the publish to charged and committed, as a server hears of it: the live frame that goes out after the commit carries
 * each reading's time, which is when it was published. A quarter hour, at which all windows post, lies in the middle.
 */
export async function measureLatency(
  env: Environment,
  form: MessageForm,
  ratePerS: number,
  seconds: number,
): Promise<LatencyFigures> {
  await env.clock.quarterIn((seconds * 1_000) / 2);
  const client = await connectAsync(env.mqttUrl, { clientId: 'bench-listener', protocolVersion: 4 });
  const latenciesMs: number[] = [];
  client.on('message', (_topic, payload) => {
    const nowMs = env.clock.now();
    for (const row of parseLiveFrame(payload)?.rows ?? []) latenciesMs.push(nowMs - row[1]);
  });
  await client.subscribeAsync(liveFrameTopic(SITE), { qos: 0 });
  try {
    const { published, seconds: took } = await env.load({ form, seconds, rate: ratePerS, window: WINDOW });
    return { form, ratePerS, publishedPerS: Math.round(published / took), ...spreadOf(latenciesMs) };
  } finally {
    await client.endAsync(true);
  }
}
