import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeSchema } from './describeSchema';
import { createTestDatabase, type TestDatabase } from './testing/createTestDatabase';
import { layoutOf } from './timescale';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(2);
});
afterAll(() => database.drop());

/** Without the time series, which differ between the layouts by design. */
function withoutTimeSeries(schema: string): string {
  return schema
    .split('\n\n')
    .filter((part) => !/^create (table|view) (reading|register_reading|reading_hourly)\b/.test(part))
    .join('\n\n');
}

it('schema.sql shows what the migrations make (else run npm run db:dump)', async () => {
  const written = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8');
  const found = await describeSchema(database.pool);
  if ((await layoutOf(database.pool)) === 'PARTITIONS') expect(found).toBe(written);
  else expect(withoutTimeSeries(found)).toBe(withoutTimeSeries(written));
});
