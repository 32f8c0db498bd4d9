import { expect, test } from 'vitest';
import type { Database } from '../db/client';
import type { MeterStateRow } from '../db/queries/meterStates';
import { memoryOf } from './stateMemory';

const meter = { meterId: 7, held: null, drift: null, detection: null } as MeterStateRow;

test('what was remembered of a database is forgotten when its connections break: it may come back restored', () => {
  let breaks = 0;
  const database = { breaks: () => breaks } as Database;
  memoryOf(database).keepMeter(meter, '41');
  expect(memoryOf(database).takeMeter(7, '41')).toBe(meter);
  memoryOf(database).keepMeter(meter, '41');
  breaks = 1;
  expect(memoryOf(database).takeMeter(7, '41')).toBeNull();
});

test('a site of 100,000 meters that speak by turns is remembered whole, and what is remembered has a bound', () => {
  const database = { breaks: () => 0 } as Database;
  const memory = memoryOf(database);
  for (let meterId = 0; meterId < 100_000; meterId++) memory.keepMeter({ ...meter, meterId }, '1');
  for (let meterId = 0; meterId < 100_000; meterId++) {
    const known = memory.takeMeter(meterId, '1');
    expect(known?.meterId).toBe(meterId);
    memory.keepMeter(known!, '1');
  }
  for (let meterId = 100_000; meterId < 500_000; meterId++) memory.keepMeter({ ...meter, meterId }, '1');
  let kept = 0;
  for (let meterId = 0; meterId < 500_000; meterId++) if (memory.takeMeter(meterId, '1')) kept += 1;
  expect(kept).toBeLessThanOrEqual(120_000);
  expect(kept).toBeGreaterThanOrEqual(100_000);
});
