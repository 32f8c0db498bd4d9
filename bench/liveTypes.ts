/** What the process of live clients is asked and answers. */

export interface LiveClientsSetup {
  readonly serverUrl: string;
  readonly cookie: string;
  readonly clients: number;
  /** Rooms of client i: `campus` and the building i modulo their number. */
  readonly buildings: readonly string[];
}

/** What all clients together received since the last question. */
export interface LiveReceived {
  readonly messages: number;
  readonly values: number;
  readonly bytes: number;
  /** From a reading's own time (business time, hence shifted back by `offsetMs`) to its arrival, ms. */
  readonly agesMs: readonly number[];
}

export type ToClients =
  | { kind: 'setup'; setup: LiveClientsSetup }
  | { kind: 'begin'; offsetMs: number }
  | { kind: 'report' }
  | { kind: 'end' };
export type FromClients =
  | { kind: 'ready' }
  | { kind: 'begun' }
  | { kind: 'received'; received: LiveReceived }
  | { kind: 'failed'; error: string };
