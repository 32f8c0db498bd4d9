import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { Database } from '../db/client';
import type { MeterStateRow } from '../db/queries/meterStates';
import { memoryOf } from './stateMemory';

const meter = { meterId: 7, held: null, drift: null, detection: null } as MeterStateRow;

test('what was remembered of a database is forgotten when its connections break: it may come back restored', () => {
  const pool = new EventEmitter();
  const memory = memoryOf({ pool } as unknown as Database);
  memory.keepMeter(meter, '41');
  expect(memory.takeMeter(7, '41')).toBe(meter);
  memory.keepMeter(meter, '41');
  pool.emit('error', new Error('terminating connection'));
  expect(memory.takeMeter(7, '41')).toBeNull();
});
