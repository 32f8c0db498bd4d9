import type { Database } from '../db/client';
import { emptySample } from '../domain/detection/meterSample';
import type { IncomingReading } from './ingestTypes';
import { registryAtHand } from './registry';
import { rulesFor } from './streamRules';

/** Filled for one reading after the other: the question is asked of every one. */
const sample = emptySample();

/**
 * Whether a rule that cuts supply takes notice of a reading: such a one is better stored ahead of others. By the newest configuration
 * that this process knows, and without what the rules remember, so it is a hint about the order of work and nothing more.
 */
export function isUrgent(database: Database, { site, reading }: IncomingReading): boolean {
  const registry = registryAtHand(database);
  const meter = registry?.campusByCode.get(site)?.meterByCode.get(reading.meterCode);
  if (!registry || !meter?.point) return false;
  sample.measured = reading;
  try {
    return rulesFor(registry, meter, meter.point).some(
      ({ rule, params, trips, off }) => trips !== null && !off && rule.stirs(undefined, sample, params),
    );
  } catch {
    // A rule that fails says so where the reading is stored, and must not keep it from being stored.
    return false;
  }
}
