import { z } from 'zod';

/**
 * Postgres NOTIFY channels: how processes wake each other after a commit. A payload carries ids only (8,000 bytes is the
 * limit of the database); the receiver reads the rows. A lost notification is no loss: every receiver also polls slowly.
 */
export const DB_CHANNELS = {
  /** A command row became due for publishing; ids are command ULIDs. Heard by the bridge's dispatcher. */
  commandQueued: 'wattkeep_command_queued',
  /** A command changed its state; ids are command ULIDs. Heard by servers. */
  commandChanged: 'wattkeep_command_changed',
  /** An alarm was raised or changed; ids are alarm ids. */
  alarmChanged: 'wattkeep_alarm_changed',
  /** Money was credited to accounts; ids are account ids. */
  accountCredited: 'wattkeep_account_credited',
  /** Meters, gateways, credentials, assignments, tariffs or policies changed; ids name the kinds, e.g. `CREDENTIAL`. */
  configChanged: 'wattkeep_config_changed',
} as const;

export type DbChannel = (typeof DB_CHANNELS)[keyof typeof DB_CHANNELS];

export const idPayloadSchema = z.object({ ids: z.array(z.string().min(1).max(64)) });
export type IdPayload = z.infer<typeof idPayloadSchema>;

/** Below the database's limit of 8,000 bytes whatever the ids are (at most 64 characters each, JSON-quoted). */
const IDS_PER_NOTIFICATION = 100;

/** Texts to NOTIFY with, as many as the size limit needs; none for no ids. */
export function buildIdPayloads(ids: readonly string[]): string[] {
  const payloads: string[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_NOTIFICATION) {
    payloads.push(JSON.stringify({ ids: ids.slice(at, at + IDS_PER_NOTIFICATION) } satisfies IdPayload));
  }
  return payloads;
}

/** Ids of a notification; null when it can't be read, which a receiver treats as "something changed". */
export function parseIdPayload(payload: string | undefined): string[] | null {
  try {
    const parsed = idPayloadSchema.safeParse(JSON.parse(payload ?? ''));
    return parsed.success ? parsed.data.ids : null;
  } catch {
    return null;
  }
}
