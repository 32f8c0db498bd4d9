import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readSettings } from '../config/env';
import { createDb } from '../db/client';
import { listBrokerAccounts } from '../db/queries/brokerAccounts';
import { hashMqttPassword } from '../engine/mqttPassword';
import { ForeignMeters } from '../mqtt-bridge/foreignMeters';
import { renderBrokerFiles, type ServiceAccount } from './renderBrokerFiles';

/**
 * Keeps an external Mosquitto's accounts equal to the database's: writes `passwords` and `access` into --out whenever a
 * credential was made, rotated or revoked. Runs once, or with --every SECONDS until told to stop.
 */

const { values: options } = parseArgs({
  options: { out: { type: 'string' }, every: { type: 'string' } },
});
if (!options.out) {
  process.stderr.write('broker files: name the folder with --out\n');
  process.exit(78);
}
const out = options.out;
const settings = readSettings('brokerFiles');
const database = createDb(settings.databaseUrl, 1, 'wattkeep broker files');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const services: ServiceAccount[] = [
  { user: 'bridge', passwordHash: await hashMqttPassword(settings.bridgePassword) },
  { user: 'server', passwordHash: await hashMqttPassword(settings.serverPassword) },
];
let written = '';
do {
  try {
    written = await refresh(written);
  } catch (error) {
    if (!options.every) throw error;
    process.stderr.write(`broker files: ${(error as Error).message}\n`);
  }
  if (options.every)
    await delay(Number(options.every) * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
} while (options.every && !stop.signal.aborted);
await database.close();

/** Writes the files if the accounts differ from those of `before`, and returns what tells them apart. */
async function refresh(before: string): Promise<string> {
  const accounts = await listBrokerAccounts(database.pool);
  const state = createHash('sha256').update(JSON.stringify(accounts)).digest('hex');
  if (state === before) return before;
  const foreign = new ForeignMeters();
  foreign.replace(
    accounts
      .filter(({ profile }) => profile !== 'native')
      .map(({ site, code, profile, profileOptions }) => ({
        site,
        meterCode: code,
        profile,
        options: profileOptions ?? {},
      })),
  );
  const files = renderBrokerFiles(accounts, foreign, services);
  mkdirSync(out, { recursive: true });
  replaceFile('access', files.access);
  // Last, since the broker is told to read both when this one changes.
  replaceFile('passwords', files.passwords);
  for (const code of files.collisions)
    process.stderr.write(`broker files: ${code} exists on two campuses; left out\n`);
  process.stdout.write(`broker files: ${accounts.length} accounts\n`);
  return state;
}

function replaceFile(name: string, text: string): void {
  const file = join(out, name);
  writeFileSync(`${file}.new`, text, { mode: 0o640 });
  renameSync(`${file}.new`, file);
}
