import type { AckState } from '../contracts/mqttMessages';
import type { NodeKind } from '../contracts/mqttTopics';
import type { OutgoingCommand } from '../engine/dispatchCommand';
import type { IncomingReading, IngestOutcome } from '../engine/ingestTypes';

/**
 * What the bridge asks of the engine, as it sees it: acts that each are one transaction, bound to a database and a clock by
 * the entry point. Tests bind their own.
 */
export interface EnginePort {
  /** Stores, rates and judges a batch; unknown and foreign meters are quarantined inside. */
  ingestReadings(batch: readonly BridgeReading[]): Promise<IngestOutcome>;
  /** The same for readings that should wait for nothing. */
  ingestUrgent(batch: readonly BridgeReading[]): Promise<IngestOutcome>;
  /** Whether a reading may cut supply, as far as it shows by itself: it goes ahead of others. */
  isUrgent(reading: BridgeReading): boolean;
  /** Keeps what could not be accepted. */
  quarantineMessage(message: QuarantinedMessage): Promise<void>;
  applyCommandAck(ack: IncomingAck): Promise<AckOutcome>;
  applyStatus(status: IncomingStatus): Promise<void>;
  applyMeterEvent(event: IncomingEvent): Promise<void>;
  /** Commands that may go out now, oldest first; a hint, since `dispatchCommand` looks again under lock. */
  dueCommands(limit: number): Promise<readonly OutgoingCommand[]>;
  /**
   * Reads policy and interlocks again and calls `publish` inside that transaction; the command counts as sent when it
   * resolved. Where `publish` throws what `unpublishable` makes, the command ends; after any other error it stays queued.
   */
  dispatchCommand(
    commandId: string,
    publish: (command: OutgoingCommand) => Promise<void>,
  ): Promise<'SENT' | 'WAITING' | 'DROPPED'>;
  /** The error that ends a command which can't be published as it stands; `reason` is UPPER_SNAKE. */
  unpublishable(reason: string): Error;
  /** Meters that speak another dialect than ours. */
  foreignMeters(): Promise<ForeignMeter[]>;
  /** Code of a campus as it stands in topics; null: unknown. */
  siteOf(campusId: number): string | null;
  /** Whether the database answers. */
  isDatabaseUp(): Promise<boolean>;
}

/** A reading and where it came from. */
export interface BridgeReading extends IncomingReading {
  topic: string;
  /** The message it stood in, for the quarantine. */
  raw: Uint8Array;
}

export interface QuarantinedMessage {
  site: string | null;
  topic: string;
  payload: Uint8Array;
  rxMs: number;
  /** UPPER_SNAKE. */
  reason: string;
  /** JSON pointer into the payload; null: the message as a whole. */
  field: string | null;
  detail: string;
  meterCode: string | null;
  gatewayCode: string | null;
}

export interface IncomingAck {
  site: string;
  /** Gateway or direct meter that answered. */
  senderKind: NodeKind;
  senderCode: string;
  commandId: string;
  meterCode: string | null;
  state: AckState;
  code: string;
  tsMs: number | null;
  rxMs: number;
  observed: { relay: 0 | 1 | null; valve: 0 | 1 | 2 | 3 | null; powerW: number | null };
}

export interface AckOutcome {
  /** True when the command is now EXECUTED and wants a reading as proof. */
  awaitsProof: boolean;
}

export interface IncomingStatus {
  site: string;
  kind: NodeKind;
  code: string;
  online: boolean;
  tsMs: number | null;
  boot: number | null;
  firmware: string | null;
  rssiDbm: number | null;
  rxMs: number;
  /** Handed out by the broker from its store: true since an unknown time. */
  retained: boolean;
}

export interface IncomingEvent {
  site: string;
  senderKind: NodeKind;
  senderCode: string;
  /** Null: the sender itself. */
  meterCode: string | null;
  tsMs: number;
  rxMs: number;
  boot: number | null;
  seq: number | null;
  name: string;
  on: boolean;
  data: Readonly<Record<string, unknown>> | null;
}

/** A meter of another dialect, as its profile needs it. */
export interface ForeignMeter {
  site: string;
  meterCode: string;
  profile: string;
  options: Readonly<Record<string, string | number | boolean>>;
}
