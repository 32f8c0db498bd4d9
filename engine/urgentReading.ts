import type { Database } from '../db/client';
import { emptySample } from '../domain/detection/meterSample';
import type { IncomingReading } from './ingestTypes';
import { registryAtHand } from './registry';
import { type BoundRule, rulesFor } from './streamRules';

/** Filled for one reading after the other: the question is asked of every one. */
const sample = emptySample();
/** Those of a meter's rules that cut; meters of one kind share theirs. */
const cutting = new WeakMap<readonly BoundRule[], readonly BoundRule[]>();

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
    for (const { rule, params } of cuttingAmong(rulesFor(registry, meter, meter.point)))
      if (rule.stirs(undefined, sample, params)) return true;
    return false;
  } catch {
    // A rule that fails says so where the reading is stored, and must not keep it from being stored.
    return false;
  }
}

function cuttingAmong(rules: readonly BoundRule[]): readonly BoundRule[] {
  let found = cutting.get(rules);
  if (!found) {
    found = rules.filter(({ trips, off }) => trips !== null && !off);
    cutting.set(rules, found);
  }
  return found;
}
