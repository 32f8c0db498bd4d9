import { type Database, type Tx, withTransaction } from '../db/client';
import { configVersions, HOLD_CONFIG } from '../db/queries/ingest';
import { loadRegistry } from '../db/queries/registry';
import type { MeterEntry, Registry } from '../db/queries/registryEntries';
import { type CreditPolicy, creditPolicyOf } from '../db/queries/storedPolicy';
import { type RegisterSpec, registerSpecOf } from '../domain/metering/registerSpec';
import { MICRO } from '../domain/units';

export type {
  AccountEntry,
  CampusEntry,
  MeterEntry,
  PayerSpan,
  PointEntry,
  Registry,
  TariffEntry,
} from '../db/queries/registryEntries';

/**
 * The configuration that ingestion works with, remembered per database. Its version is compared inside every
 * transaction, with the campus row held FOR SHARE: who changes the configuration waits for running batches, and the
 * next batch reloads.
 */
const remembered = new WeakMap<Database, Registry>();

/** The policy of an account as it rules now; the product's defaults where its code is not known. */
export function policyOf(
  registry: Registry,
  account: { readonly campusId: number; readonly policyCode: string },
): CreditPolicy {
  return registry.campuses.get(account.campusId)?.policies.get(account.policyCode) ?? creditPolicyOf({});
}

/** The newest registry this process knows; may be old, therefore only for preparing work outside a transaction. */
export async function knownRegistry(database: Database): Promise<Registry> {
  const known = remembered.get(database);
  if (known) return known;
  const loaded = await loadRegistry(database.pool);
  remembered.set(database, loaded);
  return loaded;
}

/** The same, without waiting: null where none was loaded yet. */
export function registryAtHand(database: Database): Registry | null {
  return remembered.get(database) ?? null;
}

/** The registry as it is now; loaded only if the configuration changed since this process last read it. */
export function freshRegistry(database: Database): Promise<Registry> {
  return withRegistry(database, async (_tx, registry) => registry);
}

/** The registry as it is for the rest of this transaction. */
export async function currentRegistry(database: Database, tx: Tx): Promise<Registry> {
  const { rows } = await tx.client.query(HOLD_CONFIG);
  return registryOf(database, tx, rows);
}

/** A transaction in which the registry is held still from its first message on. Runs again as `withTransaction` does. */
export function withRegistry<T>(
  database: Database,
  fn: (tx: Tx, registry: Registry) => Promise<T>,
): Promise<T> {
  return withTransaction(
    database,
    async (tx, held) => fn(tx, await registryOf(database, tx, held)),
    HOLD_CONFIG,
  );
}

async function registryOf(database: Database, tx: Tx, held: readonly unknown[]): Promise<Registry> {
  const versions = configVersions(held);
  const known = remembered.get(database);
  if (known && known.campuses.size === versions.size) {
    let current = true;
    for (const [id, version] of versions)
      if (known.campuses.get(id)?.configVersion !== version) current = false;
    if (current) return known;
  }
  const loaded = await loadRegistry(tx.client);
  remembered.set(database, loaded);
  return loaded;
}

const accountIds = new WeakMap<Registry, ReadonlyMap<string, number>>();

/** Id of the campus's account of this code; undefined: there is none. */
export function accountIdOf(registry: Registry, campusId: number, code: string): number | undefined {
  let ids = accountIds.get(registry);
  if (!ids) {
    ids = new Map([...registry.accounts.values()].map((a) => [`${a.campusId}/${a.code}`, a.accountId]));
    accountIds.set(registry, ids);
  }
  return ids.get(`${campusId}/${code}`);
}

const specs = new WeakMap<MeterEntry, RegisterSpec>();

/** Limits of a meter's billing register, in primary µ. */
export function specOf(meter: MeterEntry): RegisterSpec {
  let spec = specs.get(meter);
  if (!spec) {
    spec = registerSpecOf({
      utility: meter.utility,
      phases: meter.phases === 3 ? 3 : 1,
      imaxA: meter.imaxA,
      qmaxM3h: meter.qmaxM3h ?? (meter.utility === 'ELECTRICITY' ? null : DEFAULT_QMAX_M3H),
      modulusMicro: meter.modulusMicro,
      registerDecimals: meter.registerDecimals,
      multiplier: meter.ratioMicro / MICRO,
      resetsToZero: meter.resetsToZero,
    });
    specs.set(meter, spec);
  }
  return spec;
}

/** Maximum flow assumed where an import names none: a DN 20 household meter, m³/h (ISO 4064 Q4 of Q3 = 4). */
const DEFAULT_QMAX_M3H = 5;
