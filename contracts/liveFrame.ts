import { z } from 'zod';
import type { MeterRow } from './liveEvents';

/**
 * What the bridge tells every server after a commit, on `em/v1/{site}/live/frame`, QoS 0: a loss costs freshness only,
 * because servers also poll. Sequence numbers count per bridge start; a gap tells a server to read the database again.
 */

/** Account code, available, ledger and unposted in µ-currency as text, `asOf` in ms UTC. */
export type BalanceChange = [
  account: string,
  availableMicro: string,
  ledgerMicro: string,
  unpostedMicro: string,
  asOf: number,
];

export interface LiveFrame {
  v: 1;
  /** Bridge instance and its start; the scope of `seq`. */
  boot: string;
  seq: number;
  /** When the flush was committed, ms UTC. */
  at: number;
  /** Newest value of each meter in the flush. */
  rows: MeterRow[];
  balances: BalanceChange[];
  /** Commands that the flush queued: read them at once. */
  commandIds: string[];
}

const microText = z.string().regex(/^-?\d{1,38}$/);

const liveFrameSchema = z.object({
  v: z.literal(1),
  boot: z.string().min(1).max(64),
  seq: z.number().int().nonnegative(),
  at: z.number().int().nonnegative(),
  rows: z.array(
    z.tuple([
      z.string().min(1).max(64),
      z.number(),
      z.number(),
      z.number().nullable(),
      z.union([z.literal(0), z.literal(1), z.null()]),
      z.number().nullable(),
      z.number().nullable(),
      microText.nullable(),
    ]),
  ),
  balances: z.array(z.tuple([z.string().min(1).max(64), microText, microText, microText, z.number()])),
  commandIds: z.array(z.string().max(64)),
});

export function buildLiveFrame(frame: LiveFrame): string {
  return JSON.stringify(frame);
}

/** A frame, or null for anything else: what a broker delivers is never trusted. */
export function parseLiveFrame(payload: Uint8Array): LiveFrame | null {
  try {
    const parsed = liveFrameSchema.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
