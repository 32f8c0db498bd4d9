import type { Database } from '../../db/client';
import type { ScopedSource } from '../../db/scopedSource';
import type { EngineContext } from '../../engine/context';

/** What a use case that only reads is given besides its caller and input. */
export interface ReadDeps {
  /** Bound to the caller's reach: the database itself gives no row of anybody else, whatever a query asks for. */
  readonly reader: ScopedSource;
  /** Clock and log, in the form in which engine acts take them. */
  readonly engine: EngineContext;
}

/** What a use case that acts is given. It looks with the reader, and hands the database to the engine. */
export interface ServiceDeps extends ReadDeps {
  readonly database: Database;
}
