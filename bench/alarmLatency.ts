import { setTimeout as delay } from 'node:timers/promises';
import type { AlarmEvent } from '../contracts/liveEvents';
import { listJobRuns } from '../db/queries/jobs';
import { OVERLOAD_DEFAULTS } from '../domain/detection/overload';
import { keepCampusHoursJob } from '../server/jobs/keepCampusHours';
import { refreshTimeLeftJob } from '../server/jobs/refreshTimeLeft';
import { gatewayOf, LIMIT_W, meterCode, pointCode } from './benchCampus';
import type { Environment } from './environment';
import { Relays } from './relays';
import { openScreen } from './screen';
import { type Spread, spreadOf } from './statistics';
import { viewerCookie } from './viewerCookie';

/** From the reading that decides an alarm to what follows from it. */
export interface AlarmLatency {
  /** Rooms that were overloaded one after the other. */
  readonly alarms: number;
  /** Readings per second that the fleet really published meanwhile. */
  readonly publishedPerS: number;
  /** To the arrival of the open command at a subscriber of the broker. */
  readonly toCommand: Spread;
  /** To the arrival of the alarm at the socket of a screen. */
  readonly toScreen: Spread;
}

export interface AlarmFigures {
  readonly ratePerS: number;
  /** While no window closes. */
  readonly calm: AlarmLatency;
  /** With a quarter hour in the middle, at which the windows of all meters post at once. */
  readonly atQuarter: AlarmLatency;
}

const READINGS_PER_S = 10_000;
/** Between two rooms' readings. */
const APART_MS = 200;
/** On-delay of the rule, and a little more, since times are whole milliseconds. */
const STANDS_MS = OVERLOAD_DEFAULTS.onDelayMs + 100;
/** Too little over the limit for the faster curve, and too small a step for a suspicion of a heater. */
const BELOW_W = LIMIT_W - 100;
const OVER_W = LIMIT_W + 300;
/** Before the first room goes over its limit. */
const LEAD_MS = 1_000;
/** The load begins so long before the first reading that decides: it is the background, and its first seconds are a start. */
const BEFORE_MS = 10_000;
/** It ends after the last. */
const AFTER_MS = 2_000;
const WITHIN_MS = 60_000;
const FIRST_ROUNDS = [refreshTimeLeftJob.name, keepCampusHoursJob.name];

/**
 * Rooms go over their limit one after the other while the fleet reports; ten seconds later each says so again, which decides.
 * The rule raises its alarm and trips the room in the transaction that stores this reading.
 * @param first index of the first of `rooms` rooms that nothing else uses; half of them for each figure
 */
export async function measureAlarmLatency(
  env: Environment,
  first: number,
  rooms: number,
): Promise<AlarmFigures> {
  const indexes = Array.from({ length: rooms }, (_, i) => first + i);
  const relays = await Relays.start(env.mqttUrl, env.clock, indexes);
  const screen = await openScreen(env.serverUrl, await viewerCookie(env), ['campus', 'alarms']);
  const shownMs = new Map<string, number>();
  screen.on('alarm', ({ alarm }: AlarmEvent) => {
    const { point } = alarm.place;
    if (alarm.rule === 'OVERLOAD' && point !== null && !shownMs.has(point))
      shownMs.set(point, performance.now());
  });
  await firstRoundsDone(env);
  const half = Math.floor(rooms / 2);
  const inTurns = (part: readonly number[]): number[] => roundRobin(part, gatewayOf);
  const lastsMs = half * APART_MS;
  try {
    await env.clock.quarterIn(10 * WITHIN_MS);
    const calm = await overloadAll(env, relays, shownMs, inTurns(indexes.slice(0, half)));
    await env.clock.quarterIn(LEAD_MS + STANDS_MS + lastsMs / 2);
    const atQuarter = await overloadAll(env, relays, shownMs, inTurns(indexes.slice(half)));
    return { ratePerS: READINGS_PER_S, calm, atQuarter };
  } finally {
    screen.disconnect();
    await relays.stop();
  }
}

/** What a server does first after its start, and then each quarter of an hour or hour, is no part of an ordinary minute. */
async function firstRoundsDone({ database }: Environment): Promise<void> {
  const giveUpMs = performance.now() + 5 * WITHIN_MS;
  for (;;) {
    const done = (await listJobRuns(database)).filter((run) => run.finishedMs !== null).map(({ job }) => job);
    if (FIRST_ROUNDS.every((job) => done.includes(job))) return;
    if (performance.now() > giveUpMs) throw new Error(`waited in vain for ${FIRST_ROUNDS.join(' and ')}`);
    await delay(500);
  }
}

/** In an order in which neighbours are of different groups as far as there are any: what one gateway sends keeps its order. */
function roundRobin<T>(items: readonly T[], groupOf: (item: T) => number): T[] {
  const groups = new Map<number, T[]>();
  for (const item of items) groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), item]);
  const queues = [...groups.values()];
  const longest = Math.max(...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, turn) =>
    queues.flatMap((queue) => queue.slice(turn, turn + 1)),
  ).flat();
}

async function overloadAll(
  env: Environment,
  relays: Relays,
  shownMs: ReadonlyMap<string, number>,
  indexes: readonly number[],
): Promise<AlarmLatency> {
  for (const index of indexes) relays.draw(meterCode(index), BELOW_W);
  const startMs = performance.now();
  const decidedMs = new Map<number, number>();
  const inTurn = async (fromMs: number, act: (index: number) => void): Promise<void> => {
    for (const [at, index] of indexes.entries()) {
      await delay(Math.max(0, fromMs + at * APART_MS - performance.now()));
      act(index);
    }
  };
  const over = inTurn(startMs + LEAD_MS, (index) => relays.draw(meterCode(index), OVER_W));
  const decide = inTurn(startMs + LEAD_MS + STANDS_MS, (index) =>
    decidedMs.set(index, relays.draw(meterCode(index), OVER_W)),
  );
  await delay(LEAD_MS + STANDS_MS - BEFORE_MS);
  const { published, seconds } = await env.load({
    form: 'GATEWAY',
    seconds: (BEFORE_MS + indexes.length * APART_MS + AFTER_MS) / 1_000,
    rate: READINGS_PER_S,
    window: 100_000,
  });
  await Promise.all([over, decide]);
  const toCommand: number[] = [];
  const toScreen: number[] = [];
  const giveUpMs = performance.now() + WITHIN_MS;
  for (const [index, sinceMs] of decidedMs) {
    const code = meterCode(index);
    const [opened, shown] = [() => relays.openedSince(code, sinceMs), () => shownMs.get(pointCode(index))];
    while (opened() === undefined || shown() === undefined) {
      if (performance.now() > giveUpMs)
        throw new Error(
          `waited in vain for the ${opened() === undefined ? 'command to' : 'alarm of'} ${code}`,
        );
      await delay(20);
    }
    toCommand.push(opened()! - sinceMs);
    toScreen.push(shown()! - sinceMs);
  }
  return {
    alarms: indexes.length,
    publishedPerS: Math.round(published / seconds),
    toCommand: spreadOf(toCommand),
    toScreen: spreadOf(toScreen),
  };
}
