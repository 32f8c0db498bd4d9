import type { Database } from '../db/client';
import { ensurePartitionRange } from '../db/partitions';
import { campusIds } from '../db/queries/demoState';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from '../engine/applyTopUp';
import type { EngineContext, EngineLog } from '../engine/context';
import { importCampus } from '../engine/importCampus';
import { type IncomingReading, ingestReadings } from '../engine/ingestReadings';
import { refreshTimeLeft } from '../engine/refreshTimeLeft';
import { historyReadings } from '../simulator/history';
import { campusPlan } from '../simulator/plan/campusPlan';
import { openingBalances, quotaRows } from '../simulator/plan/openingBalances';
import type { PlanDocument } from '../simulator/plan/traits';
import { addUnitRoom, costOfUnits, UNIT_ROOM } from '../simulator/plan/unitRoom';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Days of history: hourly, and the newest of them every quarter hour. */
const HISTORY_DAYS = 42;
const FINE_DAYS = 3;
const BATCH = 12_000;

export interface SeedOptions {
  seed: number;
  meters: number;
  /** Sign-in password of every demo user. */
  password: string;
  /** End of the history, ms UTC. */
  toMs: number;
  historyDays?: number;
  /** As in `CampusPlanOptions`. */
  bypassSinceMs?: number;
  log: (line: string) => void;
}

const quiet: EngineLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Makes the demo campus: the import act brings in the plan, and the engine charges its whole history from the readings that
 * the simulated meters would have sent, so that ledger, charts and bands are true from the first second. Supply is left
 * alone meanwhile: nobody lived those weeks, so nobody was warned or cut in them.
 */
export async function seedDemo(
  database: Database,
  options: SeedOptions,
): Promise<{ readings: number; accounts: number }> {
  const { toMs, log } = options;
  const hourlyDays = options.historyDays ?? HISTORY_DAYS;
  const fromMs = toMs - hourlyDays * DAY_MS;
  const plan = campusPlan(options);
  const { document } = plan;
  addUnitRoom(document);
  const opening = openingBalances(plan, { fromMs, toMs });
  for (const account of document.accounts) {
    const amount = opening.get(account.code);
    if (amount !== undefined && account.unit === undefined) account.openingBalance = amount;
  }
  for (const user of document.users) user.password = options.password;
  document.quotas.push(...quotaRows(plan, monthsOf(fromMs, toMs)));
  addOpenMeter(document);

  const clock = new FixedClock(fromMs - MINUTE_MS);
  const ctx: EngineContext = { clock, log: quiet };
  const imported = await importCampus(database, ctx, document, { actor: 'demo' });
  if (!imported.applied) {
    const bad = imported.rows.flatMap((row) => row.errors).slice(0, 5);
    throw new Error(`the demo campus was not imported: ${JSON.stringify(bad)}`);
  }
  await buyUnits(database, ctx, Number(opening.get(UNIT_ROOM.account) ?? 0));
  log(`campus imported: ${document.meters.length} meters, ${document.accounts.length} accounts`);

  await ensurePartitionRange(database, fromMs - DAY_MS, toMs + 2 * DAY_MS);
  // Meters of one account stay in one shard: a building has them all.
  const shards = new Map<string, number>();
  for (const { building } of plan.traits.values())
    if (!shards.has(building)) shards.set(building, shards.size % 2);
  const shardOf = (meterCode: string) => shards.get(plan.traits.get(meterCode)?.building ?? '') ?? 0;
  let readings = 0;
  let told = 0;
  const site = document.campus.code;
  for (const chunk of historyReadings({
    plan,
    toMs,
    hourlyDays,
    quarterHourDays: Math.min(FINE_DAYS, hourlyDays),
    chunkSize: BATCH,
  })) {
    const newest = chunk[chunk.length - 1]!.tsMs!;
    clock.set(newest);
    const halves: IncomingReading[][] = [[], []];
    for (const reading of chunk)
      halves[shardOf(reading.meterCode)]!.push({ site, gatewayCode: null, rxMs: reading.tsMs!, reading });
    // Side by side, so that one half is rated while the other is written.
    await Promise.all(halves.map((half) => ingestReadings(database, ctx, half, { supply: false })));
    readings += chunk.length;
    const share = Math.floor(((newest - fromMs) / (toMs - fromMs)) * 10);
    if (share > told) {
      told = share;
      log(`history charged: ${share * 10} %`);
    }
  }
  clock.set(toMs);
  // Statistics of freshly loaded tables, so that the first queries are planned well.
  await database.pool.query('analyze');
  await refreshTimeLeft(database, ctx);
  return { readings, accounts: document.accounts.length };
}

/** The first purchase of the room that holds kWh, over the counter. */
async function buyUnits(database: Database, ctx: EngineContext, kwh: number): Promise<void> {
  const [campusId] = await campusIds(database.pool);
  if (kwh === 0 || campusId === undefined) return;
  await applyTopUp(database, ctx, {
    ...{ campusId, accountCode: UNIT_ROOM.account, amountMicro: costOfUnits(kwh) },
    ...{ channel: 'counter', reference: 'MOVE-IN-7-102', actor: 'demo' },
  });
}

/** Code of the meter that nobody simulates: it waits for an MQTT client of the reader's own. */
export const OPEN_METER = { meter: 'E-TRY-1', account: 'A-TRY-1', room: 'TRY-1' };

/** A room with a directly connected meter for trying the interface by hand. */
function addOpenMeter(document: PlanDocument): void {
  const floor = document.spaces.find((space) => space.kind === 'FLOOR' && space.parent === 'AD');
  const point = `P-${OPEN_METER.meter}`;
  document.spaces.push({
    code: OPEN_METER.room,
    parent: floor?.code ?? document.spaces[0]!.code,
    kind: 'ROOM',
    name: { zh: '接入试验间', en: 'Integration bench' },
  });
  document.meterPoints.push({
    code: point,
    space: OPEN_METER.room,
    utility: 'ELECTRICITY',
    role: 'CUSTOMER',
    limitW: 2_000,
  });
  document.meters.push({
    code: OPEN_METER.meter,
    serial: 'WK-TRY-000001',
    point,
    // Far above a room's: whoever tries it out publishes steps that no room could draw in the seconds between.
    imaxA: 1_000,
    intervalS: 60,
    registerDecimals: 3,
  });
  document.accounts.push({
    code: OPEN_METER.account,
    kind: 'ROOM',
    space: OPEN_METER.room,
    points: [point],
    tariff: document.tariffs.find((tariff) => tariff.utility === 'ELECTRICITY')!.code,
    openingBalance: '100.00',
  });
}

/** Months `YYYY-MM` from the one of `fromMs` to the one after `toMs`, as the campus counts them. */
function monthsOf(fromMs: number, toMs: number): string[] {
  const months: string[] = [];
  const at = new Date(fromMs + 8 * 3_600_000);
  at.setUTCDate(1);
  while (at.getTime() <= toMs + 31 * DAY_MS) {
    months.push(at.toISOString().slice(0, 7));
    at.setUTCMonth(at.getUTCMonth() + 1);
  }
  return months;
}
