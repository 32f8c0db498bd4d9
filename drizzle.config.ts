import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  // The time series (db/schema/reading.ts) are laid out by db/timescale.ts, so the generator does not see them.
  schema: './db/schema/index.ts',
  out: './db/migrations',
  migrations: { prefix: 'index' },
});
