import type { OutgoingCommand } from '../../engine/dispatchCommand';
import type { IngestOutcome } from '../../engine/ingestTypes';
import type {
  AckOutcome,
  BridgeReading,
  EnginePort,
  ForeignMeter,
  IncomingAck,
  IncomingEvent,
  IncomingStatus,
  QuarantinedMessage,
} from '../enginePort';

class FakeUnpublishable extends Error {}

/** An engine that only remembers, for tests of the bridge itself; every act can be made to fail. */
export class FakeEngine implements EnginePort {
  /** Stored readings by meter and instant, with how often each arrived. */
  readonly stored = new Map<string, number>();
  readonly batches: number[] = [];
  readonly quarantined: QuarantinedMessage[] = [];
  readonly acks: IncomingAck[] = [];
  readonly statuses: IncomingStatus[] = [];
  readonly events: IncomingEvent[] = [];
  readonly queue: OutgoingCommand[] = [];
  readonly sent: string[] = [];
  readonly unsent: { id: string; reason: string }[] = [];
  foreign: ForeignMeter[] = [];
  databaseUp = true;
  commitMs = 0;
  /** Commits to refuse before the next one succeeds, each with this error. */
  failCommits = 0;
  failWith: () => Error = () => Object.assign(new Error('terminating connection'), { code: '57P01' });
  /** A batch that holds such a reading can't be stored. */
  poison: (reading: BridgeReading) => boolean = () => false;
  awaitsProof = false;
  /** Called at the moment of each commit, before anything is acknowledged. */
  onCommit: (batch: readonly BridgeReading[]) => void = () => undefined;

  ingestUrgent(batch: readonly BridgeReading[]): Promise<IngestOutcome> {
    return this.ingestReadings(batch);
  }

  isUrgent(): boolean {
    return false;
  }

  async ingestReadings(batch: readonly BridgeReading[]): Promise<IngestOutcome> {
    if (this.commitMs > 0) await pause(this.commitMs);
    if (!this.databaseUp || this.failCommits > 0) {
      if (this.failCommits > 0) this.failCommits--;
      throw this.failWith();
    }
    if (batch.some((reading) => this.poison(reading))) throw new RangeError('poisoned');
    this.onCommit(batch);
    this.batches.push(batch.length);
    let duplicates = 0;
    for (const { reading } of batch) {
      const key = `${reading.meterCode}@${reading.tsMs}`;
      const seen = this.stored.get(key) ?? 0;
      if (seen > 0) duplicates++;
      this.stored.set(key, seen + 1);
    }
    return {
      accepted: batch.length - duplicates,
      duplicates,
      quarantined: 0,
      latest: batch.map(({ reading, rxMs }) => ({
        campusId: 1,
        meterId: 1,
        meterCode: reading.meterCode,
        pointId: 1,
        tsMs: reading.tsMs ?? rxMs,
        rxMs,
        powerW: reading.powerW,
        voltageV: reading.voltageV,
        currentA: reading.currentA,
        relay: reading.relay,
        valve: reading.valve,
        registerMicro: null,
      })),
      balances: [],
      commandIds: [],
    };
  }

  quarantineMessage(message: QuarantinedMessage): Promise<void> {
    if (!this.databaseUp) return Promise.reject(this.failWith());
    this.quarantined.push(message);
    return Promise.resolve();
  }

  applyCommandAck(ack: IncomingAck): Promise<AckOutcome> {
    if (!this.databaseUp) return Promise.reject(this.failWith());
    this.acks.push(ack);
    return Promise.resolve({ awaitsProof: this.awaitsProof });
  }

  applyStatus(status: IncomingStatus): Promise<void> {
    if (!this.databaseUp) return Promise.reject(this.failWith());
    this.statuses.push(status);
    return Promise.resolve();
  }

  applyMeterEvent(event: IncomingEvent): Promise<void> {
    this.events.push(event);
    return Promise.resolve();
  }

  dueCommands(limit: number): Promise<OutgoingCommand[]> {
    return Promise.resolve(this.queue.slice(0, limit));
  }

  async dispatchCommand(
    commandId: string,
    publish: (command: OutgoingCommand) => Promise<void>,
  ): Promise<'SENT' | 'WAITING' | 'DROPPED'> {
    const at = this.queue.findIndex(({ id }) => id === commandId);
    if (at < 0) return 'WAITING';
    try {
      await publish(this.queue[at]);
    } catch (error) {
      if (!(error instanceof FakeUnpublishable)) throw error;
      this.queue.splice(
        this.queue.findIndex(({ id }) => id === commandId),
        1,
      );
      this.unsent.push({ id: commandId, reason: error.message });
      return 'DROPPED';
    }
    this.queue.splice(
      this.queue.findIndex(({ id }) => id === commandId),
      1,
    );
    this.sent.push(commandId);
    return 'SENT';
  }

  unpublishable(reason: string): Error {
    return new FakeUnpublishable(reason);
  }

  foreignMeters(): Promise<ForeignMeter[]> {
    return Promise.resolve(this.foreign);
  }

  readonly siteOf = (): string => 'north';

  isDatabaseUp(): Promise<boolean> {
    return Promise.resolve(this.databaseUp);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
