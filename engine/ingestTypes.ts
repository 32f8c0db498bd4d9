import type { ParsedReading } from '../contracts/mqttPayloads';

/** A reading as the bridge hands it over: what the meter said, who carried it, when it arrived. */
export interface IncomingReading {
  /** Site of the topic: the campus code. */
  readonly site: string;
  /** Sender of a batch; null for a meter that is connected directly. */
  readonly gatewayCode: string | null;
  readonly rxMs: number;
  readonly reading: ParsedReading;
  /** Topic, for the quarantine. */
  readonly topic?: string;
}

/** Newest values of a meter after the batch. */
export interface LatestValue {
  readonly campusId: number;
  readonly meterId: number;
  readonly meterCode: string;
  readonly pointId: number;
  readonly tsMs: number;
  readonly rxMs: number;
  readonly powerW: number | null;
  readonly voltageV: number | null;
  readonly currentA: number | null;
  readonly relay: number | null;
  readonly valve: number | null;
  readonly registerMicro: bigint | null;
}

/** Balance of an account after the batch, µ. */
export interface BalanceChange {
  readonly campusId: number;
  readonly accountId: number;
  readonly accountCode: string;
  readonly ledgerMicro: bigint;
  readonly unpostedMicro: bigint;
  readonly availableMicro: bigint;
}

export interface IngestOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly latest: readonly LatestValue[];
  readonly balances: readonly BalanceChange[];
  /** Commands queued by this batch: wake the dispatcher. */
  readonly commandIds: readonly string[];
}
