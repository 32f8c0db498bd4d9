import type { Database } from '../../db/client';
import type { EngineContext } from '../../engine/context';

/** What every use case is given besides its caller and input. */
export interface ServiceDeps {
  readonly database: Database;
  /** Clock and log, in the form in which engine acts take them. */
  readonly engine: EngineContext;
}
