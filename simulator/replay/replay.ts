import { MAX_BATCH_READINGS } from '../../contracts/mqttPayloads';
import { downFilter, statusTopic, upTopic } from '../../contracts/mqttTopics';
import { textFromMicro } from '../../domain/units';
import type { Connect, Link } from '../fleet/node';
import type { ReadingItem } from '../fleet/readingItem';
import { replayMeterCode } from './replayImport';
import type { MeterSeries, SeriesReading } from './series';

export interface ReplayOptions {
  series: readonly MeterSeries[];
  site: string;
  gateway: string;
  password: string;
  /** Begins the codes of the meters, default `R-`. */
  prefix?: string;
  /** Seconds of the file per real second; 0: as fast as the broker acknowledges. */
  speed: number;
  /** Added to every time of the file, ms; default 0. */
  shiftMs?: number;
  boot: number;
  connect: Connect;
  /** Resolves after real milliseconds. */
  wait(ms: number): Promise<void>;
  onProgress?(sent: number, all: number, tsMs: number): void;
}

export interface ReplaySummary {
  readings: number;
  messages: number;
  /** Last register of each meter minus its first, in µ: what the platform must have charged. */
  totals: { meter: string; quantityMicro: bigint }[];
}

const IN_FLIGHT = 8;
/** Before a message is sent again that a broken connection swallowed. */
const RETRY_MS = 200;

/** Publishes the series through one gateway, in order of time, and settles when the broker has acknowledged all of it. */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const messages = messagesOf(options);
  const all = messages.reduce((sum, { items }) => sum + items.length, 0);
  const session = new ReplaySession(options);
  const inFlight = new Set<Promise<void>>();
  let sent = 0;
  let before = messages[0]?.tsMs ?? 0;
  for (const [at, { tsMs, items }] of messages.entries()) {
    if (options.speed > 0 && tsMs > before) await options.wait((tsMs - before) / options.speed);
    before = tsMs;
    const done = session.publish(payloadOf(options, at + 1, tsMs, items)).then(() => {
      inFlight.delete(done);
    });
    inFlight.add(done);
    if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
    sent += items.length;
    options.onProgress?.(sent, all, tsMs);
  }
  await Promise.all(inFlight);
  await session.end();
  return { readings: sent, messages: messages.length, totals: totalsOf(options) };
}

function totalsOf({ series, prefix }: ReplayOptions): ReplaySummary['totals'] {
  return series.map((one) => ({
    meter: replayMeterCode(one, prefix),
    quantityMicro: one.readings.at(-1)!.registerMicro - one.readings[0]!.registerMicro,
  }));
}

interface Message {
  tsMs: number;
  items: ReadingItem[];
}

/** Readings of one instant together; at full speed as many instants as a message holds. */
function messagesOf(options: ReplayOptions): Message[] {
  const { series, speed, shiftMs = 0 } = options;
  const cursors = series.map((one) => ({ one, code: replayMeterCode(one, options.prefix), next: 0 }));
  const messages: Message[] = [];
  for (;;) {
    const due = cursors.filter(({ one, next }) => next < one.readings.length);
    if (due.length === 0) return messages;
    const tsMs = Math.min(...due.map(({ one, next }) => one.readings[next]!.tsMs));
    const items = due.flatMap((cursor): ReadingItem[] => {
      const reading = cursor.one.readings[cursor.next]!;
      if (reading.tsMs !== tsMs) return [];
      cursor.next += 1;
      return [itemOf(cursor.one, cursor.code, cursor.next, reading, shiftMs)];
    });
    const last = messages.at(-1);
    if (speed === 0 && last && last.items.length + items.length <= MAX_BATCH_READINGS) {
      last.items.push(...items);
      last.tsMs = tsMs + shiftMs;
    } else {
      for (let at = 0; at < items.length; at += MAX_BATCH_READINGS) {
        messages.push({ tsMs: tsMs + shiftMs, items: items.slice(at, at + MAX_BATCH_READINGS) });
      }
    }
  }
}

function itemOf(
  { utility }: MeterSeries,
  id: string,
  seq: number,
  reading: SeriesReading,
  shiftMs: number,
): ReadingItem {
  const register = textFromMicro(reading.registerMicro);
  const item: ReadingItem = { id, ts: reading.tsMs + shiftMs, seq };
  if (utility === 'ELECTRICITY') item.ea = register;
  else item.vol = register;
  if (reading.powerW !== null) item.p = reading.powerW;
  if (reading.flowM3h !== null) item.flow = reading.flowM3h;
  return item;
}

function payloadOf(options: ReplayOptions, seq: number, ts: number, r: ReadingItem[]): string {
  return JSON.stringify({ v: 1, gw: options.gateway, ts, boot: options.boot, seq, r });
}

/** One gateway's connection; what a broken connection swallowed is sent again, which changes nothing twice. */
class ReplaySession {
  private link: Link | null = null;
  private up: (() => void)[] = [];
  private readonly opened: Link;

  constructor(private readonly options: ReplayOptions) {
    const { site, gateway, password, boot } = options;
    const topic = statusTopic(site, 'GATEWAY', gateway);
    const status = (online: boolean) => JSON.stringify({ v: 1, online, boot, fw: 'replay-1.0' });
    this.opened = options.connect({
      clientId: gateway,
      password,
      will: { topic, payload: status(false) },
      filter: downFilter(site, 'GATEWAY', gateway),
      onUp: (link) => {
        this.link = link;
        link.publish(topic, status(true), true).catch(() => undefined);
        for (const wake of this.up.splice(0)) wake();
      },
      onDown: () => {
        this.link = null;
      },
      onMessage: () => undefined,
    });
  }

  async publish(payload: string): Promise<void> {
    const topic = upTopic(this.options.site, 'GATEWAY', this.options.gateway, 'DATA');
    for (;;) {
      const { link } = this;
      if (link === null) {
        await new Promise<void>((resolve) => this.up.push(resolve));
        continue;
      }
      try {
        await link.publish(topic, payload, false);
        return;
      } catch {
        await this.options.wait(RETRY_MS);
      }
    }
  }

  async end(): Promise<void> {
    await this.opened.end();
  }
}
