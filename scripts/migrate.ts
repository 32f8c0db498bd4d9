import { migrateDatabase } from '../db/migrate';
import { withDatabaseUrl } from './withDatabase';

const layout = await withDatabaseUrl((url) =>
  migrateDatabase(url, { log: (line) => process.stdout.write(`${line}\n`) }),
);
process.stdout.write(`the database has the newest schema; time series as ${layout.toLowerCase()}\n`);
