'use client';

import { useLiveMeter } from '../live/hooks';
import type { MeterData } from './meterData';

/** What the meter said last, by the stream where it is newer than the page as it was read. */
export function useMeterNow(data: MeterData) {
  const row = useLiveMeter(data.code);
  const newer = row !== null && (data.lastMs === null || row[1] >= data.lastMs);
  return {
    /** By the meter's clock, and its arrival, ms UTC; null: never heard. */
    at: newer ? row[1] : data.lastMs,
    rxAt: newer ? row[2] : data.lastRxMs,
    powerW: newer ? row[3] : (data.values?.powerW ?? null),
    contact: (newer ? row[4] : null) ?? data.contact,
    voltageV: newer ? row[5] : (data.values?.voltageV ?? null),
    currentA: newer ? row[6] : (data.values?.currentA ?? null),
  };
}
