import { ulid } from 'ulid';
import type { ParsedTopic } from '../contracts/mqttTopics';
import { nextSendStep } from '../domain/supply/resend';
import type { Clock } from '../domain/time/clock';
import type { OutgoingCommand } from '../engine/dispatchCommand';
import type { Counters } from './counters';
import type { EnginePort } from './enginePort';
import type { ForeignMeters } from './foreignMeters';
import { nativeProfile } from './profiles/native';
import type { ProfileRefusal } from './profiles/profile';
import type { MqttSource, Publication } from './sources/source';

export interface DispatcherOptions {
  engine: Pick<EnginePort, 'dueCommands' | 'dispatchCommand' | 'unpublishable'>;
  source: Pick<MqttSource, 'publish' | 'connected'>;
  foreign: ForeignMeters;
  clock: Clock;
  counters: Counters;
  log: { warn(fields: object, message: string): void };
  /** Commands looked at in one go. */
  batchLimit: number;
  /** Commands in dispatch side by side at most: each holds a database connection until the broker has answered. */
  parallel: number;
  /** How often to look without being woken, ms: due resends, ended holds, lost notifications. */
  pollMs: number;
}

export interface CommandDispatcher {
  start(): void;
  /** Something was queued. */
  wake(): void;
  /** These were queued a moment ago, here: they go out without being looked up first, in this order. */
  send(commandIds: readonly string[]): void;
  /** The command was carried out: ask its meter for a reading as proof. */
  askProof(commandId: string): void;
  /** True for the answer to a request that the bridge made by itself and that no row stands for. */
  isOwnRequest(commandId: string): boolean;
  /** A meter of a dialect without command ids states its contact; returns the command that this answers, if any. */
  answeredBy(site: string, meterCode: string, relay: 0 | 1): string | null;
  stop(): Promise<void>;
}

/** How long a command is remembered after its expiry, for late answers. */
const MEMORY_AFTER_EXPIRY_MS = 120_000;

/**
 * Marks the ids of requests for a reading, which no row stands for: whichever bridge gets the answer knows it by this, even
 * after a restart. By chance a command's id carries it once in 10^12.
 */
const OWN_REQUEST_MARK = 'READREAD';

function ownRequestId(nowMs: number): string {
  const id = ulid(nowMs);
  return id.slice(0, 10) + OWN_REQUEST_MARK + id.slice(18);
}

/**
 * Publishes what the engine releases, in the order of creation per meter. All deciding (interlocks, expiry, resends, holds)
 * is the engine's, under its locks; a command that did not reach the broker stays queued there and is tried again.
 */
export function createCommandDispatcher(options: DispatcherOptions): CommandDispatcher {
  const { engine, source, foreign, clock, counters, log } = options;
  const recent = new Map<string, OutgoingCommand>();
  /** Last switching of a meter whose dialect can't name commands: site/meter to command id and wanted contact. */
  const awaitingRelay = new Map<string, { commandId: string; relay: 0 | 1; untilMs: number }>();
  /** Commands that are being sent without having been looked up, and what sends them. */
  const sending = new Map<string, Promise<void>>();
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;

  function wake(): void {
    if (stopped) return;
    again = true;
    running ??= loop().finally(() => {
      running = null;
      // A wake between the last look and here must not be lost.
      if (again && !stopped && source.connected) wake();
    });
  }

  function send(commandIds: readonly string[]): void {
    if (stopped || commandIds.length === 0) return;
    if (sending.size + commandIds.length > options.parallel) {
      wake();
      return;
    }
    const sent = (async () => {
      for (const id of commandIds) {
        await dispatch(id);
        sending.delete(id);
      }
    })();
    for (const id of commandIds) sending.set(id, sent);
  }

  async function loop(): Promise<void> {
    while (again && !stopped && source.connected) {
      again = false;
      try {
        const due = (await engine.dueCommands(options.batchLimit)).filter(isDue);
        const moved = await dispatchAll(due);
        // More may stand behind a full batch; if nothing of it moved, looking again at once would find the same.
        if (moved > 0 && due.length >= options.batchLimit) again = true;
      } catch (error) {
        log.warn({ err: error }, 'commands could not be looked up');
        return;
      }
    }
  }

  /** Spares a transaction for published commands that merely wait for their answer. */
  function isDue(command: OutgoingCommand): boolean {
    if (command.state === 'QUEUED') return !sending.has(command.id);
    const { step } = nextSendStep(
      {
        state: command.state,
        op: command.op,
        origin: command.automatic ? 'AUTOMATIC' : 'OPERATOR',
        firstSentAt: command.issuedMs,
        sends: command.sends,
        expiresAt: command.expiresMs,
        meterChecksExpiry: command.profile === nativeProfile.name,
      },
      clock.now(),
    );
    return step === 'RESEND';
  }

  /** Meters side by side, the commands of one meter one after the other. Returns how many left the queue. */
  async function dispatchAll(commands: readonly OutgoingCommand[]): Promise<number> {
    const byMeter = new Map<string, OutgoingCommand[]>();
    for (const command of commands) {
      const meter = `${command.site}/${command.meterCode}`;
      const queue = byMeter.get(meter);
      if (queue) queue.push(command);
      else byMeter.set(meter, [command]);
    }
    const queues = [...byMeter.values()];
    let moved = 0;
    const worker = async (): Promise<void> => {
      for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
        for (const { id } of queue) if (await dispatch(id)) moved++;
      }
    };
    await Promise.all(Array.from({ length: options.parallel }, worker));
    return moved;
  }

  async function dispatch(commandId: string): Promise<boolean> {
    if (stopped || !source.connected) return false;
    try {
      const outcome = await engine.dispatchCommand(commandId, publish);
      if (outcome === 'DROPPED') counters.commands.inc({ result: 'refused' });
      return outcome !== 'WAITING';
    } catch (error) {
      counters.commands.inc({ result: 'failed' });
      log.warn({ err: error, commandId }, 'a command did not reach the broker and stays queued');
      return false;
    }
  }

  async function publish(command: OutgoingCommand): Promise<void> {
    const publications = publicationsOf(command);
    if ('refused' in publications) throw engine.unpublishable(publications.refused);
    remember(command);
    for (const publication of publications) await source.publish(publication);
    counters.commands.inc({ result: command.sends === 0 ? 'sent' : 'resent' });
  }

  function publicationsOf(command: OutgoingCommand): Publication[] | ProfileRefusal {
    if (clock.now() >= command.expiresMs) return { refused: 'EXPIRED' };
    // Gas is opened by hand on site only; refused here too, whoever queued it.
    if (command.op === 'valve_open' && command.utility === 'GAS') return { refused: 'GAS_OPENS_ON_SITE' };
    if (command.profile === nativeProfile.name) return nativeProfile.command(command, topicOf(command));
    const match = foreign.ofMeter(command.site, command.meterCode);
    if (!match) return { refused: 'UNKNOWN_PROFILE' };
    // Such a meter would obey a repeat as if it were new.
    if (!match.profile.checksExpiry && command.sends > 0) return { refused: 'NOT_RESENDABLE' };
    return match.profile.command(command, match.meter);
  }

  function remember(command: OutgoingCommand): void {
    const nowMs = clock.now();
    for (const [id, known] of recent) {
      if (known.expiresMs + MEMORY_AFTER_EXPIRY_MS > nowMs) break;
      recent.delete(id);
    }
    recent.set(command.id, command);
    const relay = command.op === 'connect' ? 1 : command.op === 'disconnect' ? 0 : null;
    const match = foreign.ofMeter(command.site, command.meterCode);
    if (relay !== null && match && !match.profile.checksExpiry) {
      awaitingRelay.set(`${command.site}/${command.meterCode}`, {
        commandId: command.id,
        relay,
        untilMs: command.expiresMs,
      });
    }
  }

  return {
    start() {
      timer = setInterval(wake, options.pollMs);
      wake();
    },
    wake,
    send,
    askProof(commandId) {
      const command = recent.get(commandId);
      if (!command || stopped || !source.connected) return;
      const match = foreign.ofMeter(command.site, command.meterCode);
      const requestId = ownRequestId(clock.now());
      const publications =
        command.profile === nativeProfile.name
          ? nativeProfile.askReading(command, topicOf(command), requestId, clock.now())
          : (match?.profile.askReading(command, match.meter, requestId, clock.now()) ?? []);
      for (const publication of publications) {
        source
          .publish(publication)
          .catch((error: unknown) => log.warn({ err: error }, 'a reading could not be asked for'));
      }
    },
    isOwnRequest: (commandId) => commandId.slice(10, 18) === OWN_REQUEST_MARK,
    answeredBy(site, meterCode, relay) {
      const key = `${site}/${meterCode}`;
      const awaited = awaitingRelay.get(key);
      if (!awaited || awaited.relay !== relay) return null;
      awaitingRelay.delete(key);
      return clock.now() < awaited.untilMs ? awaited.commandId : null;
    },
    async stop() {
      stopped = true;
      if (timer) clearInterval(timer);
      await Promise.all([running, ...sending.values()]);
    },
  };
}

function topicOf(command: OutgoingCommand): ParsedTopic {
  return {
    site: command.site,
    kind: command.nodeKind,
    code: command.nodeCode,
    direction: 'DOWN',
    stream: 'CMD',
  };
}
