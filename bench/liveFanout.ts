import type { ChildProcess } from 'node:child_process';
import { buildingCode, METERS_PER_BUILDING } from './benchCampus';
import { type Environment, endProcess, startClients } from './environment';
import type { FromClients, LiveReceived, ToClients } from './liveTypes';
import { type Spread, spreadOf, tenth } from './statistics';
import { viewerCookie } from './viewerCookie';

/** What it costs the server to keep many screens up to date. */
export interface LiveFigures {
  readonly clients: number;
  readonly readingsPerS: number;
  /** Share of one core that the server uses without and with the clients, percent. */
  readonly serverAlonePercent: number;
  readonly serverPercent: number;
  /** Messages and meter values delivered a second, to all clients together. */
  readonly messagesPerS: number;
  readonly valuesPerS: number;
  readonly kilobytesPerMessage: number;
  /** From a reading's publish to its arrival at a client. Values go out twice a second, so half a second is meant to be. */
  readonly publishToClient: Spread;
}

const READINGS_PER_S = 2_000;

/** Each client follows the campus and one building, as a person does who looks at a building's page. */
export async function measureLiveFanout(
  env: Environment,
  clients: number,
  seconds: number,
): Promise<LiveFigures> {
  const load = () => env.load({ form: 'GATEWAY', seconds, rate: READINGS_PER_S, window: 50_000 });
  const alone = await serverShare(env, load);
  const child = startClients([]);
  try {
    const buildings = Array.from({ length: Math.ceil(env.meters / METERS_PER_BUILDING) }, (_, b) =>
      buildingCode(b),
    );
    await ask(child, {
      kind: 'setup',
      setup: { serverUrl: env.serverUrl, cookie: await viewerCookie(env), clients, buildings },
    });
    await ask(child, { kind: 'begin', offsetMs: env.clock.offsetMs });
    const share = await serverShare(env, load);
    const received = receivedIn(await ask(child, { kind: 'report' }));
    return {
      clients,
      readingsPerS: READINGS_PER_S,
      serverAlonePercent: alone.percent,
      serverPercent: share.percent,
      messagesPerS: Math.round(received.messages / share.seconds),
      valuesPerS: Math.round(received.values / share.seconds),
      kilobytesPerMessage: tenth(received.bytes / Math.max(1, received.messages) / 1_000),
      publishToClient: spreadOf(received.agesMs),
    };
  } finally {
    await endProcess(child);
  }
}

async function serverShare(
  env: Environment,
  act: () => Promise<unknown>,
): Promise<{ percent: number; seconds: number }> {
  const before = env.processorTimes().server;
  const startedMs = performance.now();
  await act();
  const tookMs = performance.now() - startedMs;
  const usedMs = env.processorTimes().server - before;
  return { percent: tenth((100 * usedMs) / tookMs), seconds: tookMs / 1_000 };
}

function receivedIn(answer: FromClients): LiveReceived {
  if (answer.kind !== 'received') throw new Error('the live clients lost their place');
  return answer.received;
}

function ask(child: ChildProcess, message: ToClients): Promise<FromClients> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the live clients ended'));
    child.once('exit', ended);
    child.once('message', (answer: FromClients) => {
      child.off('exit', ended);
      if (answer.kind === 'failed') reject(new Error(`live clients: ${answer.error}`));
      else resolve(answer);
    });
    child.send(message);
  });
}
