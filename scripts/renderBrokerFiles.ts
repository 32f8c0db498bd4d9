import {
  LIVE_FILTER,
  liveFrameTopic,
  nodeBase,
  STATUS_FILTERS,
  statusTopic,
  UP_FILTERS,
} from '../contracts/mqttTopics';
import type { BrokerAccount } from '../db/queries/brokerAccounts';
import type { ForeignMeters } from '../mqtt-bridge/foreignMeters';

/** One of our own processes at the broker. */
export interface ServiceAccount {
  user: 'bridge' | 'server';
  passwordHash: string;
}

/** An account as the broker needs it, with the foreign topics that its dialect uses. */
export interface BrokerFiles {
  passwords: string;
  access: string;
  /** Codes that two campuses share: MQTT user names must be unique, so the second is left out. */
  collisions: string[];
}

/**
 * Password and access file for Mosquitto: a gateway or direct meter publishes below its own `up/` and to its own
 * `status` and listens to its own `dn/`, a meter of another dialect to its own topics; the bridge reads what comes up,
 * writes what goes down and the live frames; servers read live frames. Nobody else may do anything.
 */
export function renderBrokerFiles(
  accounts: readonly BrokerAccount[],
  foreign: ForeignMeters,
  services: readonly ServiceAccount[],
): BrokerFiles {
  const taken = new Set<string>(services.map(({ user }) => user));
  const collisions: string[] = [];
  const passwords = services.map(({ user, passwordHash }) => `${user}:${passwordHash}`);
  const access = [
    ...section('bridge', [
      ...[...UP_FILTERS, ...STATUS_FILTERS, ...foreign.filters()].map((filter) => `read ${filter}`),
      ...['gw', 'm'].map((kind) => `write em/v1/+/${kind}/+/dn/#`),
      `write ${liveFrameTopic('+')}`,
      ...foreignCommands(accounts, foreign),
    ]),
    ...section('server', [`read ${LIVE_FILTER}`]),
  ];
  for (const account of accounts) {
    if (taken.has(account.code)) {
      collisions.push(account.code);
      continue;
    }
    taken.add(account.code);
    passwords.push(`${account.code}:${account.passwordHash}`);
    access.push(...section(account.code, ownTopics(account, foreign)));
  }
  return { passwords: `${passwords.join('\n')}\n`, access: `${access.join('\n')}\n`, collisions };
}

function section(user: string, topics: readonly string[]): string[] {
  return [`user ${user}`, ...topics.map((topic) => `topic ${topic}`), ''];
}

function ownTopics({ site, kind, code }: BrokerAccount, foreign: ForeignMeters): string[] {
  const base = nodeBase(site, kind, code);
  const dialect = foreign.access(site, code);
  return [
    `write ${base}/up/#`,
    `write ${statusTopic(site, kind, code)}`,
    `read ${base}/dn/#`,
    ...(dialect?.publishPrefixes ?? []).map((prefix) => `write ${prefix}#`),
    ...(dialect?.subscribePrefixes ?? []).map((prefix) => `read ${prefix}#`),
  ];
}

function foreignCommands(accounts: readonly BrokerAccount[], foreign: ForeignMeters): string[] {
  return accounts.flatMap(({ site, code }) =>
    (foreign.access(site, code)?.subscribePrefixes ?? []).map((prefix) => `write ${prefix}#`),
  );
}
