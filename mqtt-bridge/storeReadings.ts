import type { Clock } from '../domain/time/clock';
import type { IngestOutcome } from '../engine/ingestTypes';
import type { Counters } from './counters';
import type { BridgeReading, EnginePort, QuarantinedMessage } from './enginePort';
import type { BatchEntry } from './readingBatcher';
import { type DurableOptions, untilDurable } from './untilDurable';

/** One data message: its readings, what of it was refused, and how to acknowledge it. */
export interface DataEntry extends BatchEntry {
  readings: BridgeReading[];
  refusals: QuarantinedMessage[];
  rxMs: number;
  settle(): void;
}

export interface StoreOptions {
  engine: Pick<EnginePort, 'quarantineMessage'>;
  /** Stores, rates and judges, in one transaction. */
  ingest: EnginePort['ingestReadings'];
  clock: Clock;
  counters: Counters;
  durable: Omit<DurableOptions, 'limit'>;
  log: { error(fields: object, message: string): void };
  /** Called after each commit, before the messages are acknowledged. */
  onCommitted: (outcome: IngestOutcome) => void;
}

/** A batch is tried twice as a whole before it is halved; a reading alone gets one more try before it is set aside. */
const BATCH_TRIES = 2;
const SINGLE_TRIES = 3;

/**
 * Makes a batch of messages durable and only then acknowledges them. A reading at which the transaction fails again and
 * again is found by halving and goes to the quarantine alone.
 * @throws Stopped when the bridge stops first; nothing is acknowledged then
 */
export async function storeReadings(entries: readonly DataEntry[], options: StoreOptions): Promise<void> {
  const startedMs = performance.now();
  for (const entry of entries) {
    for (const refusal of entry.refusals) await quarantine(refusal, options);
  }
  const readings = entries.flatMap((entry) => entry.readings);
  if (readings.length > 0) await ingestAll(readings, options);
  for (const entry of entries) entry.settle();
  options.counters.flushSeconds.observe((performance.now() - startedMs) / 1_000);
  options.counters.flushReadings.observe(readings.length);
  const oldestRxMs = entries.reduce(
    (oldest, entry) => Math.min(oldest, entry.rxMs),
    Number.POSITIVE_INFINITY,
  );
  options.counters.lagSeconds.observe(Math.max(0, options.clock.now() - oldestRxMs) / 1_000);
}

async function ingestAll(readings: readonly BridgeReading[], options: StoreOptions): Promise<void> {
  const { ingest, counters, durable } = options;
  const limit = readings.length === 1 ? SINGLE_TRIES : BATCH_TRIES;
  const stored = await untilDurable(() => ingest(readings), { ...durable, limit });
  if (stored.ok) {
    counters.readings.inc({ result: 'accepted' }, stored.value.accepted);
    counters.readings.inc({ result: 'duplicate' }, stored.value.duplicates);
    counters.readings.inc({ result: 'quarantined' }, stored.value.quarantined);
    options.onCommitted(stored.value);
    return;
  }
  if (readings.length > 1) {
    const half = readings.length >> 1;
    await ingestAll(readings.slice(0, half), options);
    await ingestAll(readings.slice(half), options);
    return;
  }
  const [poisoned] = readings;
  await quarantine(
    {
      site: poisoned.site,
      topic: poisoned.topic,
      payload: poisoned.raw,
      rxMs: poisoned.rxMs,
      reason: 'INGEST_FAILED',
      field: null,
      detail: errorText(stored.error),
      meterCode: poisoned.reading.meterCode,
      gatewayCode: poisoned.gatewayCode,
    },
    options,
  );
}

/**
 * Keeps a message aside, whatever is in it. What even the quarantine can't hold as it is goes in as hexadecimal text.
 * @throws Stopped
 */
export async function quarantine(
  message: QuarantinedMessage,
  options: Pick<StoreOptions, 'engine' | 'counters' | 'durable' | 'log'>,
): Promise<void> {
  const { engine, counters, durable, log } = options;
  counters.quarantined.inc({ reason: message.reason });
  const kept = await untilDurable(() => engine.quarantineMessage(message), { ...durable, limit: 3 });
  if (kept.ok) return;
  const plain: QuarantinedMessage = {
    ...message,
    topic: printable(message.topic),
    payload: Buffer.from(Buffer.from(message.payload).toString('hex').slice(0, 8_192)),
    field: null,
    detail: printable(`${message.detail}; ${errorText(kept.error)}`).slice(0, 500),
  };
  const plainKept = await untilDurable(() => engine.quarantineMessage(plain), { ...durable, limit: 3 });
  if (plainKept.ok) return;
  log.error({ err: plainKept.error, reason: message.reason }, 'a message could not be set aside');
  throw plainKept.error;
}

function errorText(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 500);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
