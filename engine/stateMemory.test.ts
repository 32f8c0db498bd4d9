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
