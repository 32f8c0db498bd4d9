import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSchema } from '../db/describeSchema';
import { createTestDatabase } from '../db/testing/createTestDatabase';
import { startTestServer } from '../db/testing/testServer';
import { layoutOf } from '../db/timescale';

/** Writes db/schema.sql from a freshly migrated database, never from one that somebody has worked in. */
const stop = await startTestServer((line) => process.stdout.write(`${line}\n`));
const database = await createTestDatabase(2);
try {
  if ((await layoutOf(database.pool)) !== 'PARTITIONS') {
    throw new Error('schema.sql shows the plain profile: unset TEST_DATABASE_URL');
  }
  writeFileSync(join(import.meta.dirname, '..', 'db', 'schema.sql'), await describeSchema(database.pool));
} finally {
  await database.drop();
  await stop();
}
