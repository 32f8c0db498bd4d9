import type { ParsedAck, ParsedMeterEvent, ParsedStatus } from '../../contracts/mqttMessages';
import type { ParsedData } from '../../contracts/mqttPayloads';
import type { OutgoingCommand } from '../../engine/dispatchCommand';
import type { Publication } from '../sources/source';

/**
 * One dialect of meters: its payloads to our words, our commands to its publishes. A new meter model is a file beside this
 * one; nothing else changes.
 */
export interface MeterProfile<Subject> {
  /** What the meter's `profile` column says. */
  readonly name: string;
  /**
   * Whether it obeys signed, expiring commands by id. If not, it is commanded only while online, with QoS 0, and never a
   * second time.
   */
  readonly checksExpiry: boolean;
  /** Reads one message; a bad one is data, not an exception. */
  read(message: ProfileInput, subject: Subject): MeterMessage[];
  /** The publishes that carry out a command, or why the dialect can't. */
  command(command: OutgoingCommand, subject: Subject): Publication[] | ProfileRefusal;
  /** Asks for a reading now, as proof of a command; `requestId` is a fresh ULID for dialects that number requests. */
  askReading(command: OutgoingCommand, subject: Subject, requestId: string, nowMs: number): Publication[];
}

export interface ProfileInput {
  topic: string;
  payload: Uint8Array;
  /** Arrival, ms UTC. */
  rxMs: number;
}

export interface ProfileRefusal {
  /** UPPER_SNAKE. */
  refused: string;
}

export type MeterMessage =
  | { kind: 'DATA'; data: ParsedData }
  | { kind: 'STATUS'; status: ParsedStatus }
  | { kind: 'EVENT'; event: ParsedMeterEvent }
  | { kind: 'ACK'; ack: ParsedAck }
  /** The meter states its contact: the only answer of a dialect that can't name the command. 1: closed. */
  | { kind: 'RELAY'; relay: 0 | 1 }
  | { kind: 'REFUSED'; reason: string; field: string | null; detail: string };
