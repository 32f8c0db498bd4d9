import pg from 'pg';

/** A connection outside the pool, for what belongs to one session: advisory locks and notifications. */
export type OwnConnection = pg.Client;

/** Makes the connection; `connect()` opens it. Its owner hears `error` and `end` and opens another. */
export function ownConnection(url: string, applicationName: string): OwnConnection {
  return new pg.Client({ connectionString: url, application_name: applicationName, keepAlive: true });
}
