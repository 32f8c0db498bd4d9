import type { Database } from '../../db/client';
import type { CheckpointKey } from '../../engine/checkpointKey';
import type { EngineContext } from '../../engine/context';
import type { DeliveryRun } from '../notifications/sendDeliveries';
import type { Providers } from '../payments/providers';

/** What every job is given. */
export interface JobDeps {
  readonly database: Database;
  readonly engine: EngineContext;
  /** Signs the checkpoints; null: none are made. */
  readonly checkpointKey: CheckpointKey | null;
  /** PEM of the same key, for verifying signatures. */
  readonly ledgerSigningKey: string | null;
  /** Folder outside the database to which checkpoints are copied; null: none. */
  readonly checkpointDir: string | null;
  /** The payment providers as they are configured now. */
  readonly providers: Providers;
  /** Sends the messages of the outbox. */
  readonly deliveries: Pick<DeliveryRun, 'takeDue'>;
}

/** Work that must be done again and again, by one server at a time. Safe to run twice: whatever it does is transactional. */
export interface Job {
  /** Stands in `job_run`, metrics and alarms. */
  readonly name: string;
  /** Pause between the starts of two runs, real time. */
  readonly everyMs: number;
  /** Wait before the first run after a start, real time; default none. For what is heavy and can wait. */
  readonly firstAfterMs?: number;
  /** @param stopping aborted when the server stops: what takes long breaks off where it can go on later */
  run(deps: JobDeps, stopping: AbortSignal): Promise<void>;
}
