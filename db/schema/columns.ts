import { bigint, numeric, timestamp } from 'drizzle-orm/pg-core';

/** µkWh, µm³ or µ-currency; the name ends in `_micro`. */
export const micro = (name: string) => bigint(name, { mode: 'bigint' });
/** Exact charge numerator in pico-currency. */
export const pico = (name: string) => numeric(name, { precision: 38, scale: 0 });
/** An instant, UTC. */
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
/** An instant on the hot path: milliseconds since the epoch, so that it passes through no date parser. */
export const atMs = (name: string) => bigint(name, { mode: 'number' });
