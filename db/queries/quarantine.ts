import { createHash } from 'node:crypto';
import type pg from 'pg';

/** Something that is not charged, with its reason. */
export interface QuarantineEntry {
  campusId: number | null;
  meterId: number | null;
  meterCode: string | null;
  gatewayCode: string | null;
  topic: string | null;
  tsMs: number | null;
  rxMs: number;
  /** UPPER_SNAKE. */
  reason: string;
  field: string | null;
  detail: string | null;
  payload: string | null;
  /** Same fingerprint: counted, not stored again; null: made from the content. */
  fingerprint?: string;
}

const PAYLOAD_CHARS = 8_192;

function fingerprintOf(e: QuarantineEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([e.reason, e.field, e.topic, e.meterCode, e.gatewayCode, e.tsMs, e.payload]))
    .digest('base64url');
}

/** NUL can't be stored in text; a lone surrogate becomes the replacement character on its way through UTF-8. */
const storable = (text: string | null): string | null =>
  text === null ? null : Buffer.from(text.replaceAll('\u0000', '\uFFFD').slice(0, PAYLOAD_CHARS)).toString();

export async function insertQuarantine(
  client: pg.ClientBase | pg.Pool,
  entries: readonly QuarantineEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  // One statement may touch a fingerprint once.
  const unique = new Map<string, { entry: QuarantineEntry; count: number }>();
  for (const entry of entries) {
    const key = entry.fingerprint ?? fingerprintOf(entry);
    const known = unique.get(key);
    if (known) known.count++;
    else unique.set(key, { entry, count: 1 });
  }
  const rows = [...unique];
  const column = <T>(pick: (e: QuarantineEntry) => T): T[] => rows.map(([, { entry }]) => pick(entry));
  await client.query(
    `insert into quarantine as k (campus_id, meter_id, meter_code, gateway_code, topic, ts_ms, rx_at, reason, field, detail, payload, fingerprint, count)
     select * from unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[], $8::text[],
                          $9::text[], $10::text[], $11::text[], $12::text[], $13::int[])
     on conflict (fingerprint) do update set count = k.count + excluded.count`,
    [
      column((e) => e.campusId),
      column((e) => e.meterId),
      column((e) => storable(e.meterCode)),
      column((e) => storable(e.gatewayCode)),
      column((e) => storable(e.topic)),
      column((e) => e.tsMs),
      column((e) => new Date(e.rxMs).toISOString()),
      column((e) => e.reason),
      column((e) => storable(e.field)),
      column((e) => storable(e.detail)),
      column((e) => storable(e.payload)),
      rows.map(([key]) => key),
      rows.map(([, { count }]) => count),
    ],
  );
}

/** Takes back entries whose reading was accepted after all (a held value that later ones confirmed). */
export async function releaseQuarantine(
  client: pg.ClientBase,
  fingerprints: readonly string[],
): Promise<void> {
  if (fingerprints.length === 0) return;
  await client.query('delete from quarantine where fingerprint = any($1)', [fingerprints]);
}

/** Marks entries whose reading a person rejected: they wait for nobody any more. */
export async function rejectQuarantined(
  client: pg.ClientBase,
  fingerprints: readonly string[],
): Promise<void> {
  if (fingerprints.length === 0) return;
  await client.query(
    `update quarantine set reason = 'CHARGE_REJECTED', detail = 'Its charge was rejected by a person: never charged.'
      where fingerprint = any($1)`,
    [fingerprints],
  );
}
