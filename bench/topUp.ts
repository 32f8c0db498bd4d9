import { setTimeout as delay } from 'node:timers/promises';
import { createApiKey } from '../server/auth/apiKeys';
import { accountCode, meterCode } from './benchCampus';
import type { Environment } from './environment';
import { Relays } from './relays';
import { percentile, type Spread, spreadOf } from './statistics';

/** From the payment's request to the relay's acknowledgement. */
export interface TopUpFigures {
  /** One after the other. */
  readonly oneByOne: Spread;
  /** All at the same moment. */
  readonly atOnce: Spread;
  /** The same, from the instant at which a payment was accepted, as the product measures and shows it. */
  readonly atOnceAccepted: { readonly p50Ms: number; readonly p95Ms: number };
  /** One after the other while the fleet reports. */
  readonly underLoad: Spread & { readonly readingsPerS: number };
}

const WITHIN_MS = 60_000;
/** A contact stays open at least this long; restores wait for it. */
const MIN_OFF_MS = 31_000;
/** Below the ten minutes' silence that counts as an outage, after which nobody is cut for a while. */
const STEP_MS = 300_000;
/** Far more than the rooms hold, and what their meters can pass in that time. */
const USED_WH = 200;
const READINGS_PER_S = 2_000;

/**
 * Rooms that ran out of money and were cut by the policy are paid for over REST; each then waits for its own restore:
 * payment, ledger, command, signature, broker, relay.
 */
export async function measureTopUp(env: Environment, poor: number): Promise<TopUpFigures> {
  const { database, clock, mqttUrl, meters } = env;
  const { key } = await createApiKey(
    { database, clock },
    { campusId: env.campusId, name: 'bench', scopes: ['vend'], spaceId: null },
  );
  const indexes = Array.from({ length: poor }, (_, i) => meters + i);
  const relays = await Relays.start(mqttUrl, clock, indexes);
  try {
    await cutAll(env, relays, indexes);
    const third = Math.floor(poor / 3);
    const pay = (index: number) => payAndWait(env, relays, key, index);
    const oneByOne: number[] = [];
    for (const index of indexes.slice(0, third)) oneByOne.push(await pay(index));
    const together = indexes.slice(third, 2 * third);
    const atOnce = await Promise.all(together.map(pay));
    const atOnceAccepted = await fromAcceptance(env, together);
    const load = env.load({ form: 'GATEWAY', seconds: 10, rate: READINGS_PER_S, window: 50_000 });
    const underLoad: number[] = [];
    for (const index of indexes.slice(2 * third)) underLoad.push(await pay(index));
    await load;
    return {
      oneByOne: spreadOf(oneByOne),
      atOnce: spreadOf(atOnce),
      atOnceAccepted,
      underLoad: { ...spreadOf(underLoad), readingsPerS: READINGS_PER_S },
    };
  } finally {
    await relays.stop();
  }
}

/** Lets the rooms use more than they hold, until the policy has cut them all and the cuts are proven. */
async function cutAll(env: Environment, relays: Relays, indexes: readonly number[]): Promise<void> {
  const { clock, database } = env;
  await relays.reportAll(0);
  await clock.skip(STEP_MS);
  await relays.reportAll(USED_WH);
  await until('all rooms to be cut', async () => {
    await relays.reportAll(0);
    return relays.openCount === indexes.length;
  });
  await until('the cuts to be proven', async () => {
    await relays.reportAll(0);
    const { rows } = await database.pool.query<{ live: number }>(
      'select count(*)::int as live from command where finished_ms is null',
    );
    return rows[0]!.live === 0;
  });
  await clock.skip(MIN_OFF_MS);
  await relays.reportAll(0);
}

const referenceOf = (index: number): string => `bench-${index}`;

/** From accepted to acknowledged, once all of them are. */
async function fromAcceptance(
  { database }: Environment,
  indexes: readonly number[],
): Promise<{ p50Ms: number; p95Ms: number }> {
  let took: number[] = [];
  await until('the acknowledgements to be written down', async () => {
    const { rows } = await database.pool.query<{ took: number }>(
      `select l.to_ack_ms as took from top_up_latency l join payment p on p.id = l.payment_id
        where p.reference = any($1::text[]) and l.to_ack_ms is not null`,
      [indexes.map(referenceOf)],
    );
    took = rows.map((row) => row.took);
    return took.length === indexes.length;
  });
  return { p50Ms: Math.round(percentile(took, 0.5)), p95Ms: Math.round(percentile(took, 0.95)) };
}

async function payAndWait(env: Environment, relays: Relays, key: string, index: number): Promise<number> {
  const startedMs = performance.now();
  const answer = await fetch(`${env.serverUrl}/api/v1/accounts/${accountCode(index)}/top-ups`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ amount: '20.00', channel: 'counter', reference: referenceOf(index) }),
  });
  if (answer.status !== 201) throw new Error(`top-up refused: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
  const code = meterCode(index);
  let closedMs: number | undefined;
  await until(
    `the relay of ${code}`,
    () => {
      closedMs = relays.closedSince(code, startedMs);
      return closedMs !== undefined;
    },
    1,
  );
  return closedMs! - startedMs;
}

async function until(what: string, holds: () => boolean | Promise<boolean>, everyMs = 500): Promise<void> {
  const giveUpMs = performance.now() + WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > giveUpMs) throw new Error(`waited in vain for ${what}`);
    await delay(everyMs);
  }
}
