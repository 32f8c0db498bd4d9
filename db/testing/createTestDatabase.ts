import { createDb, type Database } from '../client';
import { addressOfDatabase, dropDatabase, newDatabaseName, onServer, testServer } from './testServer';

export interface TestDatabase extends Database {
  /** Closes the pool and drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * A migrated, empty database of the caller's own, copied from the run's template in some tens of milliseconds.
 * Make one per test file (`beforeAll`) and drop it at the end (`afterAll`).
 */
export async function createTestDatabase(poolSize = 10): Promise<TestDatabase> {
  const { url, template, runPid } = testServer();
  const name = newDatabaseName(runPid);
  await onServer(url, (client) => client.query(`create database ${name} template ${template}`));
  const database = createDb(addressOfDatabase(url, name), poolSize, 'wattkeep test');
  return {
    ...database,
    async drop() {
      await database.close();
      await onServer(url, (client) => dropDatabase(client, name));
    },
  };
}
