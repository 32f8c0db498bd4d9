/** What the load generator is asked and answers; it is a process of its own. */

/** GATEWAY: messages of 50 readings. SINGLE: one reading per message. */
export type MessageForm = 'GATEWAY' | 'SINGLE';

export interface LoadSetup {
  readonly mqttUrl: string;
  readonly meters: number;
  /** Where the bridge counts what it made durable. */
  readonly metricsUrl: string;
}

export interface LoadJob {
  readonly form: MessageForm;
  readonly seconds: number;
  /** Readings per second; null: as many as become durable. */
  readonly rate: number | null;
  /** Readings published and not yet durable at most. */
  readonly window: number;
  /** Business time minus the machine's, ms. */
  readonly offsetMs: number;
}

export interface LoadResult {
  readonly published: number;
  /** Readings that became durable between the start and the end of the job. */
  readonly durable: number;
  readonly seconds: number;
}

export type ToGenerator =
  | { kind: 'setup'; setup: LoadSetup }
  | { kind: 'job'; job: LoadJob }
  | { kind: 'end' };
export type FromGenerator =
  | { kind: 'ready' }
  | { kind: 'done'; result: LoadResult }
  | { kind: 'failed'; error: string };
