import { readSettings } from '../config/env';
import { startEmbeddedPostgres } from '../db/embedded';

/** For one-off commands: runs `act` on DATABASE_URL, or on the embedded database, started for it where it isn't up. */
export async function withDatabaseUrl<T>(act: (url: string) => Promise<T>): Promise<T> {
  const settings = readSettings('tool');
  if (settings.databaseUrl) return act(settings.databaseUrl);
  const embedded = await startEmbeddedPostgres({
    dataDir: settings.dataDir,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    return await act(embedded.url);
  } finally {
    await embedded.stop();
  }
}
